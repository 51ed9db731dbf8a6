/* SPDX-License-Identifier: Apache-2.0 */
/* Turns a policy's YAML into a compiled policy, refusing whatever is not exactly right. */
#include <stdio.h>
#include <string.h>

#include "src/base/err.h"
#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/base/str.h"
#include "src/policy/compiled.h"
#include "src/policy/read.h"
#include "src/policy/rule.h"
#include "src/policy/yaml.h"

/* Far above what the largest document makes; a bound all the same. */
enum { ARENA_CEILING = 128 << 20, MAX_FACT = 100000000 };

static const char *const steps[] = { "label", "review", "block" };

/* Actions by their index in `steps`. */
static wn_action step_action(size_t i)
{
    return (wn_action)(WN_ACTION_LABEL + i);
}

/* scope.md, 7: what this category may lead to is bounded, wherever it is written. */
static wn_code check_extremism(const wn_reader *r, const wn_yaml *node, wn_category category,
                               wn_action action)
{
    if (category != WN_CAT_VIOLENT_EXTREMISM || action != WN_ACTION_BLOCK)
        return WN_OK;
    return wn_read_fail(r, node,
                        "violent-extremism may lead to 'review', never to 'block' by itself: a "
                        "person decides (docs/SCOPE.md)");
}

static wn_code parse_action(const wn_reader *r, const wn_yaml *node, wn_action *ret)
{
    size_t i;

    WN_TRY(wn_read_choice(r, node, "action", steps, 3, &i));
    *ret = step_action(i);
    return WN_OK;
}

static wn_code parse_steps(const wn_reader *r, const wn_yaml *node, wn_category category,
                           wn_thresholds *ret)
{
    const char    *what = wn_category_name(category);
    const wn_yaml *values[3];
    size_t         milder = 3;

    WN_TRY(wn_read_fields(r, node, what, steps, 3, 0, values));
    for (size_t i = 0; i < 3; i++) {
        double *at = &ret->at[step_action(i)];

        *at = WN_THRESHOLD_NEVER;
        if (values[i] == NULL)
            continue;
        WN_TRY(wn_read_number(r, values[i], "a threshold", 0, 1, at));
        if (*at <= 0)
            return wn_read_fail(r, values[i],
                                "a threshold of 0 would apply to everything; the smallest is "
                                "0.000001");
        WN_TRY(check_extremism(r, values[i], category, step_action(i)));
        if (milder < 3 && ret->at[step_action(milder)] > *at)
            return wn_read_fail(r, values[i],
                                "%s (%g) must not be below %s (%g): the stricter the action, the "
                                "higher its threshold",
                                steps[i], *at, steps[milder], ret->at[step_action(milder)]);
        milder = i;
    }
    return WN_OK;
}

/* `table` holds what applies where the map says nothing. */
static wn_code parse_thresholds(const wn_reader *r, const wn_yaml *node, wn_thresholds *table)
{
    wn_category_set seen = 0;

    WN_TRY(wn_read_map(r, node, "thresholds"));
    for (const wn_yaml *key = node->child; key; key = key->next) {
        wn_category category;

        WN_TRY(wn_read_category(r, key, &category));
        if (seen & WN_CATEGORY_BIT(category))
            return wn_read_fail(r, key, "'%s' is given twice in thresholds",
                                wn_category_name(category));
        seen |= WN_CATEGORY_BIT(category);
        WN_TRY(parse_steps(r, key->value, category, &table[category]));
    }
    return WN_OK;
}

/* Room for the items of a list or map, once their number is known to be allowed. */
static wn_code make_room(const wn_reader *r, const wn_yaml *node, const char *what, size_t max,
                         size_t size, void *ret)
{
    void *room;

    if (node->count > max)
        return wn_fail_at(r->err, WN_E_LIMIT, r->file, node->line, node->column,
                          "%u %s; a policy may have %zu", node->count, what, max);
    room = wn_arena_calloc(r->arena, node->count ? node->count : 1, size);
    if (room == NULL)
        return wn_fail_nomem(r->err);
    memcpy(ret, &room, sizeof room);
    return WN_OK;
}

