/* SPDX-License-Identifier: Apache-2.0 */
/* Matching the word sequences of a text against the built-in table of the identity list. */
#include "src/text/matcher.h"

#include <string.h>

#include "src/text/phrase.h"

/* From data/identity.tsv by tools/gen-identity.c: wn_phrase_head and what follows it. */
extern const uint8_t wn_asset_identity_table_start[];

enum {
    HANGUL_MIN = 2,    /* syllables of a form that a particle may follow */
    BEFORE_WORDS = 12, /* words of the longest article or noun */
};

static const wn_phrase_head *head(void)
{
    return (const wn_phrase_head *)(const void *)wn_asset_identity_table_start;
}

static const wn_phrase_slot *slots(void)
{
    return (const wn_phrase_slot *)(const void *)(head() + 1);
}

static const uint8_t *filter(void)
{
    return (const uint8_t *)(slots() + head()->slot_count);
}

static const uint8_t *keys(void)
{
    return filter() + ((size_t)1 << WN_PHRASE_FILTER_BITS) / 2;
}

/* The slot of a phrase, or an empty one. */
static const wn_phrase_slot *look_up(const wn_phrase *k)
{
    const wn_phrase_slot *all = slots();
    const uint8_t        *bytes = keys();
    size_t                mask = head()->slot_count - 1;

    for (size_t i = k->hash & mask;; i = (i + 1) & mask) {
        const wn_phrase_slot *s = &all[i];

        if (s->len == 0 || (s->hash == k->hash >> 32 && s->len == k->len &&
                            memcmp(bytes + s->key, k->bytes, k->len) == 0))
            return s;
    }
}

static unsigned ask_filter(uint64_t hash)
{
    size_t at = wn_phrase_filter_index(hash);

    return (unsigned)filter()[at / 2] >> at % 2 * 4 & 15u;
}

/* What joins phrase parts may be a space or a hyphen, but no apostrophe or full stop. */
static bool parts_join(wn_span norm, uint32_t from, uint32_t to)
{
    return wn_phrase_gap(norm, from, to) == ' ';
}

/* Whether a slot is a form of `class` as the bytes [start, end) write it. */
static bool is_form(const wn_phrase_slot *s, const wn_text *text, uint32_t start, uint32_t end,
                    wn_matcher_class class)
{
    if (s->classes & class)
        return true;
    return s->classes >> WN_PHRASE_MARKED & class && wn_phrase_has_marks(text, start, end);
}

bool wn_matcher_may_start(const wn_text *text, size_t at)
{
    unsigned known = ask_filter(wn_phrase_word_hash(text, at));

    if (known & WN_PHRASE_ALONE)
        return true;
    return known & WN_PHRASE_FIRST && at + 1 < text->token_count &&
           ask_filter(wn_phrase_pair_hash(text, at)) & WN_PHRASE_PAIR;
}

/* The longest beginning of a Hangul word that is a form behind what `k` holds; its length or 0. */
static uint32_t with_particle(wn_phrase *k, uint8_t gap, const uint8_t *word, uint32_t len,
                              wn_matcher_class class)
{
    const size_t   key_len = k->len;
    const uint64_t hash = k->hash;
    uint32_t       found = 0;

    for (uint32_t cut = len - WN_PHRASE_SYLLABLE;
         found == 0 && cut >= HANGUL_MIN * WN_PHRASE_SYLLABLE; cut -= WN_PHRASE_SYLLABLE) {
        if (wn_phrase_is_hangul(word + cut, WN_PHRASE_SYLLABLE) &&
            wn_phrase_add(k, gap, word, cut) && look_up(k)->classes & class)
            found = cut;
        k->len = key_len;
        k->hash = hash;
    }
    return found;
}

wn_match wn_matcher_longest(const wn_text *text, size_t at, uint32_t skip, wn_matcher_class class)
{
    const uint8_t *p = text->norm.ptr;
    wn_match       best = { at, 0 };
    wn_phrase      k;

    k.len = 0;
    k.hash = 0;
    for (size_t i = at; i < text->token_count && i - at < WN_PHRASE_WORDS; i++) {
        const wn_token *t = &text->tokens[i];
        uint32_t        start = t->start + (i == at ? skip : 0);
        uint8_t  gap = i > at ? wn_phrase_gap(text->norm, text->tokens[i - 1].end, start) : 0;
        uint32_t cut = 0;
        const wn_phrase_slot *s;

        if (i > at && gap == 0)
            break;
        if (wn_phrase_is_hangul(p + start, t->end - start))
            cut = with_particle(&k, gap, p + start, t->end - start, class);
        if (!wn_phrase_add(&k, gap, p + start, t->end - start))
            break;
        s = look_up(&k);
        if (is_form(s, text, start, t->end, class))
            best = (wn_match){ i + 1, t->end + (class == WN_MATCH_TERM && p[t->end] == '+') };
        else if (cut)
            best = (wn_match){ i + 1, start + cut };
        if (!(s->classes & WN_PHRASE_PREFIX))
            break;
    }
    return best;
}

wn_match wn_matcher_after(const wn_text *text, wn_match before, wn_matcher_class class)
{
    const wn_token *last = &text->tokens[before.token - 1];
    const wn_match  none = { before.token, 0 };

    if (before.end < last->end)
        return wn_matcher_longest(text, before.token - 1, before.end - last->start, class);
    if (before.token >= text->token_count ||
        !parts_join(text->norm, before.end, text->tokens[before.token].start))
        return none;
    return wn_matcher_longest(text, before.token, 0, class);
}

size_t wn_matcher_before(const wn_text *text, size_t at, size_t floor, wn_matcher_class class)
{
    size_t  most = at - floor < BEFORE_WORDS ? at - floor : BEFORE_WORDS;
    uint8_t gap;

    if (most == 0 || !(ask_filter(wn_phrase_word_hash(text, at - 1)) & WN_PHRASE_BEFORE))
        return at;
    gap = wn_phrase_gap(text->norm, text->tokens[at - 1].end, text->tokens[at].start);
    if (gap != ' ' && !(gap == '\'' && class == WN_MATCH_ARTICLE))
        return at;
    for (size_t n = most; n > 0; n--) {
        wn_phrase k;

        if (!wn_phrase_of(text, at - n, at, &k) ||
            (gap == '\'' && !wn_phrase_add(&k, gap, text->norm.ptr, 0)))
            continue;
        if (is_form(look_up(&k), text, text->tokens[at - n].start, text->tokens[at - 1].end, class))
            return at - n;
    }
    return at;
}
