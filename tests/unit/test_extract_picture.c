/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the extractor that makes pixels of picture files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/extract/registry.h"
#include "tests/unit/picture_fixtures.h"

enum { ARENA = 16 << 20, W = 20, H = 10 };

static char helper_dir[4096];

typedef struct fixture {
    wn_arena *engine, *item;
    wn_opened opened;
    wn_scan   scan;
    wn_err    err;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    wn_env         env;

    memset(&f, 0, sizeof f);
    f.engine = wn_arena_new(ARENA);
    f.item = wn_arena_new(ARENA);
    assert_true(f.engine != NULL && f.item != NULL);
    env = (wn_env){ .arena = f.engine, .helper_dir = helper_dir };
    assert_int_equal(wn_extract_picture.open(&env, &f.opened, &f.err), WN_OK);
    if (f.opened.absent != NULL)
        fail_msg("%s", f.opened.absent);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;

    wn_arena_free(f->item);
    wn_extract_picture.close(f->opened.state);
    wn_arena_free(f->engine);
    return 0;
}

static wn_code run(fixture *f, wn_span bytes)
{
    assert_int_equal(wn_scan_init(&f->scan, f->item, bytes, wn_media_sniff(bytes), &f->err), WN_OK);
    return wn_extract_picture.run(f->opened.state, &f->scan, f->scan.views[0], &f->err);
}

static const wn_coverage *coverage(const fixture *f, const char *part)
{
    for (size_t i = 0; i < f->scan.coverage_count; i++)
        if (strcmp(f->scan.coverage[i].part, part) == 0)
            return &f->scan.coverage[i];
    return NULL;
}

static void a_picture_becomes_an_image_view(void **state)
{
    fixture       *f = *state;
    const wn_view *image;

    assert_int_equal(run(f, fx_png(f->item, W, H, 2, 8, false, false)), WN_OK);
    assert_int_equal(f->scan.view_count, 2);
    image = f->scan.views[1];
    assert_int_equal(image->kind, WN_VIEW_IMAGE);
    assert_ptr_equal(image->parent, f->scan.views[0]);
    assert_string_equal(image->extractor, "picture");
    assert_int_equal(image->place.kind, WN_PLACE_WHOLE);
    assert_int_equal(image->image.width, W);
    assert_int_equal(image->image.height, H);
    assert_int_equal(image->image.rgb[W * H * 3 - 1], fx_pixel(W - 1, H - 1, 2));
    assert_int_equal(coverage(f, "picture")->views, 1);
    assert_null(coverage(f, "frames"));
    assert_null(coverage(f, "damaged parts"));
}

static void what_was_not_looked_at_is_said(void **state)
{
    fixture    *f = *state;
    fx_gif_spec s = { 64, 64, 0, 0, 64, 64, 1, false, -1 };
    wn_span     gif;

    assert_int_equal(run(f, fx_webp_animation(f->item, W, H, 0, 0, W, H, 2)), WN_OK);
    assert_non_null(coverage(f, "frames"));
    assert_false(coverage(f, "frames")->failed);
    gif = fx_gif(f->item, &s);
    assert_int_equal(run(f, (wn_span){ gif.ptr, gif.len * 3 / 4 }), WN_OK);
    assert_non_null(coverage(f, "damaged parts"));
    assert_false(coverage(f, "damaged parts")->failed);
}

static void what_does_not_decode_is_an_error(void **state)
{
    fixture *f = *state;
    wn_span  s = fx_png(f->item, W, H, 2, 8, false, false);

    assert_int_equal(run(f, (wn_span){ s.ptr, 40 }), WN_E_FORMAT);
    assert_int_equal(f->scan.view_count, 1);
}

static void other_media_are_left_alone(void **state)
{
    fixture *f = *state;

    assert_int_equal(run(f, (wn_span){ (const uint8_t *)"hello", 5 }), WN_OK);
    assert_int_equal(f->scan.view_count, 1);
    assert_int_equal(f->scan.coverage_count, 0);
}

static void without_the_helper_it_is_absent(void **state)
{
    fixture  *f = *state;
    wn_env    env = { .arena = f->engine, .helper_dir = "/nonexistent" };
    wn_opened opened = { 0 };

    assert_int_equal(wn_extract_picture.open(&env, &opened, &f->err), WN_OK);
    assert_non_null(strstr(opened.absent, "winnow-decode-picture is missing"));
    assert_null(strstr(opened.absent, "/nonexistent")); /* it stands in verdicts */
    wn_extract_picture.close(opened.state);
}

#define WITH_ENGINE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ENGINE(a_picture_becomes_an_image_view),  WITH_ENGINE(what_was_not_looked_at_is_said),
        WITH_ENGINE(what_does_not_decode_is_an_error), WITH_ENGINE(other_media_are_left_alone),
        WITH_ENGINE(without_the_helper_it_is_absent),
    };
    const char *root = getenv("WINNOW_BUILD_ROOT");

    (void)snprintf(helper_dir, sizeof helper_dir, "%s", root ? root : ".");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
