/* SPDX-License-Identifier: Apache-2.0 */
/* Checking a pattern of a list before it is compiled, and making it fit the normalised text. */
#ifndef WN_DETECT_TERM_PATTERN_H
#define WN_DETECT_TERM_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/base/arena.h"

/* One alternative of a pattern: what Vectorscan compiles, and where words must begin and end. */
typedef struct wn_term_branch {
    const char *regex;
    bool        word_start, word_end; /* the pattern had \b there: Vectorscan has no Unicode one */
} wn_term_branch;

/* Where a pattern stands: `column` is that of its first character. */
typedef struct wn_pattern_place {
    const char *file;
    uint32_t    line, column;
} wn_pattern_place;

/* Letters that every match of a pattern must hold; an ideograph counts as two. */
#define WN_PATTERN_LETTERS 3

/*
 * Check `pattern` (well-formed UTF-8, without its slashes) and take it apart at
 * its outermost '|'. Refused with WN_E_FORMAT: what is not understood here, what
 * can match without at least WN_PATTERN_LETTERS letters that it spells out (so:
 * the empty text, a script, a range), what spells a term for a group of people,
 * what is too large. `tmp` is for scratch; `ret` lives in `arena`. WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_term_pattern(wn_arena *arena, wn_arena *tmp, wn_span pattern,
                                     const wn_pattern_place *place, const wn_term_branch **ret,
                                     size_t *count, wn_err *err);

#endif
