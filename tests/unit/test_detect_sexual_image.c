/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the detector of sexual imagery: how classes count, what is missing. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "config.h"

#include "src/detect/registry.h"
#include "src/detect/sexual_image.h"

static float score(float drawing, float hentai, float neutral, float porn, float sexy, bool *drawn)
{
    const float classes[WN_NSFW_CLASSES] = { drawing, hentai, neutral, porn, sexy };

    return wn_sexual_score(classes, drawn);
}

static bool near(float a, float b)
{
    return fabsf(a - b) < 1e-5F;
}

static void photographs_count_by_how_explicit_they_are(void **state)
{
    bool drawn = true;

    (void)state;
    assert_true(near(score(0, 0, 1, 0, 0, &drawn), 0));
    assert_false(drawn);
    assert_true(near(score(0, 0, 0, 1, 0, &drawn), 1));
    assert_true(near(score(0, 0, 0, 0, 1, &drawn), 0.4F));
    assert_true(near(score(0, 0, 0.2F, 0.5F, 0.3F, &drawn), 0.62F));
    assert_false(drawn);
}

static void drawings_are_less_certain_and_never_reach_a_block(void **state)
{
    bool drawn = false;

    (void)state;
    assert_true(near(score(1, 0, 0, 0, 0, &drawn), 0));
    assert_true(drawn);
    assert_true(near(score(0, 1, 0, 0, 0, &drawn), 0.8F));
    assert_true(drawn);
    assert_true(near(score(0.5F, 0.5F, 0, 0, 0, &drawn), 0.2F));
    for (float h = 0; h <= 1; h += 0.05F)
        assert_true(score(1 - h, h, 0, 0, 0, &drawn) <= 0.8F * h + 1e-6F);
}

static void scores_stay_in_their_range(void **state)
{
    bool drawn;

    (void)state;
    assert_true(score(0, 0, 0, 0, 0, &drawn) == 0);
    assert_true(score(0, 1, 0, 1, 1, &drawn) == 1);
    assert_true(score(0, 0, 0, -1e-7F, 0, &drawn) == 0);
    for (int i = 0; i < 4000; i++) {
        float v[5], sum = 0;

        for (int k = 0; k < 5; k++)
            sum += v[k] = (float)((i * (k + 3) * 7919) % 1000);
        if (sum == 0)
            continue;
        sum = score(v[0] / sum, v[1] / sum, v[2] / sum, v[3] / sum, v[4] / sum, &drawn);
        assert_true(sum >= 0 && sum <= 1);
    }
}

static void what_is_missing_is_said(void **state)
{
    wn_arena *arena = wn_arena_new(1 << 20);
    wn_env    env = { .arena = arena, .models_dir = "/nowhere" };
    wn_opened opened = { 0 };

    (void)state;
    assert_non_null(arena);
    assert_int_equal(wn_detect_sexual_imagery.open(&env, &opened, NULL), WN_OK);
    assert_non_null(strstr(opened.absent, "make demo"));
    assert_int_equal(opened.scores, 0);
    wn_detect_sexual_imagery.close(opened.state);
    wn_arena_free(arena);
}

static void set_env(wn_env *env, wn_arena *arena, char models[4096], char library[4096])
{
    const char *root = getenv("WINNOW_SOURCE_ROOT");

    (void)snprintf(models, 4096, "%s/.deps/models", root ? root : ".");
    (void)snprintf(library, 4096, "%s/.deps/lib/libonnxruntime.so", root ? root : ".");
    *env = (wn_env){ .arena = arena, .models_dir = models, .onnxruntime = library };
}

static void a_harmless_picture_scores_low(void **state)
{
    enum { W = 300, H = 200 };
    wn_arena *arena = wn_arena_new(64 << 20);
    char      models[4096], library[4096];
    wn_opened opened = { 0 };
    uint8_t  *rgb = malloc(W * H * 3);
    wn_view  *view = NULL;
    wn_scan   scan;
    wn_env    env;
    wn_err    err;

    (void)state;
    assert_non_null(arena);
    assert_non_null(rgb);
    /* A blue sky over green ground. */
    for (size_t i = 0; i < (size_t)W * H; i++) {
        rgb[3 * i] = (uint8_t)(i / W / 2);
        rgb[3 * i + 1] = i / W < H / 2 ? 140 : 160;
        rgb[3 * i + 2] = i / W < H / 2 ? 220 : 40;
    }
    set_env(&env, arena, models, library);
    if (wn_detect_sexual_imagery.open(&env, &opened, &err) != WN_OK)
        fail_msg("%s", err.msg);
    if (opened.absent != NULL) {
        print_message("skipped: %s\n", opened.absent);
        free(rgb);
        wn_arena_free(arena);
        skip();
    }
    assert_string_equal(opened.model.name, "nsfw_mobilenet_v2_mid");
    assert_false(opened.model.calibrated);
    assert_int_equal(opened.scores, WN_CATEGORY_BIT(WN_CAT_SEXUAL));
    assert_int_equal(wn_scan_init(&scan, arena, (wn_span){ rgb, 3 }, WN_MEDIA_PNG, &err), WN_OK);
    assert_int_equal(wn_scan_add_view(&scan, scan.views[0], WN_VIEW_IMAGE, "test",
                                      (wn_place){ .kind = WN_PLACE_WHOLE }, &view, &err),
                     WN_OK);
    view->image = (wn_image){ rgb, W, H };
    if (wn_detect_sexual_imagery.run(opened.state, &scan, view, &err) != WN_OK)
        fail_msg("%s", err.msg);
    assert_int_equal(scan.signal_count, 1);
    assert_true(scan.signals[0].score < 0.3F);
    assert_false(scan.signals[0].calibrated);
    assert_int_equal(scan.signals[0].evidence_count, 1);
    assert_int_equal(scan.coverage[0].views, 1);
    wn_detect_sexual_imagery.close(opened.state);
    free(rgb);
    wn_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(photographs_count_by_how_explicit_they_are),
        cmocka_unit_test(drawings_are_less_certain_and_never_reach_a_block),
        cmocka_unit_test(scores_stay_in_their_range),
        cmocka_unit_test(what_is_missing_is_said),
        cmocka_unit_test(a_harmless_picture_scores_low),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
