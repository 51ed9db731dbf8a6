/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the parent's side of decoding, against a helper that misbehaves on demand. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/decode/decoder.h"

enum { ARENA = 1 << 20, WIDTH = 40, HEIGHT = 30, PICTURE_LEN = 41 };

static char helper[4096];

/* A PNG's header of the given size, and behind it an order to the helper. */
static wn_span picture(uint8_t dst[PICTURE_LEN], uint32_t width, uint32_t height, const char *order)
{
    static const uint8_t head[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    memset(dst, 0, PICTURE_LEN);
    memcpy(dst, head, sizeof head - 1);
    for (int i = 0; i < 4; i++) {
        dst[16 + i] = (uint8_t)(width >> (24 - 8 * i));
        dst[20 + i] = (uint8_t)(height >> (24 - 8 * i));
    }
    memcpy(dst + 33, order, strlen(order));
    return (wn_span){ dst, PICTURE_LEN };
}

typedef struct fixture {
    wn_decoder     *decoder;
    wn_arena       *arena;
    wn_image        image;
    wn_picture_info info;
    wn_err          err;
} fixture;

static int set_up(void **state)
{
    static fixture     f;
    wn_decoder_options o = { .helper = helper, .timeout_ms = 300 };

    memset(&f, 0, sizeof f);
    f.arena = wn_arena_new(ARENA);
    assert_non_null(f.arena);
    assert_int_equal(wn_decoder_new(&o, &f.decoder, &f.err), WN_OK);
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

static wn_code order(fixture *f, const char *what)
{
    uint8_t bytes[PICTURE_LEN];

    return wn_decoder_picture(f->decoder, f->arena, WN_MEDIA_PNG,
                              picture(bytes, WIDTH, HEIGHT, what), &f->image, &f->info, &f->err);
}

/* Fails as said, leaves the outputs alone, and the next picture is decoded. */
static void expect_failure(fixture *f, const char *what, wn_code code, const char *message)
{
    memset(&f->image, 0, sizeof f->image);
    assert_int_equal(order(f, what), code);
    if (strstr(f->err.msg, message) == NULL)
        fail_msg("%s: \"%s\" does not say \"%s\"", what, f->err.msg, message);
    assert_null(f->image.rgb);
    assert_int_equal(order(f, "OK"), WN_OK);
    assert_int_equal(f->image.rgb[WIDTH * HEIGHT * 3 - 1], 7);
    wn_arena_reset(f->arena);
}

static void a_crash_costs_one_picture(void **state)
{
    fixture *f = *state;

    expect_failure(f, "SEGV", WN_E_IO, "crashed (signal 11) on this item");
    expect_failure(f, "ABORT", WN_E_IO, "crashed (signal 6) on this item");
    expect_failure(f, "SYS", WN_E_IO, "what its sandbox forbids");
    expect_failure(f, "XCPU", WN_E_LIMIT, "seconds of processor time");
    expect_failure(f, "EXIT", WN_E_IO, "exit status 3");
}

static void a_hang_costs_one_picture(void **state)
{
    expect_failure(*state, "HANG", WN_E_LIMIT, "not decoded within 300 milliseconds");
}

static void lies_are_not_believed(void **state)
{
    static const char *const lies[] = { "MAGIC",  "SEQUENCE", "STATUS", "WIDER",
                                        "TALLER", "ROWS",     "SHORT",  "LONG" };

    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++)
        expect_failure(*state, lies[i], WN_E_IO, "makes no sense");
    expect_failure(*state, "MEMORY", WN_E_LIMIT, "memory");
}

static void an_answer_given_ahead_is_not_taken_for_the_next(void **state)
{
    fixture *f = *state;

    assert_int_equal(order(f, "TWICE"), WN_OK);
    wn_arena_reset(f->arena);
    expect_failure(f, "OK", WN_E_IO, "makes no sense");
}

static void a_cut_picture_counts_from_half_of_its_rows(void **state)
{
    fixture *f = *state;

    assert_int_equal(order(f, "HALF"), WN_OK);
    assert_true(f->info.incomplete);
    wn_arena_reset(f->arena);
    expect_failure(f, "TENTH", WN_E_FORMAT, "cut short: 3 of its 30 rows");
    assert_false(f->info.incomplete);
}

static void the_output_cannot_be_shrunk_under_the_parent(void **state)
{
    fixture *f = *state;

    assert_int_equal(order(f, "SHRINK"), WN_OK);
    assert_int_equal(f->image.rgb[0], 7);
}

static void a_helper_that_died_while_waiting_is_replaced(void **state)
{
    fixture  *f = *state;
    siginfo_t ended;

    assert_int_equal(order(f, "LEAVE"), WN_OK);
    wn_arena_reset(f->arena);
    assert_int_equal(waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT), 0); /* without collecting it */
    assert_int_equal(order(f, "OK"), WN_OK);
    wn_arena_reset(f->arena);
    assert_int_equal(order(f, "WORN"), WN_OK);
    wn_arena_reset(f->arena);
    assert_int_equal(order(f, "OK"), WN_OK);
}

static void one_item_may_hold_several_pictures(void **state)
{
    fixture *f = *state;
    wn_image first;

    assert_int_equal(order(f, "OK"), WN_OK);
    first = f->image;
    assert_int_equal(order(f, "OK"), WN_OK);
    assert_ptr_not_equal(first.rgb, f->image.rgb);
    assert_int_equal(first.rgb[0], 7);
}

