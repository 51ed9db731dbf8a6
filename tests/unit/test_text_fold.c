/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of normalising: each folding with its way back, and properties on random input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/arena.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/text/normalize.h"
#include "src/text/skeleton.h"

#define S(literal) ((wn_span){ (const uint8_t *)(literal), sizeof(literal) - 1 })

static wn_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = wn_arena_new((size_t)256 << 20);
    return arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    wn_arena_free(arena);
    return 0;
}

static const wn_text *normalize(wn_span raw)
{
    const wn_text *text = NULL;

    assert_int_equal(wn_text_normalize(arena, raw, &text, NULL), WN_OK);
    return text;
}

/* `raw` becomes `norm`, with exactly these normalisations. */
static void becomes(wn_span raw, const char *norm, uint32_t fired)
{
    const wn_text *text = normalize(raw);
    char          *got = wn_arena_strndup(arena, (const char *)text->norm.ptr, text->norm.len);

    assert_non_null(got);
    assert_string_equal(got, norm);
    assert_int_equal(text->norm.len, strlen(norm));
    assert_int_equal(text->fired, fired);
}

/* The bytes of `norm` that spell `part` came from bytes [start, end) of `raw`. */
static void came_from(wn_span raw, const char *part, uint64_t start, uint64_t end)
{
    const wn_text *text = normalize(raw);
    const uint8_t *at = memmem(text->norm.ptr, text->norm.len, part, strlen(part));
    uint64_t       from, to;

    assert_non_null(at);
    wn_text_to_raw(text, (uint32_t)(at - text->norm.ptr),
                   (uint32_t)(at - text->norm.ptr + (ptrdiff_t)strlen(part)), &from, &to);
    assert_int_equal(from, start);
    assert_int_equal(to, end);
}

static void test_ascii(void **state)
{
    const wn_text *text = normalize(S("Hello, WORLD 42\n"));

    (void)state;
    becomes(S("Hello, WORLD 42\n"), "hello, world 42\n", 0);
    becomes(S(""), "", 0);
    assert_int_equal(text->run_count, 1);
    assert_int_equal(text->token_count, 3);
    assert_int_equal(text->tokens[2].kind, WN_TOKEN_NUMBER);
    came_from(S("Hello, WORLD 42\n"), "world", 7, 12);
}

