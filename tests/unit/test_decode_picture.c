/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of decoding real pictures, through the sandboxed helper. */
#include <dirent.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config.h"
#include "src/base/file.h"
#include "src/decode/decoder.h"
#include "src/decode/helper/codec.h"
#include "tests/unit/picture_fixtures.h"

enum { ARENA = 64 << 20, W = 75, H = 61, GRAY = 0, RGB = 2, PALETTE = 3, GRAY_A = 4, RGB_A = 6 };

typedef struct fixture {
    wn_decoder     *decoder;
    wn_arena       *arena;
    wn_image        image;
    wn_picture_info info;
    wn_err          err;
} fixture;

static char helper[4096];

static int set_up(void **state)
{
    static fixture     f;
    wn_decoder_options o = { .helper = helper };

    memset(&f, 0, sizeof f);
    f.arena = wn_arena_new(ARENA);
    assert_non_null(f.arena);
    if (wn_decoder_new(&o, &f.decoder, &f.err) != WN_OK)
        fail_msg("%s", f.err.msg);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;

    wn_arena_free(f->arena);
    wn_decoder_free(f->decoder);
    return 0;
}

static wn_code decode(fixture *f, wn_span s)
{
    memset(&f->image, 0, sizeof f->image);
    return wn_decoder_picture(f->decoder, f->arena, wn_media_sniff(s), s, &f->image, &f->info,
                              &f->err);
}

static void decode_whole(fixture *f, wn_span s, uint32_t width, uint32_t height)
{
    if (decode(f, s) != WN_OK)
        fail_msg("%s: %s", wn_media_name(wn_media_sniff(s)), f->err.msg);
    assert_int_equal(f->image.width, width);
    assert_int_equal(f->image.height, height);
    assert_int_equal(f->info.width, width);
    assert_false(f->info.incomplete);
}

static uint8_t at(const fixture *f, uint32_t x, uint32_t y, int c)
{
    return f->image.rgb[((size_t)y * f->image.width + x) * 3 + (size_t)c];
}

typedef uint8_t expected(uint32_t x, uint32_t y, int c);

static uint8_t gray(uint32_t x, uint32_t y, int c)
{
    (void)c;
    return fx_pixel(x, y, 0);
}

static uint8_t gray_over_white(uint32_t x, uint32_t y, int c)
{
    (void)c;
    return fx_over_white(x, y, 0);
}

static uint8_t palette(uint32_t x, uint32_t y, int c)
{
    (void)c;
    return fx_palette(x, y);
}

/* Index 0 is transparent. */
static uint8_t palette_over_white(uint32_t x, uint32_t y, int c)
{
    (void)c;
    return fx_palette(x, y) ? fx_palette(x, y) : 255;
}

static uint8_t bits1(uint32_t x, uint32_t y, int c)
{
    (void)c;
    return fx_pixel(x, y, 0) >> 7 ? 255 : 0;
}

static uint8_t bits2(uint32_t x, uint32_t y, int c)
{
    (void)c;
    return (uint8_t)((fx_pixel(x, y, 0) >> 6) * 85);
}

/* Every pixel of the box is as expected, counted from the box's corner. */
static void check_box(const fixture *f, uint32_t left, uint32_t top, uint32_t width,
                      uint32_t height, expected *want)
{
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++) {
            for (int c = 0; c < 3; c++) {
                if (at(f, left + x, top + y, c) != want(x, y, c))
                    fail_msg("pixel %u,%u,%d is %d instead of %d", x, y, c,
                             at(f, left + x, top + y, c), want(x, y, c));
            }
        }
    }
}

static void check_near(const fixture *f, bool as_gray, uint32_t rows)
{
    uint64_t off = 0;

    for (uint32_t y = 0; y < rows; y++)
        for (uint32_t x = 0; x < f->image.width; x++)
            for (int c = 0; c < 3; c++)
                off += (uint64_t)abs(at(f, x, y, c) - fx_pixel(x / 4, y / 4, as_gray ? 0 : c));
    if (off > (uint64_t)rows * f->image.width * 3 * 4)
        fail_msg("mean difference %.2f", (double)off / (double)(rows * f->image.width * 3));
}

