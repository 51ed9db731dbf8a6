/* SPDX-License-Identifier: Apache-2.0 */
/* Words, numbers, strings and operators of the rule language. */
#ifndef WN_POLICY_RULE_LEX_H
#define WN_POLICY_RULE_LEX_H

#include <stddef.h>

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/policy/rule.h"

typedef enum wn_rule_token_kind {
    WN_RULE_END,
    WN_RULE_WORD,
    WN_RULE_DIGITS,
    WN_RULE_STRING, /* `text` is what stands between the quotes */
    WN_RULE_OPEN,
    WN_RULE_CLOSE,
    WN_RULE_COMPARE, /* <, <=, >, >=, == or != */
} wn_rule_token_kind;

typedef struct wn_rule_token {
    wn_rule_token_kind kind;
    size_t             at; /* offset of its first byte */
    wn_span            text;
    double             number; /* of WN_RULE_DIGITS */
} wn_rule_token;

/* Fill `bad` and return WN_E_FORMAT. */
wn_code wn_rule_wrong(wn_rule_mistake *bad, size_t offset, const char *fmt, ...) WN_PRINTF(3, 4);

/* The token at `*at`, which moves behind it. WN_E_FORMAT with `bad` filled. */
WN_NODISCARD wn_code wn_rule_next(wn_span text, size_t *at, wn_rule_token *ret,
                                  wn_rule_mistake *bad);

/* The name of a list at `*at`, quoted or not: unlike a word it may start with a digit. */
WN_NODISCARD wn_code wn_rule_next_list(wn_span text, size_t *at, wn_rule_token *ret,
                                       wn_rule_mistake *bad);

#endif
