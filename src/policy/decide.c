/* SPDX-License-Identifier: Apache-2.0 */
/* From signals to an action with its reasons: thresholds, list actions, rules. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/err.h"
#include "src/policy/compiled.h"

/* The signals that a reason shows; an item may have thousands. */
enum { MAX_SIGNALS = 16 };

/* Below this another harm is no ground beside violent extremism. */
#define OTHER_GROUND 0.5

/* A reason being put together. */
typedef struct draft {
    wn_reason        reason;
    const wn_signal *top[MAX_SIGNALS]; /* highest score first */
    struct draft    *next;
    struct draft    *same_list;
} draft;

typedef struct decider {
    const wn_policy  *policy;
    const wn_scan    *scan;
    const wn_context *context;
    wn_err           *err;
    wn_decision       out;
    float             own[WN_CATEGORIES]; /* highest scores of what no list said */
    draft            *drafts;
    draft           **by_list; /* the drafts of each list */
    double           *hits;    /* by list; three rows, for the three sets of facts below */
    wn_rule_facts     facts;
    /* Only when something spoke of violent extremism: the facts without it, and it almost alone. */
    bool          extremism;
    wn_rule_facts without, alone;
} decider;

static float clean(float score)
{
    return score > 0 ? (score < 1 ? score : 1.0f) : 0.0f; /* NaN becomes 0 */
}

/* Scores are compared as verdicts show them, with six decimals: what shows as 0.7 reaches 0.7. */
static double shown(float score)
{
    return (double)llround((double)score * 1e6) / 1e6;
}

static bool is_ground(const wn_signal *s)
{
    return s->evidence_count > 0 && (unsigned)s->category < WN_CATEGORIES;
}

static wn_code new_draft(decider *d, wn_category category, wn_action action, const char *rule,
                         draft **ret)
{
    draft *made = WN_ARENA_NEW(d->scan->arena, draft);

    if (made == NULL)
        return wn_arena_fail(d->scan->arena, d->err);
    made->reason.category = category;
    made->reason.action = action;
    made->reason.rule = rule;
    made->reason.signals = made->top;
    made->next = d->drafts;
    d->drafts = made;
    *ret = made;
    return WN_OK;
}

/* Keep the signal if it is among the highest; of equals the earlier one. */
static void offer(draft *to, const wn_signal *s)
{
    size_t at = to->reason.signal_count;

    if (clean(s->score) > to->reason.score)
        to->reason.score = clean(s->score);
    while (at > 0 && clean(to->top[at - 1]->score) < clean(s->score))
        at--;
    if (at == MAX_SIGNALS)
        return;
    if (to->reason.signal_count < MAX_SIGNALS)
        to->reason.signal_count++;
    for (size_t i = to->reason.signal_count - 1; i > at; i--)
        to->top[i] = to->top[i - 1];
    to->top[at] = s;
}

static void tally(decider *d, wn_category_set always_scored)
{
    for (size_t c = 0; c < WN_CATEGORIES; c++)
        d->out.scored[c] = (always_scored & WN_CATEGORY_BIT(c)) != 0;
    for (size_t i = 0; i < d->scan->signal_count; i++) {
        const wn_signal *s = &d->scan->signals[i];
        float            score = clean(s->score);

        if ((unsigned)s->category >= WN_CATEGORIES)
            continue;
        d->out.scored[s->category] = true;
        if (score > d->out.scores[s->category])
            d->out.scores[s->category] = score;
        if (s->list == NULL && is_ground(s) && score > d->own[s->category])
            d->own[s->category] = score;
        d->extremism |= s->category == WN_CAT_VIOLENT_EXTREMISM;
    }
}

static const wn_thresholds *thresholds_of(const decider *d)
{
    if (d->facts.surface < 0)
        return d->policy->thresholds;
    return d->policy->surfaces[d->facts.surface].thresholds;
}

