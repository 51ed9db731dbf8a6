/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures to the input tensors of models. */
#include "src/model/resize.h"

#include <string.h>

#include "src/base/err.h"

/* Sums of bytes stay exact in 16 bits for as many rows. */
enum { BYTES = 16, MAX_ROWS = 257 };

/*
 * What one value of the result is made of along one axis: `whole` input values from `first` on
 * that count fully, and one on either side that counts in part. All weights together are 1.
 */
typedef struct span_of {
    uint32_t before, first, whole, after;
    float    before_weight, weight, after_weight;
} span_of;

static span_of span_shrunk(uint32_t i, uint32_t from, uint32_t to)
{
    double   scale = (double)from / to, start = i * scale, end = (i + 1) * scale;
    uint32_t first = (uint32_t)start, past = (uint32_t)end;
    span_of  s = { .weight = (float)(1 / scale) };

    if (past >= from || i + 1 == to) {
        past = from;
        end = from;
    }
    s.before = first;
    if (start > first) {
        s.before_weight = (float)((first + 1 - start) / scale);
        first++;
    }
    s.first = first;
    s.whole = past > first ? past - first : 0;
    s.after = past < from ? past : from - 1;
    s.after_weight = (float)((end - past) / scale);
    return s;
}

static span_of span_grown(uint32_t i, uint32_t from, uint32_t to)
{
    double   at = (i + 0.5) * from / to - 0.5;
    uint32_t low;

    if (at < 0)
        at = 0;
    low = (uint32_t)at;
    if (low >= from - 1)
        return (span_of){
            .before = from - 1, .first = from - 1, .after = from - 1, .before_weight = 1
        };
    return (span_of){ .before = low,
                      .first = low,
                      .after = low + 1,
                      .before_weight = (float)(1 - (at - low)),
                      .after_weight = (float)(at - low) };
}

static void spans(span_of *s, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < to; i++)
        s[i] = from >= to ? span_shrunk(i, from, to) : span_grown(i, from, to);
}

/* sums[i] += row[i], in steps that compilers turn into vector instructions. */
static void add_bytes(uint16_t *restrict sums, const uint8_t *restrict row, size_t n)
{
    size_t i = 0;

    for (; i + BYTES <= n; i += BYTES)
        for (size_t k = 0; k < BYTES; k++)
            sums[i + k] = (uint16_t)(sums[i + k] + row[i + k]);
    for (; i < n; i++)
        sums[i] = (uint16_t)(sums[i] + row[i]);
}

static void add_sums(float *restrict line, const uint16_t *restrict sums, size_t n, float weight)
{
    size_t i = 0;

    for (; i + BYTES <= n; i += BYTES)
        for (size_t k = 0; k < BYTES; k++)
            line[i + k] += weight * (float)sums[i + k];
    for (; i < n; i++)
        line[i] += weight * (float)sums[i];
}

static void add_row(float *restrict line, const uint8_t *restrict row, size_t n, float weight)
{
    size_t i = 0;

    for (; i + BYTES <= n; i += BYTES)
        for (size_t k = 0; k < BYTES; k++)
            line[i + k] += weight * (float)row[i + k];
    for (; i < n; i++)
        line[i] += weight * (float)row[i];
}

/* One line of the result's height and the picture's width. */
static void shrink_rows(const wn_image *image, const span_of *s, uint16_t *sums, float *line)
{
    size_t         n = (size_t)image->width * 3;
    const uint8_t *rgb = image->rgb;

    memset(line, 0, n * sizeof *line);
    if (s->before_weight > 0)
        add_row(line, rgb + s->before * n, n, s->before_weight);
    if (s->after_weight > 0)
        add_row(line, rgb + s->after * n, n, s->after_weight);
    for (uint32_t done = 0; done < s->whole; done += MAX_ROWS) {
        uint32_t past = s->whole - done < MAX_ROWS ? s->whole : done + MAX_ROWS;

        memset(sums, 0, n * sizeof *sums);
        for (uint32_t y = done; y < past; y++)
            add_bytes(sums, rgb + (s->first + y) * n, n);
        add_sums(line, sums, n, s->weight);
    }
}

/* One value of each plane. */
static void shrink_columns(const float *line, const span_of *s, float *dst, size_t plane)
{
    const float *p = line + (size_t)s->first * 3;
    const float *before = line + (size_t)s->before * 3, *after = line + (size_t)s->after * 3;
    float        red = 0, green = 0, blue = 0;

    for (uint32_t x = 0; x < s->whole; x++, p += 3) {
        red += p[0];
        green += p[1];
        blue += p[2];
    }
    dst[0] = (before[0] * s->before_weight + red * s->weight + after[0] * s->after_weight) / 255;
    dst[plane] =
        (before[1] * s->before_weight + green * s->weight + after[1] * s->after_weight) / 255;
    dst[2 * plane] =
        (before[2] * s->before_weight + blue * s->weight + after[2] * s->after_weight) / 255;
}

wn_code wn_resize_planes(wn_arena *arena, const wn_image *image, uint32_t side, float *dst,
                         wn_err *err)
{
    size_t    n = (size_t)image->width * 3, plane = (size_t)side * side;
    span_of  *columns = wn_arena_alloc(arena, side, 2 * sizeof *columns);
    uint16_t *sums = wn_arena_alloc(arena, n, sizeof *sums);
    float    *line = wn_arena_alloc(arena, n, sizeof *line);
    span_of  *rows;

    if (columns == NULL || sums == NULL || line == NULL)
        return wn_arena_fail(arena, err);
    rows = columns + side;
    spans(columns, image->width, side);
    spans(rows, image->height, side);
    for (uint32_t y = 0; y < side; y++) {
        shrink_rows(image, &rows[y], sums, line);
        for (uint32_t x = 0; x < side; x++)
            shrink_columns(line, &columns[x], dst + (size_t)y * side + x, plane);
    }
    return WN_OK;
}
