/* SPDX-License-Identifier: Apache-2.0 */
/* CPU time of each extractor and detector, of the decision and of the whole scan, an item. */
#include "bench/bench.h"

#include <stdio.h>
#include <string.h>

#include "src/engine/engine_internal.h"

enum { MAX_PARTS = 32, MIN_SECONDS = 2 };

/* Walk one item as src/engine/walk.c does, with a clock on each part. */
static int walk_timed(const wn_engine *engine, wn_arena *arena, wn_span item, int is_text,
                      double *seconds)
{
    wn_scan *scan = WN_ARENA_NEW(arena, wn_scan);
    wn_err   err;

    if (scan == NULL || wn_scan_init(scan, arena, item,
                                     is_text ? WN_MEDIA_TEXT : wn_media_sniff(item), &err) != WN_OK)
        return -1;
    for (size_t v = 0; v < scan->view_count; v++) {
        for (size_t i = 0; i < engine->part_count; i++) {
            const wn_engine_part *p = &engine->parts[i];
            double                start;

            if (!(p->part->reads & WN_VIEW_BIT(scan->views[v]->kind)) || p->opened.absent != NULL)
                continue;
            /* The picture decoder works in a process of its own: only wall time sees it. */
            start = is_text ? wn_bench_thread_cpu() : wn_bench_wall();
            if (p->part->run(p->opened.state, scan, scan->views[v], &err) != WN_OK)
                return -1;
            seconds[i] += (is_text ? wn_bench_thread_cpu() : wn_bench_wall()) - start;
        }
    }
    return 0;
}

static int scan_all(const wn_engine *engine, const wn_corpus *corpus, int is_text)
{
    for (size_t i = 0; i < corpus->count; i++) {
        wn_item_request item = WN_ITEM_INIT;
        wn_verdict     *verdict;
        wn_err          err;

        item.bytes = corpus->items[i];
        item.is_text = is_text;
        if (wn_engine_scan(engine, &item, &verdict, &err) != WN_OK)
            return -1;
        wn_verdict_free(verdict);
    }
    return 0;
}

static void print_figure(const char *label, const char *what, double seconds, double items,
                         double bytes, int is_text)
{
    char name[128];

    (void)snprintf(name, sizeof name, "%s: %s", label, what);
    wn_bench_print(name, seconds / items * 1e6, "us/item");
    if (is_text) {
        (void)snprintf(name, sizeof name, "%s: %s, rate", label, what);
        wn_bench_print(name, bytes / seconds / 1e6, "MB/s");
    }
}

static int time_parts(const wn_engine *engine, const char *label, const wn_corpus *corpus,
                      int is_text)
{
    double    seconds[MAX_PARTS] = { 0 }, start = wn_bench_wall();
    wn_arena *arena = wn_arena_new(engine->max_memory);
    size_t    rounds = 0;

    if (arena == NULL)
        return 2;
    do {
        for (size_t i = 0; i < corpus->count; i++) {
            if (walk_timed(engine, arena, corpus->items[i], is_text, seconds) != 0)
                return 2;
            wn_arena_reset(arena);
        }
        rounds++;
    } while (wn_bench_wall() - start < MIN_SECONDS);
    for (size_t i = 0; i < engine->part_count && i < MAX_PARTS; i++)
        if (seconds[i] > 0)
            print_figure(label, engine->parts[i].part->name, seconds[i],
                         (double)(corpus->count * rounds), (double)(corpus->bytes * rounds),
                         is_text);
    wn_arena_free(arena);
    return 0;
}

int wn_bench_parts(const char *label, const char *policy, const wn_corpus *corpus, int is_text)
{
    wn_engine_options options = WN_ENGINE_OPTIONS_INIT;
    wn_engine        *engine;
    wn_err            err;
    double            start, used;
    size_t            rounds = 0;
    int               failed;

    options.policy = policy;
    if (wn_engine_open(&options, &engine, &err) != WN_OK) {
        (void)fprintf(stderr, "winnow-bench: %s\n", err.msg);
        return 2;
    }
    failed = scan_all(engine, corpus, is_text) || time_parts(engine, label, corpus, is_text);
    start = is_text ? wn_bench_thread_cpu() : wn_bench_wall();
    do {
        failed = failed || scan_all(engine, corpus, is_text);
        rounds++;
        used = (is_text ? wn_bench_thread_cpu() : wn_bench_wall()) - start;
    } while (!failed && used < MIN_SECONDS);
    if (!failed) {
        print_figure(label, "whole verdict", used, (double)(corpus->count * rounds),
                     (double)(corpus->bytes * rounds), is_text);
        wn_bench_print(is_text ? "texts a second and core" : "pictures a second",
                       (double)(corpus->count * rounds) / used, "1/s");
        wn_bench_print(is_text ? "resident, text" : "resident, pictures", wn_bench_resident(),
                       "MiB");
    }
    wn_engine_free(engine);
    return failed ? 2 : 0;
}
