/* SPDX-License-Identifier: Apache-2.0 */
/* `winnow models`: what judges here, by which model, and what is missing. */
#include "src/cli/cli.h"

#include <getopt.h>

#include "src/engine/engine_internal.h"

static const char help[] =
    "usage: winnow models [--policy FILE] [--text-model FILE] [--models-dir DIR]\n\n"
    "List the extractors and detectors, the model or lists each judges by, the\n"
    "categories it scores, and what is missing on this machine and how to get it.\n\n"
    "  --policy FILE      a policy file or a built-in policy (default, marketplace, children)\n"
    "  --text-model FILE  a text model other than the built-in one\n"
    "  --models-dir DIR   the folder of picture models\n";

static void put_part(const wn_engine_part *p, const char *kind)
{
    char hex[65];

    (void)printf("%s %s/%s: %s\n", kind, p->part->name, p->part->version, p->part->about);
    if (p->opened.absent != NULL) {
        (void)printf("    not here: %s\n", p->opened.absent);
        return;
    }
    if (p->opened.model.name != NULL) {
        wn_hex(p->opened.model.digest.bytes, 32, hex);
        (void)printf("    model %s, %s\n    sha256 %s\n", p->opened.model.name,
                     p->opened.model.calibrated ? "calibrated" : "not calibrated", hex);
        if (p->opened.model.about != NULL)
            (void)printf("    %s\n", p->opened.model.about);
    }
    if (p->opened.scores != 0) {
        (void)printf("    scores");
        for (size_t c = 0; c < WN_CATEGORIES; c++)
            if (p->opened.scores & WN_CATEGORY_BIT(c))
                (void)printf(" %s", wn_category_name((wn_category)c));
        (void)printf("\n");
    }
}

int wn_cli_models(int argc, char **argv)
{
    enum { OPT_POLICY = 256, OPT_TEXT_MODEL, OPT_MODELS_DIR };
    static const struct option longopts[] = {
        { "help", no_argument, NULL, 'h' },
        { "policy", required_argument, NULL, OPT_POLICY },
        { "text-model", required_argument, NULL, OPT_TEXT_MODEL },
        { "models-dir", required_argument, NULL, OPT_MODELS_DIR },
        { NULL, 0, NULL, 0 },
    };
    wn_engine_options options = WN_ENGINE_OPTIONS_INIT;
    wn_engine        *engine;
    wn_err            err;
    int               c;

    while ((c = getopt_long(argc, argv, "h", longopts, NULL)) != -1) {
        switch (c) {
        case 'h':
            (void)fputs(help, stdout);
            return WN_EXIT_CLEAN;
        case OPT_POLICY:
            options.policy = optarg;
            break;
        case OPT_TEXT_MODEL:
            options.text_model = optarg;
            break;
        case OPT_MODELS_DIR:
            options.models_dir = optarg;
            break;
        default:
            return WN_EXIT_ERROR;
        }
    }
    if (optind < argc)
        return wn_cli_fail("models takes no arguments; see `winnow models --help`");
    if (wn_engine_open(&options, &engine, &err) != WN_OK)
        return wn_cli_fail_err(&err);
    for (size_t i = 0; i < engine->part_count; i++)
        put_part(&engine->parts[i], i < engine->extractor_count ? "extractor" : "detector");
    wn_engine_free(engine);
    return WN_EXIT_CLEAN;
}
