/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the normaliser: forgetting who a text names. */
#ifndef WN_TEXT_FORGET_H
#define WN_TEXT_FORGET_H

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/base/arena.h"
#include "src/text/normalize.h"

/*
 * All steps of wn_text_normalize but the forgetting: what the forms of the
 * identity list themselves go through. WN_E_LIMIT or WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_text_prepare(wn_arena *arena, wn_span raw, wn_text *ret, wn_err *err);

/*
 * Replace the identity phrases of a tokenised `text` by WN_IDENTITY_TOKEN, in
 * place. WN_E_LIMIT or WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_identity_forget(wn_arena *arena, wn_text *text, wn_err *err);

#endif
