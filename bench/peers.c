/* SPDX-License-Identifier: Apache-2.0 */
/* The normaliser beside named peers in one run: memcpy, and ICU's NFKC_Casefold. */
#include "bench/bench.h"

#include <stdio.h>
#include <string.h>

#ifdef WN_BENCH_ICU
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#endif

#include "src/base/arena.h"
#include "src/text/normalize.h"

enum { MIN_SECONDS = 1, LONGEST = 64 << 10 };

typedef int work_fn(void *ctx, wn_span item);

static int do_memcpy(void *ctx, wn_span item)
{
    memcpy(ctx, item.ptr, item.len);
    __asm__ volatile("" : : "r"(ctx) : "memory");
    return 0;
}

static int do_winnow(void *ctx, wn_span item)
{
    wn_arena             *arena = ctx;
    const struct wn_text *text;
    wn_err                err;
    int                   failed = wn_text_normalize(arena, item, &text, &err) != WN_OK;

    wn_arena_reset(arena);
    return failed;
}

#ifdef WN_BENCH_ICU
static int do_icu(void *ctx, wn_span item)
{
    static UChar in[LONGEST], out[4 * LONGEST];
    UErrorCode   status = U_ZERO_ERROR;
    int32_t      len = 0;

    (void)u_strFromUTF8(in, LONGEST, &len, (const char *)item.ptr, (int32_t)item.len, &status);
    (void)unorm2_normalize(ctx, in, len, out, 4 * LONGEST, &status);
    return U_FAILURE(status);
}
#endif

/* MB/s of CPU time for one way of working over the corpus; 0 on failure. */
static double rate(work_fn *work, void *ctx, const wn_corpus *corpus)
{
    double start = wn_bench_thread_cpu(), used;
    size_t rounds = 0;

    do {
        for (size_t i = 0; i < corpus->count; i++)
            if (work(ctx, corpus->items[i]) != 0)
                return 0;
        rounds++;
        used = wn_bench_thread_cpu() - start;
    } while (used < MIN_SECONDS);
    return (double)(corpus->bytes * rounds) / used / 1e6;
}

int wn_bench_normalizer(const char *label, const wn_corpus *corpus)
{
    static uint8_t copy[LONGEST];
    wn_arena      *arena = wn_arena_new(64 << 20);
    char           name[128];
    double         ours = arena ? rate(do_winnow, arena, corpus) : 0;

    if (ours <= 0)
        return 2;
    (void)snprintf(name, sizeof name, "normalise %s", label);
    wn_bench_print(name, ours, "MB/s");
    (void)snprintf(name, sizeof name, "normalise %s / memcpy", label);
    wn_bench_print(name, ours / rate(do_memcpy, copy, corpus), "ratio");
#ifdef WN_BENCH_ICU
    {
        UErrorCode          status = U_ZERO_ERROR;
        const UNormalizer2 *icu = unorm2_getNFKCCasefoldInstance(&status);
        union {
            const void *in;
            void       *out;
        } ctx = { .in = icu };

        (void)snprintf(name, sizeof name, "normalise %s / ICU NFKC_Casefold", label);
        if (U_SUCCESS(status))
            wn_bench_print(name, ours / rate(do_icu, ctx.out, corpus), "ratio");
    }
#endif
    wn_arena_free(arena);
    return 0;
}
