/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the words of a normalised text. */
#ifndef WN_TEXT_TOKENS_H
#define WN_TEXT_TOKENS_H

#include <winnow/error.h>
#include <winnow/export.h>

#include "src/base/arena.h"
#include "src/text/normalize.h"

/*
 * Find the tokens of `text` (from its norm alone) and its WN_HINT_*s. Characters
 * of scripts without spaces are one token each, with their marks. The bytes
 * behind norm must be readable (WN_BUILD_PADDING). WN_E_LIMIT or WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_text_tokenize(wn_arena *arena, wn_text *text, wn_err *err);

#endif
