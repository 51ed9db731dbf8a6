/* SPDX-License-Identifier: Apache-2.0 */
/* A normalised text under construction: its bytes and the runs that lead back to the original. */
#ifndef WN_TEXT_BUILD_H
#define WN_TEXT_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>

#include "src/base/arena.h"
#include "src/text/normalize.h"

/* Bytes behind the text that may be read (and are 0 in the end): for look-ahead without checks. */
enum { WN_BUILD_PADDING = 64 };

/* Grows in an arena. Adding to a failed one does nothing; wn_build_check says so once. */
typedef struct wn_build {
    wn_arena    *arena;
    uint8_t     *out;
    size_t       len, cap;
    wn_text_run *runs;
    size_t       run_count, run_cap;
    bool         failed, too_long;
} wn_build;

/* One piece of a text to replace; `with` is borrowed. */
typedef struct wn_text_edit {
    uint32_t    start, end;
    const char *with;
    uint32_t    len;
} wn_text_edit;

/* Start with room for `bytes` bytes; nothing is freed but by the arena. */
void wn_build_init(wn_build *b, wn_arena *arena, size_t bytes);

/* Room for `n` more bytes, or NULL and failed. The caller writes them and calls wn_build_exact_end.
 */
uint8_t *wn_build_reserve(wn_build *b, size_t n);

/* `n` bytes were written to what wn_build_reserve gave; they came byte by byte from `raw` on. */
void wn_build_exact_end(wn_build *b, size_t n, size_t raw);

/* Add `n` bytes that came byte by byte from `raw` on, or as a whole from [raw, raw + raw_len). */
void wn_build_exact(wn_build *b, const uint8_t *bytes, size_t n, size_t raw);
void wn_build_whole(wn_build *b, const uint8_t *bytes, size_t n, size_t raw, size_t raw_len);

/* Make the last character cover the original up to `raw_end` (a mark on it was dropped). */
void wn_build_attach(wn_build *b, size_t raw_end);

/* Copy bytes [start, end) of a finished text with their way back. */
void wn_build_copy(wn_build *b, const wn_text *from, uint32_t start, uint32_t end);

/* WN_OK, WN_E_LIMIT or WN_E_NOMEM; call once at the end. */
WN_NODISCARD wn_code wn_build_check(wn_build *b, wn_err *err);

/*
 * Apply `count` edits (sorted, apart) to `text`: norm and runs are replaced by
 * new ones in the arena. Tokens are not touched.
 */
WN_NODISCARD wn_code wn_text_edit_apply(wn_arena *arena, wn_text *text, const wn_text_edit *edits,
                                        size_t count, wn_err *err);

#endif
