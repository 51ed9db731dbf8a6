/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions: thresholds, surfaces, lists, rules, absent facts, and the line around extremism. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/policy/policy.h"

/* A policy and an item, with the decision once it is made. */
typedef struct fixture {
    wn_policy  *policy;
    wn_arena   *arena;
    wn_scan     scan;
    wn_context  context;
    wn_decision d;
} fixture;

static void begin(fixture *f, const char *body)
{
    static const char head[] = "name: x\nversion: 1\n";
    wn_err            err = { 0 };
    char             *text;

    memset(f, 0, sizeof *f);
    f->arena = wn_arena_new(8 << 20);
    assert_non_null(f->arena);
    text = wn_arena_printf(f->arena, "%s%s", head, body);
    if (wn_policy_parse("p", (wn_span){ (uint8_t *)text, strlen(text) }, &f->policy, &err))
        fail_msg("%u:%u: %s", err.line, err.column, err.msg);
    assert_int_equal(
        wn_scan_init(&f->scan, f->arena, (wn_span){ (const uint8_t *)"x", 1 }, WN_MEDIA_TEXT, NULL),
        WN_OK);
}

static void end(fixture *f)
{
    wn_policy_free(f->policy);
    wn_arena_free(f->arena);
}

static void add(fixture *f, wn_category category, float score, const char *list, wn_action action)
{
    static const wn_evidence evidence = { .note = "test" };
    wn_signal                s = { .category = category,
                                   .score = score,
                                   .detector = list ? "terms" : "text",
                                   .view = f->scan.views[0],
                                   .evidence = &evidence,
                                   .evidence_count = 1,
                                   .list = list,
                                   .action = action };

    assert_int_equal(wn_scan_add_signal(&f->scan, &s, NULL), WN_OK);
}

static void score(fixture *f, wn_category category, float value)
{
    add(f, category, value, NULL, WN_ACTION_ALLOW);
}

static wn_action decide(fixture *f)
{
    wn_err err = { 0 };

    if (wn_policy_decide(f->policy, &f->scan, &f->context, WN_CATEGORY_BIT(WN_CAT_HATE), &f->d,
                         &err))
        fail_msg("%s", err.msg);
    return f->d.action;
}

static void check_reason(const fixture *f, size_t i, wn_action action, wn_category category,
                         const char *rule, size_t signals)
{
    assert_true(i < f->d.reason_count);
    assert_string_equal(f->d.reasons[i].rule, rule);
    assert_int_equal(f->d.reasons[i].action, action);
    assert_int_equal(f->d.reasons[i].category, category);
    assert_int_equal(f->d.reasons[i].signal_count, signals);
    for (size_t k = 0; k < signals; k++)
        assert_true(f->d.reasons[i].signals[k]->evidence_count > 0);
}

static wn_action by_score(const char *policy, wn_category category, float value)
{
    fixture   f;
    wn_action action;

    begin(&f, policy);
    score(&f, category, value);
    action = decide(&f);
    end(&f);
    return action;
}

static void thresholds(void **state)
{
    static const char p[] = "thresholds: {spam: {label: 0.3, review: 0.7, block: 0.9}}\n";

    (void)state;
    assert_int_equal(by_score(p, WN_CAT_SPAM, 0.29f), WN_ACTION_ALLOW);
    assert_int_equal(by_score(p, WN_CAT_SPAM, 0.3f), WN_ACTION_LABEL);
    assert_int_equal(by_score(p, WN_CAT_SPAM, 0.7f), WN_ACTION_REVIEW); /* 0.7f is below 0.7 */
    assert_int_equal(by_score(p, WN_CAT_SPAM, 0.9f), WN_ACTION_BLOCK);
    assert_int_equal(by_score(p, WN_CAT_SPAM, 1.0f), WN_ACTION_BLOCK);
    assert_int_equal(by_score(p, WN_CAT_SPAM, NAN), WN_ACTION_ALLOW);
    assert_int_equal(by_score(p, WN_CAT_HATE, 1.0f), WN_ACTION_ALLOW);
    assert_int_equal(by_score("thresholds: {spam: {}}\n", WN_CAT_SPAM, 1.0f), WN_ACTION_ALLOW);
    assert_int_equal(by_score("", WN_CAT_SPAM, 1.0f), WN_ACTION_ALLOW);
}

