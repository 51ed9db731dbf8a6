/* SPDX-License-Identifier: Apache-2.0 */
/* The folding against ICU's NFKC_Casefold, over all characters that nothing further is done to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "src/base/arena.h"
#include "src/base/utf8.h"
#include "src/text/unicode.h"
#include "src/text/fold.h"

enum { UNITS = 2048, CODE_POINTS = 0x110000, TEXTS = 50000, LONGEST = 12 };

static wn_arena *arena;

static wn_span ours(wn_span raw)
{
    wn_text text;
    bool    looks;

    assert_int_equal(wn_text_fold(arena, raw, &text, &looks, NULL), WN_OK);
    return text.norm;
}

static wn_span icu(wn_span raw, uint8_t *dst)
{
    UErrorCode          status = U_ZERO_ERROR;
    const UNormalizer2 *n2 = unorm2_getNFKCCasefoldInstance(&status);
    UChar               from[UNITS], to[UNITS];
    int32_t             n;

    (void)u_strFromUTF8(from, UNITS, &n, (const char *)raw.ptr, (int32_t)raw.len, &status);
    n = unorm2_normalize(n2, from, n, to, UNITS, &status);
    (void)u_strToUTF8((char *)dst, UNITS, &n, to, n, &status);
    assert_true(U_SUCCESS(status));
    return (wn_span){ dst, (size_t)n };
}

static bool equal(wn_span a, wn_span b)
{
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

/*
 * Leave out what we fold further than ICU as soon as it stands beside something
 * else: letters that pass for others, and what stands for such letters.
 */
static size_t keep_unmixable(uint32_t *cps, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        uint32_t entry = wn_uc_entry(cps[i]);

        switch (wn_uc_script_of(entry)) {
        case WN_UC_LATIN:
        case WN_UC_CYRILLIC:
        case WN_UC_GREEK:
        case WN_UC_LOOKALIKE:
            continue;
        default:
            if (!(entry & WN_UC_COMPAT))
                cps[kept++] = cps[i];
        }
    }
    return kept;
}

static void test_against_icu(void **state)
{
    uint32_t *same = calloc(CODE_POINTS, sizeof *same);
    uint8_t   raw[LONGEST * 4], dst[UNITS * 3];
    size_t    count = 0;
    uint64_t  seed = 2026;

    (void)state;
    assert_non_null(same);
    for (uint32_t cp = 1; cp < CODE_POINTS; cp++) {
        wn_span one;

        if (cp >= 0xD800 && cp < 0xE000)
            continue;
        wn_arena_reset(arena);
        one = (wn_span){ raw, wn_utf8_encode(cp, raw) };
        if (equal(ours(one), icu(one, dst)))
            same[count++] = cp;
    }
    /* All but controls, Latin and Greek letters with marks, the marks, and a few signs. */
    assert_true(count > CODE_POINTS - 0x800 - 4000);
    count = keep_unmixable(same, count);
    for (int i = 0; i < TEXTS; i++) {
        size_t n = 0;

        wn_arena_reset(arena);
        for (int k = 0; k < LONGEST; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            /* Half of them from the planes where most things happen. */
            n += wn_utf8_encode(same[(seed >> 24) % (seed >> 63 ? count : 0x3000)], raw + n);
        }
        assert_true(equal(ours((wn_span){ raw, n }), icu((wn_span){ raw, n }, dst)));
    }
    free(same);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_against_icu) };
    int                     failed;

    arena = wn_arena_new((size_t)16 << 20);
    if (arena == NULL)
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    wn_arena_free(arena);
    return failed;
}
