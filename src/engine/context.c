/* SPDX-License-Identifier: Apache-2.0 */
/* The declared context of an item: its surface, and four facts from a closed list. */
#include "src/engine/engine_internal.h"

#include <string.h>

#include "src/base/err.h"
#include "src/base/str.h"

static const char *const meta_keys[] = { "account_age_days", "prior_violations", "report_count",
                                         "trusted" };

static wn_code parse_number(const wn_meta *meta, bool *has, double *value, wn_err *err)
{
    wn_span s = { (const uint8_t *)meta->value, strlen(meta->value) };
    double  v;

    if (!wn_parse_double(s, &v) || v < 0)
        return wn_fail(err, WN_E_USAGE, "metadata %s must be a number that is not negative",
                       meta->key);
    *has = true;
    *value = v;
    return WN_OK;
}

static wn_code parse_trusted(const wn_meta *meta, wn_context *ret, wn_err *err)
{
    bool yes = strcmp(meta->value, "true") == 0;

    if (!yes && strcmp(meta->value, "false") != 0)
        return wn_fail(err, WN_E_USAGE, "metadata trusted must be true or false");
    ret->has_trusted = true;
    ret->trusted = yes;
    return WN_OK;
}

static wn_code unknown_key(const char *key, wn_err *err)
{
    const char *near = wn_nearest_name(key, meta_keys, sizeof meta_keys / sizeof meta_keys[0]);

    return wn_fail(err, WN_E_USAGE,
                   "unknown metadata key%s%s%s: nothing about an author but account_age_days, "
                   "prior_violations, report_count and trusted may be passed",
                   near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
}

static wn_code parse_meta(const wn_meta *meta, wn_context *ret, wn_err *err)
{
    if (strcmp(meta->key, "account_age_days") == 0)
        return parse_number(meta, &ret->has_account_age_days, &ret->account_age_days, err);
    if (strcmp(meta->key, "prior_violations") == 0)
        return parse_number(meta, &ret->has_prior_violations, &ret->prior_violations, err);
    if (strcmp(meta->key, "report_count") == 0)
        return parse_number(meta, &ret->has_report_count, &ret->report_count, err);
    if (strcmp(meta->key, "trusted") == 0)
        return parse_trusted(meta, ret, err);
    return unknown_key(meta->key, err);
}

wn_code wn_context_parse(const wn_policy *policy, const wn_item_request *item, wn_context *ret,
                         wn_err *err)
{
    wn_context  context = { .surface = item->surface };
    const char *near = NULL;

    if (item->surface != NULL && !wn_policy_has_surface(policy, item->surface, &near))
        return wn_fail(err, WN_E_USAGE,
                       "the policy has no surface of that name%s%s%s: name one of its `surfaces`",
                       near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
    for (size_t i = 0; i < item->meta_count; i++)
        WN_TRY(parse_meta(&item->meta[i], &context, err));
    *ret = context;
    return WN_OK;
}
