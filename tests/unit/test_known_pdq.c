/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of PDQ on made-up pixels: bit by bit against a plain version of the method. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/known/pdq.h"

enum { SIDE = 64, KEPT = 16, ARENA = 8 << 20 };

static const double pi = 3.14159265358979323846;

/* --- The method, written for reading -------------------------------------------------------- */

/* The mean around each of `n` values, summed in the order of the reference. */
static void plain_box(const float *in, float *out, int n, int step)
{
    int   window = (n + 2 * SIDE - 1) / (2 * SIDE), ahead = window / 2, size = 0;
    float sum = 0;

    for (int i = -ahead; i < n; i++) {
        if (i + ahead < n) {
            sum += in[(i + ahead) * step];
            size++;
        }
        if (i + ahead - window >= 0) {
            sum -= in[(i + ahead - window) * step];
            size--;
        }
        if (i >= 0)
            out[i * step] = sum / (float)size;
    }
}

static void plain_blur(float *plane, float *other, int width, int height)
{
    for (int pass = 0; pass < 2; pass++) {
        for (int y = 0; y < height; y++)
            plain_box(plane + y * width, other + y * width, width, 1);
        for (int x = 0; x < width; x++)
            plain_box(other + x, plane + x, height, width);
    }
}

static void plain_shrink(const wn_image *image, float grid[SIDE][SIDE])
{
    int    large = image->width > 512 || image->height > 512;
    int    width = large ? 512 : (int)image->width, height = large ? 512 : (int)image->height;
    float *plane = calloc((size_t)(width * height), sizeof *plane);
    float *other = calloc((size_t)(width * height), sizeof *other);

    assert_non_null(plane);
    assert_non_null(other);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            size_t         sx = (size_t)x * image->width / (size_t)width;
            size_t         sy = (size_t)y * image->height / (size_t)height;
            const uint8_t *p = image->rgb + (sy * image->width + sx) * 3;

            plane[y * width + x] =
                0.299F * (float)p[0] + 0.587F * (float)p[1] + 0.114F * (float)p[2];
        }
    if (width != SIDE || height != SIDE)
        plain_blur(plane, other, width, height);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            grid[y][x] =
                plane[(int)((y + 0.5) * height / SIDE) * width + (int)((x + 0.5) * width / SIDE)];
    free(plane);
    free(other);
}

static float plain_entry(int i, int j)
{
    const float scale = (float)sqrt(2.0 / SIDE);

    return (float)((double)scale * cos(pi / 2 / SIDE * (i + 1) * (2 * j + 1)));
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return (x > y) - (x < y);
}

static void plain_bits(float grid[SIDE][SIDE], uint64_t words[4])
{
    float half[KEPT][SIDE], freq[KEPT * KEPT], sorted[KEPT * KEPT];

    for (int i = 0; i < KEPT; i++)
        for (int j = 0; j < SIDE; j++) {
            half[i][j] = 0;
            for (int k = 0; k < SIDE; k++)
                half[i][j] += plain_entry(i, k) * grid[k][j];
        }
    for (int i = 0; i < KEPT; i++)
        for (int j = 0; j < KEPT; j++) {
            freq[i * KEPT + j] = 0;
            for (int k = 0; k < SIDE; k++)
                freq[i * KEPT + j] += half[i][k] * plain_entry(j, k);
        }
    memcpy(sorted, freq, sizeof sorted);
    qsort(sorted, KEPT * KEPT, sizeof *sorted, by_value);
    memset(words, 0, 4 * sizeof *words);
    for (int k = 0; k < KEPT * KEPT; k++)
        if (freq[k] > sorted[KEPT * KEPT / 2 - 1])
            words[k / 64] |= (uint64_t)1 << k % 64;
}

/* --- Pictures ------------------------------------------------------------------------------- */

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Noise, a slope, or boxes with noise. */
static uint8_t *draw(uint32_t width, uint32_t height, uint32_t seed)
{
    size_t   n = (size_t)width * height * 3;
    uint8_t *rgb = malloc(n);
    uint32_t state = seed * 2654435761u + 1, wide = seed % 37 + 1, high = seed % 53 + 1;

    assert_non_null(rgb);
    for (size_t i = 0; i < n; i++) {
        uint32_t x = (uint32_t)(i / 3 % width), y = (uint32_t)(i / 3 / width);

        if (seed % 3 == 0)
            rgb[i] = (uint8_t)next_random(&state);
        else if (seed % 3 == 1)
            rgb[i] = (uint8_t)(x * wide / 7 + y * high / 5);
        else
            rgb[i] = (uint8_t)(x / wide % 2 * 120 + y / high % 2 * 90 + next_random(&state) % 20);
    }
    return rgb;
}

static wn_pdq hash_of(const uint8_t *rgb, uint32_t width, uint32_t height)
{
    wn_image  image = { rgb, width, height };
    wn_arena *arena = wn_arena_new(ARENA);
    wn_pdq    hash;
    wn_err    err;

    assert_non_null(arena);
    if (wn_pdq_hash(arena, &image, &hash, &err) != WN_OK)
        fail_msg("%s", err.msg);
    wn_arena_free(arena);
    return hash;
}

