/* SPDX-License-Identifier: Apache-2.0 */
/* A byte buffer that grows up to a ceiling. */
#include "src/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/base/err.h"
#include "src/base/mem.h"

bool wn_buf_reserve(wn_buf *buf, size_t extra)
{
    size_t   want, cap;
    uint8_t *p;

    if (buf->failed != WN_OK)
        return false;
    if (!wn_size_add(buf->len, extra, &want) || want > buf->ceiling) {
        buf->failed = WN_E_LIMIT;
        return false;
    }
    if (want <= buf->cap)
        return true;
    cap = buf->cap ? buf->cap : 256;
    while (cap < want)
        cap = cap > buf->ceiling / 2 ? buf->ceiling : cap * 2;
    p = wn_realloc(buf->ptr, cap, 1);
    if (p == NULL) {
        buf->failed = WN_E_NOMEM;
        return false;
    }
    buf->ptr = p;
    buf->cap = cap;
    return true;
}

void wn_buf_add(wn_buf *buf, const void *ptr, size_t len)
{
    if (len == 0 || !wn_buf_reserve(buf, len))
        return;
    memcpy(buf->ptr + buf->len, ptr, len);
    buf->len += len;
}

void wn_buf_puts(wn_buf *buf, const char *s)
{
    wn_buf_add(buf, s, strlen(s));
}

void wn_buf_putc(wn_buf *buf, char c)
{
    wn_buf_add(buf, &c, 1);
}

void wn_buf_printf(wn_buf *buf, const char *fmt, ...)
{
    char    small[256];
    va_list args;
    int     n;

    va_start(args, fmt);
    n = vsnprintf(small, sizeof small, fmt, args);
    va_end(args);
    if (n < 0)
        return;
    if ((size_t)n < sizeof small) {
        wn_buf_add(buf, small, (size_t)n);
        return;
    }
    if (!wn_buf_reserve(buf, (size_t)n + 1))
        return;
    va_start(args, fmt);
    (void)vsnprintf((char *)buf->ptr + buf->len, (size_t)n + 1, fmt, args);
    va_end(args);
    buf->len += (size_t)n;
}

void wn_buf_clear(wn_buf *buf)
{
    buf->len = 0;
    buf->failed = WN_OK;
}

wn_code wn_buf_check(const wn_buf *buf, wn_err *err)
{
    if (buf->failed == WN_OK)
        return WN_OK;
    if (buf->failed == WN_E_NOMEM)
        return wn_fail_nomem(err);
    return wn_fail(err, WN_E_LIMIT, "more than %zu bytes, the limit here", buf->ceiling);
}

wn_span wn_buf_span(const wn_buf *buf)
{
    return (wn_span){ buf->ptr, buf->len };
}

void wn_buf_done(wn_buf *buf)
{
    wn_free(buf->ptr);
    buf->ptr = NULL;
    buf->len = buf->cap = 0;
    buf->failed = WN_OK;
}