static void png_of_every_kind(void **state)
{
    static const struct {
        int       type, depth;
        bool      trns;
        expected *want;
    } kinds[] = {
        { GRAY, 1, false, bits1 },
        { GRAY, 2, false, bits2 },
        { GRAY, 8, false, gray },
        { GRAY, 16, false, gray },
        { GRAY_A, 8, false, gray_over_white },
        { GRAY_A, 16, false, gray_over_white },
        { RGB, 8, false, fx_pixel },
        { RGB, 16, false, fx_pixel },
        { RGB_A, 8, false, fx_over_white },
        { RGB_A, 16, false, fx_over_white },
        { PALETTE, 4, false, palette },
        { PALETTE, 8, false, palette },
        { PALETTE, 8, true, palette_over_white },
    };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        for (int interlaced = 0; interlaced < 2; interlaced++) {
            decode_whole(
                f, fx_png(f->arena, W, H, kinds[i].type, kinds[i].depth, interlaced, kinds[i].trns),
                W, H);
            check_box(f, 0, 0, W, H, kinds[i].want);
            wn_arena_reset(f->arena);
        }
    }
}

static void jpeg_of_every_kind(void **state)
{
    fixture *f = *state;

    for (fx_jpeg_kind kind = FX_JPEG_RGB; kind <= FX_JPEG_YCCK; kind++) {
        for (int progressive = 0; progressive < 2; progressive++) {
            decode_whole(f, fx_jpeg(f->arena, W, H, kind, progressive), W, H);
            check_near(f, kind == FX_JPEG_GRAY, H);
            wn_arena_reset(f->arena);
        }
    }
}

static void webp_of_every_kind(void **state)
{
    fixture *f = *state;

    decode_whole(f, fx_webp(f->arena, W, H, true, false), W, H);
    check_box(f, 0, 0, W, H, fx_pixel);
    decode_whole(f, fx_webp(f->arena, W, H, true, true), W, H);
    check_box(f, 0, 0, W, H, fx_over_white);
    decode_whole(f, fx_webp(f->arena, W, H, false, false), W, H);
    check_near(f, false, H);
    decode_whole(f, fx_webp(f->arena, W, H, false, true), W, H);
    for (uint32_t y = 0; y < 8; y++)
        assert_int_equal(at(f, y, y, 0), 255); /* transparent there */
}

static void gif_of_every_kind(void **state)
{
    fixture    *f = *state;
    fx_gif_spec s = { W, H, 0, 0, W, H, 1, false, -1 };

    for (int interlaced = 0; interlaced < 2; interlaced++) {
        s.interlaced = interlaced;
        s.transparent = -1;
        decode_whole(f, fx_gif(f->arena, &s), W, H);
        check_box(f, 0, 0, W, H, palette);
        s.transparent = 0;
        decode_whole(f, fx_gif(f->arena, &s), W, H);
        check_box(f, 0, 0, W, H, palette_over_white);
    }
}

static void of_an_animation_the_first_frame_on_its_canvas(void **state)
{
    fixture    *f = *state;
    fx_gif_spec s = { 100, 90, 10, 20, 30, 40, 3, false, -1 };

    decode_whole(f, fx_gif(f->arena, &s), 100, 90);
    assert_int_equal(f->info.frames, 3);
    check_box(f, 10, 20, 30, 40, palette);
    assert_int_equal(at(f, 9, 20, 0), 255);
    assert_int_equal(at(f, 40, 59, 1), 255);
    s.screen_width = s.screen_height = 1; /* browsers enlarge a screen that is too small */
    decode_whole(f, fx_gif(f->arena, &s), 40, 60);
    check_box(f, 10, 20, 30, 40, palette);

    decode_whole(f, fx_webp_animation(f->arena, 100, 90, 10, 20, 30, 40, 4), 100, 90);
    assert_int_equal(f->info.frames, 4);
    check_box(f, 10, 20, 30, 40, fx_over_white);
    assert_int_equal(at(f, 9, 20, 0), 255);
    decode_whole(f, fx_webp_animation(f->arena, 30, 40, 0, 0, 30, 40, 2), 30, 40);
    check_box(f, 0, 0, 30, 40, fx_over_white);
}

