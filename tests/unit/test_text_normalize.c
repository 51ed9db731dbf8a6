/* SPDX-License-Identifier: Apache-2.0 */
/* Each normalisation, and the way back from every span of it to the original. */
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
    arena = wn_arena_new(512 << 20);
    return arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    wn_arena_free(arena);
    return 0;
}

static const wn_text *normal(const char *s, size_t len)
{
    const wn_text *text = NULL;
    wn_err         err = { 0 };

    if (wn_text_normalize(arena, (wn_span){ (const uint8_t *)s, len }, &text, &err) != WN_OK)
        fail_msg("%s", err.msg);
    return text;
}

static void becomes(const char *raw, const char *norm, uint32_t fired)
{
    const wn_text *t = normal(raw, strlen(raw));

    if (t->norm.len != strlen(norm) || memcmp(t->norm.ptr, norm, t->norm.len) != 0)
        fail_msg("\"%s\" became \"%.*s\", not \"%s\"", raw, (int)t->norm.len,
                 (const char *)t->norm.ptr, norm);
    if ((t->fired & fired) != fired)
        fail_msg("\"%s\": fired is %x, without %x", raw, t->fired, fired);
}

/* The only place of `word` in the normal form leads back to `raw_word` in the original. */
static void leads_back(const char *raw, const char *word, const char *raw_word)
{
    const wn_text *t = normal(raw, strlen(raw));
    const uint8_t *at = memmem(t->norm.ptr, t->norm.len, word, strlen(word));
    uint64_t       start, end;
    uint32_t       from;

    assert_non_null(at);
    from = (uint32_t)(at - t->norm.ptr);
    wn_text_to_raw(t, from, from + (uint32_t)strlen(word), &start, &end);
    if (end - start != strlen(raw_word) || memcmp(raw + start, raw_word, end - start) != 0)
        fail_msg("\"%s\" leads back to \"%.*s\", not \"%s\"", word, (int)(end - start), raw + start,
                 raw_word);
}

static void folds(void **state)
{
    (void)state;
    becomes("Hello, WORLD 42!", "hello, world 42!", 0);
    becomes("stra\xC3\x9F\x65", "strasse", 0);
    becomes("caf\xC3\xA9 cafe\xCC\x81", "cafe cafe", 0);
    becomes("\xEF\xBC\xA8\xEF\xBD\x85\xEF\xBD\x99", "hey", WN_NORM_COMPAT); /* full width */
    becomes("\xF0\x9D\x90\x9A\xF0\x9D\x90\x9B", "ab", WN_NORM_COMPAT);      /* mathematical bold */
    becomes("ab\xE2\x80\x8B\x63\xE2\x80\xAE\x64", "abcd", WN_NORM_INVISIBLE);
    becomes("\xD1\x81\xD0\xBE\xD1\x80", "\xD1\x81\xD0\xBE\xD1\x80", 0); /* a Cyrillic word stays */
    becomes("p\xD0\xB0y", "pay", WN_NORM_CONFUSABLE); /* one letter in a Latin one */
    becomes("a\xFF z", "a\xEF\xBF\xBD z", WN_NORM_ILL_FORMED);
    becomes("x\xEE\x80\x80y", "xy", 0); /* nobody writes the identity token */
    becomes("", "", 0);
}

static void composed_and_decomposed_are_one(void **state)
{
    static const char *const pairs[][2] = {
        { "\xC3\xA9", "e\xCC\x81" },
        { "\xE1\xBB\x87", "e\xCC\xA3\xCC\x82" },
        { "\xEA\xB0\x81", "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8" }, /* Hangul */
        { "\xE3\x81\x8C", "\xE3\x81\x8B\xE3\x82\x99" },             /* kana with its voice mark */
        { "\xD8\xA3", "\xD8\xA7\xD9\x94" },                         /* Arabic alef with hamza */
    };

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const wn_text *a = normal(pairs[i][0], strlen(pairs[i][0]));
        const wn_text *b = normal(pairs[i][1], strlen(pairs[i][1]));

        assert_int_equal(a->norm.len, b->norm.len);
        assert_memory_equal(a->norm.ptr, b->norm.ptr, a->norm.len);
    }
}

static void spans_lead_back(void **state)
{
    (void)state;
    leads_back("plain ASCII text", "ascii", "ASCII");
    leads_back("\xC3\x89t\xC3\xA9 \xE2\x82\xAC NAME", "name", "NAME");
    leads_back("so z\xE2\x80\x8Bo\xE2\x80\x8Br\xE2\x80\x8B!", "zor", "z\xE2\x80\x8Bo\xE2\x80\x8Br");
    leads_back("\xEF\xBC\xA8\xEF\xBD\x85\xEF\xBD\x99 you", "hey",
               "\xEF\xBC\xA8\xEF\xBD\x85\xEF\xBD\x99");
    leads_back("ab \xFF\xFE word", "word", "word");
}

