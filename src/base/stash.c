/* SPDX-License-Identifier: Apache-2.0 */
/* A stash of things that one thread uses at a time and that are costly to make. */
#include "src/base/stash.h"

#include <pthread.h>

#include "src/base/err.h"
#include "src/base/mem.h"

struct wn_stash {
    pthread_mutex_t lock;
    wn_stash_ops    ops;
    void          **free_things;
    size_t          count, cap;
};

wn_stash *wn_stash_new(wn_stash_ops ops)
{
    wn_stash *s = wn_calloc(1, sizeof *s);

    if (s == NULL)
        return NULL;
    s->ops = ops;
    if (pthread_mutex_init(&s->lock, NULL) != 0) {
        wn_free(s);
        return NULL;
    }
    return s;
}

wn_code wn_stash_take(wn_stash *s, void **ret, wn_err *err)
{
    void *thing = NULL;

    (void)pthread_mutex_lock(&s->lock);
    if (s->count > 0)
        thing = s->free_things[--s->count];
    (void)pthread_mutex_unlock(&s->lock);
    if (thing == NULL)
        WN_TRY(s->ops.make(s->ops.ctx, &thing, err));
    *ret = thing;
    return WN_OK;
}

/* Room for one more, under the lock; a stash that cannot grow keeps what it has. */
static int keep(wn_stash *s, void *thing)
{
    if (s->count == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 8;
        void **things = wn_realloc(s->free_things, cap, sizeof *things);

        if (things == NULL)
            return 0;
        s->free_things = things;
        s->cap = cap;
    }
    s->free_things[s->count++] = thing;
    return 1;
}

void wn_stash_put(wn_stash *s, void *thing)
{
    int kept;

    (void)pthread_mutex_lock(&s->lock);
    kept = keep(s, thing);
    (void)pthread_mutex_unlock(&s->lock);
    if (!kept)
        s->ops.destroy(s->ops.ctx, thing);
}

void wn_stash_drop(wn_stash *s, void *thing)
{
    s->ops.destroy(s->ops.ctx, thing);
}

void wn_stash_free(wn_stash *s)
{
    if (s == NULL)
        return;
    while (s->count > 0)
        s->ops.destroy(s->ops.ctx, s->free_things[--s->count]);
    (void)pthread_mutex_destroy(&s->lock);
    wn_free(s->free_things);
    wn_free(s);
}
