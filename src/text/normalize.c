/* SPDX-License-Identifier: Apache-2.0 */
/* The whole of normalising, step by step. */
#include "src/text/normalize.h"

#include "src/base/err.h"
#include "src/text/forget.h"

wn_code wn_text_normalize(wn_arena *arena, wn_span raw, const wn_text **ret, wn_err *err)
{
    wn_text *text = WN_ARENA_NEW(arena, wn_text);

    if (text == NULL)
        return wn_arena_fail(arena, err);
    WN_TRY(wn_text_prepare(arena, raw, text, err));
    WN_TRY(wn_identity_forget(arena, text, err));
    *ret = text;
    return WN_OK;
}