static wn_code parse_surfaces(const wn_reader *r, const wn_yaml *node, wn_policy *p)
{
    static const char *const keys[] = { "thresholds" };

    WN_TRY(wn_read_map(r, node, "surfaces"));
    WN_TRY(
        make_room(r, node, "surfaces", WN_POLICY_MAX_SURFACES, sizeof *p->surfaces, &p->surfaces));
    WN_TRY(make_room(r, node, "surfaces", WN_POLICY_MAX_SURFACES, sizeof *p->surface_names,
                     &p->surface_names));
    for (const wn_yaml *key = node->child; key; key = key->next) {
        wn_surface    *s = &p->surfaces[p->surface_count];
        const wn_yaml *values[1];

        WN_TRY(wn_read_name(r, key, "a surface", &s->name));
        if (wn_policy_has_surface(p, s->name, NULL))
            return wn_read_fail(r, key, "the surface '%s' is given twice", s->name);
        WN_TRY(wn_read_fields(r, key->value, "a surface", keys, 1, 0, values));
        memcpy(s->thresholds, p->thresholds, sizeof s->thresholds);
        if (values[0])
            WN_TRY(parse_thresholds(r, values[0], s->thresholds));
        p->surface_names[p->surface_count++] = s->name;
    }
    return WN_OK;
}

/* "list:ID" or "rule:ID" */
static wn_code make_reason(const wn_reader *r, const char *kind, const char *id, const char **ret)
{
    *ret = wn_arena_printf(r->arena, "%s:%s", kind, id);
    return *ret ? WN_OK : wn_fail_nomem(r->err);
}

enum { L_ID, L_FILE, L_KIND, L_CATEGORY, L_ACTION, L_MAX_DISTANCE, L_KEYS };

static wn_code parse_list_distance(const wn_reader *r, const wn_yaml *node, wn_list_spec *spec)
{
    spec->max_distance = spec->kind == WN_LIST_HASHES ? WN_PDQ_MAX_DISTANCE : 0;
    if (node == NULL)
        return WN_OK;
    if (spec->kind != WN_LIST_HASHES)
        return wn_read_fail(r, node, "max_distance belongs to lists of kind 'hashes'");
    return wn_read_integer(r, node, "max_distance", 0, WN_PDQ_MAX_DISTANCE, &spec->max_distance);
}

static wn_code parse_list(const wn_reader *r, const wn_yaml *node, wn_policy *p)
{
    static const char *const keys[L_KEYS] = { "id",       "file",   "kind",
                                              "category", "action", "max_distance" };
    static const char *const kinds[] = { "terms", "hashes" };
    wn_list_spec            *spec = &p->lists[p->list_count];
    const wn_yaml           *v[L_KEYS];
    const char              *file;
    size_t                   kind;

    WN_TRY(wn_read_fields(r, node, "a list", keys, L_KEYS, L_MAX_DISTANCE, v));
    WN_TRY(wn_read_name(r, v[L_ID], "a list", &spec->id));
    for (size_t i = 0; i < p->list_count; i++)
        if (strcmp(p->lists[i].id, spec->id) == 0)
            return wn_read_fail(r, v[L_ID], "another list has the id '%s' (line %u)", spec->id,
                                p->lists[i].line);
    WN_TRY(wn_read_string(r, v[L_FILE], "file", &file));
    if (file[0] == '\0')
        return wn_read_fail(r, v[L_FILE], "file is empty; give the path of the list");
    spec->file = wn_path_beside(r->arena, p->file, file);
    if (spec->file == NULL)
        return wn_fail_nomem(r->err);
    WN_TRY(wn_read_choice(r, v[L_KIND], "kind", kinds, 2, &kind));
    spec->kind = kind == 0 ? WN_LIST_TERMS : WN_LIST_HASHES;
    WN_TRY(wn_read_category(r, v[L_CATEGORY], &spec->category));
    WN_TRY(parse_action(r, v[L_ACTION], &spec->action));
    WN_TRY(check_extremism(r, v[L_ACTION], spec->category, spec->action));
    WN_TRY(parse_list_distance(r, v[L_MAX_DISTANCE], spec));
    spec->policy_file = p->file;
    spec->line = node->line;
    WN_TRY(make_reason(r, "list", spec->id, &p->list_reasons[p->list_count]));
    p->list_count++;
    return WN_OK;
}