static void ten_thousand_frames_cost_one(void **state)
{
    fixture    *f = *state;
    fx_gif_spec s = { 16, 16, 0, 0, 16, 16, 10000, false, -1 };

    decode_whole(f, fx_gif(f->arena, &s), 16, 16);
    assert_int_equal(f->info.frames, 10000);
}

/* The first `share` hundredths of a file. */
static wn_span cut(wn_span s, size_t share)
{
    return (wn_span){ s.ptr, s.len * share / 100 };
}

/* A quarter is refused; nine tenths are decoded and said to be incomplete, and what was there is
 * right. */
static void check_cut(fixture *f, wn_span s, expected *want)
{
    assert_int_equal(decode(f, cut(s, 25)), WN_E_FORMAT);
    assert_non_null(strstr(f->err.msg, "cut short"));
    if (decode(f, cut(s, 90)) != WN_OK)
        fail_msg("%s: %s", wn_media_name(wn_media_sniff(s)), f->err.msg);
    assert_true(f->info.incomplete);
    if (want != NULL)
        check_box(f, 0, 0, f->image.width, f->image.height / 2, want);
    wn_arena_reset(f->arena);
}

static void what_is_cut_short_is_read_from_half_on(void **state)
{
    enum { SIDE = 400 };
    fixture    *f = *state;
    fx_gif_spec s = { SIDE, SIDE, 0, 0, SIDE, SIDE, 1, false, -1 };

    check_cut(f, fx_jpeg(f->arena, SIDE, SIDE, FX_JPEG_RGB, false), NULL);
    check_cut(f, fx_png(f->arena, SIDE, SIDE, RGB_A, 16, false, false), fx_over_white);
    check_cut(f, fx_webp(f->arena, SIDE, SIDE, false, false), NULL);
    check_cut(f, fx_gif(f->arena, &s), palette);
    s.interlaced = true;
    check_cut(f, fx_gif(f->arena, &s), NULL);
    check_cut(f, fx_png(f->arena, SIDE, SIDE, RGB_A, 16, true, false), NULL);
}

static void missing_rows_are_white(void **state)
{
    enum { SIDE = 400 };
    fixture *f = *state;
    wn_span  s = fx_jpeg(f->arena, SIDE, SIDE, FX_JPEG_RGB, false);
    uint8_t *ended = wn_arena_alloc(f->arena, s.len, 1);
    size_t   len = s.len * 8 / 10;

    assert_int_equal(decode(f, cut(s, 80)), WN_OK);
    check_near(f, false, SIDE / 2);
    assert_int_equal(at(f, SIDE / 2, SIDE - 1, 0), 255);
    assert_int_equal(at(f, SIDE / 2, SIDE - 1, 2), 255);
    /* An end marker put where the file was cut changes nothing. */
    assert_non_null(ended);
    memcpy(ended, s.ptr, len);
    memcpy(ended + len, "\xff\xd9", 2);
    assert_int_equal(decode(f, (wn_span){ ended, len + 2 }), WN_OK);
    assert_true(f->info.incomplete);
    assert_int_equal(at(f, SIDE / 2, SIDE - 1, 0), 255);
    /* A file without its end marker is whole. */
    decode_whole(f, (wn_span){ s.ptr, s.len - 2 }, SIDE, SIDE);
    check_near(f, false, SIDE);
    /* A progressive one that lacks its last scans is there, only coarser. */
    assert_int_equal(decode(f, cut(fx_jpeg(f->arena, SIDE, SIDE, FX_JPEG_RGB, true), 60)), WN_OK);
    assert_true(f->info.incomplete);
    assert_int_not_equal(at(f, SIDE / 2, SIDE - 1, 1), 255);
}

