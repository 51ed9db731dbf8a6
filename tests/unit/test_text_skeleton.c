/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the skeleton: what leet, spaced and stretched words read as, and the way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/arena.h"
#include "src/text/normalize.h"
#include "src/text/skeleton.h"

static wn_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = wn_arena_new((size_t)64 << 20);
    return arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    wn_arena_free(arena);
    return 0;
}

static const wn_text *normalize(const char *raw)
{
    const wn_text *text = NULL;

    assert_int_equal(
        wn_text_normalize(arena, (wn_span){ (const uint8_t *)raw, strlen(raw) }, &text, NULL),
        WN_OK);
    return text;
}

static const wn_text *skeleton(const wn_text *text)
{
    const wn_text *s = NULL;

    assert_int_equal(wn_text_skeleton(arena, text, &s, NULL), WN_OK);
    return s;
}

static void reads(const char *raw, const char *as, uint32_t fired)
{
    const wn_text *text = normalize(raw), *s = skeleton(text);

    assert_non_null(s);
    assert_string_equal((const char *)s->norm.ptr, as); /* zeros stand behind it */
    assert_int_equal(s->fired, fired);
    if (fired != 0 && !wn_text_may_evade(text))
        fail_msg("%s", raw);
}

static void stays(const char *raw)
{
    const wn_text *text = normalize(raw);

    assert_null(skeleton(text));
}

static void test_leet(void **state)
{
    (void)state;
    reads("f4ck", "fack", WN_NORM_LEET);
    reads("@ss", "as", WN_NORM_LEET);
    reads("$hit @$$", "shit as", WN_NORM_LEET);
    reads("sh!t", "shit\nshlt", WN_NORM_LEET);
    reads("h3lp", "help", WN_NORM_LEET);
    reads("п0рн0", "порно", WN_NORM_LEET);
    stays("hey! important! 1984");
    stays("3 + 4 = 7, or 100");
    assert_null(skeleton(normalize("the a55 road")));
    assert_null(skeleton(normalize("it costs $5")));
}

static void test_spaced(void **state)
{
    (void)state;
    reads("f u c k you", "fuck you", WN_NORM_SPACED);
    reads("f.u.c.k", "fuck", WN_NORM_SPACED);
    reads("f-u-c-k", "fuck", WN_NORM_SPACED);
    reads("f_u_c_k", "fuck", WN_NORM_SPACED);
    reads("f u c k  y o u", "fuck  you", WN_NORM_SPACED);
    reads("a f u c k", "afuck\nfuck", WN_NORM_SPACED);
    stays("so i go");
    stays("a b");
}

static void test_stretched(void **state)
{
    (void)state;
    reads("fuuuuck", "fuck", WN_NORM_STRETCHED);
    reads("ссууука", "сука", WN_NORM_STRETCHED);
    reads("hello", "helo", 0);
    stays("number 1000");
    assert_false(wn_text_may_evade(normalize("hello, will you call me")));
}

static void test_way_back(void **state)
{
    const wn_text *text = normalize("ÉÉ f u u c k !"), *s = skeleton(text);
    const uint8_t *at = memmem(s->norm.ptr, s->norm.len, "fuck", 4);
    uint32_t       pos;
    uint64_t       start, end, raw_start, raw_end;

    (void)state;
    assert_non_null(at);
    pos = (uint32_t)(at - s->norm.ptr);
    wn_text_to_raw(s, pos, pos + 4, &start, &end);
    assert_int_equal(start, 3);
    assert_int_equal(end, 12);
    wn_text_to_raw(text, (uint32_t)start, (uint32_t)end, &raw_start, &raw_end);
    assert_int_equal(raw_start, 5);
    assert_int_equal(raw_end, 14);
}

/* Any text: the way back stays inside, and what never changes needs no second look. */
static void test_properties(void **state)
{
    static const char alphabet[] = "aabbs1i!|@$ .-4u+\n0x";
    uint64_t          seed = 77;
    char              raw[64];

    (void)state;
    for (int i = 0; i < 20000; i++) {
        const wn_text *text, *s;
        size_t         n = 0;

        wn_arena_reset(arena);
        while (n < sizeof raw - 1) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            raw[n++] = alphabet[(seed >> 40) % (sizeof alphabet - 1)];
            if ((seed >> 20) % 40 == 0)
                break;
        }
        raw[n] = '\0';
        text = normalize(raw);
        s = skeleton(text);
        if (s == NULL)
            continue;
        if (s->fired != 0)
            assert_true(wn_text_may_evade(text));
        for (uint32_t at = 0; at < s->norm.len; at++) {
            uint64_t start, end;

            wn_text_to_raw(s, at, at + 1, &start, &end);
            assert_true(start <= end && end <= text->norm.len);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_leet, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_spaced, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stretched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_way_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_properties, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