static void scores_what_ran(void **state)
{
    fixture f;

    (void)state;
    begin(&f, "");
    score(&f, WN_CAT_SPAM, 0.2f);
    score(&f, WN_CAT_SPAM, 0.4f);
    assert_int_equal(decide(&f), WN_ACTION_ALLOW);
    assert_true(f.d.scored[WN_CAT_SPAM] && f.d.scores[WN_CAT_SPAM] == 0.4f);
    assert_true(f.d.scored[WN_CAT_HATE] && f.d.scores[WN_CAT_HATE] == 0);
    assert_false(f.d.scored[WN_CAT_SEXUAL]);
    assert_int_equal(f.d.reason_count, 0);
    end(&f);
}

static void one_reason_a_category(void **state)
{
    fixture f;

    (void)state;
    begin(&f, "thresholds: {spam: {label: 0.3, review: 0.7}, hate: {review: 0.5}}\n");
    score(&f, WN_CAT_SPAM, 0.75f);
    score(&f, WN_CAT_SPAM, 0.4f); /* does not reach what the reason is about */
    score(&f, WN_CAT_SPAM, 0.9f);
    score(&f, WN_CAT_HATE, 0.6f);
    assert_int_equal(decide(&f), WN_ACTION_REVIEW);
    assert_int_equal(f.d.reason_count, 2);
    check_reason(&f, 0, WN_ACTION_REVIEW, WN_CAT_HATE, "threshold", 1);
    check_reason(&f, 1, WN_ACTION_REVIEW, WN_CAT_SPAM, "threshold", 2);
    assert_true(f.d.reasons[1].score == 0.9f);
    assert_true(f.d.reasons[1].signals[0]->score == 0.9f);
    assert_true(f.d.reasons[1].signals[1]->score == 0.75f);
    end(&f);
}

static void shows_sixteen_signals(void **state)
{
    fixture f;

    (void)state;
    begin(&f, "thresholds: {spam: {review: 0.1}}\n");
    for (int i = 0; i < 100; i++)
        score(&f, WN_CAT_SPAM, (float)(i % 50) / 100.0f + 0.2f);
    (void)decide(&f);
    check_reason(&f, 0, WN_ACTION_REVIEW, WN_CAT_SPAM, "threshold", 16);
    for (size_t i = 1; i < 16; i++)
        assert_true(f.d.reasons[0].signals[i - 1]->score >= f.d.reasons[0].signals[i]->score);
    assert_ptr_equal(f.d.reasons[0].signals[0], &f.scan.signals[49]); /* the earlier of equals */
    end(&f);
}

static void no_evidence_no_reason(void **state)
{
    fixture f;

    (void)state;
    begin(&f, "thresholds: {spam: {review: 0.1}}\n");
    score(&f, WN_CAT_SPAM, 0.9f);
    f.scan.signals[0].evidence_count = 0;
    assert_int_equal(decide(&f), WN_ACTION_ALLOW);
    assert_true(f.d.scores[WN_CAT_SPAM] == 0.9f);
    end(&f);
}

static const char surfaced[] =
    "thresholds: {sexual: {label: 0.2, review: 0.5}, spam: {review: 0.5}}\n"
    "surfaces:\n"
    "  avatar: {thresholds: {sexual: {review: 0.3, block: 0.6}}}\n"
    "  adults: {thresholds: {sexual: {}}}\n";

static wn_action on_surface(const char *surface, wn_category category, float value)
{
    fixture   f;
    wn_action action;

    begin(&f, surfaced);
    f.context.surface = surface;
    score(&f, category, value);
    action = decide(&f);
    end(&f);
    return action;
}

