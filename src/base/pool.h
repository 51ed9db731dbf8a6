/* SPDX-License-Identifier: Apache-2.0 */
/* A fixed set of threads with a bounded queue of work. */
#ifndef WN_BASE_POOL_H
#define WN_BASE_POOL_H

#include <stddef.h>

#include <winnow/error.h>
#include <winnow/export.h>

typedef struct wn_pool wn_pool;

/* `threads` threads and room for `backlog` waiting jobs. WN_E_NOMEM or WN_E_LIMIT. */
WN_NODISCARD wn_code wn_pool_new(size_t threads, size_t backlog, wn_pool **ret, wn_err *err);

/* Run `fn(arg)` on a thread of the pool; waits while the queue is full. */
void wn_pool_submit(wn_pool *pool, void (*fn)(void *), void *arg);

/* Finish all work, stop the threads, free. NULL is allowed. */
void wn_pool_free(wn_pool *pool);

#endif
