/* SPDX-License-Identifier: Apache-2.0 */
/* Policies: what is refused with which words, what a valid one holds, and memory refused midway. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/unit/policy_refusals.h"

static void refuses_bad_heads(void **state)
{
    static const refusal all[] = {
        { TEXT("version: 1\n"), "1:1: a policy has no 'name'; add it" },
        { TEXT("name: x\n"), "1:1: a policy has no 'version'; add it" },
        { TEXT(HEAD "treshold: {}\n"),
          "3:1: unknown key 'treshold' in a policy (did you mean 'thresholds'?): its keys are "
          "name, version, description, on_error, thresholds, surfaces, lists, rules and tests" },
        { TEXT(HEAD "colour: red\n"),
          "3:1: unknown key 'colour' in a policy: its keys are name, version, description, "
          "on_error, thresholds, surfaces, lists, rules and tests" },
        { TEXT(HEAD "name: y\n"), "3:1: 'name' is given twice in a policy" },
        { TEXT("name: X\n"
               "version: 1\n"),
          "1:7: 'X' is not a valid name for a policy" NAMES },
        { TEXT("name: ''\n"
               "version: 1\n"),
          "1:7: '' is not a valid name for a policy" NAMES },
        { TEXT("name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
               "version: 1\n"),
          "1:7: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...' is not a "
          "valid name for a policy" NAMES },
        { TEXT("name: uyghur-watch\n"
               "version: 1\n"),
          "1:7: a policy may not be called 'uyghur-watch'" GROUPS },
        { TEXT("name: x\n"
               "version: one\n"),
          "2:10: version must be a whole number, and is 'one'" },
        { TEXT("name: x\n"
               "version: 0\n"),
          "2:10: version must be a whole number between 1 and 4294967295, and is 0" },
        { TEXT("name: x\n"
               "version: -1\n"),
          "2:10: version must be a whole number between 1 and 4294967295, and is -1" },
        { TEXT("name: x\n"
               "version: 1.5\n"),
          "2:10: version must be a whole number, and is '1.5'" },
        { TEXT("name: x\n"
               "version: \"1\"\n"),
          "2:10: version must be a whole number, and this is text; leave the quotes out" },
        { TEXT("name: x\n"
               "version: 4294967296\n"),
          "2:10: version must be a whole number between 1 and 4294967295, and is 4294967296" },
        { TEXT("name: x\n"
               "version:\n"),
          "2:1: version must be a whole number, and is nothing" },
        { TEXT("name: x\n"
               "version: [1]\n"),
          "2:10: version must be a whole number, and is a list" },
        { TEXT(HEAD "description: 12\n"),
          "3:14: description must be text, and this is a number; put it in quotes: \"12\"" },
        { TEXT(HEAD "description: true\n"),
          "3:14: description must be text, and this is a truth value; put it in quotes: "
          "\"true\"" },
        { TEXT(HEAD "description: \"a\\0b\"\n"),
          "3:14: description must not hold a NUL character" },
        { TEXT(HEAD "on_error: allow\n"),
          "3:11: unknown on_error 'allow': use error, review or block" },
        { TEXT(HEAD "on_error: blok\n"),
          "3:11: unknown on_error 'blok' (did you mean 'block'?): use error, review or block" },
        { TEXT(HEAD "on_error: {}\n"),
          "3:11: on_error must be error, review or block, and is a map" },
        { TEXT("name: [x]\n"
               "version: 1\n"),
          "1:7: a policy needs a name, and this is a list" },
        { TEXT("name: -x\n"
               "version: 1\n"),
          "1:7: '-x' is not a valid name for a policy" NAMES },
        { TEXT("name: \"a\\tb\"\n"
               "version: 1\n"),
          "1:7: 'a?b' is not a valid name for a policy" NAMES },
    };

    (void)state;
    assert_int_equal(wrong_refusals(all, sizeof all / sizeof all[0]), 0);
}

static void refuses_bad_thresholds(void **state)
{
    static const refusal all[] = {
        { TEXT(HEAD "thresholds:\n"),
          "3:1: thresholds must be a map of 'key: value', and is nothing" },
        { TEXT(HEAD "thresholds: [spam]\n"),
          "3:13: thresholds must be a map of 'key: value', and is a list" },
        { TEXT(HEAD "thresholds: {spamm: {review: 0.5}}\n"),
          "3:14: unknown category 'spamm' (did you mean 'spam'?)" CLOSED },
        { TEXT(HEAD "thresholds:\n"
                    "  ethnicity: {review: 0.5}\n"),
          "4:3: unknown category 'ethnicity'" CLOSED },
        { TEXT(HEAD "thresholds:\n"
                    "  religion: {review: 0.5}\n"),
          "4:3: unknown category 'religion'" CLOSED },
        { TEXT(HEAD "thresholds:\n"
                    "  nationality: {review: 0.5}\n"),
          "4:3: unknown category 'nationality'" CLOSED },
        { TEXT(HEAD "thresholds:\n"
                    "  hate/threatning: {review: 0.5}\n"),
          "4:3: unknown category 'hate/threatning' (did you mean 'hate/threatening'?)" CLOSED },
        { TEXT(HEAD "thresholds: {spam: 0.5}\n"),
          "3:20: spam must be a map of 'key: value', and is a single value" },
        { TEXT(HEAD "thresholds: {spam: {revue: 0.5}}\n"),
          "3:21: unknown key 'revue' in spam (did you mean 'review'?): its keys are label, "
          "review and block" },
        { TEXT(HEAD "thresholds: {spam: {allow: 0.5}}\n"),
          "3:21: unknown key 'allow' in spam: its keys are label, review and block" },
        { TEXT(HEAD "thresholds: {spam: {review: high}}\n"),
          "3:29: a threshold must be a number such as 0.5, and is 'high'" },
        { TEXT(HEAD "thresholds: {spam: {review: \"0.5\"}}\n"),
          "3:29: a threshold must be a number, and this is text; leave the quotes out" },
        { TEXT(HEAD "thresholds: {spam: {review: 50}}\n"),
          "3:29: a threshold must be between 0 and 1, and is 50" },
        { TEXT(HEAD "thresholds: {spam: {review: -0.1}}\n"),
          "3:29: a threshold must be between 0 and 1, and is -0.1" },
        { TEXT(HEAD "thresholds: {spam: {review: 0}}\n"),
          "3:29: a threshold of 0 would apply to everything; the smallest is 0.000001" },
        { TEXT(HEAD "thresholds: {spam: {review: 5e-1}}\n"),
          "3:29: a threshold must be a number such as 0.5, and is '5e-1'" },
        { TEXT(HEAD "thresholds: {spam: {review: .5}}\n"),
          "3:29: a threshold must be a number such as 0.5, and is '.5'" },
        { TEXT(HEAD "thresholds: {spam: {review: }}\n"),
          "3:21: a threshold must be a number, and is nothing" },
        { TEXT(HEAD "thresholds: {spam: {review: 0.8, block: 0.7}}\n"),
          "3:41: block (0.7) must not be below review (0.8): the stricter the action, the "
          "higher its threshold" },
        { TEXT(HEAD "thresholds: {spam: {block: 0.2, label: 0.3}}\n"),
          "3:28: block (0.2) must not be below label (0.3): the stricter the action, the "
          "higher its threshold" },
        { TEXT(HEAD "thresholds: {spam: {review: 0.5}, spam: {review: 0.6}}\n"),
          "3:35: 'spam' is given twice in thresholds" },
        { TEXT(HEAD "thresholds: {spam: {review: 0.5, review: 0.6}}\n"),
          "3:34: 'review' is given twice in spam" },
        { TEXT(HEAD "thresholds:\n"
                    "  violent-extremism: {review: 0.5, block: 0.9}\n"),
          "4:43: " EXTREMISM },
        { TEXT(HEAD "thresholds: {spam: {review: nan}}\n"),
          "3:29: a threshold must be a number such as 0.5, and is 'nan'" },
        { TEXT(HEAD "thresholds: {1: {review: 0.4}}\n"), "3:14: unknown category '1'" CLOSED },
    };

    (void)state;
    assert_int_equal(wrong_refusals(all, sizeof all / sizeof all[0]), 0);
}

static void refuses_bad_surfaces(void **state)
{
    static const refusal all[] = {
        { TEXT(HEAD "surfaces: [a]\n"),
          "3:11: surfaces must be a map of 'key: value', and is a list" },
        { TEXT(HEAD "surfaces: {Avatar: {}}\n"),
          "3:12: 'Avatar' is not a valid name for a surface" NAMES },
        { TEXT(HEAD "surfaces: {a: {}, a: {}}\n"), "3:19: the surface 'a' is given twice" },
        { TEXT(HEAD "surfaces: {a: }\n"),
          "3:12: a surface must be a map of 'key: value', and is nothing" },
        { TEXT(HEAD "surfaces: {a: {threshold: {}}}\n"),
          "3:16: unknown key 'threshold' in a surface (did you mean 'thresholds'?): its keys "
          "are thresholds" },
        { TEXT(HEAD "surfaces: {german-forum: {}}\n"),
          "3:12: a surface may not be called 'german-forum'" GROUPS },
        { TEXT(HEAD "surfaces: {a: {thresholds: {violent-extremism: {block: 1}}}}\n"),
          "3:56: " EXTREMISM },
        { TEXT(HEAD "surfaces: {a: {rules: []}}\n"),
          "3:16: unknown key 'rules' in a surface: its keys are thresholds" },
    };

    (void)state;
    assert_int_equal(wrong_refusals(all, sizeof all / sizeof all[0]), 0);
}

static void refuses_bad_lists(void **state)
{
    static const refusal all[] = {
        { TEXT(HEAD "lists: {}\n"),
          "3:8: lists must be a list ('- ...' or '[...]'), and is a map" },
        { TEXT(HEAD "lists: [t]\n"),
          "3:9: a list must be a map of 'key: value', and is a single value" },
        { TEXT(HEAD "lists:\n"
                    "  - {id: t, kind: terms, category: spam, action: block}\n"),
          "4:5: a list has no 'file'; add it" },
        { TEXT(HEAD "lists:\n"
                    "  - {id: t, file: '', kind: terms, category: spam, action: block}\n"),
          "4:19: file is empty; give the path of the list" },
        { TEXT(HEAD "lists:\n"
                    "  - {id: t, file: t.tsv, kind: term, category: spam, action: block}\n"),
          "4:32: unknown kind 'term' (did you mean 'terms'?): use terms or hashes" },
        { TEXT(HEAD "lists:\n"
                    "  - {id: t, file: t.tsv, kind: terms, category: race, action: block}\n"),
          "4:49: unknown category 'race'" CLOSED },
        { TEXT(HEAD "lists:\n"
                    "  - {id: t, file: t.tsv, kind: terms, category: spam, action: allow}\n"),
          "4:63: unknown action 'allow': use label, review or block" },
        { TEXT(HEAD "lists:\n"
                    "  - {id: t, file: t.tsv, kind: terms, category: spam, action: Block}\n"),
          "4:63: unknown action 'Block' (did you mean 'block'?): use label, review or block" },
        { TEXT(HEAD "lists:\n"
                    "  - {id: t, file: t.tsv, kind: terms, category: spam, action: block, "
                    "max_distance: 3}\n"),
          "4:84: max_distance belongs to lists of kind 'hashes'" },
        { TEXT(HEAD "lists:\n"
                    "  - {id: t, file: t.tsv, kind: hashes, category: spam, action: block, "
                    "max_distance: 32}\n"),
          "4:85: max_distance must be a whole number between 0 and 31, and is 32" },
        { TEXT(HEAD "lists:\n"
                    "  - {id: t, file: t.tsv, kind: terms, category: spam, action: block}\n"
                    "  - {id: t, file: u.tsv, kind: terms, category: spam, action: block}\n"),
          "5:10: another list has the id 't' (line 4)" },
        { TEXT(HEAD
               "lists:\n"
               "  - {id: muslims, file: t.tsv, kind: terms, category: hate, action: review}\n"),
          "4:10: a list may not be called 'muslims'" GROUPS },
        { TEXT(HEAD "lists:\n"
                    "  - {id: v, file: t.tsv, kind: hashes, category: violent-extremism, action: "
                    "block}\n"),
          "4:77: " EXTREMISM },
        { TEXT(HEAD "lists:\n"
                    "  - {id: v, file: 12, kind: hashes, category: spam, action: block}\n"),
          "4:19: file must be text, and this is a number; put it in quotes: \"12\"" },
        { TEXT(HEAD
               "lists:\n"
               "  - {id: v, file: t.tsv, kind: hashes, category: spam, action: block, note: x}\n"),
          "4:71: unknown key 'note' in a list: its keys are id, file, kind, category, action "
          "and max_distance" },
    };

    (void)state;
    assert_int_equal(wrong_refusals(all, sizeof all / sizeof all[0]), 0);
}

static void refuses_bad_tests(void **state)
{
    static const refusal all[] = {
        { TEXT(HEAD "tests: {}\n"),
          "3:8: tests must be a list ('- ...' or '[...]'), and is a map" },
        { TEXT(HEAD "tests:\n"
                    "  - {text: hello}\n"),
          "4:5: a test has no 'expect'; add it" },
        { TEXT(HEAD "tests:\n"
                    "  - {text: 12, expect: allow}\n"),
          "4:12: text must be text, and this is a number; put it in quotes: \"12\"" },
        { TEXT(HEAD "tests:\n"
                    "  - {text: '', expect: allow}\n"),
          "4:12: text is empty: there is nothing to judge" },
        { TEXT(HEAD "tests:\n"
                    "  - {text: a, expect: alow}\n"),
          "4:23: unknown action 'alow' (did you mean 'allow'?): use allow, label, review or "
          "block" },
        { TEXT(HEAD "tests:\n"
                    "  - {text: a, expect: error}\n"),
          "4:23: unknown action 'error': use allow, label, review or block" },
        { TEXT(HEAD "surfaces: {avatar: {}, chat: {}}\n"
                    "tests:\n"
                    "  - {text: a, expect: allow, surface: avatr}\n"),
          "5:39: the policy has no surface 'avatr' (did you mean 'avatar'?)" },
        { TEXT(HEAD "tests:\n"
                    "  - {text: a, expect: allow, meta: {country: de}}\n"),
          "4:37: unknown key 'country' in meta: its keys are account_age_days, "
          "prior_violations, report_count and trusted" },
        { TEXT(HEAD "tests:\n"
                    "  - {text: a, expect: allow, meta: {account_age: 3}}\n"),
          "4:37: unknown key 'account_age' in meta: its keys are account_age_days, "
          "prior_violations, report_count and trusted" },
        { TEXT(HEAD "tests:\n"
                    "  - {text: a, expect: allow, meta: {trusted: yes}}\n"),
          "4:46: trusted must be true or false, without quotes, and is 'yes'" },
        { TEXT(HEAD "tests:\n"
                    "  - {text: a, expect: allow, meta: {report_count: many}}\n"),
          "4:51: report_count must be a number such as 0.5, and is 'many'" },
        { TEXT(HEAD "tests:\n"
                    "  - {text: a, expect: allow, meta: {report_count: -1}}\n"),
          "4:51: report_count must be between 0 and 100000000, and is -1" },
    };

    (void)state;
    assert_int_equal(wrong_refusals(all, sizeof all / sizeof all[0]), 0);
}

static const char whole[] =
    "name: community\n"
    "version: 7\n"
    "description: A test\n"
    "on_error: review\n"
    "thresholds:\n"
    "  sexual: {label: 0.3, review: 0.5, block: 0.9}\n"
    "  spam: {review: 0.7, block: 0.97}\n"
    "surfaces:\n"
    "  avatar: {thresholds: {sexual: {review: 0.3, block: 0.6}}}\n"
    "  chat: {}\n"
    "lists:\n"
    "  - {id: house-terms, file: lists/terms.tsv, kind: terms, category: profanity, action: "
    "review}\n"
    "  - {id: known, file: /known.tsv, kind: hashes, category: sexual, action: block, "
    "max_distance: 12}\n"
    "  - {id: other, file: other.tsv, kind: hashes, category: sexual, action: label}\n"
    "rules:\n"
    "  - {id: link-spam, if: \"spam >= 0.6 and links >= 3 and account_age_days < 2\", then: "
    "block}\n"
    "  - {id: many, if: links >= 9, then: review, category: spam}\n"
    "tests:\n"
    "  - {text: \"see you at the library\", expect: allow}\n"
    "  - text: |\n"
    "      two\n"
    "      lines\n"
    "    expect: review\n"
    "    surface: chat\n"
    "    meta: {account_age_days: 0.5, prior_violations: 2, report_count: 3, trusted: false}\n";

static void check_tests(const wn_policy *policy)
{
    size_t                n;
    const wn_policy_test *t = wn_policy_tests(policy, &n);

    assert_int_equal(n, 2);
    assert_int_equal(t[0].line, 19);
    assert_int_equal(t[0].expect, WN_ACTION_ALLOW);
    assert_null(t[0].surface);
    assert_false(t[0].context.has_trusted);
    assert_int_equal(t[1].line, 20);
    assert_string_equal(t[1].text.ptr, "two\nlines\n");
    assert_int_equal(t[1].expect, WN_ACTION_REVIEW);
    assert_string_equal(t[1].surface, "chat");
    assert_string_equal(t[1].context.surface, "chat");
    assert_true(t[1].context.has_account_age_days && t[1].context.account_age_days == 0.5);
    assert_true(t[1].context.has_prior_violations && t[1].context.prior_violations == 2);
    assert_true(t[1].context.has_report_count && t[1].context.report_count == 3);
    assert_true(t[1].context.has_trusted && !t[1].context.trusted);
}

static void reads_a_whole_policy(void **state)
{
    wn_span             text = TEXT(whole);
    wn_digest           digest = wn_sha256(text);
    wn_policy          *policy = NULL;
    wn_err              err = { 0 };
    const wn_list_spec *lists;
    const char         *near = NULL;
    size_t              n;

    (void)state;
    assert_int_equal(wn_policy_parse("etc/p.yaml", text, &policy, &err), WN_OK);
    assert_string_equal(wn_policy_name(policy), "community");
    assert_int_equal(wn_policy_version(policy), 7);
    assert_int_equal(wn_policy_on_error(policy), WN_ACTION_REVIEW);
    assert_memory_equal(wn_policy_digest(policy).bytes, digest.bytes, sizeof digest.bytes);
    assert_true(wn_policy_has_surface(policy, "avatar", &near));
    assert_false(wn_policy_has_surface(policy, "avatr", &near));
    assert_string_equal(near, "avatar");
    assert_false(wn_policy_has_surface(policy, "x", NULL));
    lists = wn_policy_lists(policy, &n);
    assert_int_equal(n, 3);
    assert_string_equal(lists[0].id, "house-terms");
    assert_string_equal(lists[0].file, "etc/lists/terms.tsv");
    assert_string_equal(lists[0].policy_file, "etc/p.yaml");
    assert_int_equal(lists[0].line, 12);
    assert_int_equal(lists[0].kind, WN_LIST_TERMS);
    assert_int_equal(lists[0].category, WN_CAT_PROFANITY);
    assert_int_equal(lists[0].action, WN_ACTION_REVIEW);
    assert_string_equal(lists[1].file, "/known.tsv");
    assert_int_equal(lists[1].kind, WN_LIST_HASHES);
    assert_int_equal(lists[1].max_distance, 12);
    assert_int_equal(lists[2].max_distance, WN_PDQ_MAX_DISTANCE);
    check_tests(policy);
    wn_policy_free(policy);
}

static void accepts_the_smallest(void **state)
{
    wn_policy *policy = NULL;
    size_t     n = 9;

    (void)state;
    assert_int_equal(wn_policy_parse("p", (wn_span)TEXT(HEAD), &policy, NULL), WN_OK);
    assert_int_equal(wn_policy_on_error(policy), WN_ACTION_ERROR);
    (void)wn_policy_lists(policy, &n);
    assert_int_equal(n, 0);
    wn_policy_free(policy);
    wn_policy_free(NULL);
}

/* A surface for each number, in `dst`. */
static size_t many_surfaces(char *dst, size_t cap, int count)
{
    size_t n = (size_t)snprintf(dst, cap, HEAD "surfaces:\n");

    for (int i = 0; i < count; i++)
        n += (size_t)snprintf(dst + n, cap - n, "  s%d: {}\n", i);
    return n;
}

