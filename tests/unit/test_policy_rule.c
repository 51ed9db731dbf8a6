/* SPDX-License-Identifier: Apache-2.0 */
/* The rule language: what it refuses, what it means, and its bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "src/content/view.h"
#include "src/policy/rule.h"
#include "tests/unit/policy_refusals.h"

static void refuses_bad_rules(void **state)
{
    static const refusal all[] = {
        { TEXT(HEAD "rules: {}\n"),
          "3:8: rules must be a list ('- ...' or '[...]'), and is a map" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, then: block}\n"),
          "4:5: a rule has no 'if'; add it" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: 'spam > 0.5'}\n"),
          "4:5: a rule has no 'then'; add it" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: 'spam > 0.5', then: allow}\n"),
          "4:37: unknown action 'allow': use label, review or block" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: jews, if: 'spam > 0.5', then: block}\n"),
          "4:10: a rule may not be called 'jews'" GROUPS },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: 'spam > 0.5', then: block}\n"
                    "  - {id: r, if: 'spam > 0.5', then: block}\n"),
          "5:10: another rule has the id 'r'" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: true, then: block}\n"),
          "4:17: if must be text, and this is a truth value; put it in quotes: \"true\"" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"\", then: block}\n"),
          "4:18: the condition is empty" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spamm > 0.5\", then: block}\n"),
          "4:18: unknown name 'spamm' (did you mean 'spam'?)" WORDS },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam > 0.5 and lnks > 3\", then: block}\n"),
          "4:33: unknown name 'lnks' (did you mean 'links'?)" WORDS },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam\", then: block}\n"),
          "4:18: a rule needs a condition, and this is a score: compare it, as in 'spam >= 0.5'" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam and links > 1\", then: block}\n"),
          "4:18: 'and' needs a condition, and this is a score: compare it, as in 'spam >= 0.5'" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"not links\", then: block}\n"),
          "4:22: 'not' needs a condition, and this is a number: compare it, as in 'links >= 1'" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"0.5\", then: block}\n"),
          "4:18: a rule needs a condition, and this is a number" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"'x'\", then: block}\n"),
          "4:18: a rule needs a condition, and this is text" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam > 60\", then: block}\n"),
          "4:25: a score lies between 0 and 1; write 0.6 for 60 %" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam = 0.6\", then: block}\n"),
          "4:23: '=' does not compare; write '=='" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam > 0.5 && links > 3\", then: block}\n"),
          "4:29: write 'and' instead of '&'" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"!trusted\", then: block}\n"),
          "4:18: write 'not' instead of '!'" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam + 1 > 1\", then: block}\n"),
          "4:23: rules do not calculate: '+' is not an operator" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam > .5\", then: block}\n"),
          "4:25: a number starts with a digit; write 0.5, not .5" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam > 60%\", then: block}\n"),
          "4:25: this is not a number; write digits with a decimal point, such as 3 or 0.75" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam > 0.5 links > 3\", then: block}\n"),
          "4:29: expected 'and', 'or' or the end here" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"(spam > 0.5\", then: block}\n"),
          "4:29: expected ')'" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam > 0.5)\", then: block}\n"),
          "4:28: this ')' closes nothing" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam >\", then: block}\n"),
          "4:24: expected a name, a number or '(' here" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam > 0.5 and\", then: block}\n"),
          "4:32: expected a name, a number or '(' here" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"0.2 < spam < 0.4\", then: block}\n"),
          "4:29: comparisons do not chain; join two of them with 'and'" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam > 'x'\", then: block}\n"),
          "4:23: '>' cannot compare a score with text" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"trusted > 3\", then: block}\n"),
          "4:26: '>' cannot compare true or false with a number" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"trusted and spam\", then: block}\n"),
          "4:30: 'and' needs a condition, and this is a score: compare it, as in 'spam >= 0.5'" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"media == 'picture' and spam > 0.1\", then: block}\n"),
          "4:27: unknown class of media 'picture': use text, image, video, sound, document, "
          "archive, empty or unknown" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"media == image and spam > 0.1\", then: block}\n"),
          "4:27: unknown name 'image'" WORDS },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"media == 3\", then: block}\n"),
          "4:24: '==' cannot compare a class of media with a number" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"media > 'image'\", then: block}\n"),
          "4:24: '>' cannot compare a class of media with text" },
        { TEXT(HEAD "surfaces: {avatar: {}, chat: {}}\n"
                    "rules:\n"
                    "  - {id: r, if: \"surface == 'avatr' and spam > 0.1\", then: block}\n"),
          "5:29: the policy has no surface 'avatr' (did you mean 'avatar'?)" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"surface == 'x' and spam > 0.1\", then: block}\n"),
          "4:29: the policy has no surface 'x'" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"hits(x) > 1\", then: block}\n"),
          "4:23: the policy has no list 'x'" },
        { TEXT(HEAD "lists:\n"
                    "  - {id: t, file: t.tsv, kind: terms, category: profanity, action: review}\n"
                    "  - {id: ve, file: v.tsv, kind: hashes, category: violent-extremism, action: "
                    "review}\n"
                    "rules:\n"
                    "  - {id: r, if: \"hits(tt) > 1\", then: block}\n"),
          "7:23: the policy has no list 'tt'" },
        { TEXT(HEAD "lists:\n"
                    "  - {id: t, file: t.tsv, kind: terms, category: profanity, action: review}\n"
                    "  - {id: ve, file: v.tsv, kind: hashes, category: violent-extremism, action: "
                    "review}\n"
                    "rules:\n"
                    "  - {id: r, if: \"hits > 1\", then: block}\n"),
          "7:23: hits needs the id of a list in parentheses: hits(my-list)" },
        { TEXT(HEAD "lists:\n"
                    "  - {id: t, file: t.tsv, kind: terms, category: profanity, action: review}\n"
                    "  - {id: ve, file: v.tsv, kind: hashes, category: violent-extremism, action: "
                    "review}\n"
                    "rules:\n"
                    "  - {id: r, if: \"hits() > 1\", then: block}\n"),
          "7:23: hits() needs the id of a list: hits(my-list)" },
        { TEXT(HEAD "lists:\n"
                    "  - {id: t, file: t.tsv, kind: terms, category: profanity, action: review}\n"
                    "  - {id: ve, file: v.tsv, kind: hashes, category: violent-extremism, action: "
                    "review}\n"
                    "rules:\n"
                    "  - {id: r, if: \"hits(t > 1\", then: block}\n"),
          "7:25: expected ')' after the id of the list" },
        { TEXT(HEAD "lists:\n"
                    "  - {id: t, file: t.tsv, kind: terms, category: profanity, action: review}\n"
                    "  - {id: ve, file: v.tsv, kind: hashes, category: violent-extremism, action: "
                    "review}\n"
                    "rules:\n"
                    "  - {id: r, if: \"hits(t)\", then: block}\n"),
          "7:18: a rule needs a condition, and this is a number: compare it, as in 'hits(t) >= "
          "1'" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"country == 'x'\", then: block}\n"),
          "4:18: unknown name 'country'" WORDS },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"language == 'de' and spam > 0.2\", then: block}\n"),
          "4:18: unknown name 'language'" WORDS },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam > 0.5 AND links > 3\", then: block}\n"),
          "4:29: write 'and' and 'or' in small letters" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam > 1x\", then: block}\n"),
          "4:25: this is not a number; write digits with a decimal point, such as 3 or 0.75" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam > 'x\", then: block}\n"),
          "4:25: this quote is never closed" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam > 0.5 and \303\251\", then: block}\n"),
          "4:33: unexpected character; names in rules are plain ASCII" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"links > 3\", then: block}\n"),
          "4:17: the condition names no category and no list, so the rule needs a 'category' "
          "that says which harm it stands for" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"links > 3\", then: block, category: ethnicity}\n"),
          "4:53: unknown category 'ethnicity'" CLOSED },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"violent-extremism > 0.9\", then: block}\n"),
          "4:50: " EXTREMISM },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"violent-extremism > 0.9 and links > 3\", then: block}\n"),
          "4:64: " EXTREMISM },
        { TEXT(HEAD "lists:\n"
                    "  - {id: t, file: t.tsv, kind: terms, category: profanity, action: review}\n"
                    "  - {id: ve, file: v.tsv, kind: hashes, category: violent-extremism, action: "
                    "review}\n"
                    "rules:\n"
                    "  - {id: r, if: \"hits(ve) > 0\", then: block}\n"),
          "7:39: " EXTREMISM },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"links > 3\", then: block, category: violent-extremism}\n"),
          "4:36: " EXTREMISM },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam > 0.9 and violent-extremism > 0.2\", then: block, "
                    "category: violent-extremism}\n"),
          "4:65: " EXTREMISM },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"((((((((((((((((((((((((((((((((((((((((spam > "
                    "0.5))))))))))))))))))))))))))))))))))))))))\", then: block}\n"),
          "4:50: too many parentheses and 'not's inside each other" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"not not not not not not not not not not not not not not not "
                    "not not not not not not not not not not not not not not not not not not not "
                    "not not not not not not trusted\", then: block}\n"),
          "4:146: too many parentheses and 'not's inside each other" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"spam > 0.5 not links > 1\", then: block}\n"),
          "4:29: expected 'and' or 'or' before 'not'" },
        { TEXT(HEAD "rules:\n"
                    "  - {id: r, if: \"and spam\", then: block}\n"),
          "4:18: expected a name, a number or '(' here" },
        { TEXT(HEAD "rules:\n"
                    "  - id: r\n"
                    "    then: block\n"
                    "    if: >\n"
                    "      spam > 0.5 and\n"
                    "      links > 3 and\n"
                    "      lnks > 5\n"),
          "9:7: unknown name 'lnks' (did you mean 'links'?)" WORDS },
        { TEXT(HEAD "rules:\n"
                    "  - id: r\n"
                    "    then: block\n"
                    "    if: |\n"
                    "      spam > 0.5 and\n"
                    "        lnks > 5\n"),
          "8:9: unknown name 'lnks' (did you mean 'links'?)" WORDS },
        { TEXT(HEAD "rules:\n"
                    "  - id: r\n"
                    "    then: block\n"
                    "    if: spam > 0.5 and\n"
                    "      links > 3 and\n"
                    "      lnks > 5\n"),
          "8:7: unknown name 'lnks' (did you mean 'links'?)" WORDS },
        { TEXT(HEAD "rules:\n"
                    "  - id: r\n"
                    "    then: block\n"
                    "    if: spam > 0.5 and  lnks > 5  # comment\n"),
          "6:25: unknown name 'lnks' (did you mean 'links'?)" WORDS },
        { TEXT(HEAD "rules:\n"
                    "  - id: r\n"
                    "    then: block\n"
                    "    if: \"media == \\\"image\\\" and lnks > 5\"\n"),
          "6:33: unknown name 'lnks' (did you mean 'links'?)" WORDS },
        { TEXT(HEAD "rules:\n"
                    "  - id: r\n"
                    "    then: block\n"
                    "    if: 'media == ''image'' and lnks > 5'\n"),
          "6:33: unknown name 'lnks' (did you mean 'links'?)" WORDS },
        { TEXT(HEAD "rules:\n"
                    "  - id: r\n"
                    "    then: block\n"
                    "    if: \"spam > 0.5 and\n"
                    "      lnks > 5\"\n"),
          "7:7: unknown name 'lnks' (did you mean 'links'?)" WORDS },
        { TEXT(HEAD "rules:\n"
                    "  - id: r\n"
                    "    then: block\n"
                    "    if: \"spam \\x3e 0.5 and lnks > 5\"\n"),
          "6:9: unknown name 'lnks' (did you mean 'links'?)" WORDS },
    };

    (void)state;
    assert_int_equal(wrong_refusals(all, sizeof all / sizeof all[0]), 0);
}

static const wn_list_spec  lists[] = { { .id = "terms" }, { .id = "2024-known" } };
static const char *const   surfaces[] = { "avatar", "chat" };
static const wn_rule_scope scope = { lists, 2, surfaces, 2 };

/* Compile, and evaluate over one set of facts. */
static bool holds(const char *text)
{
    static const double hits[] = { 2, 0 };
    wn_rule_facts       facts = { .hits = hits, .surface = 1, .media = wn_rule_media("image") };
    wn_rule_program     program;
    wn_rule_mistake     bad = { 0 };
    wn_arena           *arena = wn_arena_new(1 << 20);
    bool                result;

    facts.scores[WN_CAT_SPAM] = 0.7;
    facts.scores[WN_CAT_SELF_HARM_INTENT] = 0.25;
    facts.counts[WN_COUNT_LINKS] = 3;
    facts.facts[WN_FACT_ACCOUNT_AGE_DAYS] = 1.5;
    facts.facts[WN_FACT_TRUSTED] = 1;
    if (wn_rule_compile(arena, &scope, (wn_span){ (const uint8_t *)text, strlen(text) }, &program,
                        &bad) != WN_OK)
        fail_msg("%s: %zu: %s", text, bad.offset, bad.msg);
    result = wn_rule_holds(&program, &facts);
    wn_arena_free(arena);
    return result;
}

