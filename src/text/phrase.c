/* SPDX-License-Identifier: Apache-2.0 */
/* Making keys of word sequences: the same for the list's forms and for texts. */
#include "src/text/phrase.h"

#include <endian.h>
#include <string.h>

enum { GAP_MAX = 4 /* bytes between two words of a phrase */ };

/* The first `len` bytes at `p`, at most 8. Words stand in texts, which are padded: reading on is
 * safe. */
static uint64_t load(const uint8_t *p, size_t len)
{
    uint64_t x;

    memcpy(&x, p, 8);
    x = le64toh(x);
    return len >= 8 ? x : x & ((UINT64_C(1) << 8 * len) - 1);
}

static uint64_t mix(uint64_t h, uint64_t x)
{
    h = (h ^ x) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 32;
}

bool wn_phrase_add(wn_phrase *k, uint8_t gap, const uint8_t *word, size_t len)
{
    if (k->len + len + 1 > WN_PHRASE_BYTES)
        return false;
    if (gap)
        k->bytes[k->len++] = gap;
    memcpy(k->bytes + k->len, word, len);
    k->len += len;
    k->hash = mix(k->hash, (uint64_t)gap << 32 | len);
    for (size_t i = 0; i < len; i += 8)
        k->hash = mix(k->hash, load(word + i, len - i));
    return true;
}

uint8_t wn_phrase_gap(wn_span norm, uint32_t from, uint32_t to)
{
    bool    joined = true;
    uint8_t first;

    if (to - from > GAP_MAX)
        return 0;
    if (to == from)
        return ' ';
    first = norm.ptr[from];
    if (to - from == 1 && (first == '\'' || first == '"'))
        return first;
    if (first == '.' && (to - from == 1 || (to - from == 2 && norm.ptr[from + 1] == ' ')))
        return '.'; /* "St. Lucian": only where the list has it so */
    if (to - from == 3 && memcmp(norm.ptr + from, "・", 3) == 0)
        return ' ';
    for (uint32_t i = from; i < to; i++) {
        uint8_t c = norm.ptr[i];

        joined =
            joined && (c == ' ' || c == '-' || c == '_' || c == '\t' || c == '\n' || c == '\r');
    }
    return joined ? ' ' : 0;
}

bool wn_phrase_of(const wn_text *text, size_t from, size_t to, wn_phrase *k)
{
    k->len = 0;
    k->hash = 0;
    for (size_t i = from; i < to; i++) {
        const wn_token *t = &text->tokens[i];
        uint8_t gap = i > from ? wn_phrase_gap(text->norm, text->tokens[i - 1].end, t->start) : 0;

        if ((i > from && gap == 0) ||
            !wn_phrase_add(k, gap, text->norm.ptr + t->start, t->end - t->start))
            return false;
    }
    return true;
}

/* Hangul goes by its first syllable, as particles may follow. */
uint64_t wn_phrase_word_hash(const wn_text *text, size_t token)
{
    const wn_token *t = &text->tokens[token];
    const uint8_t  *p = text->norm.ptr + t->start;
    size_t          len = t->end - t->start;

    return wn_phrase_is_hangul(p, len) ? mix(1, load(p, WN_PHRASE_SYLLABLE))
                                       : mix(len, load(p, len));
}

uint64_t wn_phrase_pair_hash(const wn_text *text, size_t token)
{
    return mix(wn_phrase_word_hash(text, token), wn_phrase_word_hash(text, token + 1));
}

bool wn_phrase_has_marks(const wn_text *text, uint32_t start, uint32_t end)
{
    uint64_t raw_start, raw_end;

    wn_text_to_raw(text, start, end, &raw_start, &raw_end);
    for (uint64_t i = raw_start; i < raw_end; i++)
        if (text->raw.ptr[i] >= 0x80)
            return true;
    return false;
}
