/* SPDX-License-Identifier: Apache-2.0 */
/* The instructions of compiled rules, shared by their compiler and their evaluator. */
#ifndef WN_POLICY_RULE_OPS_H
#define WN_POLICY_RULE_OPS_H

#include <stdint.h>

typedef enum wn_rule_code {
    WN_RULE_NUMBER,  /* push `number` */
    WN_RULE_SCORE,   /* push the score of category `arg` */
    WN_RULE_COUNT,   /* push count `arg` */
    WN_RULE_HITS,    /* push the hits of list `arg` */
    WN_RULE_FACT,    /* push fact `arg` */
    WN_RULE_MEDIA,   /* push the class of media */
    WN_RULE_SURFACE, /* push the surface */
    WN_RULE_LT,      /* these take two values and push 0 or 1 */
    WN_RULE_LE,
    WN_RULE_GT,
    WN_RULE_GE,
    WN_RULE_EQ,
    WN_RULE_NE,
    WN_RULE_AND,
    WN_RULE_OR,
    WN_RULE_NOT, /* takes one */
} wn_rule_code;

struct wn_rule_op {
    wn_rule_code code;
    uint32_t     arg;
    double       number;
};

#endif
