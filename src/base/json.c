/* SPDX-License-Identifier: Apache-2.0 */
/* Writing JSON whose bytes depend on nothing but the values. */
#include "src/base/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/utf8.h"

/* A comma if something stands before at this level. */
static void separate(wn_json *j)
{
    uint64_t bit = (uint64_t)1 << j->depth;

    if (j->has_member & bit)
        wn_buf_putc(j->buf, ',');
    j->has_member |= bit;
}

static void open_level(wn_json *j, char c)
{
    separate(j);
    wn_buf_putc(j->buf, c);
    j->depth++;
    j->has_member &= ~((uint64_t)1 << j->depth);
}

void wn_json_object(wn_json *j)
{
    open_level(j, '{');
}

void wn_json_array(wn_json *j)
{
    open_level(j, '[');
}

void wn_json_end_object(wn_json *j)
{
    j->depth--;
    wn_buf_putc(j->buf, '}');
}

void wn_json_end_array(wn_json *j)
{
    j->depth--;
    wn_buf_putc(j->buf, ']');
}

static void put_escaped(wn_buf *buf, uint8_t c)
{
    static const char names[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char       *at = c ? strchr(names, c) : NULL;

    if (at != NULL) {
        wn_buf_putc(buf, '\\');
        wn_buf_putc(buf, letters[at - names]);
    } else {
        wn_buf_printf(buf, "\\u%04x", c);
    }
}

static bool plain(uint8_t c)
{
    return c >= 0x20 && c != '"' && c != '\\' && c < 0x7F;
}

static void put_string(wn_buf *buf, wn_span s)
{
    size_t i = 0;

    wn_buf_putc(buf, '"');
    while (i < s.len) {
        size_t   start = i;
        uint32_t cp;
        bool     bad = false;

        while (i < s.len && plain(s.ptr[i]))
            i++;
        wn_buf_add(buf, s.ptr + start, i - start);
        if (i == s.len)
            break;
        if (s.ptr[i] < 0x80) {
            put_escaped(buf, s.ptr[i++]);
            continue;
        }
        start = i;
        i += wn_utf8_decode(s.ptr + i, s.len - i, &cp, &bad);
        if (bad)
            wn_buf_puts(buf, "\xEF\xBF\xBD");
        else
            wn_buf_add(buf, s.ptr + start, i - start);
    }
    wn_buf_putc(buf, '"');
}

void wn_json_span(wn_json *j, wn_span s)
{
    separate(j);
    put_string(j->buf, s);
}

void wn_json_string(wn_json *j, const char *s)
{
    wn_json_span(j, (wn_span){ (const uint8_t *)s, strlen(s) });
}

void wn_json_key(wn_json *j, const char *key)
{
    separate(j);
    put_string(j->buf, (wn_span){ (const uint8_t *)key, strlen(key) });
    wn_buf_putc(j->buf, ':');
    /* The value that follows is no new member. */
    j->has_member &= ~((uint64_t)1 << j->depth);
}

/* After a value that stood behind a key, the next key needs its comma again. */
static void scalar(wn_json *j, const char *text)
{
    separate(j);
    wn_buf_puts(j->buf, text);
}

void wn_json_uint(wn_json *j, uint64_t v)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%" PRIu64, v);
    scalar(j, text);
}

void wn_json_int(wn_json *j, int64_t v)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%" PRId64, v);
    scalar(j, text);
}

void wn_json_score(wn_json *j, double v)
{
    char     text[48];
    size_t   len;
    bool     negative = v < 0;
    uint64_t micro;

    if (!isfinite(v)) {
        scalar(j, "null");
        return;
    }
    /* Integer arithmetic, so that the text does not depend on a locale. */
    micro = (uint64_t)llround(fabs(v) * 1e6);
    len = (size_t)snprintf(text, sizeof text, "%s%" PRIu64 ".%06" PRIu64,
                           negative && micro ? "-" : "", micro / 1000000, micro % 1000000);
    while (text[len - 1] == '0')
        text[--len] = '\0';
    if (text[len - 1] == '.')
        text[--len] = '\0';
    scalar(j, text);
}

void wn_json_bool(wn_json *j, bool v)
{
    scalar(j, v ? "true" : "false");
}

void wn_json_null(wn_json *j)
{
    scalar(j, "null");
}

void wn_json_raw(wn_json *j, wn_span value)
{
    separate(j);
    wn_buf_add(j->buf, value.ptr, value.len);
}
