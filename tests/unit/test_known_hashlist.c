/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of lists of known content: what is taken, what is refused and where, what is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/known/hashlist.h"
#include "src/known/pdq.h"

#define A "e4cc89d91c623842f8d1f1d9a398e78c9f199a3bf87925f2b7e11e0bf061b064"
#define B "d8f8f0cee0f4a84f0637022a078f67f0b36e2ed596621e1d33e6339c4e9c9b22"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define ONES "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

static wn_arena *arena;

static wn_list_spec spec(void)
{
    return (wn_list_spec){ .id = "known",
                           .file = "known.tsv",
                           .policy_file = "policy.yaml",
                           .line = 7,
                           .kind = WN_LIST_HASHES,
                           .category = WN_CAT_SEXUAL,
                           .action = WN_ACTION_BLOCK,
                           .max_distance = 31 };
}

static int set_up(void **state)
{
    (void)state;
    arena = wn_arena_new(64 << 20);
    return arena != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    wn_arena_free(arena);
    return 0;
}

static wn_span span_of(const char *text)
{
    return (wn_span){ (const uint8_t *)text, strlen(text) };
}

static const wn_hashlist *taken(const wn_list_spec *s, const char *text)
{
    const wn_hashlist *list = NULL;
    wn_err             err;

    if (wn_hashlist_parse(arena, s, span_of(text), &list, &err) != WN_OK)
        fail_msg("%s:%u:%u: %s", err.file, err.line, err.column, err.msg);
    return list;
}

static void refused(const wn_list_spec *s, const char *text, uint32_t line, uint32_t column,
                    const char *words)
{
    const wn_hashlist *list = NULL;
    wn_err             err = { 0 };

    assert_int_equal(wn_hashlist_parse(arena, s, span_of(text), &list, &err), WN_E_FORMAT);
    assert_null(list);
    if (err.line != line || err.column != column || strstr(err.msg, words) == NULL)
        fail_msg("%s:%u:%u: %s; expected %u:%u with '%s'", err.file, err.line, err.column, err.msg,
                 line, column, words);
}

static void words_of(const char *hex, uint64_t words[4])
{
    assert_true(wn_pdq_parse(span_of(hex), words));
}

static void a_list_is_loaded(void **state)
{
    wn_list_spec       s = spec();
    const wn_hashlist *list = taken(&s, "\xEF\xBB\xBF# bought in May\n\nnote\thash\talgorithm\r\n"
                                        "a cat\t" A "\tpdq\r\n\t" B "\tsha256\n\n# end\n");
    wn_digest          digest;
    uint64_t           words[4];

    (void)state;
    assert_ptr_equal(wn_hashlist_spec(list), &s);
    assert_int_equal(wn_hashlist_sha256_count(list), 1);
    assert_int_equal(wn_hashlist_pdq_count(list), 1);
    words_of(A, words);
    assert_int_equal(wn_hashlist_find_pdq(list, words).entries, 1);
    words_of(B, words);
    assert_int_equal(wn_hashlist_find_pdq(list, words).entries, 0);
    assert_true(wn_hex_parse(B, 64, digest.bytes, 32));
    assert_int_equal(wn_hashlist_find_sha256(list, &digest).entries, 1);
    digest.bytes[31] ^= 1;
    assert_int_equal(wn_hashlist_find_sha256(list, &digest).entries, 0);
}

static void without_an_algorithm_both_are_compared(void **state)
{
    wn_list_spec       s = spec();
    const wn_hashlist *list = taken(&s, "hash\n" A);
    wn_digest          digest;
    uint64_t           words[4];

    (void)state;
    words_of(A, words);
    assert_int_equal(wn_hashlist_find_pdq(list, words).entries, 1);
    assert_true(wn_hex_parse(A, 64, digest.bytes, 32));
    assert_int_equal(wn_hashlist_find_sha256(list, &digest).entries, 1);
}

static void upper_case_and_spaces_are_the_same_hash(void **state)
{
    wn_list_spec s = spec();

    (void)state;
    (void)taken(&s, "hash\n E4CC89D91C623842F8D1F1D9A398E78C9F199A3BF87925F2B7E11E0BF061B064 \n");
    refused(&s, "hash\nE4CC89D91C623842F8D1F1D9A398E78C9F199A3BF87925F2B7E11E0BF061B064\n" A "\n",
            3, 1, "lines 2 and 3");
}

