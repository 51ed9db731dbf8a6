/* SPDX-License-Identifier: Apache-2.0 */
/* `winnow scan`: items judged on all cores, verdicts printed in input order. */
#include "src/cli/cli.h"

#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/arena.h"
#include "src/base/err.h"
#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/base/pool.h"
#include "src/cli/progress.h"
#include "src/cli/report.h"
#include "src/cli/source.h"
#include "src/engine/engine_internal.h"

enum { MAX_META = 16, SLOTS_PER_JOB = 4, MAX_TEXTS = 1024, MAX_MARKED_BYTES = 16 << 20 };

static const char help[] =
    "usage: winnow scan [OPTION]... PATH...\n"
    "       winnow scan [OPTION]... --text STRING\n"
    "       COMMAND | winnow scan [OPTION]... -\n\n"
    "Judge items by a policy. A PATH is a file, a folder (walked, symbolic links\n"
    "followed) or - for standard input.\n\n"
    "  --policy FILE      a policy file or a built-in one: default, marketplace, children\n"
    "  --surface NAME     where the items were posted, as the policy names it\n"
    "  --meta KEY=VALUE   account_age_days, prior_violations, report_count or trusted\n"
    "  --text STRING      judge this text (may be repeated)\n"
    "  --lines            each line of each PATH is an item of its own\n"
    "  --json             one verdict a line, as docs/verdict.schema.json says\n"
    "  --jobs N           threads (default: one a core)\n"
    "  --max-bytes N      refuse larger items (default: 268435456)\n"
    "  --text-model FILE  a text model other than the built-in one\n"
    "  --models-dir DIR   the folder of picture models\n"
    "  --quiet            print only what is not allowed, and the summary\n\n"
    "exit status: 0 nothing reaches review, 1 something does, 2 usage error or an\n"
    "item that could not be judged (the others are still judged)\n";

typedef struct scan_options {
    wn_engine_options engine;
    wn_source_options source;
    const char       *surface;
    wn_meta           meta[MAX_META];
    size_t            meta_count;
    char             *texts[MAX_TEXTS];
    uint64_t          jobs;
    bool              json, quiet;
} scan_options;

typedef struct run run;

/* One item on its way through the pool. */
typedef struct slot {
    run        *owner;
    wn_input    input;
    wn_verdict *verdict;
    wn_code     code;
    wn_err      err;
    bool        done;
} slot;

struct run {
    const scan_options *options;
    wn_engine          *engine;
    pthread_mutex_t     lock;
    pthread_cond_t      ready;
    slot               *slots;
    size_t              slot_count;
    wn_tally            tally;
    wn_progress         progress;
    bool                colour;
};

/* Set by SIGINT and SIGTERM: no new items, what is under way is finished and printed. */
static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    interrupted = number;
}

static void judge(void *arg)
{
    slot           *s = arg;
    wn_item_request item = WN_ITEM_INIT;
    wn_err          why;

    item.path = s->input.path;
    item.name = s->input.name;
    item.index = s->input.index;
    item.is_text = s->input.is_text;
    /* A line too long to keep has its true length: the engine refuses it unread. */
    item.bytes = (wn_span){ s->input.bytes.ptr, s->input.full_len };
    item.surface = s->owner->options->surface;
    item.meta = s->owner->options->meta;
    item.meta_count = s->owner->options->meta_count;
    if (s->input.problem != NULL) {
        (void)wn_fail(&why, WN_E_IO, "%s", s->input.problem);
        s->code = wn_engine_refuse(s->owner->engine, &item, &why, &s->verdict, &s->err);
    } else {
        s->code = wn_engine_scan(s->owner->engine, &item, &s->verdict, &s->err);
        if (s->code == WN_E_NOMEM) { /* that costs this item, not the run */
            why = s->err;
            s->code = wn_engine_refuse(s->owner->engine, &item, &why, &s->verdict, &s->err);
        }
    }
    (void)pthread_mutex_lock(&s->owner->lock);
    s->done = true;
    (void)pthread_cond_signal(&s->owner->ready);
    (void)pthread_mutex_unlock(&s->owner->lock);
}

/* The item's text for marking: at hand, or read again from its file. */
static wn_span text_of(const slot *s, wn_arena *arena)
{
    wn_span text = { s->input.bytes.ptr, s->input.bytes.len };
    wn_err  err;

    if (wn_verdict_reason_count(s->verdict) == 0)
        return (wn_span){ NULL, 0 };
    if (s->input.path != NULL &&
        wn_file_read(arena, s->input.path, MAX_MARKED_BYTES, &text, &err) != WN_OK)
        return (wn_span){ NULL, 0 };
    return text;
}