static void surfaces_have_thresholds_of_their_own(void **state)
{
    fixture f;
    wn_err  err = { 0 };

    (void)state;
    assert_int_equal(on_surface(NULL, WN_CAT_SEXUAL, 0.6f), WN_ACTION_REVIEW);
    assert_int_equal(on_surface("avatar", WN_CAT_SEXUAL, 0.6f), WN_ACTION_BLOCK);
    assert_int_equal(on_surface("avatar", WN_CAT_SEXUAL, 0.25f), WN_ACTION_ALLOW); /* as a whole */
    assert_int_equal(on_surface("avatar", WN_CAT_SPAM, 0.6f), WN_ACTION_REVIEW);
    assert_int_equal(on_surface("adults", WN_CAT_SEXUAL, 1.0f), WN_ACTION_ALLOW);
    begin(&f, surfaced);
    f.context.surface = "nowhere";
    assert_int_equal(wn_policy_decide(f.policy, &f.scan, &f.context, 0, &f.d, &err), WN_E_USAGE);
    end(&f);
}

static const char listed[] =
    "thresholds: {profanity: {block: 0.5}}\n"
    "lists:\n"
    "  - {id: words, file: a.tsv, kind: terms, category: profanity, action: label}\n"
    "  - {id: known, file: b.tsv, kind: hashes, category: sexual, action: block}\n"
    "  - {id: flags, file: c.tsv, kind: hashes, category: violent-extremism, action: label}\n";

static void lists_act_on_their_own(void **state)
{
    fixture f;

    (void)state;
    begin(&f, listed);
    add(&f, WN_CAT_PROFANITY, 1.0f, "words", WN_ACTION_ALLOW); /* the list's action */
    add(&f, WN_CAT_PROFANITY, 0.5f, "words", WN_ACTION_REVIEW);
    add(&f, WN_CAT_HATE, 0.7f, "words", WN_ACTION_REVIEW);
    add(&f, WN_CAT_PROFANITY, 0.9f, "words", WN_ACTION_LABEL);
    assert_int_equal(decide(&f), WN_ACTION_REVIEW); /* a hit's score reaches no threshold */
    assert_true(f.d.scores[WN_CAT_PROFANITY] == 1.0f);
    assert_int_equal(f.d.reason_count, 3);
    check_reason(&f, 0, WN_ACTION_REVIEW, WN_CAT_HATE, "list:words", 1);
    check_reason(&f, 1, WN_ACTION_REVIEW, WN_CAT_PROFANITY, "list:words", 1);
    assert_true(f.d.reasons[1].score == 0.5f);
    check_reason(&f, 2, WN_ACTION_LABEL, WN_CAT_PROFANITY, "list:words", 2);
    end(&f);
}

static void unknown_lists_are_an_error(void **state)
{
    fixture f;
    wn_err  err = { 0 };

    (void)state;
    begin(&f, "");
    add(&f, WN_CAT_PROFANITY, 1.0f, "words", WN_ACTION_BLOCK);
    assert_int_equal(wn_policy_decide(f.policy, &f.scan, &f.context, 0, &f.d, &err), WN_E_USAGE);
    assert_string_equal(err.msg, "detector terms hit the list 'words', which is not in policy x");
    end(&f);
}

static const char ruled[] =
    "surfaces: {chat: {}}\n"
    "lists:\n"
    "  - {id: words, file: a.tsv, kind: terms, category: profanity, action: label}\n"
    "rules:\n"
    "  - {id: new-links, if: spam >= 0.6 and links >= 3 and account_age_days < 2, then: block}\n"
    "  - {id: either, if: spam >= 0.6 or account_age_days < 2, then: label}\n"
    "  - {id: many-words, if: hits(words) >= 2, then: review}\n"
    "  - {id: links-only, if: links >= 5 and media == 'text', category: spam, then: review}\n"
    "  - {id: not-chat, if: surface != 'chat' and hate >= 0.5, then: label}\n";

static void rules_fire(void **state)
{
    fixture f;

    (void)state;
    begin(&f, ruled);
    f.context = (wn_context){ .has_account_age_days = true, .account_age_days = 1 };
    score(&f, WN_CAT_SPAM, 0.6f);
    wn_scan_add_count(&f.scan, WN_COUNT_LINKS, 3);
    assert_int_equal(decide(&f), WN_ACTION_BLOCK);
    assert_int_equal(f.d.rules_skipped_count, 0);
    assert_int_equal(f.d.reason_count, 2);
    check_reason(&f, 0, WN_ACTION_BLOCK, WN_CAT_SPAM, "rule:new-links", 1);
    assert_true(f.d.reasons[0].score == 0.6f);
    check_reason(&f, 1, WN_ACTION_LABEL, WN_CAT_SPAM, "rule:either", 1);
    end(&f);
}

