/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the detector of known content: signals, hits and coverage for listed and other items. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "src/base/file.h"
#include "src/detect/registry.h"
#include "src/known/pdq.h"

enum { W = 400, H = 300 };

static char         path[2][64];
static wn_arena    *arena;
static uint8_t      pixels[W * H * 3];
static wn_list_spec specs[3];

static void draw(uint32_t seed)
{
    for (uint32_t i = 0; i < W * H; i++) {
        uint32_t x = i % W, y = i / W;

        for (uint32_t c = 0; c < 3; c++)
            pixels[3 * i + c] = (uint8_t)(x / (20 + seed) % 2 * 110 + y / (31 + 3 * seed) % 2 * 80 +
                                          (x * y / (97 + seed)) % 50);
    }
}

static int set_up(void **state)
{
    (void)state;
    arena = wn_arena_new(64 << 20);
    if (arena == NULL)
        return -1;
    for (int i = 0; i < 2; i++) {
        int fd;

        (void)snprintf(path[i], sizeof path[i], "/tmp/winnow-known-XXXXXX");
        fd = mkstemp(path[i]);
        if (fd < 0)
            return -1;
        (void)close(fd);
        specs[i] = (wn_list_spec){ .id = i ? "second" : "first",
                                   .file = path[i],
                                   .policy_file = "policy.yaml",
                                   .line = 3,
                                   .kind = WN_LIST_HASHES,
                                   .category = WN_CAT_SEXUAL,
                                   .action = WN_ACTION_BLOCK,
                                   .max_distance = 31 };
    }
    specs[2] = (wn_list_spec){ .id = "terms", .file = "/nowhere", .kind = WN_LIST_TERMS };
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++)
        (void)unlink(path[i]);
    wn_arena_free(arena);
    return 0;
}

static void put_list(int i, const char *text)
{
    assert_int_equal(wn_file_write(path[i], (wn_span){ (const uint8_t *)text, strlen(text) }, NULL),
                     WN_OK);
}

static wn_opened open_lists(size_t count)
{
    wn_env    env = { .arena = arena, .lists = specs, .list_count = count };
    wn_opened opened = { 0 };
    wn_err    err;

    if (wn_detect_known.open(&env, &opened, &err) != WN_OK)
        fail_msg("%s:%u: %s", err.file, err.line, err.msg);
    return opened;
}

static void begin(wn_scan *scan, const char *bytes, wn_view **image)
{
    wn_place whole = { .kind = WN_PLACE_WHOLE };

    assert_int_equal(wn_scan_init(scan, arena, (wn_span){ (const uint8_t *)bytes, strlen(bytes) },
                                  WN_MEDIA_PNG, NULL),
                     WN_OK);
    assert_int_equal(
        wn_scan_add_view(scan, scan->views[0], WN_VIEW_IMAGE, "test", whole, image, NULL), WN_OK);
    (*image)->image = (wn_image){ pixels, W, H };
}

static void run(const wn_opened *opened, wn_scan *scan)
{
    wn_err err;

    for (size_t i = 0; i < scan->view_count; i++)
        if (wn_detect_known.run(opened->state, scan, scan->views[i], &err) != WN_OK)
            fail_msg("%s", err.msg);
}

static void without_lists_it_is_absent(void **state)
{
    wn_env    env = { .arena = arena, .lists = &specs[2], .list_count = 1 };
    wn_opened opened = { 0 };

    (void)state;
    assert_int_equal(wn_detect_known.open(&env, &opened, NULL), WN_OK);
    assert_non_null(opened.absent);
    env.list_count = 0;
    assert_int_equal(wn_detect_known.open(&env, &opened, NULL), WN_OK);
    assert_non_null(opened.absent);
}

static void a_listed_file_is_found_by_its_digest(void **state)
{
    char      hex[65], text[200];
    wn_digest digest = wn_sha256((wn_span){ (const uint8_t *)"listed", 6 });
    wn_opened opened;
    wn_scan   scan;
    wn_view  *image;

    (void)state;
    wn_hex(digest.bytes, 32, hex);
    (void)snprintf(text, sizeof text, "hash\talgorithm\n%s\tsha256\n", hex);
    put_list(0, text);
    put_list(1, text);
    opened = open_lists(3);
    assert_string_equal(opened.model.name, "known-lists");
    assert_int_equal(opened.scores, 0);
    begin(&scan, "listed", &image);
    run(&opened, &scan);
    assert_int_equal(scan.signal_count, 2);
    assert_string_equal(scan.signals[0].list, "first");
    assert_string_equal(scan.signals[1].list, "second");
    assert_true(scan.signals[0].score == 1 && scan.signals[0].calibrated);
    assert_int_equal(scan.signals[0].action, WN_ACTION_BLOCK);
    assert_string_equal(scan.signals[0].evidence[0].note, "sha256 match");
    assert_int_equal(wn_scan_hits(&scan, "first"), 1);
    begin(&scan, "Listed", &image);
    run(&opened, &scan);
    assert_int_equal(scan.signal_count, 0);
    assert_int_equal(scan.coverage[0].views, 1);
}

static void a_listed_picture_is_found_by_its_looks(void **state)
{
    char      hex[65], text[200];
    wn_image  picture = { pixels, W, H };
    wn_pdq    hash;
    wn_opened opened;
    wn_scan   scan;
    wn_view  *image;

    (void)state;
    draw(0);
    assert_int_equal(wn_pdq_hash(arena, &picture, &hash, NULL), WN_OK);
    hash.words[1] ^= 7;
    wn_pdq_format(&hash, hex);
    (void)snprintf(text, sizeof text, "hash\talgorithm\n%s\tpdq\n", hex);
    put_list(0, text);
    opened = open_lists(1);
    begin(&scan, "any bytes", &image);
    run(&opened, &scan);
    assert_int_equal(scan.signal_count, 1);
    assert_ptr_equal(scan.signals[0].view, image);
    assert_string_equal(scan.signals[0].evidence[0].note, "pdq distance 3");
    assert_true(scan.signals[0].score == 1);
    assert_false(scan.signals[0].calibrated);
    draw(9);
    begin(&scan, "any bytes", &image);
    run(&opened, &scan);
    assert_int_equal(scan.signal_count, 0);
    assert_int_equal(scan.coverage[0].views, 1);
}

static void a_picture_without_detail_is_not_compared(void **state)
{
    wn_opened opened;
    wn_scan   scan;
    wn_view  *image;

    (void)state;
    put_list(0, "hash\talgorithm\n"
                "8000000000000000000000000000000000000000000000000000000000000001\tpdq\n");
    opened = open_lists(1);
    memset(pixels, 99, sizeof pixels);
    begin(&scan, "flat", &image);
    run(&opened, &scan);
    assert_int_equal(scan.signal_count, 0);
    assert_int_equal(scan.coverage[0].views, 0);
    assert_non_null(strstr(scan.coverage[0].not_run, "too little detail"));
    assert_false(scan.coverage[0].failed);
}

static void a_broken_list_is_an_error(void **state)
{
    wn_env    env = { .arena = arena, .lists = specs, .list_count = 1 };
    wn_opened opened = { 0 };
    wn_err    err = { 0 };

    (void)state;
    put_list(0, "hash\nnonsense\n");
    assert_int_equal(wn_detect_known.open(&env, &opened, &err), WN_E_FORMAT);
    assert_string_equal(err.file, path[0]);
    assert_int_equal(err.line, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_lists_it_is_absent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_listed_file_is_found_by_its_digest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_listed_picture_is_found_by_its_looks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_picture_without_detail_is_not_compared, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_broken_list_is_an_error, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
