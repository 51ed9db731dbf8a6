/* SPDX-License-Identifier: Apache-2.0 */
/* The first pass of normalising: from any bytes to folded, composed UTF-8. */
#ifndef WN_TEXT_FOLD_H
#define WN_TEXT_FOLD_H

#include <stdbool.h>

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/base/arena.h"
#include "src/text/normalize.h"

/*
 * Fold `raw` into `ret` (norm, runs and fired; no tokens): UTF-8 checked, NFKC
 * case folding, diacritics of Latin and Greek letters dropped, invisible
 * characters dropped, pictures of flags forgotten. `looks` says whether a
 * letter was seen that passes for a Latin one. WN_E_LIMIT or WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_text_fold(wn_arena *arena, wn_span raw, wn_text *ret, bool *looks,
                                  wn_err *err);

/*
 * Letters of other scripts that stand in a word for Latin ones (or Latin ones
 * that stand for Cyrillic) become what they stand for. Changes `text` in
 * place.
 */
WN_NODISCARD wn_code wn_text_fold_looks(wn_arena *arena, wn_text *text, wn_err *err);

#endif