static void test_ill_formed(void **state)
{
    (void)state;
    becomes(S("a\xFF"
              "b"),
            "a\xEF\xBF\xBD"
            "b",
            WN_NORM_ILL_FORMED);
    becomes(S("\xE2\x82"), "\xEF\xBF\xBD", WN_NORM_ILL_FORMED);
    becomes(S("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD", WN_NORM_ILL_FORMED);
    becomes(S("\xED\xA0\x80x"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDx", WN_NORM_ILL_FORMED);
    came_from(S("a\xE2\x82 word"), "word", 4, 8);
}

static void test_invisible(void **state)
{
    (void)state;
    becomes(S("f\xE2\x80\x8Buck"), "fuck", WN_NORM_INVISIBLE); /* zero-width space */
    becomes(S("a\0b"), "ab", WN_NORM_INVISIBLE);
    becomes(S("so\xC2\xAD"
              "ft"),
            "soft", WN_NORM_INVISIBLE);
    becomes(S("\xE2\x80\xAE"
              "abc"),
            "abc", WN_NORM_INVISIBLE); /* right-to-left override */
    came_from(S("f\xE2\x80\x8Buck you"), "fuck", 0, 7);
    came_from(S("f\xE2\x80\x8Buck you"), "you", 8, 11);
    /* The private code point of identities cannot be smuggled in. */
    becomes(S("x\xEE\x80\x80y"), "xy", WN_NORM_INVISIBLE);
}

static void test_ordinary_joiners(void **state)
{
    (void)state;
    becomes(S("\xEF\xBB\xBFhello"), "hello", 0);               /* byte order mark */
    becomes(S("\xE2\x9D\xA4\xEF\xB8\x8F"), "\xE2\x9D\xA4", 0); /* emoji selector */
    becomes(S("می\xE2\x80\x8Cخواهم"), "میخواهم", 0);           /* Persian */
    becomes(S("👍🏿 👍🏻 👍"), "👍 👍 👍", 0);          /* skin tones */
    becomes(S("👩\xE2\x80\x8D⚕ 👨"), "🧑⚕ 🧑", 0);
    becomes(S("🤷\xE2\x80\x8D♀"), "🤷", 0);
}

static void test_diacritics(void **state)
{
    (void)state;
    becomes(S("École"), "ecole", 0);
    becomes(S("E\xCC\x81"
              "cole"),
            "ecole", 0);
    becomes(S("Việt Nam"), "viet nam", 0);
    becomes(S("Łódź Øre straße ŒUVRE"), "lodz ore strasse oeuvre", 0);
    becomes(S("İstanbul ısı"), "istanbul isi", 0);
    becomes(S("Ἀθήνα"), "αθηνα", 0);
    becomes(S("h\xCC\x80\xCC\x81\xCC\x82\xCC\x83"
              "i"),
            "hi", WN_NORM_MARKS);
    becomes(S("k\xCC\xB6"
              "ill"),
            "kill", WN_NORM_MARKS); /* struck through */
    came_from(S("E\xCC\x81"
                "cole x"),
              "e", 0, 3);
    came_from(S("E\xCC\x81"
                "cole x"),
              "x", 8, 9);
}

static void test_other_scripts(void **state)
{
    (void)state;
    becomes(S("Й и\xCC\x86 Ё е ї"), "й й е е ї", 0);
    becomes(S("カ\xE3\x82\x99 ｶﾞ ガ"), "ガ ガ ガ", 0);
    becomes(S("각 \xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8"), "각 각", 0);
    becomes(S("أ ا\xD9\x94 سَلَامٌ شـــكر"), "أ أ سلام شكر", 0);
    becomes(S("שָׁלוֹם"), "שלום", 0);
    becomes(S("हिन्दी क़"), "हिन्दी क\xE0\xA4\xBC", 0);
    becomes(S("ไม่ได้ น้ำ"), "ไม่ได้ น้\xE0\xB9\x8D\xE0\xB8\xB2", 0);
}

static void test_compat(void **state)
{
    (void)state;
    becomes(S("ｆｕｃｋ"), "fuck", WN_NORM_COMPAT);
    becomes(S("𝓕𝖚𝐜𝕜"), "fuck", WN_NORM_COMPAT);
    becomes(S("ⓕⓤⓒⓚ"), "fuck", WN_NORM_COMPAT);
    becomes(S("ꜰᴜᴄᴋ"), "fuck", WN_NORM_COMPAT);
    becomes(S("🅵🆄🅲🅺"), "fuck", WN_NORM_COMPAT);
    becomes(S("🇫🇺🇨🇰"), "fuck", WN_NORM_COMPAT);
    becomes(S("ﬁne №1 ²"), "fine no1 2", 0);
    becomes(S("don’t “quote” – dash"), "don't \"quote\" - dash", 0);
    came_from(S("x ｆｕｃｋ y"), "fuck", 2, 14);
    came_from(S("a ﬁne y"), "f", 2, 5);
    came_from(S("a ﬁne y"), "ine", 2, 7);
}

static void test_looks(void **state)
{
    (void)state;
    becomes(S("pоrn"), "porn", WN_NORM_CONFUSABLE);
    becomes(S("fυck"), "fuck", WN_NORM_CONFUSABLE);
    becomes(S("ΗELLO"), "hello", WN_NORM_CONFUSABLE); /* capital eta looks like H */
    becomes(S("сука Αθήνα"), "сука αθηνα", 0);        /* whole words of a script are left alone */
    becomes(S("это сукa тут"), "это сука тут", WN_NORM_CONFUSABLE); /* Latin a */
    came_from(S("a pоrn y"), "porn", 2, 7);
}

static void test_boundaries(void **state)
{
    const wn_text *text = normalize(S("ass class 汉字 дом가"));

    (void)state;
    assert_true(wn_text_boundary(text->norm, 0));
    assert_false(wn_text_boundary(text->norm, 1));
    assert_true(wn_text_boundary(text->norm, 3));
    assert_false(wn_text_boundary(text->norm, 6));
    assert_true(
        wn_text_boundary(text->norm, 13)); /* between two characters of a script without spaces */
    assert_true(wn_text_boundary(text->norm, text->norm.len));
    text = normalize(S("न्"));
    assert_false(wn_text_boundary(text->norm, 3)); /* before a mark */
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Characters that do things, letters of many scripts, and plain bytes. */
static size_t random_text(uint64_t *state, uint8_t *dst, size_t cap)
{
    static const uint32_t odd[] = {
        0x200B, 0x200D, 0x301,  0x308,  0x306,   0x438,  0x430,   0x3B1,   0x1100,  0x1161,
        0x11A8, 0xAC00, 0x3099, 0x30AB, 0xFF76,  0xFF9E, 0x1F1EB, 0x1F1F7, 0x1F469, 0xFE0F,
        0x915,  0x93C,  0x94D,  0xE19,  0xE49,   0xE33,  0x627,   0x654,   0x64B,   0xFB01,
        0xFDFA, 0x1E9E, 0x130,  0x4E2D, 0x1F600, 0xAD,   0x202E,  0x2019,  0x410,   0x397,
    };
    size_t n = 0, want = next_random(state) % (cap - 4);

    while (n < want) {
        uint64_t r = next_random(state);
        uint32_t cp = (uint32_t)(r >> 16) % 0x110000;

        if (r % 8 < 3)
            dst[n++] = (uint8_t)("aBc deF.-1'"[(r >> 8) % 11]);
        else if (r % 8 < 6)
            n += wn_utf8_encode(odd[(r >> 8) % (sizeof odd / sizeof odd[0])], dst + n);
        else if (r % 8 == 6)
            dst[n++] = (uint8_t)(r >> 8);
        else if (cp < 0xD800 || cp > 0xDFFF)
            n += wn_utf8_encode(cp, dst + n);
    }
    return n;
}

static void check_map(const wn_text *text)
{
    uint64_t last_start = 0;

    for (size_t i = 0; i < text->run_count; i++) {
        const wn_text_run *r = &text->runs[i];
        size_t             end = i + 1 < text->run_count ? text->runs[i + 1].norm : text->norm.len;

        assert_true(i == 0 ? r->norm == 0 : r->norm > text->runs[i - 1].norm);
        assert_true(end > r->norm);
        assert_true(r->raw >= last_start);
        assert_true((uint64_t)r->raw + r->raw_len <= text->raw.len);
        assert_true(!r->exact || end - r->norm == r->raw_len);
        last_start = r->raw;
    }
    assert_true(text->norm.len == 0 || text->run_count > 0);
    last_start = 0;
    for (size_t i = 0; i < text->token_count; i++) {
        const wn_token *t = &text->tokens[i];
        uint64_t        start, end;

        assert_true(t->start < t->end && t->end <= text->norm.len);
        assert_true(i == 0 || t->start >= text->tokens[i - 1].end);
        wn_text_to_raw(text, t->start, t->end, &start, &end);
        assert_true(start >= last_start && end > start && end <= text->raw.len);
        last_start = start;
    }
}

static void test_properties(void **state)
{
    uint64_t seed = 0x5EED;
    uint8_t  buf[160];

    (void)state;
    for (int i = 0; i < 20000; i++) {
        wn_span        raw = { buf, random_text(&seed, buf, sizeof buf) };
        const wn_text *text, *again;

        wn_arena_reset(arena);
        text = normalize(raw);
        check_map(text);
        assert_int_equal(wn_utf8_valid_prefix(text->norm), text->norm.len);
        if (text->fired & WN_NORM_IDENTITY)
            continue; /* the token itself does not come through */
        again = normalize(text->norm);
        assert_int_equal(again->norm.len, text->norm.len);
        assert_memory_equal(again->norm.ptr, text->norm.ptr, text->norm.len);
    }
}

/* Canonically equal texts become the same bytes, however many marks and in what order. */
static void test_mark_floods(void **state)
{
    static uint8_t raw[200000];
    const wn_text *text;
    size_t         n = 0;

    (void)state;
    raw[n++] = 'a';
    while (n + 2 < sizeof raw)
        n += wn_utf8_encode(0x300 + (uint32_t)(n % 0x40), raw + n);
    text = normalize((wn_span){ raw, n });
    assert_int_equal(text->norm.len, 1);
    assert_int_equal(text->runs[0].raw_len, n);
    assert_int_equal(text->fired, WN_NORM_MARKS);
    for (n = 0; n + 3 < sizeof raw;)
        n += wn_utf8_encode(0x94D, raw + n);
    text = normalize((wn_span){ raw, n });
    assert_int_equal(text->norm.len, 16 * 3);
    assert_int_equal(text->fired, WN_NORM_MARKS);
}

static void test_limits(void **state)
{
    wn_arena      *tight = wn_arena_new(1000);
    static uint8_t zeros[100000];
    const wn_text *text = NULL;
    wn_err         err = { .code = WN_OK };

    (void)state;
    assert_non_null(tight);
    memset(zeros, 'x', sizeof zeros);
    assert_int_equal(wn_text_normalize(tight, (wn_span){ zeros, sizeof zeros }, &text, &err),
                     WN_E_LIMIT);
    assert_null(text);
    assert_int_equal(wn_text_normalize(tight, (wn_span){ zeros, WN_TEXT_MAX + 1 }, &text, &err),
                     WN_E_LIMIT);
    wn_arena_free(tight);
}

/* Whichever allocation fails: an error, and nothing is written. */
static void test_no_memory(void **state)
{
    static const char raw[] = "The Uyghur people, p\xD0\xBErn and caf\xC3\xA9 f u c k: sh1t";
    wn_code           code = WN_E_NOMEM;

    (void)state;
    for (size_t n = 1; code != WN_OK; n++) {
        wn_arena      *small = wn_arena_new((size_t)1 << 20);
        const wn_text *text = NULL, *bones = NULL;

        assert_non_null(small);
        assert_true(n < 1000);
        wn_mem_fail_after(n);
        code = wn_text_normalize(small, S(raw), &text, NULL);
        if (code == WN_OK)
            code = wn_text_skeleton(small, text, &bones, NULL);
        wn_mem_fail_after(0);
        assert_true(code == WN_OK || (code == WN_E_NOMEM && bones == NULL));
        wn_arena_free(small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_ascii, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ill_formed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_invisible, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ordinary_joiners, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_diacritics, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_scripts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_compat, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_looks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_boundaries, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_properties, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_mark_floods, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
