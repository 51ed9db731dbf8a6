/* SPDX-License-Identifier: Apache-2.0 */
/* `winnow policy check`: checks policies and runs their own tests. */
#include "src/cli/cli.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/policy/policy.h"

enum { MAX_META = 4, META_TEXT = 32 };

/* The context of a test as the public API takes it. */
typedef struct meta_values {
    wn_meta items[MAX_META];
    char    texts[MAX_META][META_TEXT];
    size_t  count;
} meta_values;

static int usage(FILE *out)
{
    (void)fputs(
        "usage: winnow policy check FILE...\n\n"
        "Checks each policy with its lists, and runs the tests that stand in it. FILE may\n"
        "also be the name of a built-in policy: default, marketplace or children.\n"
        "docs/POLICY.md describes the format.\n\n"
        "Exit status: 0 all is well; 1 a test came out otherwise than expected; 2 a policy\n"
        "is not valid, or a test could not be run.\n",
        out);
    return out == stdout ? WN_EXIT_CLEAN : WN_EXIT_ERROR;
}

static void add_number(meta_values *m, bool has, const char *key, double value)
{
    if (!has)
        return;
    (void)snprintf(m->texts[m->count], META_TEXT, "%.6f", value);
    m->items[m->count] = (wn_meta){ key, m->texts[m->count] };
    m->count++;
}

static void make_meta(const wn_context *c, meta_values *m)
{
    m->count = 0;
    add_number(m, c->has_account_age_days, "account_age_days", c->account_age_days);
    add_number(m, c->has_prior_violations, "prior_violations", c->prior_violations);
    add_number(m, c->has_report_count, "report_count", c->report_count);
    if (c->has_trusted)
        m->items[m->count++] = (wn_meta){ "trusted", c->trusted ? "true" : "false" };
}

static void show_reasons(const wn_verdict *verdict)
{
    wn_reason_info reason;
    const wn_err  *error = wn_verdict_error(verdict);

    if (error)
        (void)printf("    it could not be judged: %s\n", error->msg);
    else if (wn_verdict_reason_count(verdict) == 0)
        (void)printf("    nothing speaks against it\n");
    for (size_t i = 0; i < wn_verdict_reason_count(verdict); i++) {
        if (wn_verdict_reason(verdict, i, &reason) != WN_OK)
            break;
        (void)printf("    %s: %s %.3f, by %s (%s)\n", wn_action_name(reason.action),
                     wn_category_name(reason.category), (double)reason.score, reason.rule,
                     reason.detector);
    }
}

/* The scores of categories, for whoever wonders how far off the thresholds are. */
static void show_scores(const wn_verdict *verdict)
{
    bool any = false;

    for (int c = 0; c < WN_CATEGORIES; c++) {
        float score;

        if (!wn_verdict_score(verdict, (wn_category)c, &score) || score < 0.05f)
            continue;
        (void)printf("%s %s %.3f", any ? "," : "    scores:", wn_category_name((wn_category)c),
                     (double)score);
        any = true;
    }
    if (any)
        (void)printf("\n");
}

static int run_test(const wn_engine *engine, const char *file, const wn_policy_test *test)
{
    wn_item_request item = WN_ITEM_INIT;
    wn_verdict     *verdict = NULL;
    wn_err          err = { 0 };
    meta_values     meta;
    wn_action       got;
    int             status = WN_EXIT_CLEAN;

    make_meta(&test->context, &meta);
    item.bytes = test->text;
    item.is_text = 1;
    item.surface = test->surface;
    item.meta = meta.items;
    item.meta_count = meta.count;
    if (wn_engine_scan(engine, &item, &verdict, &err) != WN_OK)
        return wn_cli_fail("%s:%u: the test cannot be run: %s", file, test->line, err.msg);
    got = wn_verdict_action(verdict);
    if (got != test->expect) {
        (void)printf("%s:%u: expected %s, got %s\n", file, test->line, wn_action_name(test->expect),
                     wn_action_name(got));
        show_reasons(verdict);
        show_scores(verdict);
        status = WN_EXIT_FOUND;
    }
    if (wn_verdict_error(verdict))
        status = WN_EXIT_ERROR;
    wn_verdict_free(verdict);
    return status;
}

static int run_tests(const wn_engine *engine, const wn_policy *policy, const char *file)
{
    size_t                count, failed = 0;
    const wn_policy_test *tests = wn_policy_tests(policy, &count);
    int                   worst = WN_EXIT_CLEAN;

    for (size_t i = 0; i < count; i++) {
        int status = run_test(engine, file, &tests[i]);

        failed += status != WN_EXIT_CLEAN;
        worst = status > worst ? status : worst;
    }
    (void)printf("%s: policy %s, version %u, is valid; ", file, wn_policy_name(policy),
                 wn_policy_version(policy));
    if (count == 0)
        (void)printf("it has no tests\n");
    else
        (void)printf("%zu of its %zu tests as expected\n", count - failed, count);
    return worst;
}

static void policy_freep(wn_policy **policy)
{
    wn_policy_free(*policy);
}

static void engine_freep(wn_engine **engine)
{
    wn_engine_free(*engine);
}

static int check(const char *file)
{
    WN_AUTO(policy_freep) wn_policy *policy = NULL;
    WN_AUTO(engine_freep) wn_engine *engine = NULL;
    wn_engine_options                options = WN_ENGINE_OPTIONS_INIT;
    wn_err                           err = { 0 };

    if (wn_policy_load(file, &policy, &err) != WN_OK)
        return wn_cli_fail_err(&err);
    options.policy = file;
    if (wn_engine_open(&options, &engine, &err) != WN_OK) /* checks the lists, too */
        return wn_cli_fail_err(&err);
    return run_tests(engine, policy, file);
}

int wn_cli_policy(int argc, char **argv)
{
    int worst = WN_EXIT_CLEAN;

    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return usage(stdout);
    if (argc < 3 || strcmp(argv[1], "check") != 0)
        return usage(stderr);
    for (int i = 2; i < argc; i++) {
        int status;

        if (argv[i][0] == '-')
            return wn_cli_fail("policy check has no option \"%s\"; to name a file write ./%s",
                               argv[i], argv[i]);
        status = check(argv[i]);
        worst = status > worst ? status : worst;
    }
    return worst;
}