static wn_code parse_lists(const wn_reader *r, const wn_yaml *node, wn_policy *p)
{
    WN_TRY(wn_read_list(r, node, "lists"));
    WN_TRY(make_room(r, node, "lists", WN_POLICY_MAX_LISTS, sizeof *p->lists, &p->lists));
    WN_TRY(make_room(r, node, "lists", WN_POLICY_MAX_LISTS, sizeof *p->list_reasons,
                     &p->list_reasons));
    for (const wn_yaml *item = node->child; item; item = item->next)
        WN_TRY(parse_list(r, item, p));
    return WN_OK;
}

static wn_code compile_when(const wn_reader *r, const wn_yaml *node, const wn_policy *p,
                            wn_rule *rule)
{
    wn_rule_scope   scope = { p->lists, p->list_count, p->surface_names, p->surface_count };
    wn_rule_mistake bad = { 0 };
    uint32_t        line, column;
    wn_span         text;
    wn_code         code;

    WN_TRY(wn_read_text(r, node, "if", &text));
    code = wn_rule_compile(r->arena, &scope, text, &rule->when, &bad);
    if (code == WN_OK)
        return WN_OK;
    if (code == WN_E_NOMEM)
        return wn_fail_nomem(r->err);
    wn_yaml_locate(node, bad.offset, &line, &column);
    return wn_fail_at(r->err, code, r->file, line, column, "%s", bad.msg);
}

enum { R_ID, R_IF, R_THEN, R_CATEGORY, R_KEYS };

/* Which categories the reason of a rule may have, and whether its action is allowed for them. */
static wn_code parse_rule_category(const wn_reader *r, const wn_yaml *const *v, const wn_policy *p,
                                   wn_rule *rule)
{
    const wn_category_set extremism = WN_CATEGORY_BIT(WN_CAT_VIOLENT_EXTREMISM);
    wn_category_set       grounds = rule->when.categories;

    for (size_t i = 0; i < p->list_count; i++)
        if (wn_rule_names_list(&rule->when, i))
            grounds |= WN_CATEGORY_BIT(p->lists[i].category);
    if (v[R_CATEGORY]) {
        WN_TRY(wn_read_category(r, v[R_CATEGORY], &rule->category));
        WN_TRY(check_extremism(r, v[R_THEN], rule->category, rule->then));
        rule->has_category = true;
    } else if (grounds == 0) {
        return wn_read_fail(r, v[R_IF],
                            "the condition names no category and no list, so the rule needs a "
                            "'category' that says which harm it stands for");
    }
    if (grounds == extremism)
        WN_TRY(check_extremism(r, v[R_THEN], WN_CAT_VIOLENT_EXTREMISM, rule->then));
    rule->candidates = rule->then == WN_ACTION_BLOCK ? grounds & ~extremism : grounds;
    return WN_OK;
}

static wn_code parse_rule(const wn_reader *r, const wn_yaml *node, wn_policy *p)
{
    static const char *const keys[R_KEYS] = { "id", "if", "then", "category" };
    wn_rule                 *rule = &p->rules[p->rule_count];
    const wn_yaml           *v[R_KEYS];

    WN_TRY(wn_read_fields(r, node, "a rule", keys, R_KEYS, R_CATEGORY, v));
    WN_TRY(wn_read_name(r, v[R_ID], "a rule", &rule->id));
    for (size_t i = 0; i < p->rule_count; i++)
        if (strcmp(p->rules[i].id, rule->id) == 0)
            return wn_read_fail(r, v[R_ID], "another rule has the id '%s'", rule->id);
    WN_TRY(compile_when(r, v[R_IF], p, rule));
    WN_TRY(parse_action(r, v[R_THEN], &rule->then));
    WN_TRY(parse_rule_category(r, v, p, rule));
    WN_TRY(make_reason(r, "rule", rule->id, &rule->reason));
    p->rule_count++;
    return WN_OK;
}

