/* SPDX-License-Identifier: Apache-2.0 */
/* Telling an evasion from a word that happens to look like one once letters are undone. */
#include "src/detect/term_evasion.h"

#include <stdbool.h>
#include <string.h>

#include "src/base/utf8.h"
#include "src/text/unicode.h"

/* What one character of the skeleton came from. */
typedef struct origin {
    unsigned letters;
    bool     word; /* the character is a letter or digit */
    bool     leet, spaced;
} origin;

static bool is_word(uint32_t cp)
{
    return (wn_uc_entry(cp) & WN_UC_WORD) != 0;
}

/* Symbols that stand for letters even where they follow one: "as$". */
static bool is_leet_symbol(uint32_t cp)
{
    return cp < 0x80 ? cp != 0 && strchr("$@!|+", (int)cp) != NULL
                     : cp == 0x20AC || cp == 0xA3 || cp == 0xA5 || cp == 0xA2;
}

/* What stands in bytes [start, end) of the text: the character `cp` of the skeleton is from there.
 */
static origin origin_of(wn_span norm, uint32_t start, uint32_t end, uint32_t cp)
{
    origin   o = { .word = is_word(cp) };
    uint32_t first = 0;
    bool     bad = false;

    for (size_t i = start; i < end;) {
        uint32_t c;

        i += wn_utf8_decode(norm.ptr + i, end - i, &c, &bad);
        if (first == 0)
            first = c;
        if (c != cp && c != first && !is_word(c) && !is_leet_symbol(c)) {
            o.spaced = true; /* between letters that became one */
            continue;
        }
        o.letters++;
        o.leet = o.leet || c != cp;
    }
    return o;
}

/* The origin of the character at `*at` of the skeleton, which is moved past it. */
static origin next_origin(const wn_term_undone *u, uint32_t *at, uint32_t end)
{
    wn_span  s = u->skeleton->norm;
    uint64_t start, stop, next, unused;
    uint32_t cp, ignored, after;
    bool     bad = false;
    origin   o;

    after = *at + (uint32_t)wn_utf8_decode(s.ptr + *at, end - *at, &cp, &bad);
    wn_text_to_raw(u->skeleton, *at, after, &start, &stop);
    o = origin_of(u->text->norm, (uint32_t)start, (uint32_t)stop, cp);
    if (after < end) {
        size_t len = wn_utf8_decode(s.ptr + after, end - after, &ignored, &bad);

        wn_text_to_raw(u->skeleton, after, after + (uint32_t)len, &next, &unused);
        o.spaced = o.spaced || next > stop;
    }
    *at = after;
    return o;
}

size_t wn_term_letters(const wn_term_undone *u, uint32_t end, uint8_t *dst)
{
    size_t n = 0;

    for (uint32_t at = 0; at < end;) {
        origin o = next_origin(u, &at, end);

        dst[n++] = o.letters < UINT8_MAX ? (uint8_t)o.letters : UINT8_MAX;
    }
    return n;
}

uint32_t wn_term_evasions(const wn_term_undone *u, uint32_t start, uint32_t end,
                          const uint8_t *letters, uint32_t *norm_start, uint32_t *norm_end)
{
    uint32_t fired = 0;
    unsigned longer = 0;
    uint64_t from, to;
    size_t   n = 0;

    for (uint32_t at = start; at < end; n++) {
        origin   o = next_origin(u, &at, end);
        unsigned wanted = letters ? letters[n] : 1;

        if (!o.word)
            continue;
        if (o.letters < wanted)
            return 0;
        fired |= (o.leet ? WN_NORM_LEET : 0u) | (o.spaced ? WN_NORM_SPACED : 0u);
        longer += o.letters > wanted;
        /* Many words have a double letter; two of them, or three of a kind, are meant. */
        if ((o.letters > wanted && o.letters > 2) || longer > 1)
            fired |= WN_NORM_STRETCHED;
    }
    if (fired != 0) {
        wn_text_to_raw(u->skeleton, start, end, &from, &to);
        *norm_start = (uint32_t)from;
        *norm_end = (uint32_t)to;
    }
    return fired;
}
