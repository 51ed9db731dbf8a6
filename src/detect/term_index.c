/* SPDX-License-Identifier: Apache-2.0 */
/* A table from strings to numbers: open addressing, at most half full. */
#include "src/detect/term_index.h"

#include <string.h>

#include "src/base/err.h"
#include "src/base/mem.h"

typedef struct wn_term_slot {
    wn_span  key; /* ptr NULL: free */
    uint32_t hash;
    uint32_t number;
    bool     kind;
} wn_term_slot;

enum { FIRST_CAP = 64 };

/* FNV-1a, with a last mix, as the low bits choose the slot. */
static uint32_t hash_of(wn_span key, bool kind)
{
    uint64_t h = 0xCBF29CE484222325u ^ (kind ? 0x9E3779B97F4A7C15u : 0u);

    for (size_t i = 0; i < key.len; i++)
        h = (h ^ key.ptr[i]) * 0x100000001B3u;
    return (uint32_t)(h ^ h >> 32);
}

static wn_term_slot *find(const wn_term_index *index, wn_span key, bool kind, uint32_t hash)
{
    for (size_t i = hash & (index->cap - 1);; i = (i + 1) & (index->cap - 1)) {
        wn_term_slot *s = &index->slots[i];

        if (s->key.ptr == NULL || (s->hash == hash && s->kind == kind && s->key.len == key.len &&
                                   memcmp(s->key.ptr, key.ptr, key.len) == 0))
            return s;
    }
}

static wn_code grow(wn_term_index *index, wn_err *err)
{
    wn_term_index bigger = { .cap = index->cap ? index->cap * 2 : FIRST_CAP,
                             .count = index->count };

    bigger.slots = wn_calloc(bigger.cap, sizeof *bigger.slots);
    if (bigger.slots == NULL)
        return wn_fail_nomem(err);
    for (size_t i = 0; i < index->cap; i++) {
        const wn_term_slot *s = &index->slots[i];

        if (s->key.ptr != NULL)
            *find(&bigger, s->key, s->kind, s->hash) = *s;
    }
    wn_free(index->slots);
    *index = bigger;
    return WN_OK;
}

wn_code wn_term_index_put(wn_term_index *index, wn_span key, bool kind, uint32_t number,
                          uint32_t *ret, wn_err *err)
{
    uint32_t      hash = hash_of(key, kind);
    wn_term_slot *s;

    if (key.ptr == NULL)
        key.ptr = (const uint8_t *)"";
    if (index->count * 2 >= index->cap)
        WN_TRY(grow(index, err));
    s = find(index, key, kind, hash);
    if (s->key.ptr == NULL) {
        *s = (wn_term_slot){ key, hash, number, kind };
        index->count++;
    }
    *ret = s->number;
    return WN_OK;
}

void wn_term_index_done(wn_term_index *index)
{
    wn_free(index->slots);
    *index = (wn_term_index){ 0 };
}