static void large_pictures_are_trimmed_and_come_again(void **state)
{
    fixture *f = *state;
    uint8_t  bytes[PICTURE_LEN];

    for (uint32_t side = 500; side <= 4000; side *= 2) {
        wn_span s = picture(bytes, side, side, "OK");

        for (int i = 0; i < 2; i++) {
            assert_int_equal(
                wn_decoder_picture(f->decoder, f->arena, WN_MEDIA_PNG, s, &f->image, NULL, &f->err),
                WN_OK);
            assert_int_equal(f->image.rgb[(size_t)side * side * 3 - 1], 7);
            wn_arena_reset(f->arena);
        }
    }
    assert_int_equal(order(f, "OK"), WN_OK);
    assert_int_equal(f->image.rgb[WIDTH * HEIGHT * 3 - 1], 7);
}

static void claims_are_refused_before_anything_is_started(void **state)
{
    wn_decoder_options o = { .helper = "/bin/false" }; /* would fail if it were started */
    wn_decoder        *d;
    fixture           *f = *state;
    uint8_t            bytes[PICTURE_LEN];

    assert_int_equal(wn_decoder_new(&o, &d, &f->err), WN_OK);
    assert_int_equal(wn_decoder_picture(d, f->arena, WN_MEDIA_PNG,
                                        picture(bytes, 100000, 100000, ""), &f->image, NULL,
                                        &f->err),
                     WN_E_LIMIT);
    assert_string_equal(f->err.msg,
                        "the picture claims 100000 x 100000 pixels; the limit is 64 million");
    assert_int_equal(wn_decoder_picture(d, f->arena, WN_MEDIA_PNG, picture(bytes, 20000, 2, ""),
                                        &f->image, NULL, &f->err),
                     WN_E_LIMIT);
    assert_non_null(strstr(f->err.msg, "the longest side allowed is 16384"));
    assert_int_equal(wn_decoder_picture(d, f->arena, WN_MEDIA_PNG, picture(bytes, 0, 2, ""),
                                        &f->image, NULL, &f->err),
                     WN_E_FORMAT);
    wn_decoder_free(d);
}

static void a_helper_that_cannot_start_is_said(void **state)
{
    wn_decoder_options o = { .helper = "/nonexistent/helper" };
    wn_decoder        *d = NULL;
    fixture           *f = *state;
    uint8_t            bytes[PICTURE_LEN];
    wn_span            s = picture(bytes, 2, 2, "");

    assert_int_equal(wn_decoder_new(&o, &d, &f->err), WN_E_IO);
    assert_non_null(strstr(f->err.msg, "/nonexistent/helper"));
    assert_null(d);
    o.helper = "/bin/true";
    assert_int_equal(wn_decoder_new(&o, &d, &f->err), WN_OK);
    assert_int_equal(wn_decoder_picture(d, f->arena, WN_MEDIA_PNG, s, &f->image, NULL, &f->err),
                     WN_E_IO);
    assert_non_null(strstr(f->err.msg, "/bin/true ended as soon as it was started"));
    wn_decoder_free(d);
}

static void refused_memory_is_an_error_and_no_leak(void **state)
{
    fixture           *f = *state;
    wn_decoder_options o = { .helper = helper };
    uint8_t            bytes[PICTURE_LEN];
    wn_span            s = picture(bytes, 2, 2, "OK");
    wn_code            code = WN_E_NOMEM;

    for (size_t n = 1; n < 64 && code == WN_E_NOMEM; n++) {
        wn_decoder *d = NULL;
        wn_arena   *a;

        wn_mem_fail_after(n);
        a = wn_arena_new(ARENA);
        code = a ? wn_decoder_new(&o, &d, &f->err) : WN_E_NOMEM;
        if (code == WN_OK)
            code = wn_decoder_picture(d, a, WN_MEDIA_PNG, s, &f->image, NULL, &f->err);
        wn_mem_fail_after(0);
        wn_arena_free(a);
        wn_decoder_free(d);
    }
    assert_int_equal(code, WN_OK);
}

static void an_arena_that_is_full_is_a_limit(void **state)
{
    fixture  *f = *state;
    wn_arena *a = wn_arena_new(8);
    uint8_t   bytes[PICTURE_LEN];

    assert_non_null(a);
    assert_int_equal(wn_decoder_picture(f->decoder, a, WN_MEDIA_PNG, picture(bytes, 2, 2, "OK"),
                                        &f->image, NULL, &f->err),
                     WN_E_LIMIT);
    wn_arena_free(a);
}

#define WITH_DECODER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DECODER(a_crash_costs_one_picture),
        WITH_DECODER(a_hang_costs_one_picture),
        WITH_DECODER(lies_are_not_believed),
        WITH_DECODER(an_answer_given_ahead_is_not_taken_for_the_next),
        WITH_DECODER(a_cut_picture_counts_from_half_of_its_rows),
        WITH_DECODER(the_output_cannot_be_shrunk_under_the_parent),
        WITH_DECODER(a_helper_that_died_while_waiting_is_replaced),
        WITH_DECODER(one_item_may_hold_several_pictures),
        WITH_DECODER(large_pictures_are_trimmed_and_come_again),
        WITH_DECODER(claims_are_refused_before_anything_is_started),
        WITH_DECODER(a_helper_that_cannot_start_is_said),
        WITH_DECODER(refused_memory_is_an_error_and_no_leak),
        WITH_DECODER(an_arena_that_is_full_is_a_limit),
    };
    const char *root = getenv("WINNOW_BUILD_ROOT");

    (void)snprintf(helper, sizeof helper, "%s/tests/helpers/winnow-decode-crash",
                   root ? root : ".");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