/* A reproducible stream of awkward characters. */
static size_t awkward(char *dst, size_t cap, uint32_t seed)
{
    static const char *const bits[] = {
        "a",
        "B",
        " ",
        "1",
        "!",
        ".",
        "\xC3\xA9",
        "\xCC\x81",
        "\xE2\x80\x8B",
        "\xD0\xB0",
        "\xE4\xBD\xA0",
        "\xE0\xB8\xAA",
        "\xFF",
        "\xF0\x9F\x98\x80",
        "\xEE\x80\x80",
        "Uyghur ",
        "the ",
        "women ",
        "\xEA\xB0\x81",
        "\xE1\x84\x80",
        "$",
        "f u c k",
        "oooo",
        "\xE0\xA4\x95",
        "\xE0\xA4\xBC",
        "\xEF\xBC\xA8",
        "\0",
        "\n",
    };
    size_t len = 0;

    while (len + 16 < cap) {
        const char *bit;
        size_t      n;

        seed = seed * 1664525u + 1013904223u;
        bit = bits[(seed >> 16) % (sizeof bits / sizeof bits[0])];
        n = bit[0] ? strlen(bit) : 1;
        memcpy(dst + len, bit, n);
        len += n;
        if ((seed >> 8) % 97 == 0)
            break;
    }
    return len;
}

static void check_tokens(const wn_text *t)
{
    uint64_t last = 0;
    uint32_t before = 0;

    for (size_t i = 0; i < t->token_count; i++) {
        const wn_token *k = &t->tokens[i];
        uint64_t        start = 0, end = 0;

        assert_true(k->start >= before && k->end > k->start && k->end <= t->norm.len);
        before = k->end;
        wn_text_to_raw(t, k->start, k->end, &start, &end);
        assert_true(start >= last && end > start && end <= t->raw.len);
        last = start;
    }
}

static void any_text_keeps_its_order_and_is_normal_at_once(void **state)
{
    char raw[600];

    (void)state;
    for (uint32_t seed = 1; seed < 3000; seed++) {
        size_t         len = awkward(raw, sizeof raw, seed);
        const wn_text *once = normal(raw, len);
        const wn_text *skeleton = NULL;
        wn_err         err;

        check_tokens(once);
        /* A second pass changes nothing, but for the token, which no text may bring along. */
        if (!(once->fired & WN_NORM_IDENTITY)) {
            const wn_text *twice = normal((const char *)once->norm.ptr, once->norm.len);

            assert_int_equal(twice->norm.len, once->norm.len);
            assert_memory_equal(twice->norm.ptr, once->norm.ptr, once->norm.len);
        }
        assert_int_equal(wn_text_skeleton(arena, once, &skeleton, &err), WN_OK);
        wn_arena_reset(arena);
    }
}

static void words_have_boundaries(void **state)
{
    static const char raw[] = "don't re-do \xE4\xBD\xA0\xE5\xA5\xBD x1";
    const wn_text    *t = normal(raw, sizeof raw - 1);

    (void)state;
    assert_true(wn_text_boundary(t->norm, 0));
    assert_false(wn_text_boundary(t->norm, 1));
    assert_true(wn_text_boundary(t->norm, 3));
    assert_true(wn_text_boundary(t->norm, 8));
    assert_true(wn_text_boundary(t->norm, 15)); /* between two ideographs */
    assert_true(wn_text_boundary(t->norm, t->norm.len));
}

static void skeleton_is(const char *raw, const char *want)
{
    const wn_text *t = normal(raw, strlen(raw)), *s = NULL;
    wn_err         err;
    size_t         n = strlen(want);

    assert_int_equal(wn_text_skeleton(arena, t, &s, &err), WN_OK);
    if (s == NULL || s->norm.len < n || memcmp(s->norm.ptr, want, n) != 0)
        fail_msg("the skeleton of \"%s\" is \"%.*s\", not \"%s\"", raw, s ? (int)s->norm.len : 0,
                 s ? (const char *)s->norm.ptr : "", want);
}

static void evasions_are_undone(void **state)
{
    const wn_text *none = NULL;
    wn_err         err;

    (void)state;
    skeleton_is("z0rbl4x", "zorblax");
    skeleton_is("z o r b l a x", "zorblax");
    skeleton_is("z.o.r.b.l.a.x", "zorblax");
    skeleton_is("zorrrrblax", "zorblax");
    skeleton_is("zorbl@x", "zorblax");
    assert_int_equal(wn_text_skeleton(arena, normal("a big zorblax", 13), &none, &err), WN_OK);
    assert_null(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds),
        cmocka_unit_test(composed_and_decomposed_are_one),
        cmocka_unit_test(spans_lead_back),
        cmocka_unit_test(any_text_keeps_its_order_and_is_normal_at_once),
        cmocka_unit_test(words_have_boundaries),
        cmocka_unit_test(evasions_are_undone),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
