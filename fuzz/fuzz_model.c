/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the text model file: what loads must score any text. */
#include "src/base/arena.h"
#include "src/model/linear.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char words[] =
        "buy cheap pills now, you idiot: free prize 100 % \xE4\xBD\xA0\xE5\xA5\xBD";
    wn_arena             *arena = wn_arena_new(16 << 20);
    wn_linear            *model = NULL;
    wn_linear_result      result;
    wn_linear_explanation why;
    const wn_text        *text;

    if (arena == NULL)
        return 0;
    if (wn_linear_load((wn_span){ data, size }, &model, NULL) == WN_OK &&
        wn_text_normalize(arena, (wn_span){ (const uint8_t *)words, sizeof words - 1 }, &text,
                          NULL) == WN_OK) {
        wn_linear_score(model, text, &result);
        for (size_t i = 0; i < result.count; i++)
            if (wn_linear_explain(model, text, &result, i, 5, arena, &why, NULL) != WN_OK)
                break;
    }
    wn_linear_free(model);
    wn_arena_free(arena);
    return 0;
}
