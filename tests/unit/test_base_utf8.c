/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8: every scalar value there and back, and ill-formed input by maximal subparts; JSON strings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/json.h"
#include "src/base/utf8.h"

static void all_scalar_values(void **state)
{
    (void)state;
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        uint8_t  bytes[4];
        uint32_t back = 0;
        bool     bad = false;
        size_t   n;

        if (cp >= 0xD800 && cp <= 0xDFFF)
            continue;
        n = wn_utf8_encode(cp, bytes);
        assert_int_equal(wn_utf8_decode(bytes, n, &back, &bad), n);
        assert_false(bad);
        assert_int_equal(back, cp);
    }
}

/* Decode a whole string; returns the number of replacements. */
static int replacements(const char *s, size_t len)
{
    int count = 0;

    for (size_t at = 0; at < len;) {
        uint32_t cp = 0;
        bool     bad = false;
        size_t   n = wn_utf8_decode((const uint8_t *)s + at, len - at, &cp, &bad);

        assert_true(n >= 1 && n <= len - at);
        count += bad;
        at += n;
    }
    return count;
}

static void ill_formed(void **state)
{
    (void)state;
    /* Unicode 15, table 3-8: one replacement for each maximal subpart. */
    assert_int_equal(replacements("\xC0\xAF", 2), 2);
    assert_int_equal(replacements("\xE0\x80\xAF", 3), 3);
    assert_int_equal(replacements("\xED\xA0\x80", 3), 3); /* a surrogate */
    assert_int_equal(replacements("\xF4\x90\x80\x80", 4), 4);
    assert_int_equal(replacements("\xE1\x80", 2), 1);
    assert_int_equal(replacements("\xF0\x9F\x92", 3), 1);
    assert_int_equal(replacements("a\xFFz", 3), 1);
}

static void prefixes(void **state)
{
    static const char text[] = "plain ascii and \xC3\xA9 then \xFF";
    wn_span           s = { (const uint8_t *)text, sizeof text - 1 };

    (void)state;
    assert_int_equal(wn_ascii_prefix(s.ptr, s.len), 16);
    assert_int_equal(wn_utf8_valid_prefix(s), s.len - 1);
    assert_int_equal(wn_ascii_prefix(s.ptr, 3), 3);
    assert_int_equal(wn_utf8_valid_prefix((wn_span){ NULL, 0 }), 0);
}

static void json_text(void **state)
{
    wn_buf  buf = WN_BUF_INIT(1000);
    wn_json j = WN_JSON_INIT(&buf);

    (void)state;
    wn_json_object(&j);
    wn_json_key(&j, "a");
    wn_json_array(&j);
    wn_json_score(&j, 0.5);
    wn_json_score(&j, 1.0 / 3);
    wn_json_score(&j, 1);
    wn_json_score(&j, -0.0000001);
    wn_json_end_array(&j);
    wn_json_key(&j, "s");
    wn_json_string(&j, "q\"\\\n\x01\xFF\xC3\xA9");
    wn_json_end_object(&j);
    wn_buf_putc(&buf, '\0');
    assert_string_equal((char *)buf.ptr, "{\"a\":[0.5,0.333333,1,0],"
                                         "\"s\":\"q\\\"\\\\\\n\\u0001\xEF\xBF\xBD\xC3\xA9\"}");
    wn_buf_done(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_scalar_values),
        cmocka_unit_test(ill_formed),
        cmocka_unit_test(prefixes),
        cmocka_unit_test(json_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
