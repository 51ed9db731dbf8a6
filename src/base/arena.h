/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of one item: allocated piece by piece, freed at once, never above its ceiling. */
#ifndef WN_BASE_ARENA_H
#define WN_BASE_ARENA_H

#include <stddef.h>

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

/* One thread at a time. */
typedef struct wn_arena wn_arena;

/* An empty arena that hands out at most `ceiling` bytes; NULL when memory is refused. */
WN_NODISCARD wn_arena *wn_arena_new(size_t ceiling);

/* Run the destructors, newest first, and free everything. NULL is allowed. */
void wn_arena_free(wn_arena *arena);

/* Free everything but the first block, so that the arena can serve the next item. */
void wn_arena_reset(wn_arena *arena);

/*
 * `count` * `size` bytes, aligned for any type, not zeroed. NULL when the
 * ceiling is reached or memory refused; wn_arena_code then tells which.
 */
WN_NODISCARD void *wn_arena_alloc(wn_arena *arena, size_t count, size_t size);

/* The same, zeroed. */
WN_NODISCARD void *wn_arena_calloc(wn_arena *arena, size_t count, size_t size);

/* One zeroed object of `type`, or NULL. */
#define WN_ARENA_NEW(arena, type) ((type *)wn_arena_calloc((arena), 1, sizeof(type)))

/* A terminated copy of `len` bytes, or NULL. */
WN_NODISCARD char *wn_arena_strndup(wn_arena *arena, const char *s, size_t len);

/* A formatted string, or NULL. */
WN_NODISCARD char *wn_arena_printf(wn_arena *arena, const char *fmt, ...) WN_PRINTF(2, 3);

/* Call `fn(arg)` when the arena is freed or reset. WN_E_LIMIT or WN_E_NOMEM. */
WN_NODISCARD wn_code wn_arena_defer(wn_arena *arena, void (*fn)(void *), void *arg);

/* Fill `err` for the allocation that just failed: WN_E_LIMIT or WN_E_NOMEM. */
wn_code wn_arena_fail(const wn_arena *arena, wn_err *err);

/* Bytes handed out so far, and the most there ever were. */
size_t wn_arena_used(const wn_arena *arena);
size_t wn_arena_peak(const wn_arena *arena);

#endif