static wn_code apply_thresholds(decider *d)
{
    const wn_thresholds *table = thresholds_of(d);
    draft               *made[WN_CATEGORIES] = { NULL };
    double               reached[WN_CATEGORIES] = { 0 };
    bool                 any = false;

    for (int c = 0; c < WN_CATEGORIES; c++) {
        for (int a = WN_ACTION_BLOCK; a >= WN_ACTION_LABEL && made[c] == NULL; a--) {
            if (d->own[c] <= 0 || shown(d->own[c]) < table[c].at[a])
                continue;
            reached[c] = table[c].at[a];
            WN_TRY(new_draft(d, (wn_category)c, (wn_action)a, "threshold", &made[c]));
            any = true;
        }
    }
    for (size_t i = 0; any && i < d->scan->signal_count; i++) {
        const wn_signal *s = &d->scan->signals[i];

        if (s->list == NULL && is_ground(s) && made[s->category] &&
            shown(clean(s->score)) >= reached[s->category])
            offer(made[s->category], s);
    }
    return WN_OK;
}

/* The position of a list in the policy; list_count when it has none such. */
static size_t find_list(const wn_policy *p, const char *id)
{
    size_t i = 0;

    while (i < p->list_count && p->lists[i].id != id)
        i++;
    if (i < p->list_count)
        return i;
    for (i = 0; i < p->list_count && strcmp(p->lists[i].id, id) != 0;)
        i++;
    return i;
}

static wn_action list_action(const wn_list_spec *list, const wn_signal *s)
{
    wn_action action = s->action;

    if (action < WN_ACTION_LABEL || action > WN_ACTION_BLOCK)
        action = list->action;
    if (s->category == WN_CAT_VIOLENT_EXTREMISM && action == WN_ACTION_BLOCK)
        action = WN_ACTION_REVIEW; /* whatever an entry of the list says */
    return action;
}

static wn_code apply_list(decider *d, const wn_signal *s)
{
    size_t    list = find_list(d->policy, s->list);
    wn_action action;
    draft    *at;

    if (list == d->policy->list_count)
        return wn_fail(d->err, WN_E_USAGE,
                       "detector %s hit the list '%s', which is not in policy %s", s->detector,
                       s->list, d->policy->name);
    action = list_action(&d->policy->lists[list], s);
    at = d->by_list[list];
    while (at && (at->reason.category != s->category || at->reason.action != action))
        at = at->same_list;
    if (at == NULL) {
        WN_TRY(new_draft(d, s->category, action, d->policy->list_reasons[list], &at));
        at->same_list = d->by_list[list];
        d->by_list[list] = at;
    }
    offer(at, s);
    return WN_OK;
}

static wn_code apply_lists(decider *d)
{
    d->by_list = wn_arena_calloc(d->scan->arena, d->policy->list_count, sizeof(draft *));
    if (d->by_list == NULL)
        return wn_arena_fail(d->scan->arena, d->err);
    for (size_t i = 0; i < d->scan->signal_count; i++)
        if (d->scan->signals[i].list && is_ground(&d->scan->signals[i]))
            WN_TRY(apply_list(d, &d->scan->signals[i]));
    return WN_OK;
}

/* Which facts about the context the item came with: bit per wn_fact. */
static unsigned read_context(const wn_context *c, double values[WN_FACTS])
{
    values[WN_FACT_ACCOUNT_AGE_DAYS] = c->account_age_days;
    values[WN_FACT_PRIOR_VIOLATIONS] = c->prior_violations;
    values[WN_FACT_REPORT_COUNT] = c->report_count;
    values[WN_FACT_TRUSTED] = c->trusted;
    return (unsigned)c->has_account_age_days << WN_FACT_ACCOUNT_AGE_DAYS |
           (unsigned)c->has_prior_violations << WN_FACT_PRIOR_VIOLATIONS |
           (unsigned)c->has_report_count << WN_FACT_REPORT_COUNT |
           (unsigned)c->has_trusted << WN_FACT_TRUSTED;
}

