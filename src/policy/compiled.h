/* SPDX-License-Identifier: Apache-2.0 */
/* What a policy is once it has been parsed and checked. */
#ifndef WN_POLICY_COMPILED_H
#define WN_POLICY_COMPILED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/policy/policy.h"
#include "src/policy/rule.h"

/* Bounds of a policy. */
enum {
    WN_POLICY_MAX_SURFACES = 256,
    WN_POLICY_MAX_LISTS = WN_RULE_MAX_LISTS,
    WN_POLICY_MAX_RULES = 256,
    WN_POLICY_MAX_TESTS = 10000,
};

/* Above every score: the action is never taken. */
#define WN_THRESHOLD_NEVER 2.0

/* The scores from which label, review and block apply: at[WN_ACTION_LABEL] and so on. */
typedef struct wn_thresholds {
    double at[WN_ACTION_BLOCK + 1];
} wn_thresholds;

typedef struct wn_surface {
    const char   *name;
    wn_thresholds thresholds[WN_CATEGORIES]; /* the policy's own, where it gives none */
} wn_surface;

typedef struct wn_rule {
    const char     *id;
    const char     *reason; /* "rule:ID" */
    wn_rule_program when;
    wn_action       then;
    bool            has_category;
    wn_category     category;   /* when has_category */
    wn_category_set candidates; /* else: the categories that its reason may have */
} wn_rule;

/* Everything lives in `arena`. */
struct wn_policy {
    wn_arena       *arena;
    const char     *file, *name;
    uint32_t        version;
    wn_digest       digest;
    wn_action       on_error;
    wn_thresholds   thresholds[WN_CATEGORIES];
    wn_surface     *surfaces;
    const char    **surface_names;
    size_t          surface_count;
    wn_list_spec   *lists;
    const char    **list_reasons; /* "list:ID", by list */
    size_t          list_count;
    wn_rule        *rules;
    size_t          rule_count;
    wn_policy_test *tests;
    size_t          test_count;
};

#endif
