/* SPDX-License-Identifier: Apache-2.0 */
/* The arena: ceiling, alignment, destructors, reset, refused memory; and the buffer above it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/arena.h"
#include "src/base/buf.h"
#include "src/base/mem.h"

static void ceiling_is_kept(void **state)
{
    wn_arena *a = wn_arena_new(1000);
    wn_err    err;

    (void)state;
    assert_non_null(wn_arena_alloc(a, 1, 900));
    assert_null(wn_arena_alloc(a, 1, 200));
    assert_int_equal(wn_arena_fail(a, &err), WN_E_LIMIT);
    wn_arena_reset(a);
    assert_non_null(wn_arena_alloc(a, 1, 900));
    assert_null(wn_arena_alloc(a, SIZE_MAX / 2, 4));
    assert_true(wn_arena_peak(a) <= 1000);
    wn_arena_free(a);
}

static void blocks_are_aligned_and_separate(void **state)
{
    wn_arena *a = wn_arena_new(64 << 20);
    uint8_t  *last = NULL;

    (void)state;
    for (size_t n = 1; n < 100000; n = n * 3 + 1) {
        uint8_t *p = wn_arena_alloc(a, n, 1);

        assert_non_null(p);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        memset(p, 0xA5, n);
        if (last != NULL)
            assert_int_equal(last[0], 0xA5);
        last = p;
    }
    wn_arena_free(a);
}

static void note(void *arg)
{
    char **at = arg;

    *(*at)++ = 'x';
}

static void destructors_run_once(void **state)
{
    wn_arena *a = wn_arena_new(1 << 20);
    char      trace[8] = "", *at = trace;

    (void)state;
    assert_int_equal(wn_arena_defer(a, note, &at), WN_OK);
    assert_int_equal(wn_arena_defer(a, note, &at), WN_OK);
    wn_arena_reset(a);
    assert_int_equal(at - trace, 2);
    wn_arena_free(a);
    assert_int_equal(at - trace, 2);
}

static void refused_memory_is_an_error(void **state)
{
    wn_arena *a = wn_arena_new(SIZE_MAX);
    wn_err    err;

    (void)state;
    wn_mem_fail_after(1);
    assert_null(wn_arena_alloc(a, 1, 1 << 20));
    wn_mem_fail_after(0);
    assert_int_equal(wn_arena_fail(a, &err), WN_E_NOMEM);
    assert_non_null(wn_arena_alloc(a, 1, 1 << 20));
    wn_arena_free(a);
    wn_mem_fail_after(1);
    assert_null(wn_arena_new(100));
    wn_mem_fail_after(2);
    assert_null(wn_arena_new(100));
    wn_mem_fail_after(0);
}

static void buffer_stops_at_its_ceiling(void **state)
{
    wn_buf buf = WN_BUF_INIT(10);
    wn_err err;

    (void)state;
    wn_buf_puts(&buf, "12345");
    wn_buf_printf(&buf, "%d", 67890);
    assert_int_equal(wn_buf_check(&buf, &err), WN_OK);
    assert_memory_equal(buf.ptr, "1234567890", 10);
    wn_buf_putc(&buf, '!');
    assert_int_equal(wn_buf_check(&buf, &err), WN_E_LIMIT);
    assert_int_equal(buf.len, 10);
    wn_buf_clear(&buf);
    wn_buf_puts(&buf, "ok");
    assert_int_equal(wn_buf_check(&buf, &err), WN_OK);
    wn_buf_done(&buf);
}

static void long_formats_are_whole(void **state)
{
    wn_buf buf = WN_BUF_INIT(10000);

    (void)state;
    wn_buf_printf(&buf, "%0*d", 2000, 7);
    assert_int_equal(buf.len, 2000);
    assert_int_equal(buf.ptr[1999], '7');
    wn_buf_done(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ceiling_is_kept),
        cmocka_unit_test(blocks_are_aligned_and_separate),
        cmocka_unit_test(destructors_run_once),
        cmocka_unit_test(refused_memory_is_an_error),
        cmocka_unit_test(buffer_stops_at_its_ceiling),
        cmocka_unit_test(long_formats_are_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
