/* SPDX-License-Identifier: Apache-2.0 */
/* Normalising any bytes: the result is UTF-8, and its runs and tokens stay in order and inside. */
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/arena.h"
#include "src/base/utf8.h"
#include "src/text/identity.h"
#include "src/text/normalize.h"
#include "src/text/skeleton.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const wn_text *text)
{
    uint64_t start, end, last = 0;

    assert(wn_utf8_valid_prefix(text->norm) == text->norm.len);
    for (size_t i = 0; i < text->token_count; i++) {
        wn_text_to_raw(text, text->tokens[i].start, text->tokens[i].end, &start, &end);
        assert(start >= last && start < end && end <= text->raw.len);
        last = start;
    }
    for (size_t i = 0; i < text->norm.len; i++)
        (void)wn_text_boundary(text->norm, i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    wn_arena      *arena = wn_arena_new((size_t)64 << 20);
    const wn_text *text, *skeleton = NULL;
    bool           names = false;

    if (arena == NULL)
        return 0;
    if (size < (1u << 16) &&
        wn_text_normalize(arena, (wn_span){ data, size }, &text, NULL) == WN_OK) {
        check(text);
        if (wn_text_skeleton(arena, text, &skeleton, NULL) == WN_OK && skeleton != NULL) {
            assert(wn_utf8_valid_prefix(skeleton->norm) == skeleton->norm.len);
            assert(skeleton->fired == 0 || wn_text_may_evade(text));
        }
        if (wn_identity_names_group((wn_span){ data, size < 256 ? size : 256 }, &names, NULL) !=
            WN_OK)
            names = false;
    }
    wn_arena_free(arena);
    return 0;
}