static void a_list_may_be_empty_but_for_its_header(void **state)
{
    wn_list_spec       s = spec();
    const wn_hashlist *list = taken(&s, "hash\talgorithm\tmax_distance\tnote\n");
    uint64_t           words[4] = { 0 };
    wn_digest          digest = { { 0 } };

    (void)state;
    assert_int_equal(wn_hashlist_find_pdq(list, words).entries, 0);
    assert_int_equal(wn_hashlist_find_sha256(list, &digest).entries, 0);
}

static void headers_are_checked(void **state)
{
    wn_list_spec s = spec();

    (void)state;
    refused(&s, "", 1, 1, "empty");
    refused(&s, "# only a comment\n", 1, 1, "empty");
    refused(&s, A "\n", 1, 1, "header line is missing");
    refused(&s, "hash\talgoritm\n", 1, 6, "did you mean 'algorithm'");
    refused(&s, "hash\tideology\n", 1, 6, "unknown column 'ideology'");
    refused(&s, "hash\thash\n", 1, 6, "twice");
    refused(&s, "\n# x\nnote\n", 3, 1, "no column 'hash'");
    refused(&s, "hash\t\n", 1, 6, "unknown column ''");
}

static void entries_are_checked(void **state)
{
    wn_list_spec s = spec();

    (void)state;
    refused(&s, "hash\tnote\n\tx\n", 2, 1, "no hash");
    refused(&s, "note\thash\nx\t" A "0\n", 2, 3, "65 digits");
    refused(&s, "hash\n" A "\nabc\n", 3, 1, "3 digits");
    refused(&s, "hash\nnot a hash\n", 2, 1, "hexadecimal");
    refused(&s, "hash\nd41d8cd98f00b204e9800998ecf8427e\n", 2, 1, "MD5");
    refused(&s, "hash\nda39a3ee5e6b4b0d3255bfef95601890afd80709\n", 2, 1, "SHA-1");
    refused(&s, "hash\n" ZEROS "\n", 2, 1, "only 0s");
    refused(&s, "hash\n" ONES "\n", 2, 1, "only fs");
    refused(&s, "hash\talgorithm\n" A "\tpqd\n", 2, 66, "did you mean 'pdq'");
    refused(&s, "hash\talgorithm\n" A "\tSHA256\n", 2, 66, "did you mean 'sha256'");
    refused(&s, "hash\talgorithm\n" A "\tphotodna\n", 2, 66, "unknown algorithm 'photodna'");
    refused(&s, "hash\talgorithm\n" A "\tmd5\n", 2, 66, "cannot match md5");
    refused(&s, "hash\tmax_distance\n" A "\t32\n", 2, 66, "0 to 31");
    refused(&s, "hash\tmax_distance\n" A "\t-1\n", 2, 66, "0 to 31");
    refused(&s, "hash\tmax_distance\talgorithm\n" A "\t3\tsha256\n", 2, 66, "exactly");
    refused(&s, "hash\n" A "\textra\n", 2, 66, "more fields");
}

static void the_first_duplicate_is_named_with_both_lines(void **state)
{
    wn_list_spec s = spec();

    (void)state;
    refused(&s, "hash\n" B "\n" A "\n" B "\n" A "\n", 4, 1, "lines 2 and 4");
    refused(&s, "hash\talgorithm\n" A "\tpdq\n" A "\n", 3, 1, "lines 2 and 3");
    (void)taken(&s, "hash\talgorithm\n" A "\tpdq\n" A "\tsha256\n");
}

/* `hash` with its first `n` bits from `first` on turned. */
static void turned(const char *hex, int first, int n, uint64_t words[4])
{
    words_of(hex, words);
    for (int i = first; i < first + n; i++)
        words[i / 64] ^= (uint64_t)1 << i % 64;
}

static void distances_are_kept_to_the_bit(void **state)
{
    wn_list_spec       s = spec();
    const wn_hashlist *list = taken(&s, "hash\tmax_distance\n" A "\n" B "\t5\n");
    uint64_t           words[4];
    wn_hash_hit        hit;

    (void)state;
    for (int first = 0; first <= 256 - 32; first += 7) {
        turned(A, first, 31, words);
        hit = wn_hashlist_find_pdq(list, words);
        assert_int_equal(hit.entries, 1);
        assert_int_equal(hit.distance, 31);
        turned(A, first, 32, words);
        assert_int_equal(wn_hashlist_find_pdq(list, words).entries, 0);
        turned(B, first, 5, words);
        assert_int_equal(wn_hashlist_find_pdq(list, words).distance, 5);
        turned(B, first, 6, words);
        assert_int_equal(wn_hashlist_find_pdq(list, words).entries, 0);
    }
}