static void a_scan_bomb_is_refused(void **state)
{
    fixture *f = *state;
    wn_span  s = fx_jpeg(f->arena, 64, 64, FX_JPEG_GRAY, true);
    uint8_t *bomb = wn_arena_alloc(f->arena, s.len * 300, 1);
    size_t   scan = 0, end, len;

    assert_non_null(bomb);
    for (end = s.len; end > 0 && scan == 0; end--) { /* the last scan, up to the end marker */
        if (s.ptr[end - 1] == 0xff && s.ptr[end] == 0xda)
            scan = end - 1;
    }
    assert_true(scan > 0);
    memcpy(bomb, s.ptr, scan);
    len = scan;
    for (int i = 0; i < 200; i++) {
        memcpy(bomb + len, s.ptr + scan, s.len - 2 - scan);
        len += s.len - 2 - scan;
    }
    assert_int_equal(decode(f, (wn_span){ bomb, len }), WN_E_LIMIT);
    assert_non_null(strstr(f->err.msg, "more scans"));
}

/* What decodes in this process must not crash, leak or give a size of its own. */
static void damage(fixture *f, wn_span s, uint32_t seed)
{
    enum { ROUNDS = 150, FLIPS = 6 };
    wn_media media = wn_media_sniff(s);
    uint8_t *copy = wn_arena_alloc(f->arena, s.len, 1);
    uint8_t *px = wn_arena_alloc(f->arena, W * H, WN_WIRE_PIXEL);

    assert_true(copy != NULL && px != NULL);
    for (int round = 0; round < ROUNDS; round++) {
        wn_canvas      canvas = { .px = px, .width = W, .height = H };
        wn_wire_status status;

        memcpy(copy, s.ptr, s.len);
        for (int i = 0; i < FLIPS; i++) {
            seed = seed * 1664525u + 1013904223u;
            copy[(seed >> 8) % s.len] ^= (uint8_t)(1u << (seed >> 29));
        }
        status = wn_codec_decode(media, (wn_span){ copy, s.len - seed % 7 }, &canvas);
        assert_true(status < WN_WIRE_STATUSES);
        assert_true(canvas.rows <= H);
    }
}

static void damaged_files_do_no_harm(void **state)
{
    fixture    *f = *state;
    fx_gif_spec s = { W, H, 0, 0, W, H, 2, true, 3 };

    for (fx_jpeg_kind kind = FX_JPEG_RGB; kind <= FX_JPEG_YCCK; kind++) {
        damage(f, fx_jpeg(f->arena, W, H, kind, false), 1);
        damage(f, fx_jpeg(f->arena, W, H, kind, true), 2);
    }
    damage(f, fx_png(f->arena, W, H, RGB_A, 8, false, false), 3);
    damage(f, fx_png(f->arena, W, H, PALETTE, 4, true, true), 4);
    damage(f, fx_webp(f->arena, W, H, true, true), 5);
    damage(f, fx_webp(f->arena, W, H, false, true), 6);
    damage(f, fx_webp_animation(f->arena, W, H, 2, 2, 40, 30, 3), 7);
    damage(f, fx_gif(f->arena, &s), 8);
}

static void a_size_that_the_pixels_belie_is_refused(void **state)
{
    fixture *f = *state;
    wn_span  s = fx_webp(f->arena, 32, 32, true, false);
    uint8_t *file = wn_arena_calloc(f->arena, s.len + 18, 1);

    assert_non_null(file);
    memcpy(file, s.ptr, 12);
    memcpy(file + 12, "VP8X\x0a\0\0\0\0\0\0\0\x07\0\0\x07\0\0", 18); /* claims 8 x 8 */
    memcpy(file + 30, s.ptr + 12, s.len - 12);
    file[4] = (uint8_t)(s.len + 18 - 8);
    file[5] = (uint8_t)((s.len + 18 - 8) >> 8);
    assert_int_equal(decode(f, (wn_span){ file, s.len + 18 }), WN_E_FORMAT);
}

typedef struct thread_work {
    wn_decoder *decoder;
    wn_span     file;
    int         rounds, good;
} thread_work;

static void *decode_often(void *arg)
{
    thread_work    *w = arg;
    wn_arena       *a = wn_arena_new(1 << 20);
    wn_image        image;
    wn_picture_info info;

    for (int i = 0; a != NULL && i < w->rounds; i++) {
        w->good += wn_decoder_picture(w->decoder, a, wn_media_sniff(w->file), w->file, &image,
                                      &info, NULL) == WN_OK &&
                   image.rgb[0] == fx_pixel(0, 0, 0);
        wn_arena_reset(a);
    }
    wn_arena_free(a);
    return NULL;
}