static void compares(void **state)
{
    (void)state;
    assert_true(holds("spam >= 0.7"));
    assert_true(holds("spam <= 0.7"));
    assert_true(holds("spam == 0.7"));
    assert_false(holds("spam > 0.7"));
    assert_false(holds("spam < 0.7"));
    assert_false(holds("spam != 0.7"));
    assert_true(holds("0.5<spam"));
    assert_true(holds("spam > self-harm/intent"));
    assert_true(holds("self-harm/intent == 0.25"));
    assert_true(holds("links >= 3"));
    assert_true(holds("codes == 0"));
    assert_true(holds("account_age_days < 2"));
    assert_true(holds("prior_violations == 0 and report_count == 0"));
    assert_true(holds("hits(terms) == 2"));
    assert_true(holds("hits( 2024-known ) == 0"));
    assert_true(holds("hits('terms') > hits(\"2024-known\")"));
    assert_true(holds("media == 'image'"));
    assert_true(holds("'video' != media"));
    assert_true(holds("surface == \"chat\""));
    assert_false(holds("surface == 'avatar'"));
    assert_true(holds("trusted"));
    assert_true(holds("trusted == true"));
    assert_true(holds("(spam > 0.5) == trusted"));
}

static void joins(void **state)
{
    (void)state;
    assert_true(holds("true or false and false")); /* `and` binds tighter */
    assert_false(holds("(true or false) and false"));
    assert_false(holds("not true or false"));
    assert_true(holds("not (true and false)"));
    assert_true(holds("not not trusted"));
    assert_true(holds("not spam < 0.5")); /* `not` takes the whole comparison */
    assert_true(holds("spam > 0.9 or links > 2\n  and trusted"));
    assert_false(holds("false"));
}

