/* SPDX-License-Identifier: Apache-2.0 */
/* Names, numbers, lines, hexadecimal digits and error texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/digest.h"
#include "src/base/err.h"
#include "src/base/str.h"

static wn_span span(const char *s)
{
    return (wn_span){ (const uint8_t *)s, strlen(s) };
}

static void nearest_name(void **state)
{
    static const char *const names[] = { "harassment", "hate", "spam", "sexual" };

    (void)state;
    assert_string_equal(wn_nearest_name("harrasment", names, 4), "harassment");
    assert_string_equal(wn_nearest_name("sapm", names, 4), "spam");
    assert_string_equal(wn_nearest_name("sexaul", names, 4), "sexual");
    assert_null(wn_nearest_name("thresholds", names, 4));
    assert_null(wn_nearest_name("x", names, 4));
}

static void numbers(void **state)
{
    uint64_t u = 1;
    double   d = 1;

    (void)state;
    assert_true(wn_parse_u64(span("18446744073709551615"), &u));
    assert_true(u == UINT64_MAX);
    assert_false(wn_parse_u64(span("18446744073709551616"), &u));
    assert_false(wn_parse_u64(span(""), &u));
    assert_false(wn_parse_u64(span("-1"), &u));
    assert_false(wn_parse_u64(span("1 "), &u));
    assert_true(wn_parse_double(span("0.75"), &d));
    assert_true(d == 0.75);
    assert_true(wn_parse_double(span("-2"), &d));
    assert_true(d == -2);
    assert_false(wn_parse_double(span("1e5"), &d));
    assert_false(wn_parse_double(span("0,5"), &d));
    assert_false(wn_parse_double(span("."), &d));
    assert_false(wn_parse_double(span("nan"), &d));
}

static void lines_and_fields(void **state)
{
    wn_span rest = span("a\tb\t\r\n\nlast"), line, field;

    (void)state;
    assert_true(wn_next_line(&rest, &line));
    assert_true(wn_span_is(line, "a\tb\t"));
    assert_true(wn_next_field(&line, &field, '\t') && wn_span_is(field, "a"));
    assert_true(wn_next_field(&line, &field, '\t') && wn_span_is(field, "b"));
    assert_true(wn_next_field(&line, &field, '\t') && wn_span_is(field, ""));
    assert_false(wn_next_field(&line, &field, '\t'));
    assert_true(wn_next_line(&rest, &line) && wn_span_is(line, ""));
    assert_true(wn_next_line(&rest, &line) && wn_span_is(line, "last"));
    assert_false(wn_next_line(&rest, &line));
    assert_true(wn_span_is(wn_trim(span(" \t x y ")), "x y"));
}

static void hexadecimal_and_sha256(void **state)
{
    wn_digest d = wn_sha256(span("abc"));
    uint8_t   back[32];
    char      hex[65];

    (void)state;
    wn_hex(d.bytes, 32, hex);
    /* FIPS 180-4, the first example. */
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_true(wn_hex_parse(hex, 64, back, 32));
    assert_memory_equal(back, d.bytes, 32);
    assert_false(wn_hex_parse(hex, 62, back, 32));
    hex[5] = 'g';
    assert_false(wn_hex_parse(hex, 64, back, 32));
}

static void error_texts(void **state)
{
    char   text[64], path[200];
    wn_err err;

    (void)state;
    assert_int_equal(wn_fail_at(&err, WN_E_FORMAT, "p.yaml", 14, 3, "unknown %s", "key"),
                     WN_E_FORMAT);
    assert_true(wn_err_format(&err, text, (int)sizeof text) > 0);
    assert_string_equal(text, "p.yaml:14:3: unknown key");
    memset(path, 'd', sizeof path);
    memcpy(path + sizeof path - 8, "/p.yaml", 8);
    (void)wn_fail_at(&err, WN_E_IO, path, 0, 0, "x");
    assert_non_null(strstr(err.file, "/p.yaml"));
    assert_memory_equal(err.file, "...", 3);
    assert_int_equal(wn_err_format(&err, text, 5), 4);
    /* A message may be made from the record that it replaces. */
    (void)wn_fail(&err, WN_E_LIMIT, "wrapped: %s", err.msg);
    assert_string_equal(err.msg, "wrapped: x");
    assert_int_equal(wn_fail(NULL, WN_E_USAGE, "nobody listens"), WN_E_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nearest_name),     cmocka_unit_test(numbers),
        cmocka_unit_test(lines_and_fields), cmocka_unit_test(hexadecimal_and_sha256),
        cmocka_unit_test(error_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
