/* SPDX-License-Identifier: Apache-2.0 */
/* Heap memory, checked size arithmetic and scope cleanup: the only door to malloc. */
#ifndef WN_BASE_MEM_H
#define WN_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>

#include <winnow/export.h>

/*
 * `size` bytes, or `count` * `size` zeroed bytes; NULL when memory is refused
 * or the product overflows. Free with wn_free. Thread-safe.
 */
WN_NODISCARD void *wn_malloc(size_t size);
WN_NODISCARD void *wn_calloc(size_t count, size_t size);

/* Grow or shrink to `count` * `size` bytes; on NULL the old block is still the caller's. */
WN_NODISCARD void *wn_realloc(void *ptr, size_t count, size_t size);

/* A heap copy of a C string; NULL when memory is refused. */
WN_NODISCARD char *wn_strdup(const char *s);

/* Free what any of the above gave. NULL is allowed. */
void wn_free(void *ptr);

/*
 * Make the `n`-th allocation from now on fail, once (1 is the next one; 0 turns
 * it off). For tests of allocation failure only; counts over all threads.
 */
void wn_mem_fail_after(size_t n);

/* a + b and a * b; false on overflow, `ret` then being left alone. */
static inline bool wn_size_add(size_t a, size_t b, size_t *ret)
{
    size_t sum;

    if (__builtin_add_overflow(a, b, &sum))
        return false;
    *ret = sum;
    return true;
}

static inline bool wn_size_mul(size_t a, size_t b, size_t *ret)
{
    size_t product;

    if (__builtin_mul_overflow(a, b, &product))
        return false;
    *ret = product;
    return true;
}

/* Declare a variable that `f(&variable)` cleans up at the end of its scope. */
#define WN_AUTO(f) __attribute__((cleanup(f)))

/* Cleanup for WN_AUTO: frees the pointer that `ptr` points to. */
void wn_freep(void *ptr);

#endif