static wn_code compile(const char *text, wn_rule_program *program, wn_arena *arena,
                       wn_rule_mistake *bad)
{
    return wn_rule_compile(arena, &scope, (wn_span){ (const uint8_t *)text, strlen(text) }, program,
                           bad);
}

static void knows_what_it_names(void **state)
{
    wn_arena       *arena = wn_arena_new(1 << 20);
    wn_rule_program program;
    wn_rule_mistake bad;

    (void)state;
    assert_int_equal(compile("spam > 0.1 or hate > 0.1 and hits(2024-known) > 0 and trusted",
                             &program, arena, &bad),
                     WN_OK);
    assert_int_equal(program.categories,
                     WN_CATEGORY_BIT(WN_CAT_SPAM) | WN_CATEGORY_BIT(WN_CAT_HATE));
    assert_false(wn_rule_names_list(&program, 0));
    assert_true(wn_rule_names_list(&program, 1));
    assert_int_equal(program.facts, 1u << WN_FACT_TRUSTED);
    wn_arena_free(arena);
}

static void repeat(char *dst, const char *before, const char *middle, const char *after, int times)
{
    char *at = dst;

    for (int i = 0; i < times; i++)
        at = stpcpy(at, before);
    at = stpcpy(at, middle);
    for (int i = 0; i < times; i++)
        at = stpcpy(at, after);
}

