/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of resizing pictures to the input tensors of models. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/model/resize.h"

static void resize(const uint8_t *rgb, uint32_t width, uint32_t height, uint32_t side, float *dst)
{
    wn_image  image = { rgb, width, height };
    wn_arena *arena = wn_arena_new(16 << 20);
    wn_err    err;

    assert_non_null(arena);
    if (wn_resize_planes(arena, &image, side, dst, &err) != WN_OK)
        fail_msg("%s", err.msg);
    wn_arena_free(arena);
}

static uint8_t *draw(uint32_t width, uint32_t height)
{
    size_t   n = (size_t)width * height * 3;
    uint8_t *rgb = malloc(n);
    uint32_t state = 12345;

    assert_non_null(rgb);
    for (size_t i = 0; i < n; i++) {
        state = state * 1664525 + 1013904223;
        rgb[i] = (uint8_t)(state >> 24);
    }
    return rgb;
}

/* The part of input value `i` that lies in the area of output value `o`. */
static double overlap(uint32_t i, uint32_t o, uint32_t from, uint32_t to)
{
    double scale = (double)from / to, start = fmax(i, o * scale);
    double end = fmin(i + 1.0, (o + 1) * scale);

    return end > start ? (end - start) / scale : 0;
}

static double plain_mean(const uint8_t *rgb, uint32_t width, uint32_t height, uint32_t side,
                         uint32_t x, uint32_t y, uint32_t channel)
{
    double sum = 0;

    for (uint32_t v = 0; v < height; v++)
        for (uint32_t u = 0; u < width; u++)
            sum += overlap(u, x, width, side) * overlap(v, y, height, side) *
                   rgb[((size_t)v * width + u) * 3 + channel];
    return sum / 255;
}

static void shrinking_takes_the_mean_of_each_area(void **state)
{
    static const uint32_t sizes[][2] = { { 8, 8 }, { 9, 13 }, { 50, 31 }, { 8, 3000 }, { 333, 8 } };
    enum { SIDE = 8 };
    float dst[3 * SIDE * SIDE];

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint32_t width = sizes[i][0], height = sizes[i][1];
        uint8_t *rgb = draw(width, height);

        resize(rgb, width, height, SIDE, dst);
        for (uint32_t k = 0; k < 3 * SIDE * SIDE; k++) {
            double want =
                plain_mean(rgb, width, height, SIDE, k % SIDE, k / SIDE % SIDE, k / SIDE / SIDE);

            if (fabs(want - (double)dst[k]) > 1e-6)
                fail_msg("%u x %u, value %u: %f, expected %f", width, height, k, (double)dst[k],
                         want);
        }
        free(rgb);
    }
}

static void the_same_size_is_the_same_picture(void **state)
{
    uint8_t *rgb = draw(16, 16);
    float    dst[3 * 16 * 16];

    (void)state;
    resize(rgb, 16, 16, 16, dst);
    for (size_t i = 0; i < (size_t)16 * 16; i++)
        for (size_t c = 0; c < 3; c++)
            assert_true(dst[c * 256 + i] == (float)rgb[3 * i + c] / 255);
    free(rgb);
}

static void growing_interpolates(void **state)
{
    static const uint8_t rgb[] = { 0, 100, 255, 255, 100, 0 };
    float                dst[3 * 4 * 4];

    (void)state;
    resize(rgb, 2, 1, 4, dst);
    for (int y = 0; y < 4; y++) {
        assert_true(dst[y * 4] == 0 && dst[y * 4 + 3] == 1);
        assert_true(fabsf(dst[y * 4 + 1] - 0.25F) < 1e-6F);
        assert_true(fabsf(dst[y * 4 + 2] - 0.75F) < 1e-6F);
        assert_true(fabsf(dst[16 + y * 4 + 1] - 100.0F / 255) < 1e-6F);
        assert_true(dst[32 + y * 4] == 1);
    }
}

static void one_pixel_fills_all(void **state)
{
    static const uint8_t rgb[] = { 255, 0, 51 };
    float                dst[3 * 7 * 7];

    (void)state;
    resize(rgb, 1, 1, 7, dst);
    for (int i = 0; i < 49; i++)
        assert_true(dst[i] == 1 && dst[49 + i] == 0 && fabsf(dst[98 + i] - 0.2F) < 1e-6F);
}

static void very_long_pictures_do_not_overflow(void **state)
{
    enum { HEIGHT = 60000 };
    uint8_t *rgb = malloc(HEIGHT * 3);
    float    dst[3 * 2 * 2];

    (void)state;
    assert_non_null(rgb);
    memset(rgb, 255, HEIGHT * 3);
    resize(rgb, 1, HEIGHT, 2, dst);
    for (int i = 0; i < 12; i++)
        assert_true(fabsf(dst[i] - 1) < 1e-4F);
    free(rgb);
}

static void memory_is_bounded(void **state)
{
    static const uint8_t rgb[3] = { 0 };
    wn_image             image = { rgb, 1, 1 };
    wn_arena            *arena = wn_arena_new(128);
    float                dst[3 * 64 * 64];
    wn_err               err;

    (void)state;
    assert_non_null(arena);
    assert_int_equal(wn_resize_planes(arena, &image, 64, dst, &err), WN_E_LIMIT);
    wn_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shrinking_takes_the_mean_of_each_area),
        cmocka_unit_test(the_same_size_is_the_same_picture),
        cmocka_unit_test(growing_interpolates),
        cmocka_unit_test(one_pixel_fills_all),
        cmocka_unit_test(very_long_pictures_do_not_overflow),
        cmocka_unit_test(memory_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
