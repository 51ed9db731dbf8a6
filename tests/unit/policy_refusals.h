/* SPDX-License-Identifier: Apache-2.0 */
/* A table of policies that must be refused, each with the exact error. */
#ifndef WN_TESTS_POLICY_REFUSALS_H
#define WN_TESTS_POLICY_REFUSALS_H

#include <stdio.h>
#include <string.h>

#include "src/policy/policy.h"

#define TEXT(s)                                                                                    \
    {                                                                                              \
        (const uint8_t *)(s), sizeof(s) - 1                                                        \
    }

/* What every valid policy begins with. */
#define HEAD "name: x\nversion: 1\n"

/* Ends of errors that many mistakes share. */
#define CLOSED                                                                                     \
    ": categories are a closed list of harms, and none of them describes a group of people "       \
    "(docs/SCOPE.md)"
#define NAMES                                                                                      \
    ": use up to 64 lower-case letters, digits, '-', '_' and '.', starting with a letter or digit"
#define GROUPS                                                                                     \
    ": names of policies, surfaces, lists, rules and queues must not name a group of people; "     \
    "name the harm instead (docs/SCOPE.md)"
#define WORDS                                                                                      \
    ": a rule may use the categories, links, codes, hits(list), media, surface, "                  \
    "account_age_days, prior_violations, report_count and trusted"
#define EXTREMISM                                                                                  \
    "violent-extremism may lead to 'review', never to 'block' by itself: a person decides "        \
    "(docs/SCOPE.md)"

typedef struct refusal {
    wn_span     policy;
    const char *error; /* "line:column: message" */
} refusal;

/* Parse each; says on standard error which came out otherwise. Returns how many did. */
static inline int wrong_refusals(const refusal *all, size_t count)
{
    int wrong = 0;

    for (size_t i = 0; i < count; i++) {
        wn_policy *policy = NULL;
        wn_err     err = { 0 };
        char       got[600] = "accepted", want[600];
        wn_code    code = wn_policy_parse("p.yaml", all[i].policy, &policy, &err);

        (void)snprintf(want, sizeof want, "p.yaml:%s", all[i].error);
        if (code != WN_OK)
            (void)wn_err_format(&err, got, (int)sizeof got);
        if (policy != NULL || code != WN_E_FORMAT || strcmp(got, want) != 0) {
            (void)fprintf(stderr, "%.*s\n  want %s\n  got  %s\n", (int)all[i].policy.len,
                          (const char *)all[i].policy.ptr, want, got);
            wrong++;
        }
        wn_policy_free(policy);
    }
    return wrong;
}

#endif
