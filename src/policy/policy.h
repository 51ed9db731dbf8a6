/* SPDX-License-Identifier: Apache-2.0 */
/* The operator's policy: parsed, checked and compiled once, then asked what to do with an item. */
#ifndef WN_POLICY_POLICY_H
#define WN_POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/category.h>
#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/base/arena.h"
#include "src/base/digest.h"
#include "src/content/list.h"
#include "src/content/scan.h"

/* A compiled policy. Immutable; shared by threads. */
typedef struct wn_policy wn_policy;

/* The closed list of facts about the context of an item (docs/SCOPE.md); absent ones are not set.
 */
typedef struct wn_context {
    const char *surface; /* as the policy names it, or NULL */
    bool        has_account_age_days, has_prior_violations, has_trusted, has_report_count;
    double      account_age_days, prior_violations, report_count;
    bool        trusted;
} wn_context;

/* One of the policy's own tests. */
typedef struct wn_policy_test {
    uint32_t    line;
    wn_span     text;
    const char *surface; /* or NULL */
    wn_action   expect;
    wn_context  context;
} wn_policy_test;

/* Why the policy took an action: one threshold, list entry or rule that applied. */
typedef struct wn_reason {
    wn_category             category;
    float                   score;
    wn_action               action;
    const char             *rule;    /* "threshold", "list:ID" or "rule:ID" */
    const wn_signal *const *signals; /* those it rests on; at least one */
    size_t                  signal_count;
} wn_reason;

/* What the policy made of a scan. Lives in the scan's arena. */
typedef struct wn_decision {
    wn_action          action;
    bool               scored[WN_CATEGORIES];
    float              scores[WN_CATEGORIES]; /* the highest of the signals */
    const wn_reason   *reasons;               /* strictest first, then by category */
    size_t             reason_count;
    const char *const *rules_skipped; /* ids of rules that need metadata the item came without */
    size_t             rules_skipped_count;
} wn_decision;

/*
 * Parse a policy. `name` is what errors call the file; list files are resolved
 * against its folder. `text` is borrowed only during the call. Every mistake is
 * WN_E_FORMAT with line and column and, for a misspelt name, the nearest valid
 * one; too much of something is WN_E_LIMIT; or WN_E_NOMEM. `ret` is written only
 * on success; free with wn_policy_free.
 */
WN_NODISCARD wn_code wn_policy_parse(const char *name, wn_span text, wn_policy **ret, wn_err *err);

/*
 * Load a policy file; a `path` without '/' and '.' names a built-in policy
 * ("default", "marketplace", "children"). WN_E_IO besides.
 */
WN_NODISCARD wn_code wn_policy_load(const char *path, wn_policy **ret, wn_err *err);

/* Free a policy that nobody uses any more. NULL is allowed. */
void wn_policy_free(wn_policy *policy);

/* Its name and version, the SHA-256 of its bytes, and what an unjudged item gets: `error` or
 * stricter. */
const char *wn_policy_name(const wn_policy *policy);
uint32_t    wn_policy_version(const wn_policy *policy);
wn_digest   wn_policy_digest(const wn_policy *policy);
wn_action   wn_policy_on_error(const wn_policy *policy);

/* Its lists and its own tests, borrowed; in the order of the file. */
const wn_list_spec   *wn_policy_lists(const wn_policy *policy, size_t *count);
const wn_policy_test *wn_policy_tests(const wn_policy *policy, size_t *count);

/* Whether the policy knows the surface; with `nearest` (may be NULL) a suggestion when it does not.
 */
bool wn_policy_has_surface(const wn_policy *policy, const char *surface, const char **nearest);

/*
 * Decide: thresholds (of the surface where it has its own), list actions, then
 * rules. `always_scored` are the categories that ran detectors score even where
 * they emitted no signal: they count as 0. What `ret` points to lives in the
 * scan's arena. Thread-safe for different scans. WN_E_LIMIT, WN_E_NOMEM, or
 * WN_E_USAGE for a surface or a list that the policy does not have.
 */
WN_NODISCARD wn_code wn_policy_decide(const wn_policy *policy, const wn_scan *scan,
                                      const wn_context *context, wn_category_set always_scored,
                                      wn_decision *ret, wn_err *err);

#endif