static wn_code parse_rules(const wn_reader *r, const wn_yaml *node, wn_policy *p)
{
    WN_TRY(wn_read_list(r, node, "rules"));
    WN_TRY(make_room(r, node, "rules", WN_POLICY_MAX_RULES, sizeof *p->rules, &p->rules));
    for (const wn_yaml *item = node->child; item; item = item->next)
        WN_TRY(parse_rule(r, item, p));
    return WN_OK;
}

static wn_code parse_meta(const wn_reader *r, const wn_yaml *node, wn_context *ret)
{
    const wn_yaml *v[WN_FACTS];
    double *numbers[] = { &ret->account_age_days, &ret->prior_violations, &ret->report_count };

    WN_TRY(wn_read_fields(r, node, "meta", wn_fact_names, WN_FACTS, 0, v));
    for (size_t i = 0; i < WN_FACT_TRUSTED; i++)
        if (v[i])
            WN_TRY(wn_read_number(r, v[i], wn_fact_names[i], 0, MAX_FACT, numbers[i]));
    if (v[WN_FACT_TRUSTED])
        WN_TRY(wn_read_bool(r, v[WN_FACT_TRUSTED], "trusted", &ret->trusted));
    ret->has_account_age_days = v[WN_FACT_ACCOUNT_AGE_DAYS] != NULL;
    ret->has_prior_violations = v[WN_FACT_PRIOR_VIOLATIONS] != NULL;
    ret->has_report_count = v[WN_FACT_REPORT_COUNT] != NULL;
    ret->has_trusted = v[WN_FACT_TRUSTED] != NULL;
    return WN_OK;
}

enum { T_TEXT, T_EXPECT, T_SURFACE, T_META, T_KEYS };

static wn_code parse_test_surface(const wn_reader *r, const wn_yaml *node, const wn_policy *p,
                                  wn_policy_test *test)
{
    const char *near = NULL;
    wn_quoted   word, hint;

    WN_TRY(wn_read_string(r, node, "surface", &test->surface));
    test->context.surface = test->surface;
    if (wn_policy_has_surface(p, test->surface, &near))
        return WN_OK;
    return wn_read_fail(r, node, "the policy has no surface '%s'%s",
                        wn_read_quote(node->text, word),
                        wn_read_hint(test->surface, &near, near ? 1 : 0, hint));
}

static wn_code parse_tests(const wn_reader *r, const wn_yaml *node, wn_policy *p)
{
    static const char *const keys[T_KEYS] = { "text", "expect", "surface", "meta" };
    static const char *const actions[] = { "allow", "label", "review", "block" };

    WN_TRY(wn_read_list(r, node, "tests"));
    WN_TRY(make_room(r, node, "tests", WN_POLICY_MAX_TESTS, sizeof *p->tests, &p->tests));
    for (const wn_yaml *item = node->child; item; item = item->next) {
        wn_policy_test *test = &p->tests[p->test_count];
        const wn_yaml  *v[T_KEYS];
        size_t          action;

        WN_TRY(wn_read_fields(r, item, "a test", keys, T_KEYS, T_SURFACE, v));
        test->line = item->line;
        WN_TRY(wn_read_text(r, v[T_TEXT], "text", &test->text));
        if (test->text.len == 0)
            return wn_read_fail(r, v[T_TEXT], "text is empty: there is nothing to judge");
        WN_TRY(wn_read_choice(r, v[T_EXPECT], "action", actions, 4, &action));
        test->expect = (wn_action)action;
        if (v[T_SURFACE])
            WN_TRY(parse_test_surface(r, v[T_SURFACE], p, test));
        if (v[T_META])
            WN_TRY(parse_meta(r, v[T_META], &test->context));
        p->test_count++;
    }
    return WN_OK;
}

