/* SPDX-License-Identifier: Apache-2.0 */
/* The skeleton of a text: what it reads as once leet, spaced and stretched letters are undone. */
#ifndef WN_TEXT_SKELETON_H
#define WN_TEXT_SKELETON_H

#include <stdbool.h>

#include <winnow/error.h>
#include <winnow/export.h>

#include "src/base/arena.h"
#include "src/text/normalize.h"

/*
 * A quick look whether the text can hold an evasion at all: most texts cannot,
 * and need no skeleton. May be wrong only by saying true. Thread-safe.
 */
bool wn_text_may_evade(const wn_text *text);

/*
 * Make the skeleton of a normalised text; of a term as well, since both must
 * change alike to be compared. In it
 *   - digits and symbols inside words are the letters that they stand for,
 *   - single letters set apart by one and the same separator are one word,
 *   - equal letters that follow each other are one letter.
 * `*ret` is NULL when nothing changes. Else its raw is `text->norm`, so that its
 * runs lead back there, and `fired` says what was undone (WN_NORM_LEET,
 * WN_NORM_SPACED; WN_NORM_STRETCHED from three equal letters on). It has no
 * tokens. A word that can be read in another way too ("1" is i or l) stands
 * again behind all else, each on a line of its own; a term's own reading is what
 * stands before the first such line. WN_E_LIMIT or WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_text_skeleton(wn_arena *arena, const wn_text *text, const wn_text **ret,
                                      wn_err *err);

#endif
