/* SPDX-License-Identifier: Apache-2.0 */
/* A bump allocator in chained blocks, with a ceiling and destructors. */
#include "src/base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "src/base/err.h"
#include "src/base/mem.h"

/* Under AddressSanitizer each piece of the arena has its own bounds, as if it came from malloc. */
#if defined(__SANITIZE_ADDRESS__)
#define WN_ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WN_ARENA_ASAN 1
#endif
#endif
#ifdef WN_ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define CLOSE(ptr, len) ASAN_POISON_MEMORY_REGION((ptr), (len))
#define OPEN(ptr, len) ASAN_UNPOISON_MEMORY_REGION((ptr), (len))
#define GAP 16
#else
#define CLOSE(ptr, len) ((void)(ptr), (void)(len))
#define OPEN(ptr, len) ((void)(ptr), (void)(len))
#define GAP 0
#endif

enum { ALIGN = _Alignof(max_align_t), FIRST_BLOCK = 16 * 1024, LARGE_BLOCK = 1024 * 1024 };

typedef struct block {
    struct block *prev;
    size_t        cap, used;
    _Alignas(max_align_t) unsigned char data[];
} block;

typedef struct deferred {
    struct deferred *prev;
    void (*fn)(void *);
    void *arg;
} deferred;

struct wn_arena {
    block    *top;
    deferred *defers;
    size_t    ceiling, used, peak;
    bool      hit_ceiling;
};

static block *block_new(size_t cap, block *prev)
{
    size_t total;
    block *b;

    if (!wn_size_add(cap, sizeof(block), &total))
        return NULL;
    b = wn_malloc(total);
    if (b == NULL)
        return NULL;
    b->prev = prev;
    b->cap = cap;
    b->used = 0;
    CLOSE(b->data, cap);
    return b;
}

static void block_free(block *b)
{
    OPEN(b->data, b->cap);
    wn_free(b);
}

wn_arena *wn_arena_new(size_t ceiling)
{
    wn_arena *a = wn_calloc(1, sizeof *a);

    if (a == NULL)
        return NULL;
    a->ceiling = ceiling;
    a->top = block_new(FIRST_BLOCK, NULL);
    if (a->top == NULL) {
        wn_free(a);
        return NULL;
    }
    return a;
}

void wn_arena_reset(wn_arena *a)
{
    while (a->defers) { /* the record lives in a block: read it before it goes */
        deferred *d = a->defers;

        a->defers = d->prev;
        d->fn(d->arg);
    }
    while (a->top->prev) {
        block *b = a->top;

        a->top = b->prev;
        block_free(b);
    }
    CLOSE(a->top->data, a->top->cap);
    a->top->used = 0;
    a->used = 0;
    a->hit_ceiling = false;
}

void wn_arena_free(wn_arena *a)
{
    if (a == NULL)
        return;
    wn_arena_reset(a);
    block_free(a->top);
    wn_free(a);
}

void *wn_arena_alloc(wn_arena *a, size_t count, size_t size)
{
    size_t bytes, next;
    void  *p;

    if (!wn_size_mul(count, size, &bytes) || !wn_size_add(bytes, ALIGN - 1 + GAP, &bytes)) {
        a->hit_ceiling = true;
        return NULL;
    }
    bytes -= bytes % ALIGN;
    if (!wn_size_add(a->used, bytes, &next) || next > a->ceiling) {
        a->hit_ceiling = true;
        return NULL;
    }
    if (bytes > a->top->cap - a->top->used) {
        size_t cap = a->top->cap < LARGE_BLOCK ? a->top->cap * 4 : LARGE_BLOCK;
        block *b = block_new(bytes > cap ? bytes : cap, a->top);

        if (b == NULL) {
            a->hit_ceiling = false;
            return NULL;
        }
        a->top = b;
    }
    p = a->top->data + a->top->used;
    OPEN(p, count * size);
    a->top->used += bytes;
    a->used = next;
    if (next > a->peak)
        a->peak = next;
    return p;
}

void *wn_arena_calloc(wn_arena *a, size_t count, size_t size)
{
    void *p = wn_arena_alloc(a, count, size);

    if (p != NULL)
        memset(p, 0, count * size);
    return p;
}

char *wn_arena_strndup(wn_arena *a, const char *s, size_t len)
{
    size_t bytes;
    char  *copy;

    if (!wn_size_add(len, 1, &bytes))
        return NULL;
    copy = wn_arena_alloc(a, bytes, 1);
    if (copy == NULL)
        return NULL;
    if (len)
        memcpy(copy, s, len);
    copy[len] = '\0';
    return copy;
}

char *wn_arena_printf(wn_arena *a, const char *fmt, ...)
{
    va_list args;
    char   *s;
    int     n;

    va_start(args, fmt);
    n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n < 0)
        return NULL;
    s = wn_arena_alloc(a, (size_t)n + 1, 1);
    if (s == NULL)
        return NULL;
    va_start(args, fmt);
    (void)vsnprintf(s, (size_t)n + 1, fmt, args);
    va_end(args);
    return s;
}

wn_code wn_arena_defer(wn_arena *a, void (*fn)(void *), void *arg)
{
    deferred *d = wn_arena_alloc(a, 1, sizeof *d);

    if (d == NULL)
        return wn_arena_fail(a, NULL);
    d->prev = a->defers;
    d->fn = fn;
    d->arg = arg;
    a->defers = d;
    return WN_OK;
}

wn_code wn_arena_fail(const wn_arena *a, wn_err *err)
{
    if (!a->hit_ceiling)
        return wn_fail_nomem(err);
    return wn_fail(err, WN_E_LIMIT,
                   "this item needs more than the %zu MiB of memory an item may take",
                   a->ceiling >> 20);
}

size_t wn_arena_used(const wn_arena *a)
{
    return a->used;
}

size_t wn_arena_peak(const wn_arena *a)
{
    return a->peak;
}
