/* SPDX-License-Identifier: Apache-2.0 */
/* `winnow train text`: train a text model and write it with its card. */
#include "src/cli/cli.h"

#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "src/base/err.h"
#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/model/card.h"
#include "src/model/train.h"

#define MEMORY ((size_t)1 << 36)

static const char help[] =
    "usage: winnow train text --data DIR --out FILE [--card FILE] [--seed N]\n"
    "                         [--size KIB] [--min-positives N]\n\n"
    "Train a text model on the labelled texts in a folder (.jsonl or .jsonl.gz files; a row\n"
    "a line: text, labels {category: 0 or 1}, optional split, lang, kind, synthetic, weak; a\n"
    "label that is not there is unknown). The same data and options give the same file. A\n"
    "model that flags neutral sentences is trained again more gently, and not written when\n"
    "it still does. Ctrl-C stops and leaves no file.\n\n"
    "  --data DIR         the folder\n"
    "  --out FILE         the model to write; scan with it by `--text-model FILE`\n"
    "  --card FILE        write the model card, in Markdown, there\n"
    "  --seed N           of the order in which rows are read (1)\n"
    "  --size KIB         of the model's table (3840)\n"
    "  --min-positives N  positives, neither synthetic nor from word lists, that a category\n"
    "                     needs to be trained (100)\n";

typedef struct arguments {
    const char      *data, *out, *card;
    wn_train_options train;
} arguments;

/* Set by Ctrl-C; training looks at it several times a second. */
static volatile sig_atomic_t interrupted;

static void interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

/* One line on a terminal, rewritten; nothing elsewhere. */
static bool tell(void *ctx, const char *what, size_t done, size_t total)
{
    int *shown = ctx;
    int  percent = total > 0 ? (int)(done * 100 / total) : 0;

    if (isatty(STDERR_FILENO) == 1 && *shown != percent) {
        *shown = percent;
        (void)fprintf(stderr, "\r\033[K[%-25.*s] %3d%%  %s", percent / 4,
                      "#########################", percent, what);
    }
    return interrupted == 0;
}

static void tell_end(void)
{
    if (isatty(STDERR_FILENO) == 1)
        (void)fputs("\r\033[K", stderr);
}

static bool read_arguments(int argc, char **argv, arguments *a, bool *help_only)
{
    enum { OPT_DATA = 256, OPT_OUT, OPT_CARD, OPT_SEED, OPT_SIZE, OPT_MIN };
    static const struct option longopts[] = {
        { "help", no_argument, NULL, 'h' },
        { "data", required_argument, NULL, OPT_DATA },
        { "out", required_argument, NULL, OPT_OUT },
        { "card", required_argument, NULL, OPT_CARD },
        { "seed", required_argument, NULL, OPT_SEED },
        { "size", required_argument, NULL, OPT_SIZE },
        { "min-positives", required_argument, NULL, OPT_MIN },
        { NULL, 0, NULL, 0 },
    };
    uint64_t n;
    int      c;

    while ((c = getopt_long(argc, argv, "h", longopts, NULL)) != -1) {
        if (c == 'h') {
            *help_only = true;
            return true;
        } else if (c == OPT_DATA) {
            a->data = optarg;
        } else if (c == OPT_OUT) {
            a->out = optarg;
        } else if (c == OPT_CARD) {
            a->card = optarg;
        } else if (c == OPT_SEED) {
            if (!wn_cli_number("--seed", optarg, 0, UINT64_MAX, &a->train.seed))
                return false;
        } else if (c == OPT_SIZE) {
            if (!wn_cli_number("--size", optarg, 1, 1u << 20, &n))
                return false;
            a->train.lines = (uint32_t)(n * 1024 / WN_LINEAR_LINE);
        } else if (c == OPT_MIN) {
            if (!wn_cli_number("--min-positives", optarg, 10, 1u << 30, &n))
                return false;
            a->train.min_positives = (size_t)n;
        } else {
            return false;
        }
    }
    if (optind + 1 != argc || strcmp(argv[optind], "text") != 0)
        return wn_cli_refuse("only text models are trained; see `winnow train --help`");
    if (a->data == NULL || a->out == NULL)
        return wn_cli_refuse("train text needs --data and --out; see `winnow train --help`");
    return true;
}

/* The command that makes the same model: only what has a bearing on it. */
static const char *command_of(wn_arena *arena, const arguments *a)
{
    return wn_arena_printf(arena,
                           "winnow train text --data DIR --out FILE --seed %" PRIu64
                           " --size %" PRIu32 " --min-positives %zu",
                           a->train.seed, a->train.lines * (WN_LINEAR_LINE / 4) / 256,
                           a->train.min_positives);
}

