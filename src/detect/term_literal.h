/* SPDX-License-Identifier: Apache-2.0 */
/* Bringing a literal of a term list into the forms in which it is sought. */
#ifndef WN_DETECT_TERM_LITERAL_H
#define WN_DETECT_TERM_LITERAL_H

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/base/arena.h"
#include "src/detect/termlist.h"

/*
 * Fill `text`, `skeleton` and `letters` of `term` from what the operator wrote.
 * They live in `arena`; `tmp` is for scratch. A term that cannot match or that
 * names a group of people is WN_E_FORMAT, and `*why` (untouched otherwise) says
 * so. WN_E_NOMEM or WN_E_LIMIT.
 */
WN_NODISCARD wn_code wn_term_literal(wn_arena *arena, wn_arena *tmp, wn_span raw, wn_term *term,
                                     const char **why, wn_err *err);

/* What is said of a term or pattern that names a group of people. */
extern const char wn_term_names_group[];

/* Whether normalised bytes hold the token that identity phrases become. */
bool wn_term_has_token(wn_span norm);

/* Whether a code point is a Chinese character: a word, not a letter. */
bool wn_term_is_ideograph(uint32_t cp);

#endif
