/* SPDX-License-Identifier: Apache-2.0 */
/* A byte buffer that grows up to a ceiling. */
#ifndef WN_BASE_BUF_H
#define WN_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

/*
 * Appending to a failed buffer does nothing, so that a run of appends is
 * checked once, with wn_buf_check. Start from WN_BUF_INIT(ceiling).
 */
typedef struct wn_buf {
    uint8_t *ptr;
    size_t   len, cap, ceiling;
    wn_code  failed; /* WN_OK, WN_E_LIMIT or WN_E_NOMEM */
} wn_buf;

#define WN_BUF_INIT(max)                                                                           \
    {                                                                                              \
        NULL, 0, 0, (max), WN_OK                                                                   \
    }

/* Append bytes, a C string, one byte, or formatted text. */
void wn_buf_add(wn_buf *buf, const void *ptr, size_t len);
void wn_buf_puts(wn_buf *buf, const char *s);
void wn_buf_putc(wn_buf *buf, char c);
void wn_buf_printf(wn_buf *buf, const char *fmt, ...) WN_PRINTF(2, 3);

/* Make room for `extra` more bytes; false (and failed) when there is none. */
bool wn_buf_reserve(wn_buf *buf, size_t extra);

/* Forget the content, keep the memory. */
void wn_buf_clear(wn_buf *buf);

/* WN_OK, or fill `err` for the append that failed. */
WN_NODISCARD wn_code wn_buf_check(const wn_buf *buf, wn_err *err);

/* Borrow the content. */
wn_span wn_buf_span(const wn_buf *buf);

/* Free the memory; the buffer may be used again. Fits WN_AUTO. */
void wn_buf_done(wn_buf *buf);

#endif