static void print_human(run *r, const slot *s)
{
    char        index[32];
    wn_arena   *arena;
    const char *name = s->input.name ? s->input.name : s->input.path;

    if (r->options->quiet && wn_verdict_action(s->verdict) == WN_ACTION_ALLOW)
        return;
    if (name == NULL) {
        (void)snprintf(index, sizeof index, "#%" PRIu64, s->input.index);
        name = index;
    }
    arena = wn_arena_new((size_t)2 * MAX_MARKED_BYTES);
    wn_report_item(stdout, s->verdict, name, arena ? text_of(s, arena) : (wn_span){ NULL, 0 },
                   r->colour);
    wn_arena_free(arena);
}

/* Print a finished slot and empty it. False when the run must stop. */
static bool finish(run *r, slot *s)
{
    wn_span json;

    (void)pthread_mutex_lock(&r->lock);
    while (!s->done)
        (void)pthread_cond_wait(&r->ready, &r->lock);
    (void)pthread_mutex_unlock(&r->lock);
    if (s->code != WN_OK) {
        wn_progress_clear(&r->progress);
        (void)wn_cli_fail_err(&s->err);
        wn_input_done(&s->input);
        return false;
    }
    wn_progress_clear(&r->progress);
    if (r->options->json) {
        json = wn_verdict_json(s->verdict);
        (void)fwrite(json.ptr, 1, json.len, stdout);
        (void)fputc('\n', stdout);
    } else {
        print_human(r, s);
    }
    r->tally.actions[wn_verdict_action(s->verdict)]++;
    r->tally.unjudged += wn_verdict_error(s->verdict) != NULL;
    wn_verdict_free(s->verdict);
    s->verdict = NULL;
    wn_input_done(&s->input);
    wn_progress_add(&r->progress, 1);
    return !ferror(stdout);
}

/*
 * Items go round a ring of slots: the pool fills them in any order, this thread
 * prints them in input order and reuses them.
 */
static bool pump(run *r, wn_source *source, wn_pool *pool)
{
    uint64_t next = 0, printed = 0;
    bool     ok = true, end = false;

    while (ok && !end && !interrupted) {
        slot  *s = &r->slots[next % r->slot_count];
        wn_err err;

        if (next - printed == r->slot_count)
            ok = finish(r, &r->slots[printed++ % r->slot_count]);
        if (!ok)
            break;
        if (wn_source_next(source, &s->input, &end, &err) != WN_OK) {
            (void)wn_cli_fail_err(&err);
            ok = false;
        } else if (!end) {
            s->done = false;
            s->owner = r;
            next++;
            wn_pool_submit(pool, judge, s);
        }
    }
    while (printed < next)
        ok = finish(r, &r->slots[printed++ % r->slot_count]) && ok;
    return ok;
}

static bool run_items(run *r, wn_source *source)
{
    wn_pool *pool;
    wn_err   err;
    bool     ok;

    r->slot_count = (size_t)r->options->jobs * SLOTS_PER_JOB;
    r->slots = wn_calloc(r->slot_count, sizeof *r->slots);
    if (r->slots == NULL)
        return wn_cli_refuse("out of memory");
    if (wn_pool_new((size_t)r->options->jobs, r->slot_count, &pool, &err) != WN_OK) {
        wn_free(r->slots);
        (void)wn_cli_fail_err(&err);
        return false;
    }
    ok = pump(r, source, pool);
    wn_pool_free(pool);
    for (size_t i = 0; i < r->slot_count; i++)
        wn_input_done(&r->slots[i].input);
    wn_free(r->slots);
    return ok;
}

static int exit_status(const run *r, bool ok)
{
    if (interrupted)
        return 128 + (int)interrupted;
    if (!ok || r->tally.unjudged > 0)
        return WN_EXIT_ERROR;
    if (r->tally.actions[WN_ACTION_REVIEW] + r->tally.actions[WN_ACTION_BLOCK] > 0)
        return WN_EXIT_FOUND;
    return WN_EXIT_CLEAN;
}

static int scan(const scan_options *options)
{
    run        r = { .options = options };
    wn_source *source;
    wn_err     err;
    bool       ok;

    if (wn_engine_open(&options->engine, &r.engine, &err) != WN_OK)
        return wn_cli_fail_err(&err);
    source = wn_source_new(&options->source);
    if (source == NULL) {
        wn_engine_free(r.engine);
        return wn_cli_fail("out of memory");
    }
    (void)pthread_mutex_init(&r.lock, NULL);
    (void)pthread_cond_init(&r.ready, NULL);
    r.colour = wn_cli_colour(stdout);
    (void)signal(SIGINT, on_signal);
    (void)signal(SIGTERM, on_signal);
    wn_progress_start(&r.progress, isatty(STDERR_FILENO) ? wn_source_count(&options->source) : 0);
    ok = run_items(&r, source);
    wn_progress_clear(&r.progress);
    if (!options->json)
        wn_report_summary(stdout, &r.tally, r.colour);
    if (fflush(stdout) != 0 || ferror(stdout))
        ok = wn_cli_refuse("standard output could not be written: verdicts are missing");
    if (interrupted)
        (void)wn_cli_fail("interrupted: what is printed above was judged, the rest was not");
    wn_source_free(source);
    (void)pthread_cond_destroy(&r.ready);
    (void)pthread_mutex_destroy(&r.lock);
    wn_engine_free(r.engine);
    return exit_status(&r, ok);
}

