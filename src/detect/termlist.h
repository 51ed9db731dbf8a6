/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a term list: an operator's TSV file becomes checked terms, or an error with its place. */
#ifndef WN_DETECT_TERMLIST_H
#define WN_DETECT_TERMLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/category.h>
#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/base/arena.h"
#include "src/content/list.h"
#include "src/detect/term_pattern.h"

/* A row's `severity`: 1 or low, 2 or medium (also when there is none), 3 or high. */
typedef enum wn_term_severity { WN_TERM_LOW = 1, WN_TERM_MEDIUM, WN_TERM_HIGH } wn_term_severity;

/* Longest term or pattern, and longest line, of a list file; largest file. In bytes. */
enum { WN_TERM_MAX = 1024, WN_TERM_LINE_MAX = 1 << 20 };
#define WN_TERMLIST_MAX ((uint64_t)256 << 20)

/* One row of a list. */
typedef struct wn_term {
    wn_span        text;     /* a literal's normal form; what stands between a pattern's '/' */
    wn_span        skeleton; /* a literal's form with evasions undone; empty: not sought */
    const uint8_t *letters;  /* how many of the literal each character of `skeleton` stands
                                for; NULL: one each */
    const wn_term_branch *branches; /* of a pattern; NULL for a literal */
    size_t                branch_count;
    uint32_t              line, column;
    wn_category           category;
    wn_action             action; /* WN_ACTION_ALLOW: it has none of its own */
    wn_term_severity      severity;
} wn_term;

typedef struct wn_termlist {
    const wn_list_spec *spec; /* borrowed */
    const wn_term      *terms;
    size_t              count;
} wn_termlist;

/*
 * Read the bytes of a list. The first line names the columns, in any order:
 * `term` (a literal or `/pattern/`) and, where wanted, `category`, `severity`,
 * `action` and `note`; an empty field is as if it were absent. Everything wrong
 * is refused with its line and column: see docs/SCOPE.md for what a list may
 * not name. `file` is borrowed for the call only; `ret` lives in `arena` and is
 * written only on success. Thread-safe. WN_E_FORMAT, WN_E_LIMIT or WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_termlist_parse(wn_arena *arena, const wn_list_spec *spec, wn_span file,
                                       wn_termlist *ret, wn_err *err);

/* What a hit of such a term scores: 0.6, 0.8 or 0.95. */
float wn_term_score(wn_term_severity severity);

/*
 * What a hit of the term asks for: its own action, else its list's. Violent
 * extremism asks for review at most.
 */
wn_action wn_term_action(const wn_term *term, const wn_list_spec *spec);

#endif
