/* SPDX-License-Identifier: Apache-2.0 */
/* Small helpers for names that people write in files. */
#include "src/base/str.h"

#include <ctype.h>
#include <string.h>

enum { MAX_WORD = 64 };

/* Edit distance (insert, delete, replace, swap of neighbours) by the usual three-row table. */
static size_t edit_distance(const char *a, size_t la, const char *b, size_t lb)
{
    size_t rows[3][MAX_WORD + 1];

    for (size_t j = 0; j <= lb; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= la; i++) {
        size_t *row = rows[i % 3], *up = rows[(i + 2) % 3], *up2 = rows[(i + 1) % 3];

        row[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            size_t best = up[j - 1] + (a[i - 1] != b[j - 1]);

            if (up[j] + 1 < best)
                best = up[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                up2[j - 2] + 1 < best)
                best = up2[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[la % 3][lb];
}

const char *wn_nearest_name(const char *word, const char *const *names, size_t count)
{
    const char *best = NULL;
    size_t      len = strlen(word), best_distance = len / 3 + 2;

    if (len > MAX_WORD)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t name_len = strlen(names[i]), d;

        if (name_len > MAX_WORD)
            continue;
        d = edit_distance(word, len, names[i], name_len);
        if (d < best_distance && d < name_len) {
            best_distance = d;
            best = names[i];
        }
    }
    return best;
}

bool wn_span_is(wn_span s, const char *text)
{
    size_t len = strlen(text);

    return s.len == len && (len == 0 || memcmp(s.ptr, text, len) == 0);
}

bool wn_parse_u64(wn_span s, uint64_t *ret)
{
    uint64_t v = 0;

    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9' || __builtin_mul_overflow(v, 10u, &v) ||
            __builtin_add_overflow(v, (uint64_t)(s.ptr[i] - '0'), &v))
            return false;
    }
    *ret = v;
    return true;
}

bool wn_parse_double(wn_span s, double *ret)
{
    double   sign = 1, scale = 1;
    uint64_t mantissa = 0;
    size_t   i = 0, digits = 0;
    bool     point = false;

    if (i < s.len && s.ptr[i] == '-') {
        sign = -1;
        i++;
    }
    for (; i < s.len; i++) {
        if (s.ptr[i] == '.' && !point) {
            point = true;
            continue;
        }
        /* 15 digits are exact in a double; nobody writes a threshold with more. */
        if (s.ptr[i] < '0' || s.ptr[i] > '9' || ++digits > 15)
            return false;
        mantissa = mantissa * 10 + (uint64_t)(s.ptr[i] - '0');
        if (point)
            scale *= 10;
    }
    if (digits == 0)
        return false;
    *ret = sign * ((double)mantissa / scale);
    return true;
}

bool wn_next_line(wn_span *rest, wn_span *line)
{
    const uint8_t *nl;
    size_t         len, taken;

    if (rest->len == 0)
        return false;
    nl = memchr(rest->ptr, '\n', rest->len);
    len = nl ? (size_t)(nl - rest->ptr) : rest->len;
    taken = nl ? len + 1 : len;
    *line = (wn_span){ rest->ptr, len };
    if (nl && len > 0 && rest->ptr[len - 1] == '\r')
        line->len--;
    rest->ptr += taken;
    rest->len -= taken;
    return true;
}

bool wn_next_field(wn_span *rest, wn_span *field, char separator)
{
    const uint8_t *end;

    if (rest->ptr == NULL)
        return false;
    end = rest->len ? memchr(rest->ptr, separator, rest->len) : NULL;
    if (end == NULL) {
        *field = *rest;
        *rest = (wn_span){ NULL, 0 };
        return true;
    }
    *field = (wn_span){ rest->ptr, (size_t)(end - rest->ptr) };
    rest->len -= field->len + 1;
    rest->ptr = end + 1;
    return true;
}

wn_span wn_trim(wn_span s)
{
    while (s.len > 0 && isspace(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len > 0 && isspace(s.ptr[s.len - 1]))
        s.len--;
    return s;
}