enum {
    P_NAME,
    P_VERSION,
    P_DESCRIPTION,
    P_ON_ERROR,
    P_THRESHOLDS,
    P_SURFACES,
    P_LISTS,
    P_RULES,
    P_TESTS,
    P_KEYS
};

static wn_code parse_head(const wn_reader *r, const wn_yaml *const *v, wn_policy *p)
{
    static const char *const mappings[] = { "error", "review", "block" };
    static const wn_action   mapped[] = { WN_ACTION_ERROR, WN_ACTION_REVIEW, WN_ACTION_BLOCK };
    size_t                   on_error = 0;
    const char              *description; /* for readers of the file alone */

    WN_TRY(wn_read_name(r, v[P_NAME], "a policy", &p->name));
    WN_TRY(wn_read_integer(r, v[P_VERSION], "version", 1, UINT32_MAX, &p->version));
    if (v[P_DESCRIPTION])
        WN_TRY(wn_read_string(r, v[P_DESCRIPTION], "description", &description));
    if (v[P_ON_ERROR])
        WN_TRY(wn_read_choice(r, v[P_ON_ERROR], "on_error", mappings, 3, &on_error));
    p->on_error = mapped[on_error];
    return WN_OK;
}

typedef wn_code part_parser(const wn_reader *r, const wn_yaml *node, wn_policy *p);

static wn_code parse_policy(const wn_reader *r, const wn_yaml *root, wn_policy *p)
{
    static const char *const keys[P_KEYS] = { "name",     "version",    "description",
                                              "on_error", "thresholds", "surfaces",
                                              "lists",    "rules",      "tests" };
    /* In an order in which each part may name those before it. */
    static part_parser *const parts[] = { parse_surfaces, parse_lists, parse_rules, parse_tests };
    const wn_yaml            *v[P_KEYS];

    WN_TRY(wn_read_fields(r, root, "a policy", keys, P_KEYS, P_DESCRIPTION, v));
    WN_TRY(parse_head(r, v, p));
    for (size_t i = 0; i < WN_CATEGORIES; i++)
        for (size_t k = 0; k <= WN_ACTION_BLOCK; k++)
            p->thresholds[i].at[k] = WN_THRESHOLD_NEVER;
    if (v[P_THRESHOLDS])
        WN_TRY(parse_thresholds(r, v[P_THRESHOLDS], p->thresholds));
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (v[P_SURFACES + i])
            WN_TRY(parts[i](r, v[P_SURFACES + i], p));
    return WN_OK;
}

static void arena_freep(wn_arena **arena)
{
    wn_arena_free(*arena);
}

static void policy_freep(wn_policy **policy)
{
    wn_policy_free(*policy);
}

static wn_code policy_new(const char *file, wn_span text, wn_policy **ret, wn_err *err)
{
    wn_arena  *arena = wn_arena_new(ARENA_CEILING);
    wn_policy *p = arena ? WN_ARENA_NEW(arena, wn_policy) : NULL;

    if (p)
        p->file = wn_arena_strndup(arena, file, strlen(file));
    if (p == NULL || p->file == NULL) {
        wn_arena_free(arena);
        return wn_fail_nomem(err);
    }
    p->arena = arena;
    p->digest = wn_sha256(text);
    *ret = p;
    return WN_OK;
}

wn_code wn_policy_parse(const char *name, wn_span text, wn_policy **ret, wn_err *err)
{
    WN_AUTO(arena_freep) wn_arena   *scratch = NULL;
    WN_AUTO(policy_freep) wn_policy *p = NULL;
    const wn_yaml                   *root;
    wn_reader                        r = { .file = name, .err = err };

    scratch = wn_arena_new(ARENA_CEILING);
    if (scratch == NULL)
        return wn_fail_nomem(err);
    WN_TRY(wn_yaml_parse(scratch, name, text, &root, err));
    WN_TRY(policy_new(name, text, &p, err));
    r.arena = p->arena;
    WN_TRY(parse_policy(&r, root, p));
    *ret = p;
    p = NULL;
    return WN_OK;
}
