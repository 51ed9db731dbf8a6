/* SPDX-License-Identifier: Apache-2.0 */
/* Loading policies by name and from files, and what the built-in ones hold themselves to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/policy/compiled.h"
#include "src/policy/policy.h"

static const char *const names[] = { "default", "marketplace", "children" };

static void all_are_valid(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        wn_policy *policy = NULL;
        wn_err     err = { 0 };
        size_t     n;

        if (wn_policy_load(names[i], &policy, &err) != WN_OK)
            fail_msg("%s:%u:%u: %s", err.file, err.line, err.column, err.msg);
        assert_string_equal(wn_policy_name(policy), names[i]);
        (void)wn_policy_tests(policy, &n);
        assert_true(n >= 5);
        (void)wn_policy_lists(policy, &n);
        assert_int_equal(n, 0); /* there is no folder to look for them in */
        wn_policy_free(policy);
    }
}

static void check_thresholds(const wn_thresholds *table)
{
    static const wn_category never_blocked[] = {
        WN_CAT_SELF_HARM,         WN_CAT_SELF_HARM_INTENT, WN_CAT_SELF_HARM_INSTRUCTIONS,
        WN_CAT_VIOLENT_EXTREMISM, WN_CAT_SEXUAL_MINORS,
    };

    for (int c = 0; c < WN_CATEGORIES; c++) /* nothing is left without an action */
        assert_true(table[c].at[WN_ACTION_LABEL] <= 1 || table[c].at[WN_ACTION_REVIEW] <= 1);
    for (size_t i = 0; i < sizeof never_blocked / sizeof never_blocked[0]; i++) {
        assert_true(table[never_blocked[i]].at[WN_ACTION_BLOCK] > 1);
        assert_true(table[never_blocked[i]].at[WN_ACTION_REVIEW] <= 1);
    }
}

/* scope.md: what is for a person to decide is never blocked by what we ship. */
static void none_blocks_what_a_person_must_see(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        wn_policy *p = NULL;

        assert_int_equal(wn_policy_load(names[i], &p, NULL), WN_OK);
        check_thresholds(p->thresholds);
        for (size_t s = 0; s < p->surface_count; s++)
            check_thresholds(p->surfaces[s].thresholds);
        for (size_t r = 0; r < p->rule_count; r++)
            assert_true(p->rules[r].then < WN_ACTION_BLOCK);
        wn_policy_free(p);
    }
}

static void check_refusal(const char *path, wn_code code, const char *text)
{
    wn_policy *policy = NULL;
    wn_err     err = { 0 };
    char       got[600];

    assert_int_equal(wn_policy_load(path, &policy, &err), code);
    assert_null(policy);
    (void)wn_err_format(&err, got, (int)sizeof got);
    assert_string_equal(got, text);
}

static void unknown_names_get_a_hint(void **state)
{
    (void)state;
    check_refusal("defualt", WN_E_IO,
                  "there is no built-in policy 'defualt' (did you mean 'default'?): use default, "
                  "marketplace or children; to name a file in this folder write ./defualt");
    check_refusal("", WN_E_IO,
                  "there is no built-in policy '': use default, marketplace or children; to name "
                  "a file in this folder write ./");
    check_refusal("./no-such-file", WN_E_IO,
                  "./no-such-file: cannot open: No such file or directory");
}

static void reads_files(void **state)
{
    char       path[] = "/tmp/winnow-policy-XXXXXX";
    int        fd = mkstemp(path);
    FILE      *f = fd >= 0 ? fdopen(fd, "w") : NULL;
    wn_policy *policy = NULL;
    wn_err     err = { 0 };

    (void)state;
    assert_non_null(f);
    assert_true(fputs("name: mine\nversion: 3\ncolour: red\n", f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(wn_policy_load(path, &policy, &err), WN_E_FORMAT);
    assert_string_equal(err.file, path);
    assert_int_equal(err.line, 3);
    assert_int_equal(truncate(path, 22), 0);
    assert_int_equal(wn_policy_load(path, &policy, &err), WN_OK);
    assert_int_equal(wn_policy_version(policy), 3);
    wn_policy_free(policy);
    policy = NULL;
    assert_int_equal(truncate(path, (1 << 20) + 1), 0);
    assert_int_equal(wn_policy_load(path, &policy, &err), WN_E_LIMIT);
    assert_null(policy);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_are_valid),
        cmocka_unit_test(none_blocks_what_a_person_must_see),
        cmocka_unit_test(unknown_names_get_a_hint),
        cmocka_unit_test(reads_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
