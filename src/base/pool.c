/* SPDX-License-Identifier: Apache-2.0 */
/* A fixed set of threads with a bounded queue of work. */
#include "src/base/pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "src/base/err.h"
#include "src/base/mem.h"

enum { MAX_THREADS = 1024 };

typedef struct job {
    void (*fn)(void *);
    void *arg;
} job;

struct wn_pool {
    pthread_mutex_t lock;
    pthread_cond_t  not_empty, not_full;
    pthread_t      *threads;
    size_t          thread_count;
    job            *ring;
    size_t          cap, head, count;
    bool            closing;
};

static void *work(void *arg)
{
    wn_pool *p = arg;

    for (;;) {
        job j;

        (void)pthread_mutex_lock(&p->lock);
        while (p->count == 0 && !p->closing)
            (void)pthread_cond_wait(&p->not_empty, &p->lock);
        if (p->count == 0) {
            (void)pthread_mutex_unlock(&p->lock);
            return NULL;
        }
        j = p->ring[p->head];
        p->head = (p->head + 1) % p->cap;
        p->count--;
        (void)pthread_cond_signal(&p->not_full);
        (void)pthread_mutex_unlock(&p->lock);
        j.fn(j.arg);
    }
}

wn_code wn_pool_new(size_t threads, size_t backlog, wn_pool **ret, wn_err *err)
{
    wn_pool *p;

    if (threads == 0 || threads > MAX_THREADS || backlog == 0)
        return wn_fail(err, WN_E_USAGE, "jobs must be between 1 and %d", MAX_THREADS);
    p = wn_calloc(1, sizeof *p);
    if (p == NULL)
        return wn_fail_nomem(err);
    (void)pthread_mutex_init(&p->lock, NULL);
    (void)pthread_cond_init(&p->not_empty, NULL);
    (void)pthread_cond_init(&p->not_full, NULL);
    p->cap = backlog;
    p->ring = wn_calloc(backlog, sizeof *p->ring);
    p->threads = wn_calloc(threads, sizeof *p->threads);
    if (p->ring == NULL || p->threads == NULL) {
        wn_pool_free(p);
        return wn_fail_nomem(err);
    }
    for (size_t i = 0; i < threads; i++) {
        int rc = pthread_create(&p->threads[i], NULL, work, p);

        if (rc != 0) {
            wn_pool_free(p);
            return wn_fail(err, WN_E_LIMIT, "cannot start thread %zu of %zu (%s): lower --jobs",
                           i + 1, threads, strerror(rc));
        }
        p->thread_count++;
    }
    *ret = p;
    return WN_OK;
}

void wn_pool_submit(wn_pool *p, void (*fn)(void *), void *arg)
{
    (void)pthread_mutex_lock(&p->lock);
    while (p->count == p->cap)
        (void)pthread_cond_wait(&p->not_full, &p->lock);
    p->ring[(p->head + p->count++) % p->cap] = (job){ fn, arg };
    (void)pthread_cond_signal(&p->not_empty);
    (void)pthread_mutex_unlock(&p->lock);
}

void wn_pool_free(wn_pool *p)
{
    if (p == NULL)
        return;
    (void)pthread_mutex_lock(&p->lock);
    p->closing = true;
    (void)pthread_cond_broadcast(&p->not_empty);
    (void)pthread_mutex_unlock(&p->lock);
    for (size_t i = 0; i < p->thread_count; i++)
        (void)pthread_join(p->threads[i], NULL);
    (void)pthread_mutex_destroy(&p->lock);
    (void)pthread_cond_destroy(&p->not_empty);
    (void)pthread_cond_destroy(&p->not_full);
    wn_free(p->threads);
    wn_free(p->ring);
    wn_free(p);
}