static void compare(uint32_t width, uint32_t height, uint32_t seed)
{
    uint8_t *rgb = draw(width, height, seed);
    wn_image image = { rgb, width, height };
    wn_pdq   hash = hash_of(rgb, width, height);
    float    grid[SIDE][SIDE];
    uint64_t plain[4];

    plain_shrink(&image, grid);
    plain_bits(grid, plain);
    if (memcmp(plain, hash.words, sizeof plain) != 0)
        fail_msg("%u x %u, seed %u: %d bits differ", width, height, seed,
                 wn_pdq_distance(plain, hash.words));
    free(rgb);
}

/* --- Tests ---------------------------------------------------------------------------------- */

static void every_size_gives_the_plain_methods_bits(void **state)
{
    static const uint32_t sizes[][2] = {
        { 5, 5 },     { 5, 7 },     { 8, 8 },      { 63, 64 },   { 64, 64 },   { 65, 64 },
        { 127, 128 }, { 128, 129 }, { 200, 50 },   { 256, 257 }, { 300, 511 }, { 512, 512 },
        { 513, 512 }, { 512, 513 }, { 1000, 700 }, { 5, 512 },   { 512, 5 },   { 2000, 30 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (uint32_t seed = 0; seed < 3; seed++)
            compare(sizes[i][0], sizes[i][1], seed + (uint32_t)i * 3);
}

static void tiny_pictures_have_no_hash(void **state)
{
    uint8_t *rgb = draw(600, 4, 0);

    (void)state;
    for (uint32_t width = 1; width <= 600; width += 299) {
        wn_pdq hash = hash_of(rgb, width, 4);

        assert_int_equal(hash.quality, 0);
        assert_int_equal(hash.words[0] | hash.words[1] | hash.words[2] | hash.words[3], 0);
    }
    assert_int_equal(hash_of(rgb, 4, 600).quality, 0);
    free(rgb);
}

static void flat_pictures_have_no_quality_and_busy_ones_have_all(void **state)
{
    uint8_t *rgb = malloc(300 * 200 * 3), *busy = draw(300, 200, 35);

    (void)state;
    assert_non_null(rgb);
    memset(rgb, 200, 300 * 200 * 3);
    assert_int_equal(hash_of(rgb, 300, 200).quality, 0);
    assert_int_equal(hash_of(busy, 300, 200).quality, 100);
    free(rgb);
    free(busy);
}

static void small_changes_move_few_bits(void **state)
{
    uint8_t *rgb = draw(400, 300, 17);
    wn_pdq   before = hash_of(rgb, 400, 300), after;

    (void)state;
    for (size_t i = 0; i < (size_t)400 * 300 * 3; i++)
        rgb[i] = (uint8_t)(rgb[i] < 245 ? rgb[i] + 10 : 255);
    after = hash_of(rgb, 400, 300);
    assert_true(wn_pdq_distance(before.words, after.words) <= 10);
    free(rgb);
}

static void scratch_memory_is_bounded(void **state)
{
    uint8_t  *rgb = draw(700, 700, 0);
    wn_image  image = { rgb, 700, 700 };
    wn_arena *arena = wn_arena_new(64 << 10);
    wn_pdq    hash;
    wn_err    err;

    (void)state;
    assert_non_null(arena);
    assert_int_equal(wn_pdq_hash(arena, &image, &hash, &err), WN_E_LIMIT);
    wn_arena_free(arena);
    free(rgb);
}

static void distance_counts_bits(void **state)
{
    uint64_t a[4] = { 0 }, b[4] = { 0 };

    (void)state;
    assert_int_equal(wn_pdq_distance(a, b), 0);
    b[0] = 1;
    b[3] = (uint64_t)1 << 63;
    assert_int_equal(wn_pdq_distance(a, b), 2);
    memset(b, 0xFF, sizeof b);
    assert_int_equal(wn_pdq_distance(a, b), 256);
}

static void hashes_are_written_highest_bit_first(void **state)
{
    static const char text[] = "e4cc89d91c623842f8d1f1d9a398e78c9f199a3bf87925f2b7e11e0bf061b064";
    wn_pdq            hash = { .words = { 1, 0, 0, (uint64_t)0xAB << 56 } };
    char              hex[65];

    (void)state;
    wn_pdq_format(&hash, hex);
    assert_string_equal(hex, "ab00000000000000"
                             "0000000000000000"
                             "0000000000000000"
                             "0000000000000001");
    assert_true(wn_pdq_parse((wn_span){ (const uint8_t *)text, 64 }, hash.words));
    assert_int_equal(hash.words[3], 0xe4cc89d91c623842);
    assert_int_equal(hash.words[0], 0xb7e11e0bf061b064);
    wn_pdq_format(&hash, hex);
    assert_string_equal(hex, text);
    assert_false(wn_pdq_parse((wn_span){ (const uint8_t *)text, 63 }, hash.words));
    assert_false(wn_pdq_parse((wn_span){ (const uint8_t *)"g", 1 }, hash.words));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_gives_the_plain_methods_bits),
        cmocka_unit_test(tiny_pictures_have_no_hash),
        cmocka_unit_test(flat_pictures_have_no_quality_and_busy_ones_have_all),
        cmocka_unit_test(small_changes_move_few_bits),
        cmocka_unit_test(scratch_memory_is_bounded),
        cmocka_unit_test(distance_counts_bits),
        cmocka_unit_test(hashes_are_written_highest_bit_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
