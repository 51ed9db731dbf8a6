/* SPDX-License-Identifier: Apache-2.0 */
/* Growing a normalised text and its runs, and replacing pieces of a finished one. */
#include "src/text/build.h"

#include <string.h>

#include "src/base/err.h"

#define LONGEST ((size_t)INT32_MAX - 64)

void wn_build_init(wn_build *b, wn_arena *arena, size_t bytes)
{
    *b = (wn_build){ .arena = arena };
    (void)wn_build_reserve(b, bytes);
}

uint8_t *wn_build_reserve(wn_build *b, size_t n)
{
    size_t   cap;
    uint8_t *out;

    if (b->failed)
        return NULL;
    if (b->out != NULL && n <= b->cap - b->len)
        return b->out + b->len;
    if (n > LONGEST - b->len) {
        b->failed = b->too_long = true;
        return NULL;
    }
    cap = b->len + n;
    if (b->out != NULL && cap < 2 * b->cap)
        cap = 2 * b->cap < LONGEST ? 2 * b->cap : LONGEST;
    out = wn_arena_alloc(b->arena, cap + WN_BUILD_PADDING, 1);
    if (out == NULL) {
        b->failed = true;
        return NULL;
    }
    if (b->len)
        memcpy(out, b->out, b->len);
    b->out = out;
    b->cap = cap;
    return out + b->len;
}

static void add_run(wn_build *b, wn_text_run run)
{
    if (b->failed)
        return;
    if (b->run_count == b->run_cap) {
        size_t       cap = b->run_cap ? 2 * b->run_cap : 8;
        wn_text_run *runs = wn_arena_alloc(b->arena, cap, sizeof *runs);

        if (runs == NULL) {
            b->failed = true;
            return;
        }
        if (b->run_count)
            memcpy(runs, b->runs, b->run_count * sizeof *runs);
        b->runs = runs;
        b->run_cap = cap;
    }
    b->runs[b->run_count++] = run;
}

void wn_build_exact_end(wn_build *b, size_t n, size_t raw)
{
    wn_text_run *last = b->run_count ? &b->runs[b->run_count - 1] : NULL;

    if (b->failed || n == 0)
        return;
    if (last != NULL && last->exact && last->raw + last->raw_len == raw) {
        last->raw_len = (uint32_t)(last->raw_len + n) & INT32_MAX;
    } else {
        add_run(b, (wn_text_run){ (uint32_t)b->len, (uint32_t)raw, (uint32_t)n & INT32_MAX, 1 });
    }
    b->len += n;
}

void wn_build_exact(wn_build *b, const uint8_t *bytes, size_t n, size_t raw)
{
    uint8_t *to = wn_build_reserve(b, n);

    if (to == NULL)
        return;
    memcpy(to, bytes, n);
    wn_build_exact_end(b, n, raw);
}

void wn_build_whole(wn_build *b, const uint8_t *bytes, size_t n, size_t raw, size_t raw_len)
{
    uint8_t *to = wn_build_reserve(b, n);

    if (to == NULL || n == 0)
        return;
    memcpy(to, bytes, n);
    add_run(b, (wn_text_run){ (uint32_t)b->len, (uint32_t)raw, (uint32_t)raw_len & INT32_MAX, 0 });
    b->len += n;
}

void wn_build_attach(wn_build *b, size_t raw_end)
{
    wn_text_run *last;
    uint32_t     at, raw;

    if (b->failed || b->run_count == 0)
        return;
    last = &b->runs[b->run_count - 1];
    at = (uint32_t)b->len - 1;
    while (at > last->norm && (b->out[at] & 0xC0) == 0x80)
        at--;
    if (!last->exact || at == last->norm) {
        last->exact = 0;
        last->raw_len = (uint32_t)(raw_end - last->raw) & INT32_MAX;
        return;
    }
    raw = last->raw + (at - last->norm);
    last->raw_len = (at - last->norm) & INT32_MAX;
    add_run(b, (wn_text_run){ at, raw, (uint32_t)(raw_end - raw) & INT32_MAX, 0 });
}

/* The run that byte `at` of the text belongs to. */
static size_t run_at(const wn_text *text, uint32_t at)
{
    size_t lo = 0, hi = text->run_count;

    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;

        if (text->runs[mid].norm <= at)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

void wn_build_copy(wn_build *b, const wn_text *from, uint32_t start, uint32_t end)
{
    if (start >= end)
        return;
    for (size_t i = run_at(from, start); start < end; i++) {
        const wn_text_run *run = &from->runs[i];
        uint32_t           stop = end;

        if (i + 1 < from->run_count && from->runs[i + 1].norm < end)
            stop = from->runs[i + 1].norm;
        if (run->exact)
            wn_build_exact(b, from->norm.ptr + start, stop - start, run->raw + start - run->norm);
        else
            wn_build_whole(b, from->norm.ptr + start, stop - start, run->raw, run->raw_len);
        start = stop;
    }
}

wn_code wn_build_check(wn_build *b, wn_err *err)
{
    if (b->too_long)
        return wn_fail(err, WN_E_LIMIT, "the text is longer than can be judged in one piece");
    if (b->failed)
        return wn_arena_fail(b->arena, err);
    memset(b->out + b->len, 0, WN_BUILD_PADDING);
    return WN_OK;
}

void wn_text_to_raw(const wn_text *text, uint32_t start, uint32_t end, uint64_t *raw_start,
                    uint64_t *raw_end)
{
    const wn_text_run *first, *last;

    if (text->run_count == 0 || start >= text->norm.len) {
        *raw_start = *raw_end = text->run_count ? text->raw.len : 0;
        return;
    }
    first = &text->runs[run_at(text, start)];
    *raw_start = first->exact ? first->raw + (start - first->norm) : first->raw;
    if (end <= start) {
        *raw_end = *raw_start;
        return;
    }
    last = &text->runs[run_at(text, end - 1)];
    *raw_end = last->exact ? last->raw + (end - last->norm) : last->raw + last->raw_len;
}

wn_code wn_text_edit_apply(wn_arena *arena, wn_text *text, const wn_text_edit *edits, size_t count,
                           wn_err *err)
{
    wn_build b;
    size_t   growth = 0;
    uint32_t at = 0;

    for (size_t i = 0; i < count; i++)
        growth += edits[i].len > edits[i].end - edits[i].start
                      ? edits[i].len - (edits[i].end - edits[i].start)
                      : 0;
    wn_build_init(&b, arena, text->norm.len + growth);
    for (size_t i = 0; i < count; i++) {
        uint64_t raw_start, raw_end;

        wn_build_copy(&b, text, at, edits[i].start);
        wn_text_to_raw(text, edits[i].start, edits[i].end, &raw_start, &raw_end);
        wn_build_whole(&b, (const uint8_t *)edits[i].with, edits[i].len, raw_start,
                       raw_end - raw_start);
        at = edits[i].end;
    }
    wn_build_copy(&b, text, at, (uint32_t)text->norm.len);
    WN_TRY(wn_build_check(&b, err));
    text->norm = (wn_span){ b.out, b.len };
    text->runs = b.runs;
    text->run_count = b.run_count;
    return WN_OK;
}
