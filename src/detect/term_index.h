/* SPDX-License-Identifier: Apache-2.0 */
/* A table from strings to numbers, for finding terms that stand in lists more than once. */
#ifndef WN_DETECT_TERM_INDEX_H
#define WN_DETECT_TERM_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

/* Starts zeroed. One thread at a time. */
typedef struct wn_term_index {
    struct wn_term_slot *slots;
    size_t               cap, count;
} wn_term_index;

/*
 * The number of `key` (of its `kind`: equal strings of two kinds are two keys),
 * which is `number` when the key is new. `key` is borrowed as long as the index
 * lives. `ret` is written on success only. WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_term_index_put(wn_term_index *index, wn_span key, bool kind,
                                       uint32_t number, uint32_t *ret, wn_err *err);

/* Free the memory; the index may be used again. */
void wn_term_index_done(wn_term_index *index);

#endif