static void absent_facts_skip_a_rule(void **state)
{
    fixture f;

    (void)state;
    begin(&f, ruled);
    score(&f, WN_CAT_SPAM, 0.9f);
    wn_scan_add_count(&f.scan, WN_COUNT_LINKS, 3);
    assert_int_equal(decide(&f), WN_ACTION_ALLOW); /* also where `or` would hold without it */
    assert_int_equal(f.d.rules_skipped_count, 2);
    assert_string_equal(f.d.rules_skipped[0], "new-links");
    assert_string_equal(f.d.rules_skipped[1], "either");
    end(&f);
}

static void rules_rest_on_something(void **state)
{
    fixture f;

    (void)state;
    begin(&f, ruled);
    f.context.surface = "chat";
    score(&f, WN_CAT_HATE, 0.9f);
    add(&f, WN_CAT_PROFANITY, 0.5f, "words", WN_ACTION_LABEL);
    add(&f, WN_CAT_HATE, 0.8f, "words", WN_ACTION_LABEL); /* a hit of the list all the same */
    wn_scan_add_hits(&f.scan, "words", 2);
    wn_scan_add_count(&f.scan, WN_COUNT_LINKS, 5);
    assert_int_equal(decide(&f), WN_ACTION_REVIEW);
    check_reason(&f, 0, WN_ACTION_REVIEW, WN_CAT_PROFANITY, "rule:many-words", 2);
    assert_true(f.d.reasons[0].score == 0.5f);
    check_reason(&f, 1, WN_ACTION_REVIEW, WN_CAT_SPAM, "rule:links-only", 1);
    assert_string_equal(f.d.reasons[1].signals[0]->detector, "rule");
    assert_string_equal(f.d.reasons[1].signals[0]->evidence->note, "rule");
    assert_int_equal(f.d.reasons[1].signals[0]->evidence->place.kind, WN_PLACE_WHOLE);
    assert_ptr_equal(f.d.reasons[1].signals[0]->view, f.scan.views[0]);
    assert_int_equal(f.d.reason_count, 4); /* and two of the list's own */
    end(&f);
}

static void a_list_never_blocks_for_extremism(void **state)
{
    fixture f;

    (void)state;
    begin(&f, listed);
    add(&f, WN_CAT_VIOLENT_EXTREMISM, 1.0f, "known", WN_ACTION_ALLOW);
    add(&f, WN_CAT_VIOLENT_EXTREMISM, 1.0f, "flags", WN_ACTION_BLOCK);
    assert_int_equal(decide(&f), WN_ACTION_REVIEW);
    end(&f);
}

static wn_action with_extremism(const char *rule, float extreme, float spam, bool in_list)
{
    fixture   f;
    wn_action action;
    char      text[600];

    (void)snprintf(text, sizeof text,
                   "lists:\n"
                   "  - {id: known, file: b.tsv, kind: hashes, category: violence, action: label}\n"
                   "rules:\n"
                   "  - {id: r, if: \"%s\", then: block}\n",
                   rule);
    begin(&f, text);
    if (extreme > 0)
        add(&f, WN_CAT_VIOLENT_EXTREMISM, extreme, in_list ? "known" : NULL, WN_ACTION_LABEL);
    if (in_list)
        wn_scan_add_hits(&f.scan, "known", 1);
    score(&f, WN_CAT_SPAM, spam);
    action = decide(&f);
    end(&f);
    return action;
}

