/* SPDX-License-Identifier: Apache-2.0 */
/* Term lists compiled for matching, and matching a text against all of them at once. */
#ifndef WN_DETECT_TERM_DB_H
#define WN_DETECT_TERM_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>

#include "src/base/arena.h"
#include "src/detect/termlist.h"
#include "src/text/normalize.h"

/* Compiled lists. Immutable; any number of threads may match with them. */
typedef struct wn_term_db wn_term_db;

/* A place where a term was found. */
typedef struct wn_term_hit {
    const wn_term *term;
    uint32_t       list;       /* which of the lists */
    uint32_t       start, end; /* bytes of the normalised text */
    uint32_t       evasion;    /* WN_NORM_LEET, _SPACED, _STRETCHED: what had to be undone */
    bool           first;      /* the first hit of this term that was found */
} wn_term_hit;

typedef struct wn_term_hits {
    const wn_term_hit *hits; /* by list, category, start; the longest first */
    size_t             count;
    bool               cut; /* matching took too much work: the rest of the text was not compared */
} wn_term_hits;

/*
 * Compile the terms of all lists. `lists` and what they point to are borrowed
 * as long as the result lives; free it with wn_term_db_free. A pattern that
 * Vectorscan does not take is WN_E_FORMAT with its line and Vectorscan's
 * reason. WN_E_NOMEM; WN_E_UNSUPPORTED on a processor that Vectorscan cannot use.
 */
WN_NODISCARD wn_code wn_term_db_new(const wn_termlist *lists, size_t count, wn_term_db **ret,
                                    wn_err *err);

/* Free compiled lists; nobody may be matching with them. NULL is allowed. */
void wn_term_db_free(wn_term_db *db);

/*
 * Find the terms in a text: literals between word boundaries, in the text and in
 * its skeleton; patterns in the text. Of a term that stands there very often the
 * first places are given. `ret` lives in `arena`. Thread-safe. WN_E_LIMIT or
 * WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_term_db_match(const wn_term_db *db, wn_arena *arena, const wn_text *text,
                                      wn_term_hits *ret, wn_err *err);

#endif