/* More rounds than a worker serves, so that some are replaced on the way. */
static void threads_share_a_decoder(void **state)
{
    enum { THREADS = 4, ROUNDS = 150 };
    fixture    *f = *state;
    wn_span     s = fx_png(f->arena, W, H, RGB, 8, false, false);
    thread_work work[THREADS];
    pthread_t   threads[THREADS];

    for (int i = 0; i < THREADS; i++) {
        work[i] = (thread_work){ f->decoder, s, ROUNDS, 0 };
        assert_int_equal(pthread_create(&threads[i], NULL, decode_often, &work[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(work[i].good, ROUNDS);
    }
    /* The workers were started by threads that are gone, and serve on. */
    decode_whole(f, s, W, H);
}

/* The line of a helper's /proc status that begins with `key`. */
static bool helper_status(const char *key, char *line, int cap)
{
    char  path[64] = "/proc/thread-self/children";
    FILE *file = fopen(path, "re");
    bool  found = false;
    int   pid = 0;

    if (file == NULL)
        return false;
    found = fscanf(file, "%d", &pid) == 1;
    (void)fclose(file);
    if (!found)
        return false;
    (void)snprintf(path, sizeof path, "/proc/%d/status", pid);
    file = fopen(path, "re");
    for (found = false; file != NULL && !found && fgets(line, cap, file) != NULL;)
        found = strncmp(line, key, strlen(key)) == 0;
    if (file != NULL)
        (void)fclose(file);
    return found;
}

static void the_helper_is_locked_in(void **state)
{
    fixture *f = *state;
    char     line[256];

    decode_whole(f, fx_png(f->arena, W, H, RGB, 8, false, false), W, H);
    if (!helper_status("NoNewPrivs:", line, sizeof line))
        skip();
    assert_string_equal(line, "NoNewPrivs:\t1\n");
    if (WN_SANITIZED)
        skip();
    assert_true(helper_status("Seccomp:", line, sizeof line));
    assert_string_equal(line, "Seccomp:\t2\n");
}

/* Colour modes as other programs write them. */
static void outside_pictures_decode(void **state)
{
    fixture       *f = *state;
    const char    *shared = getenv("WINNOW_SHARED"), *root = getenv("WINNOW_SOURCE_ROOT");
    char           folder[2048], path[4096];
    struct dirent *e;
    DIR           *d;
    int            count = 0;

    (void)snprintf(folder, sizeof folder, "%s%s/vectors/pdq/images",
                   shared ? shared
                   : root ? root
                          : ".",
                   shared ? "" : "/../shared");
    d = opendir(folder);
    if (d == NULL)
        skip();
    while ((e = readdir(d)) != NULL) {
        wn_span s;

        if (e->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        assert_int_equal(wn_file_read(f->arena, path, 32 << 20, &s, &f->err), WN_OK);
        if (decode(f, s) != WN_OK)
            fail_msg("%s: %s", e->d_name, f->err.msg);
        assert_false(f->info.incomplete);
        wn_arena_reset(f->arena);
        count++;
    }
    (void)closedir(d);
    assert_true(count > 0);
}

#define WITH_DECODER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DECODER(png_of_every_kind),
        WITH_DECODER(jpeg_of_every_kind),
        WITH_DECODER(webp_of_every_kind),
        WITH_DECODER(gif_of_every_kind),
        WITH_DECODER(of_an_animation_the_first_frame_on_its_canvas),
        WITH_DECODER(ten_thousand_frames_cost_one),
        WITH_DECODER(what_is_cut_short_is_read_from_half_on),
        WITH_DECODER(missing_rows_are_white),
        WITH_DECODER(a_scan_bomb_is_refused),
        WITH_DECODER(damaged_files_do_no_harm),
        WITH_DECODER(a_size_that_the_pixels_belie_is_refused),
        WITH_DECODER(threads_share_a_decoder),
        WITH_DECODER(the_helper_is_locked_in),
        WITH_DECODER(outside_pictures_decode),
    };
    const char *root = getenv("WINNOW_BUILD_ROOT");

    (void)snprintf(helper, sizeof helper, "%s/winnow-decode-picture", root ? root : ".");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
