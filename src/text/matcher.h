/* SPDX-License-Identifier: Apache-2.0 */
/* The identity list as a set of word sequences, built in. All of it is thread-safe. */
#ifndef WN_TEXT_MATCHER_H
#define WN_TEXT_MATCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/text/normalize.h"

typedef enum wn_matcher_class {
    WN_MATCH_ARTICLE = 1,
    WN_MATCH_TERM = 2,
    WN_MATCH_NOUN = 4,
} wn_matcher_class;

/* Where a match ends: the token after it, and the byte. `end` is 0 when nothing matched. */
typedef struct wn_match {
    size_t   token;
    uint32_t end; /* may lie inside of the token before `token`: a particle follows */
} wn_match;

/* A quick test: false when no term begins with token `at`. */
bool wn_matcher_may_start(const wn_text *text, size_t at);

/* The longest form of `class` that begins at token `at`, `skip` bytes into it. */
wn_match wn_matcher_longest(const wn_text *text, size_t at, uint32_t skip, wn_matcher_class class);

/* The longest form of `class` that follows a match, joined to it by a space, a hyphen or nothing.
 */
wn_match wn_matcher_after(const wn_text *text, wn_match before, wn_matcher_class class);

/*
 * The first token of the longest form of `class` that ends right before token
 * `at` and begins at token `floor` or later; `at` when there is none.
 */
size_t wn_matcher_before(const wn_text *text, size_t at, size_t floor, wn_matcher_class class);

#endif