/* Lists of which every hit here is of violent extremism; the drafts of a list say which. */
static bool only_extremism(const decider *d, size_t list)
{
    for (const draft *at = d->by_list[list]; at; at = at->same_list)
        if (at->reason.category != WN_CAT_VIOLENT_EXTREMISM)
            return false;
    return d->by_list[list] != NULL;
}

static void split_extremism(decider *d, double *without_hits, double *alone_hits)
{
    d->without = d->alone = d->facts;
    d->without.scores[WN_CAT_VIOLENT_EXTREMISM] = 0;
    for (size_t c = 0; c < WN_CATEGORIES; c++)
        if (c != WN_CAT_VIOLENT_EXTREMISM && d->alone.scores[c] >= OTHER_GROUND)
            d->alone.scores[c] = OTHER_GROUND - 1e-6;
    for (size_t i = 0; i < d->policy->list_count; i++) {
        bool only = only_extremism(d, i);

        without_hits[i] = only ? 0 : d->hits[i];
        alone_hits[i] = only ? d->hits[i] : 0;
    }
    d->without.hits = without_hits;
    d->alone.hits = alone_hits;
}

static wn_code gather_facts(decider *d)
{
    const wn_policy *p = d->policy;
    size_t           n = p->list_count;

    for (size_t c = 0; c < WN_CATEGORIES; c++)
        d->facts.scores[c] = shown(d->out.scores[c]);
    for (size_t i = 0; i < WN_COUNTS; i++)
        d->facts.counts[i] = d->scan->counts[i];
    d->facts.media =
        d->scan->view_count ? wn_rule_media(wn_media_class(d->scan->views[0]->media)) : -1;
    if (n > 0) {
        d->hits = wn_arena_calloc(d->scan->arena, 3 * n, sizeof *d->hits);
        if (d->hits == NULL)
            return wn_arena_fail(d->scan->arena, d->err);
        for (size_t i = 0; i < n; i++)
            d->hits[i] = wn_scan_hits(d->scan, p->lists[i].id);
    }
    d->facts.hits = d->hits;
    if (d->extremism)
        split_extremism(d, n ? d->hits + n : NULL, n ? d->hits + 2 * n : NULL);
    return WN_OK;
}

/*
 * Violent extremism leads to review at most (scope.md, 7): a rule that needs it,
 * and that no other harm of any weight helps, does not block.
 */
static wn_action rule_action(const decider *d, const wn_rule *rule)
{
    if (rule->then == WN_ACTION_BLOCK && d->extremism && !wn_rule_holds(&rule->when, &d->without) &&
        wn_rule_holds(&rule->when, &d->alone))
        return WN_ACTION_REVIEW;
    return rule->then;
}

static wn_category rule_category(const decider *d, const wn_rule *rule)
{
    int best = -1;

    if (rule->has_category)
        return rule->category;
    for (int c = 0; c < WN_CATEGORIES; c++)
        if ((rule->candidates & WN_CATEGORY_BIT(c)) &&
            (best < 0 || d->out.scores[c] > d->out.scores[best]))
            best = c;
    return (wn_category)best;
}

/* A rule on counts alone rests on the item as a whole. */
static wn_code offer_whole(const decider *d, draft *to)
{
    wn_evidence *evidence = WN_ARENA_NEW(d->scan->arena, wn_evidence);
    wn_signal   *signal = WN_ARENA_NEW(d->scan->arena, wn_signal);

    if (evidence == NULL || signal == NULL)
        return wn_arena_fail(d->scan->arena, d->err);
    evidence->place.kind = WN_PLACE_WHOLE;
    evidence->note = "rule";
    signal->category = to->reason.category;
    signal->score = d->out.scores[to->reason.category];
    signal->detector = "rule";
    signal->view = d->scan->view_count ? d->scan->views[0] : NULL;
    signal->evidence = evidence;
    signal->evidence_count = 1;
    offer(to, signal);
    return WN_OK;
}