static void bounds_the_counts(void **state)
{
    static char text[16384];
    wn_policy  *policy = NULL;
    wn_err      err = { 0 };
    size_t      len = many_surfaces(text, sizeof text, 256);

    (void)state;
    assert_int_equal(wn_policy_parse("p", (wn_span){ (uint8_t *)text, len }, &policy, &err), WN_OK);
    wn_policy_free(policy);
    policy = NULL;
    len = many_surfaces(text, sizeof text, 257);
    assert_int_equal(wn_policy_parse("p", (wn_span){ (uint8_t *)text, len }, &policy, &err),
                     WN_E_LIMIT);
    assert_string_equal(err.msg, "257 surfaces; a policy may have 256");
    assert_int_equal(err.line, 4);
    assert_null(policy);
}

/* An error record that is not wanted must not be needed. */
static void needs_no_error_record(void **state)
{
    wn_policy *policy = NULL;

    (void)state;
    assert_int_equal(wn_policy_parse("p", (wn_span)TEXT("a: b\n"), &policy, NULL), WN_E_FORMAT);
    assert_int_equal(wn_policy_parse("p", (wn_span)TEXT("a: [b\n"), &policy, NULL), WN_E_FORMAT);
    assert_null(policy);
}

static void survives_refused_memory(void **state)
{
    wn_span    text = TEXT(whole);
    wn_policy *policy = NULL;
    size_t     failures = 0;

    (void)state;
    for (size_t n = 1; policy == NULL; n++) {
        wn_err  err = { 0 };
        wn_code code;

        assert_true(n < 10000);
        wn_mem_fail_after(n);
        code = wn_policy_parse("p", text, &policy, &err);
        wn_mem_fail_after(0);
        if (code == WN_OK)
            break;
        assert_int_equal(code, WN_E_NOMEM);
        assert_int_equal(err.code, WN_E_NOMEM);
        assert_null(policy);
        failures++;
    }
    assert_true(failures > 3);
    wn_policy_free(policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_bad_heads),     cmocka_unit_test(refuses_bad_thresholds),
        cmocka_unit_test(refuses_bad_surfaces),  cmocka_unit_test(refuses_bad_lists),
        cmocka_unit_test(refuses_bad_tests),     cmocka_unit_test(reads_a_whole_policy),
        cmocka_unit_test(accepts_the_smallest),  cmocka_unit_test(bounds_the_counts),
        cmocka_unit_test(needs_no_error_record), cmocka_unit_test(survives_refused_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