/* However a rule is written: by itself the category leads to review at most. */
static void a_rule_never_blocks_for_extremism_alone(void **state)
{
    (void)state;
    assert_int_equal(with_extremism("violent-extremism > 0.8 or spam > 0.9", 0.9f, 0.1f, false),
                     WN_ACTION_REVIEW);
    assert_int_equal(with_extremism("violent-extremism > 0.8 or spam > 0.9", 0.9f, 0.95f, false),
                     WN_ACTION_BLOCK);
    assert_int_equal(with_extremism("violent-extremism > 0.8 or spam > 0.9", 0, 0.95f, false),
                     WN_ACTION_BLOCK);
    assert_int_equal(with_extremism("violent-extremism > 0.8 and spam >= 0", 0.9f, 0.1f, false),
                     WN_ACTION_REVIEW);
    assert_int_equal(with_extremism("violent-extremism > 0.8 and spam > 0.01", 0.9f, 0.1f, false),
                     WN_ACTION_REVIEW);
    assert_int_equal(with_extremism("violent-extremism > 0.8 and spam < 0.9", 0.9f, 0.1f, false),
                     WN_ACTION_REVIEW);
    assert_int_equal(with_extremism("violent-extremism > 0.8 and spam > 0.6", 0.9f, 0.7f, false),
                     WN_ACTION_BLOCK);
    assert_int_equal(with_extremism("hits(known) > 0", 0.9f, 0.1f, true), WN_ACTION_REVIEW);
    assert_int_equal(with_extremism("hits(known) > 0 and spam > 0.6", 0.9f, 0.7f, true),
                     WN_ACTION_BLOCK);
    assert_int_equal(with_extremism("spam > 0.6 and links == 0", 0.9f, 0.7f, false),
                     WN_ACTION_BLOCK);
}

/* A reason that blocks is never named after the category that must not block. */
static void a_block_is_named_after_another_harm(void **state)
{
    fixture f;

    (void)state;
    begin(&f, "rules:\n"
              "  - {id: r, if: violent-extremism > 0.5 and spam > 0.6, then: block}\n");
    score(&f, WN_CAT_VIOLENT_EXTREMISM, 0.95f);
    score(&f, WN_CAT_SPAM, 0.7f);
    assert_int_equal(decide(&f), WN_ACTION_BLOCK);
    check_reason(&f, 0, WN_ACTION_BLOCK, WN_CAT_SPAM, "rule:r", 2);
    end(&f);
}

static void same_input_same_decision(void **state)
{
    fixture a, b;

    (void)state;
    begin(&a, ruled);
    begin(&b, ruled);
    for (int i = 0; i < 40; i++) {
        score(&a, (wn_category)(i % WN_CATEGORIES), (float)i / 50.0f);
        score(&b, (wn_category)(i % WN_CATEGORIES), (float)i / 50.0f);
    }
    assert_int_equal(decide(&a), decide(&b));
    assert_int_equal(a.d.reason_count, b.d.reason_count);
    for (size_t i = 0; i < a.d.reason_count; i++) {
        assert_string_equal(a.d.reasons[i].rule, b.d.reasons[i].rule);
        assert_int_equal(a.d.reasons[i].signal_count, b.d.reasons[i].signal_count);
        assert_true(a.d.reasons[i].score == b.d.reasons[i].score);
    }
    end(&a);
    end(&b);
}

static void stays_in_its_arena(void **state)
{
    wn_decision untouched = { .action = WN_ACTION_ERROR };
    wn_err      err = { 0 };
    wn_arena   *small = wn_arena_new(256);
    fixture     f;

    (void)state;
    begin(&f, ruled);
    score(&f, WN_CAT_HATE, 0.9f);
    f.scan.arena = small;
    assert_int_equal(wn_policy_decide(f.policy, &f.scan, &f.context, 0, &untouched, &err),
                     WN_E_LIMIT);
    assert_int_equal(untouched.action, WN_ACTION_ERROR);
    wn_arena_free(small);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thresholds),
        cmocka_unit_test(scores_what_ran),
        cmocka_unit_test(one_reason_a_category),
        cmocka_unit_test(shows_sixteen_signals),
        cmocka_unit_test(no_evidence_no_reason),
        cmocka_unit_test(surfaces_have_thresholds_of_their_own),
        cmocka_unit_test(lists_act_on_their_own),
        cmocka_unit_test(unknown_lists_are_an_error),
        cmocka_unit_test(rules_fire),
        cmocka_unit_test(absent_facts_skip_a_rule),
        cmocka_unit_test(rules_rest_on_something),
        cmocka_unit_test(a_list_never_blocks_for_extremism),
        cmocka_unit_test(a_rule_never_blocks_for_extremism_alone),
        cmocka_unit_test(a_block_is_named_after_another_harm),
        cmocka_unit_test(same_input_same_decision),
        cmocka_unit_test(stays_in_its_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
