/* SPDX-License-Identifier: Apache-2.0 */
/* Heap memory behind one hook, so that tests can make any allocation fail. */
#include "src/base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Allocations left until one fails; 0 means never. Set by tests only. */
static atomic_size_t fail_countdown;

static bool must_fail(void)
{
    size_t left = atomic_load_explicit(&fail_countdown, memory_order_relaxed);

    if (left == 0)
        return false;
    return atomic_fetch_sub_explicit(&fail_countdown, 1, memory_order_relaxed) == 1;
}

void wn_mem_fail_after(size_t n)
{
    atomic_store(&fail_countdown, n);
}

void *wn_malloc(size_t size)
{
    return must_fail() ? NULL : malloc(size ? size : 1);
}

void *wn_calloc(size_t count, size_t size)
{
    return must_fail() ? NULL : calloc(count ? count : 1, size ? size : 1);
}

void *wn_realloc(void *ptr, size_t count, size_t size)
{
    size_t bytes;

    if (!wn_size_mul(count, size, &bytes) || must_fail())
        return NULL;
    return realloc(ptr, bytes ? bytes : 1);
}

char *wn_strdup(const char *s)
{
    size_t len = strlen(s) + 1;
    char  *copy = wn_malloc(len);

    if (copy != NULL)
        memcpy(copy, s, len);
    return copy;
}

void wn_free(void *ptr)
{
    free(ptr);
}

void wn_freep(void *ptr)
{
    void **p = ptr;

    free(*p);
    *p = NULL;
}