static wn_code write_files(wn_arena *arena, const arguments *a, const wn_trained *trained,
                           const wn_eval *eval, const wn_linear *model, wn_err *err)
{
    WN_AUTO(wn_buf_done) wn_buf text = WN_BUF_INIT((size_t)1 << 26);
    wn_neutral_kind             neutral[WN_NEUTRAL_KINDS];
    wn_card                     card = { .command = command_of(arena, a),
                                         .seed = a->train.seed,
                                         .model = model,
                                         .digest = wn_sha256(trained->file),
                                         .trained = trained,
                                         .eval = eval,
                                         .neutral = neutral };

    if (card.command == NULL)
        return wn_arena_fail(arena, err);
    if (a->card != NULL) {
        WN_TRY(wn_card_neutral(model, neutral, err));
        wn_card_print(&text, &card);
        WN_TRY(wn_buf_check(&text, err));
        WN_TRY(wn_file_write(a->card, wn_buf_span(&text), err));
    }
    return wn_file_write(a->out, trained->file, err);
}

static void report(const wn_dataset *set, const wn_trained *trained, const wn_eval *eval)
{
    if (set->refused > 0)
        (void)fprintf(stderr, "%zu lines were no rows and left out; the first: %s line %u: %s\n",
                      set->refused, set->first_refused.file, set->first_refused.line,
                      set->first_refused.msg);
    (void)printf("%-24s %9s %9s %8s %8s\n", "category", "positives", "negatives", "AUC", "ECE");
    for (size_t c = 0; c < eval->classes; c++)
        (void)printf("%-24s %9zu %9zu %8.4f %8.4f\n", wn_category_name(eval->class[c].category),
                     trained->examples.positives[c], trained->examples.negatives[c],
                     eval->class[c].all.quality.auc, eval->class[c].all.quality.ece);
}

/* Train in an arena of its own, and ask the gate. On success `ret` and `model` are the caller's. */
static wn_code attempt(const arguments *a, unsigned gentler, const wn_dataset *set, wn_arena **ret,
                       wn_trained *trained, wn_linear **model, wn_err *err)
{
    wn_train_options options = a->train;
    wn_arena        *arena = wn_arena_new(MEMORY);
    wn_linear       *made = NULL;
    wn_code          code;

    if (arena == NULL)
        return wn_fail_nomem(err);
    options.gentler = gentler;
    code = wn_train_text(arena, set, &options, trained, err);
    if (code == WN_OK)
        code = wn_linear_load(trained->file, &made, err);
    if (code == WN_OK)
        code =
            wn_linear_neutral_gate(made, WN_LINEAR_NEUTRAL_SCORE, "the trained model", a->out, err);
    if (code != WN_OK) {
        wn_linear_free(made);
        wn_arena_free(arena);
        return code;
    }
    *ret = arena;
    *model = made;
    return WN_OK;
}

static wn_code measure_and_write(wn_arena *arena, const arguments *a, const wn_dataset *set,
                                 wn_trained *trained, const wn_linear *model, wn_err *err)
{
    wn_linear *marked = NULL;
    wn_eval    eval;
    wn_code    code;

    WN_TRY(wn_eval_text(arena, model, set, true, a->train.watch, &eval, err));
    wn_train_mark(trained, &eval);
    /* Loaded once more, for what the measuring wrote into the file. */
    WN_TRY(wn_linear_load(trained->file, &marked, err));
    code = write_files(arena, a, trained, &eval, marked, err);
    wn_linear_free(marked);
    if (code != WN_OK)
        return code;
    tell_end();
    report(set, trained, &eval);
    return WN_OK;
}

static wn_code train(wn_arena *arena, const arguments *a, wn_err *err)
{
    wn_arena  *own = NULL;
    wn_linear *model = NULL;
    wn_trained trained = { .bytes = NULL };
    wn_dataset set;
    wn_code    code = WN_E_FORMAT;

    WN_TRY(wn_dataset_load(arena, a->data, a->train.watch, &set, err));
    for (unsigned gentler = 0; code == WN_E_FORMAT && gentler <= WN_TRAIN_GENTLER; gentler++)
        code = attempt(a, gentler, &set, &own, &trained, &model, err);
    if (code != WN_OK)
        return code;
    code = measure_and_write(own, a, &set, &trained, model, err);
    wn_linear_free(model);
    wn_arena_free(own);
    return code;
}

int wn_cli_train(int argc, char **argv)
{
    int              shown = -1;
    wn_watch         watch = { tell, &shown };
    arguments        a = { .train = { .seed = 1,
                                      .lines = WN_TRAIN_LINES,
                                      .min_positives = WN_TRAIN_POSITIVES,
                                      .watch = &watch } };
    struct sigaction on_interrupt = { .sa_handler = interrupt };
    bool             help_only = false;
    wn_arena        *arena;
    wn_err           err = { .code = WN_OK };
    wn_code          code;

    if (!read_arguments(argc, argv, &a, &help_only))
        return WN_EXIT_ERROR;
    if (help_only) {
        (void)fputs(help, stdout);
        return WN_EXIT_CLEAN;
    }
    (void)sigaction(SIGINT, &on_interrupt, NULL);
    (void)sigaction(SIGTERM, &on_interrupt, NULL);
    arena = wn_arena_new(MEMORY);
    if (arena == NULL)
        return wn_cli_fail("out of memory");
    code = train(arena, &a, &err);
    wn_arena_free(arena);
    if (code != WN_OK) {
        tell_end();
        return wn_cli_fail_err(&err);
    }
    return WN_EXIT_CLEAN;
}