static void bounds_the_expression(void **state)
{
    static char     text[8192];
    wn_arena       *arena = wn_arena_new(1 << 20);
    wn_rule_program program;
    wn_rule_mistake bad;

    (void)state;
    repeat(text, "(", "trusted", ")", WN_RULE_MAX_DEPTH);
    assert_int_equal(compile(text, &program, arena, &bad), WN_OK);
    repeat(text, "(", "trusted", ")", WN_RULE_MAX_DEPTH + 1);
    assert_int_equal(compile(text, &program, arena, &bad), WN_E_FORMAT);
    assert_int_equal(bad.offset, WN_RULE_MAX_DEPTH);
    assert_string_equal(bad.msg, "too many parentheses and 'not's inside each other");
    repeat(text, "not ", "trusted", "", WN_RULE_MAX_DEPTH + 1);
    assert_int_equal(compile(text, &program, arena, &bad), WN_E_FORMAT);
    repeat(text, "true or ", "true", "", WN_RULE_MAX_OPS / 2);
    assert_int_equal(compile(text, &program, arena, &bad), WN_E_FORMAT);
    assert_string_equal(bad.msg, "the expression is too long; split the rule");
    repeat(text, "true or (", "true", ")", WN_RULE_MAX_DEPTH); /* the deepest stack there is */
    assert_int_equal(compile(text, &program, arena, &bad), WN_OK);
    memset(text, ' ', WN_RULE_MAX_BYTES + 1);
    text[WN_RULE_MAX_BYTES + 1] = '\0';
    assert_int_equal(compile(text, &program, arena, &bad), WN_E_FORMAT);
    assert_string_equal(bad.msg, "a condition may have 4096 bytes; split the rule");
    wn_arena_free(arena);
}

/* Every class of media that the sniffer may name must be known to rules. */
static void knows_every_class_of_media(void **state)
{
    (void)state;
    for (int m = WN_MEDIA_UNKNOWN; m <= WN_MEDIA_ARCHIVE; m++)
        assert_true(wn_rule_media(wn_media_class((wn_media)m)) >= 0);
    assert_int_equal(wn_rule_media("picture"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_bad_rules),
        cmocka_unit_test(compares),
        cmocka_unit_test(joins),
        cmocka_unit_test(knows_what_it_names),
        cmocka_unit_test(bounds_the_expression),
        cmocka_unit_test(knows_every_class_of_media),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