/* KEY=VALUE; the argument is cut at the sign. */
static bool add_meta(scan_options *o, char *arg)
{
    char *sign = strchr(arg, '=');

    if (sign == NULL || sign == arg)
        return wn_cli_refuse("--meta takes KEY=VALUE, for instance account_age_days=3");
    if (o->meta_count == MAX_META)
        return wn_cli_refuse("--meta was given more than 16 times");
    *sign = '\0';
    o->meta[o->meta_count++] = (wn_meta){ arg, sign + 1 };
    return true;
}

static bool add_text(scan_options *o, char *arg)
{
    if (o->source.text_count == MAX_TEXTS)
        return wn_cli_refuse("--text was given more than 1024 times: use --lines");
    o->texts[o->source.text_count++] = arg;
    return true;
}

enum {
    OPT_POLICY = 256,
    OPT_SURFACE,
    OPT_META,
    OPT_TEXT,
    OPT_LINES,
    OPT_JSON,
    OPT_JOBS,
    OPT_MAX_BYTES,
    OPT_TEXT_MODEL,
    OPT_MODELS_DIR
};

static bool set_option(scan_options *o, int c, char *arg)
{
    switch (c) {
    case OPT_POLICY:
        o->engine.policy = arg;
        return true;
    case OPT_SURFACE:
        o->surface = arg;
        return true;
    case OPT_META:
        return add_meta(o, arg);
    case OPT_TEXT:
        return add_text(o, arg);
    case OPT_LINES:
        o->source.lines = true;
        return true;
    case OPT_JSON:
        o->json = true;
        return true;
    case OPT_JOBS:
        return wn_cli_number("--jobs", arg, 1, 256, &o->jobs);
    case OPT_MAX_BYTES:
        return wn_cli_number("--max-bytes", arg, 1, (uint64_t)1 << 30, &o->engine.max_item_bytes);
    case OPT_TEXT_MODEL:
        o->engine.text_model = arg;
        return true;
    case OPT_MODELS_DIR:
        o->engine.models_dir = arg;
        return true;
    case 'q':
        o->quiet = true;
        return true;
    default:
        return false;
    }
}

static const struct option longopts[] = {
    { "help", no_argument, NULL, 'h' },
    { "policy", required_argument, NULL, OPT_POLICY },
    { "surface", required_argument, NULL, OPT_SURFACE },
    { "meta", required_argument, NULL, OPT_META },
    { "text", required_argument, NULL, OPT_TEXT },
    { "lines", no_argument, NULL, OPT_LINES },
    { "json", no_argument, NULL, OPT_JSON },
    { "jobs", required_argument, NULL, OPT_JOBS },
    { "max-bytes", required_argument, NULL, OPT_MAX_BYTES },
    { "text-model", required_argument, NULL, OPT_TEXT_MODEL },
    { "models-dir", required_argument, NULL, OPT_MODELS_DIR },
    { "quiet", no_argument, NULL, 'q' },
    { NULL, 0, NULL, 0 },
};

int wn_cli_scan(int argc, char **argv)
{
    scan_options *o = wn_calloc(1, sizeof *o);
    long          cores = sysconf(_SC_NPROCESSORS_ONLN);
    int           c, status;

    if (o == NULL)
        return wn_cli_fail("out of memory");
    o->engine = (wn_engine_options)WN_ENGINE_OPTIONS_INIT;
    o->engine.max_item_bytes = (uint64_t)256 << 20;
    o->jobs = cores > 0 && cores <= 256 ? (uint64_t)cores : 1;
    while ((c = getopt_long(argc, argv, "hq", longopts, NULL)) != -1) {
        if (c == 'h')
            (void)fputs(help, stdout);
        if (c == 'h' || !set_option(o, c, optarg)) {
            wn_free(o);
            return c == 'h' ? WN_EXIT_CLEAN : WN_EXIT_ERROR;
        }
    }
    o->source.paths = argv + optind;
    o->source.path_count = (size_t)(argc - optind);
    o->source.texts = o->texts;
    o->source.max_item_bytes = o->engine.max_item_bytes;
    if (o->source.path_count + o->source.text_count == 0)
        status = wn_cli_fail("nothing to scan: name a file or folder, - for standard input, or "
                             "--text STRING; see `winnow scan --help`");
    else
        status = scan(o);
    wn_free(o);
    return status;
}
