/* SPDX-License-Identifier: Apache-2.0 */
/* `winnow-bench text|pictures|start ...`: figures as JSON lines; tools/bench makes the table. */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <winnow/winnow.h>

#include "src/base/arena.h"
#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/text/neutral.h"

static double clock_seconds(clockid_t id)
{
    struct timespec t;

    (void)clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double wn_bench_thread_cpu(void)
{
    return clock_seconds(CLOCK_THREAD_CPUTIME_ID);
}

double wn_bench_wall(void)
{
    return clock_seconds(CLOCK_MONOTONIC);
}

double wn_bench_process_cpu(void)
{
    struct rusage children;

    (void)getrusage(RUSAGE_CHILDREN, &children);
    return clock_seconds(CLOCK_PROCESS_CPUTIME_ID) + (double)children.ru_utime.tv_sec +
           (double)children.ru_utime.tv_usec / 1e6;
}

double wn_bench_resident(void)
{
    long  pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");

    if (f != NULL) {
        if (fscanf(f, "%*d %ld", &pages) != 1)
            pages = 0;
        (void)fclose(f);
    }
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}

void wn_bench_print(const char *name, double value, const char *unit)
{
    (void)printf("{\"figure\":\"%s\",\"value\":%.6g,\"unit\":\"%s\"}\n", name, value, unit);
    (void)fflush(stdout);
}

static void die(const char *msg)
{
    (void)fprintf(stderr, "winnow-bench: %s\n", msg);
    exit(2);
}

wn_corpus wn_corpus_everyday(size_t length, size_t bytes, int ascii)
{
    wn_corpus  c = { 0 };
    size_t     cap = bytes + 4096, at = 0, item = 0;
    uint8_t   *data = wn_malloc(cap);
    wn_neutral s;

    c.storage = data;
    c.items = wn_calloc(bytes / 2 + 1, sizeof *c.items);
    if (data == NULL || c.items == NULL)
        die("out of memory");
    while (c.bytes < bytes) {
        if (!wn_neutral_next(&at, &s)) {
            at = 0;
            continue;
        }
        if ((ascii && wn_ascii_prefix(s.text.ptr, s.text.len) < s.text.len) ||
            c.bytes + s.text.len + 1 >= cap)
            continue;
        memcpy(data + c.bytes, s.text.ptr, s.text.len);
        c.bytes += s.text.len;
        data[c.bytes++] = ' ';
        if (c.bytes - item >= length) {
            c.items[c.count++] = (wn_span){ data + item, c.bytes - item };
            item = c.bytes;
        }
    }
    return c;
}

void wn_corpus_done(wn_corpus *corpus)
{
    wn_free(corpus->items);
    wn_free(corpus->storage);
    memset(corpus, 0, sizeof *corpus);
}

static int bench_text(const char *policy)
{
    wn_corpus mixed = wn_corpus_everyday(170, 4 << 20, 0);
    wn_corpus ascii = wn_corpus_everyday(170, 4 << 20, 1);
    int failed = wn_bench_normalizer("mixed", &mixed) || wn_bench_normalizer("ascii", &ascii) ||
                 wn_bench_parts("text-mixed", policy, &mixed, 1) ||
                 wn_bench_parts("text-ascii", policy, &ascii, 1);

    wn_corpus_done(&mixed);
    wn_corpus_done(&ascii);
    return failed;
}

static int bench_pictures(const char *policy, char **paths, int count)
{
    wn_arena *arena = wn_arena_new((size_t)1 << 30);
    wn_corpus c = { 0 };
    wn_err    err;
    int       failed;

    c.items = wn_calloc((size_t)count, sizeof *c.items);
    if (arena == NULL || c.items == NULL)
        die("out of memory");
    for (int i = 0; i < count; i++) {
        if (wn_file_read(arena, paths[i], 1 << 28, &c.items[c.count], &err) != WN_OK)
            die(err.msg);
        c.bytes += c.items[c.count++].len;
    }
    failed = wn_bench_parts("pictures", policy, &c, 0);
    wn_free(c.items);
    wn_arena_free(arena);
    return failed;
}

/* Opening the engine and judging a first short text. */
static int bench_start(const char *policy)
{
    wn_engine_options options = WN_ENGINE_OPTIONS_INIT;
    wn_item_request   item = WN_ITEM_INIT;
    wn_engine        *engine;
    wn_verdict       *verdict;
    wn_err            err;
    double            wall = wn_bench_wall(), cpu = wn_bench_process_cpu();

    options.policy = policy;
    item.bytes = (wn_span){ (const uint8_t *)"hello world", 11 };
    item.is_text = 1;
    if (wn_engine_open(&options, &engine, &err) != WN_OK)
        die(err.msg);
    wn_bench_print("start: engine open, wall", (wn_bench_wall() - wall) * 1e3, "ms");
    wn_bench_print("start: engine open, CPU", (wn_bench_process_cpu() - cpu) * 1e3, "ms");
    if (wn_engine_scan(engine, &item, &verdict, &err) != WN_OK)
        die(err.msg);
    wn_verdict_free(verdict);
    wn_bench_print("resident after one text", wn_bench_resident(), "MiB");
    wn_engine_free(engine);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "text") == 0)
        return bench_text(argv[2]);
    if (argc >= 4 && strcmp(argv[1], "pictures") == 0)
        return bench_pictures(argv[2], argv + 3, argc - 3);
    if (argc >= 3 && strcmp(argv[1], "start") == 0)
        return bench_start(argv[2]);
    (void)fputs("usage: winnow-bench text POLICY | pictures POLICY FILE... | start POLICY\n",
                stderr);
    return 2;
}
