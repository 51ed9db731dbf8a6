/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the neutral corpus and its gate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/str.h"
#include "src/text/neutral.h"

static void test_walk(void **state)
{
    wn_neutral n;
    size_t     at = 0, count = 0, innocent = 0;

    (void)state;
    while (wn_neutral_next(&at, &n)) {
        count++;
        innocent += wn_span_is(n.kind, "innocent");
        assert_true(n.lang.len >= 2 && n.text.len > 0);
        assert_true(wn_span_is(n.kind, "everyday") || wn_span_is(n.kind, "mention") ||
                    wn_span_is(n.kind, "innocent"));
    }
    assert_true(count > 1000);
    assert_true(innocent > 10 && innocent < count / 2);
    assert_false(wn_neutral_next(&at, &n));
}

static int flag_none(void *ctx, wn_span text)
{
    (void)ctx;
    (void)text;
    return 0;
}

static int flag_all(void *ctx, wn_span text)
{
    (void)ctx;
    (void)text;
    return 1;
}

static int run_out(void *ctx, wn_span text)
{
    (void)ctx;
    (void)text;
    return -1;
}

/* Flags what contains a given word: of one language, or in a few sentences only. */
static int flag_word(void *ctx, wn_span text)
{
    return memmem(text.ptr, text.len, ctx, strlen(ctx)) != NULL;
}

static int flag_first(void *ctx, wn_span text)
{
    int *left = ctx;

    (void)text;
    return (*left)-- > 0;
}

static void test_gate(void **state)
{
    wn_err err = { .code = WN_OK };
    int    two = 2;

    (void)state;
    assert_int_equal(wn_neutral_gate(flag_none, NULL, "the list", "x.tsv", 1, &err), WN_OK);
    assert_int_equal(wn_neutral_gate(flag_first, &two, "the list", "x.tsv", 1, &err), WN_OK);
    assert_int_equal(wn_neutral_gate(run_out, NULL, "the list", "x.tsv", 1, &err), WN_E_NOMEM);
    assert_int_equal(wn_neutral_gate(flag_all, NULL, "the list", "x.tsv", 7, &err), WN_E_FORMAT);
    assert_string_equal(err.file, "x.tsv");
    assert_int_equal(err.line, 7);
    assert_non_null(strstr(err.msg, "the list flags"));
    /* A word of one language's everyday speech is a list of its speakers. */
    assert_int_equal(wn_neutral_gate(flag_word, (void *)"ich", "the list", "x.tsv", 1, &err),
                     WN_E_FORMAT);
    assert_non_null(strstr(err.msg, "one language"));
    assert_non_null(strstr(err.msg, "ich"));
    assert_int_equal(wn_neutral_gate(flag_all, NULL, "the list", NULL, 0, NULL), WN_E_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_gate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
