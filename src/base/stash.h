/* SPDX-License-Identifier: Apache-2.0 */
/* A stash of things that one thread uses at a time and that are costly to make. */
#ifndef WN_BASE_STASH_H
#define WN_BASE_STASH_H

#include <stddef.h>

#include <winnow/error.h>
#include <winnow/export.h>

/* Scratch memory, decoding helpers: taken, used by one thread, put back. Thread-safe. */
typedef struct wn_stash wn_stash;

/* How things are made and destroyed. `make` writes `ret` on success only. */
typedef struct wn_stash_ops {
    wn_code (*make)(void *ctx, void **ret, wn_err *err);
    void (*destroy)(void *ctx, void *thing);
    void *ctx;
} wn_stash_ops;

/* An empty stash; NULL when memory is refused. */
WN_NODISCARD wn_stash *wn_stash_new(wn_stash_ops ops);

/* A free thing, made if there is none. What `make` returns on failure, or WN_E_NOMEM. */
WN_NODISCARD wn_code wn_stash_take(wn_stash *stash, void **ret, wn_err *err);

/* Give a thing back for others to use. */
void wn_stash_put(wn_stash *stash, void *thing);

/* Destroy a thing that was taken instead of giving it back. */
void wn_stash_drop(wn_stash *stash, void *thing);

/* Destroy everything that was put back, and the stash. NULL is allowed. */
void wn_stash_free(wn_stash *stash);

#endif
