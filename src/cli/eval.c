/* SPDX-License-Identifier: Apache-2.0 */
/* `winnow eval text`: measure a text model on labelled texts. */
#include "src/cli/cli.h"

#include <getopt.h>
#include <string.h>

#include "src/base/asset.h"
#include "src/base/err.h"
#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/model/eval.h"

#define MEMORY ((size_t)1 << 36)

enum { MAX_MODEL_MIB = 1024 };

static const char help[] =
    "usage: winnow eval text --data DIR [--model FILE] [--split dev|train]\n\n"
    "Measure a text model on the labelled texts in a folder (as `winnow train` reads it):\n"
    "ranking, calibration and what thresholds do, by category, source and language, as\n"
    "Markdown tables on standard output.\n\n"
    "  --data DIR    the folder\n"
    "  --model FILE  a model that `winnow train` made (the built-in one)\n"
    "  --split NAME  dev (the default) or train\n";

typedef struct arguments {
    const char *data, *model;
    bool        dev;
} arguments;

static bool read_arguments(int argc, char **argv, arguments *a, bool *help_only)
{
    enum { OPT_DATA = 256, OPT_MODEL, OPT_SPLIT };
    static const struct option longopts[] = {
        { "help", no_argument, NULL, 'h' },
        { "data", required_argument, NULL, OPT_DATA },
        { "model", required_argument, NULL, OPT_MODEL },
        { "split", required_argument, NULL, OPT_SPLIT },
        { NULL, 0, NULL, 0 },
    };
    int c;

    while ((c = getopt_long(argc, argv, "h", longopts, NULL)) != -1) {
        if (c == 'h') {
            *help_only = true;
            return true;
        } else if (c == OPT_DATA) {
            a->data = optarg;
        } else if (c == OPT_MODEL) {
            a->model = optarg;
        } else if (c == OPT_SPLIT) {
            a->dev = strcmp(optarg, "dev") == 0;
            if (!a->dev && strcmp(optarg, "train") != 0)
                return wn_cli_refuse("--split takes dev or train");
        } else {
            return false;
        }
    }
    if (optind + 1 != argc || strcmp(argv[optind], "text") != 0)
        return wn_cli_refuse("only text models are measured; see `winnow eval --help`");
    if (a->data == NULL)
        return wn_cli_refuse("eval text needs --data; see `winnow eval --help`");
    return true;
}

static wn_code eval(wn_arena *arena, const arguments *a, wn_buf *out, wn_err *err)
{
    wn_span    file = wn_asset_get(WN_ASSET_TEXT_MODEL);
    wn_linear *model = NULL;
    wn_dataset set;
    wn_eval    result;
    wn_code    code;

    if (a->model != NULL)
        WN_TRY(wn_file_read(arena, a->model, (uint64_t)MAX_MODEL_MIB << 20, &file, err));
    WN_TRY(wn_linear_load(file, &model, err));
    code = wn_dataset_load(arena, a->data, NULL, &set, err);
    if (code == WN_OK)
        code = wn_eval_text(arena, model, &set, a->dev, NULL, &result, err);
    wn_linear_free(model);
    if (code != WN_OK)
        return code;
    wn_eval_print(out, &result);
    return wn_buf_check(out, err);
}

int wn_cli_eval(int argc, char **argv)
{
    WN_AUTO(wn_buf_done) wn_buf out = WN_BUF_INIT((size_t)1 << 26);
    arguments                   a = { .dev = true };
    bool                        help_only = false;
    wn_arena                   *arena;
    wn_err                      err = { .code = WN_OK };
    wn_code                     code;

    if (!read_arguments(argc, argv, &a, &help_only))
        return WN_EXIT_ERROR;
    if (help_only) {
        (void)fputs(help, stdout);
        return WN_EXIT_CLEAN;
    }
    arena = wn_arena_new(MEMORY);
    if (arena == NULL)
        return wn_cli_fail("out of memory");
    code = eval(arena, &a, &out, &err);
    wn_arena_free(arena);
    if (code != WN_OK)
        return wn_cli_fail_err(&err);
    (void)fwrite(out.ptr, 1, out.len, stdout);
    if (fflush(stdout) != 0 || ferror(stdout))
        return wn_cli_fail("cannot write to standard output");
    return WN_EXIT_CLEAN;
}
