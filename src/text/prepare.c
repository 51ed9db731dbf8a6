/* SPDX-License-Identifier: Apache-2.0 */
/* All of normalising but the forgetting: what texts and the identity list go through alike. */
#include "src/base/err.h"
#include "src/text/fold.h"
#include "src/text/forget.h"
#include "src/text/tokens.h"

wn_code wn_text_prepare(wn_arena *arena, wn_span raw, wn_text *ret, wn_err *err)
{
    wn_text text;
    bool    looks;

    if (raw.len > WN_TEXT_MAX)
        return wn_fail(err, WN_E_LIMIT, "the text is longer than can be judged in one piece");
    WN_TRY(wn_text_fold(arena, raw, &text, &looks, err));
    if (looks)
        WN_TRY(wn_text_fold_looks(arena, &text, err));
    WN_TRY(wn_text_tokenize(arena, &text, err));
    *ret = text;
    return WN_OK;
}