static void all_near_entries_count_and_the_nearest_is_told(void **state)
{
    wn_list_spec       s = spec();
    const wn_hashlist *list;
    uint64_t           words[4];
    wn_pdq             near = { .quality = 100 };
    char               hex[65], text[300];
    wn_hash_hit        hit;

    (void)state;
    turned(A, 10, 4, near.words);
    wn_pdq_format(&near, hex);
    (void)snprintf(text, sizeof text, "hash\n%s\n" B "\n" A "\n", hex);
    list = taken(&s, text);
    turned(A, 10, 3, words);
    hit = wn_hashlist_find_pdq(list, words);
    assert_int_equal(hit.entries, 2);
    assert_int_equal(hit.distance, 1);
}

static void extremism_lists_state_their_origin_and_never_block(void **state)
{
    wn_list_spec s = spec();

    (void)state;
    s.category = WN_CAT_VIOLENT_EXTREMISM;
    refused(&s, "# issuer: X\n# appeal: y@example.org\nhash\n", 7, 0, "`review` at most");
    s.action = WN_ACTION_REVIEW;
    refused(&s, "# issuer: X\nhash\n" A "\n", 1, 1, "# appeal: CONTACT");
    refused(&s, "# issuer:\n# appeal: y\nhash\n" A "\n", 1, 1, "# issuer: NAME");
    (void)taken(&s, "# issuer: X\n#appeal: y@example.org\nhash\n" A "\n");
}

static void many_entries_are_all_found(void **state)
{
    enum { ENTRIES = 5000 };
    wn_list_spec       s = spec();
    char              *text = malloc(ENTRIES * 65 + 6), *at = text + 5;
    const wn_hashlist *list;

    (void)state;
    assert_non_null(text);
    memcpy(text, "hash\n", 5);
    for (uint32_t i = 0; i < ENTRIES; i++, at += 65) {
        wn_digest d = wn_sha256((wn_span){ (const uint8_t *)&i, sizeof i });

        wn_hex(d.bytes, 32, at);
        at[64] = '\n';
    }
    *at = '\0';
    list = taken(&s, text);
    for (uint32_t i = 0; i < ENTRIES + 100; i++) {
        wn_digest d = wn_sha256((wn_span){ (const uint8_t *)&i, sizeof i });
        uint64_t  words[4] = { 0 };

        assert_int_equal(wn_hashlist_find_sha256(list, &d).entries, i < ENTRIES);
        for (int k = 0; k < 32; k++)
            words[3 - k / 8] = words[3 - k / 8] << 8 | d.bytes[k];
        if (i % 50 == 0)
            assert_int_equal(wn_hashlist_find_pdq(list, words).entries, i < ENTRIES);
    }
    free(text);
}

static void refused_memory_is_told(void **state)
{
    static const char text[] = "hash\n" A "\n" B "\n";
    wn_list_spec      s = spec();
    wn_code           code = WN_E_NOMEM;
    size_t            n = 0;

    (void)state;
    while (code != WN_OK && ++n < 1000) {
        const wn_hashlist *list = NULL;
        wn_arena          *own;

        own = wn_arena_new(1 << 20);
        assert_non_null(own);
        wn_mem_fail_after(n);
        code = wn_hashlist_parse(own, &s, span_of(text), &list, NULL);
        wn_mem_fail_after(0);
        assert_true(code == WN_OK ? list != NULL : code == WN_E_NOMEM && list == NULL);
        wn_arena_free(own);
    }
    assert_int_equal(code, WN_OK);
    assert_true(n > 1);
}

static void a_missing_file_is_named(void **state)
{
    wn_list_spec       s = spec();
    const wn_hashlist *list = NULL;
    wn_err             err;

    (void)state;
    s.file = "/nowhere/known.tsv";
    assert_int_equal(wn_hashlist_load(arena, &s, &list, &err), WN_E_IO);
    assert_string_equal(err.file, "/nowhere/known.tsv");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_list_is_loaded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_an_algorithm_both_are_compared, set_up, tear_down),
        cmocka_unit_test_setup_teardown(upper_case_and_spaces_are_the_same_hash, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_list_may_be_empty_but_for_its_header, set_up, tear_down),
        cmocka_unit_test_setup_teardown(headers_are_checked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(entries_are_checked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_first_duplicate_is_named_with_both_lines, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(distances_are_kept_to_the_bit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(all_near_entries_count_and_the_nearest_is_told, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(extremism_lists_state_their_origin_and_never_block, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(many_entries_are_all_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refused_memory_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_missing_file_is_named, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