static wn_code apply_rule(decider *d, const wn_rule *rule)
{
    draft *made = NULL;

    WN_TRY(new_draft(d, rule_category(d, rule), rule_action(d, rule), rule->reason, &made));
    for (size_t i = 0; i < d->scan->signal_count; i++) {
        const wn_signal *s = &d->scan->signals[i];
        bool             named = false;

        if (!is_ground(s))
            continue;
        if (rule->when.categories & WN_CATEGORY_BIT(s->category))
            named = true;
        else if (s->list)
            named = wn_rule_names_list(&rule->when, find_list(d->policy, s->list));
        if (named)
            offer(made, s);
    }
    if (made->reason.signal_count == 0)
        WN_TRY(offer_whole(d, made));
    made->reason.score = d->out.scores[made->reason.category];
    return WN_OK;
}

static wn_code apply_rules(decider *d)
{
    const wn_policy *p = d->policy;
    unsigned         present = read_context(d->context, d->facts.facts);
    const char     **skipped;

    if (p->rule_count == 0)
        return WN_OK;
    WN_TRY(gather_facts(d));
    skipped = wn_arena_calloc(d->scan->arena, p->rule_count, sizeof *skipped);
    if (skipped == NULL)
        return wn_arena_fail(d->scan->arena, d->err);
    d->out.rules_skipped = skipped;
    for (size_t i = 0; i < p->rule_count; i++) {
        const wn_rule *rule = &p->rules[i];

        if (rule->when.facts & ~present)
            skipped[d->out.rules_skipped_count++] = rule->id;
        else if (wn_rule_holds(&rule->when, &d->facts))
            WN_TRY(apply_rule(d, rule));
    }
    return WN_OK;
}

/* Strictest first, then by category, then by rule: no two reasons are equal in all three. */
static int by_strictness(const void *va, const void *vb)
{
    const wn_reason *a = va, *b = vb;

    if (a->action != b->action)
        return a->action > b->action ? -1 : 1;
    if (a->category != b->category)
        return a->category < b->category ? -1 : 1;
    return strcmp(a->rule, b->rule);
}

static wn_code collect(decider *d)
{
    wn_reason *reasons;
    size_t     n = 0;

    for (const draft *at = d->drafts; at; at = at->next)
        n++;
    if (n == 0)
        return WN_OK;
    reasons = wn_arena_alloc(d->scan->arena, n, sizeof *reasons);
    if (reasons == NULL)
        return wn_arena_fail(d->scan->arena, d->err);
    n = 0;
    for (const draft *at = d->drafts; at; at = at->next)
        reasons[n++] = at->reason;
    qsort(reasons, n, sizeof *reasons, by_strictness);
    d->out.reasons = reasons;
    d->out.reason_count = n;
    d->out.action = reasons[0].action;
    return WN_OK;
}

static wn_code find_surface(decider *d)
{
    const char *surface = d->context->surface;

    d->facts.surface = -1;
    for (size_t i = 0; surface && i < d->policy->surface_count; i++)
        if (strcmp(d->policy->surface_names[i], surface) == 0)
            d->facts.surface = (int)i;
    if (surface && d->facts.surface < 0)
        return wn_fail(d->err, WN_E_USAGE, "policy %s has no such surface as the item's",
                       d->policy->name);
    return WN_OK;
}

wn_code wn_policy_decide(const wn_policy *policy, const wn_scan *scan, const wn_context *context,
                         wn_category_set always_scored, wn_decision *ret, wn_err *err)
{
    static const wn_context nothing;
    decider                 d = { .policy = policy, .scan = scan, .err = err };

    d.context = context ? context : &nothing;
    WN_TRY(find_surface(&d));
    tally(&d, always_scored);
    WN_TRY(apply_thresholds(&d));
    WN_TRY(apply_lists(&d));
    WN_TRY(apply_rules(&d));
    WN_TRY(collect(&d));
    *ret = d.out;
    return WN_OK;
}
