/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8, strict as in Unicode 15 section 3.9 (table 3-7). */
#include "src/base/utf8.h"

#include <string.h>

/* What may follow a lead byte: the length, and the range of the second byte (table 3-7). */
static size_t sequence(uint8_t lead, uint8_t *lo, uint8_t *hi)
{
    *lo = 0x80;
    *hi = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF)
        return 2;
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (lead == 0xE0)
            *lo = 0xA0;
        else if (lead == 0xED)
            *hi = 0x9F;
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (lead == 0xF0)
            *lo = 0x90;
        else if (lead == 0xF4)
            *hi = 0x8F;
        return 4;
    }
    return 0;
}

size_t wn_utf8_decode(const uint8_t *p, size_t len, uint32_t *cp, bool *bad)
{
    uint8_t  lo, hi;
    size_t   n, i;
    uint32_t c;

    if (p[0] < 0x80) {
        *cp = p[0];
        return 1;
    }
    n = sequence(p[0], &lo, &hi);
    c = n ? p[0] & (0x7Fu >> n) : 0;
    for (i = 1; i < n && i < len && p[i] >= lo && p[i] <= hi; i++) {
        c = c << 6 | (p[i] & 0x3Fu);
        lo = 0x80;
        hi = 0xBF;
    }
    if (n == 0 || i < n) {
        *cp = WN_UTF8_REPLACEMENT;
        *bad = true;
        return i;
    }
    *cp = c;
    return n;
}

size_t wn_utf8_encode(uint32_t cp, uint8_t dst[4])
{
    if (cp < 0x80) {
        dst[0] = (uint8_t)cp;
        return 1;
    }
    if (cp < 0x800) {
        dst[0] = (uint8_t)(0xC0 | cp >> 6);
        dst[1] = (uint8_t)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        dst[0] = (uint8_t)(0xE0 | cp >> 12);
        dst[1] = (uint8_t)(0x80 | (cp >> 6 & 0x3F));
        dst[2] = (uint8_t)(0x80 | (cp & 0x3F));
        return 3;
    }
    dst[0] = (uint8_t)(0xF0 | cp >> 18);
    dst[1] = (uint8_t)(0x80 | (cp >> 12 & 0x3F));
    dst[2] = (uint8_t)(0x80 | (cp >> 6 & 0x3F));
    dst[3] = (uint8_t)(0x80 | (cp & 0x3F));
    return 4;
}

size_t wn_ascii_prefix(const uint8_t *p, size_t len)
{
    size_t i = 0;

    for (; len - i >= 8; i += 8) {
        uint64_t word;

        memcpy(&word, p + i, 8);
        if (word & 0x8080808080808080u)
            break;
    }
    while (i < len && p[i] < 0x80)
        i++;
    return i;
}

size_t wn_utf8_valid_prefix(wn_span text)
{
    size_t   i = 0;
    uint32_t cp;
    bool     bad = false;

    while (i < text.len) {
        size_t n;

        i += wn_ascii_prefix(text.ptr + i, text.len - i);
        if (i == text.len)
            break;
        n = wn_utf8_decode(text.ptr + i, text.len - i, &cp, &bad);
        if (bad)
            break;
        i += n;
    }
    return i;
}
