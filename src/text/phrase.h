/* SPDX-License-Identifier: Apache-2.0 */
/* Word sequences as keys, and the table of the identity list that tools/gen-identity.c makes. */
#ifndef WN_TEXT_PHRASE_H
#define WN_TEXT_PHRASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/text/normalize.h"

enum {
    WN_PHRASE_BYTES = 200, /* of the longest form */
    WN_PHRASE_WORDS = 40,  /* of the longest form; a Thai one has a word a character */
    WN_PHRASE_PREFIX = 8,  /* with wn_matcher_class: longer forms begin like this */
    WN_PHRASE_MARKED = 4,  /* shift of a class whose forms count only with their diacritics */
    WN_PHRASE_FILTER_BITS = 19,
    WN_PHRASE_SYLLABLE = 3, /* bytes of a Hangul syllable */
};

/* What the filter knows of words and pairs of words. */
enum {
    WN_PHRASE_ALONE = 1,  /* this word is a term */
    WN_PHRASE_FIRST = 2,  /* a longer term begins with it */
    WN_PHRASE_PAIR = 4,   /* a longer term begins with this pair */
    WN_PHRASE_BEFORE = 8, /* an article or a noun ends with it */
};

/* A form or the beginning of one. */
typedef struct wn_phrase_slot {
    uint32_t hash; /* upper half; the lower half says where to look first */
    uint32_t key;  /* offset in keys */
    uint8_t  len;  /* 0: the slot is empty */
    uint8_t  classes;
    uint16_t unused;
} wn_phrase_slot;

/*
 * The table as a file: this head, the slots, the filter (four bits a hash), the
 * keys. Its numbers are those of the machine that it is built for.
 */
typedef struct wn_phrase_head {
    uint32_t magic;      /* WN_PHRASE_MAGIC */
    uint32_t slot_count; /* a power of 2 */
    uint32_t key_len;
    uint32_t unused;
} wn_phrase_head;

#define WN_PHRASE_MAGIC 0x444E4957u /* "WIND" */

/* A word sequence in canonical form: the words, and between them one byte for what joins them. */
typedef struct wn_phrase {
    uint8_t  bytes[WN_PHRASE_BYTES];
    size_t   len;
    uint64_t hash;
} wn_phrase;

/* Add a word behind `gap` (0 for the first); false, and nothing added, when it grows too long. */
bool wn_phrase_add(wn_phrase *k, uint8_t gap, const uint8_t *word, size_t len);

/* The phrase that tokens [from, to) make; false when they do not belong together. */
bool wn_phrase_of(const wn_text *text, size_t from, size_t to, wn_phrase *k);

/* What stands between two words, bytes [from, to), as one byte; 0 when they do not belong together.
 */
uint8_t wn_phrase_gap(wn_span norm, uint32_t from, uint32_t to);

/* The hash of a word, and of it and the next, for the filter; where the filter has its four bits.
 */
uint64_t wn_phrase_word_hash(const wn_text *text, size_t token);
uint64_t wn_phrase_pair_hash(const wn_text *text, size_t token);

static inline size_t wn_phrase_filter_index(uint64_t hash)
{
    return (size_t)(hash >> (64 - WN_PHRASE_FILTER_BITS));
}

/* Whether a word begins with a Hangul syllable. */
static inline bool wn_phrase_is_hangul(const uint8_t *p, size_t len)
{
    return len >= WN_PHRASE_SYLLABLE && p[0] >= 0xEA && p[0] <= 0xED;
}

/* Whether bytes [start, end) of the normalised text were more than ASCII in the original. */
bool wn_phrase_has_marks(const wn_text *text, uint32_t start, uint32_t end);

#endif
