/* SPDX-License-Identifier: Apache-2.0 */
/* The canonical form of a text that terms and models read, with the way back to the original. */
#ifndef WN_TEXT_NORMALIZE_H
#define WN_TEXT_NORMALIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/base/arena.h"

/* What the normaliser had to undo: evasion is evidence of its own. */
enum {
    WN_NORM_ILL_FORMED = 1u << 0, /* bytes that are not UTF-8 */
    WN_NORM_COMPAT = 1u << 1,     /* full-width, mathematical and other compatibility letters */
    WN_NORM_CONFUSABLE = 1u << 2, /* look-alikes of another script inside a word */
    WN_NORM_INVISIBLE = 1u << 3,  /* zero-width and bidirectional controls, NUL, soft hyphen */
    WN_NORM_MARKS = 1u << 4,      /* combining marks on letters that do not carry them */
    WN_NORM_LEET = 1u << 5,       /* digits and symbols standing for letters */
    WN_NORM_SPACED = 1u << 6,     /* s p a c e d or d.o.t.t.e.d letters */
    WN_NORM_STRETCHED = 1u << 7,  /* stretttched letters */
    WN_NORM_IDENTITY = 1u << 8,   /* for tests only: at least one identity phrase was forgotten */
};

/*
 * A run of the normalised text: bytes [norm, next run's norm) came from
 * [raw, raw + raw_len). When `exact`, byte by byte; else as a whole.
 */
typedef struct wn_text_run {
    uint32_t norm, raw;
    uint32_t raw_len : 31;
    uint32_t exact : 1;
} wn_text_run;

/* A word, a number, a symbol or the identity token of the normalised text: bytes [start, end). */
typedef enum wn_token_kind {
    WN_TOKEN_WORD,
    WN_TOKEN_NUMBER,
    WN_TOKEN_IDENTITY, /* the one token that every identity phrase becomes */
    WN_TOKEN_SYMBOL,   /* emoji and other pictographs, one each */
} wn_token_kind;

typedef struct wn_token {
    uint32_t      start, end;
    wn_token_kind kind;
} wn_token;

/*
 * The private code point that stands for an identity phrase (U+E000, 3 bytes).
 * It cannot come from a user's text: the normaliser drops it there.
 */
#define WN_IDENTITY_TOKEN "\xEE\x80\x80"

/* A normalised text. Lives in an arena; immutable. At most WN_TEXT_MAX bytes. */
typedef struct wn_text {
    wn_span            raw;  /* borrowed */
    wn_span            norm; /* UTF-8, identity phrases already forgotten */
    const wn_text_run *runs;
    size_t             run_count;
    const wn_token    *tokens;
    size_t             token_count;
    uint32_t           fired; /* WN_NORM_* */
} wn_text;

#define WN_TEXT_MAX ((size_t)1 << 30)

/*
 * Normalise `raw`: the text as detectors read it. Steps:
 *   - UTF-8, with U+FFFD for each maximal ill-formed part;
 *   - NFKC case folding; typographic quotes and dashes become plain ones;
 *   - diacritics of Latin and Greek letters go, composed or not ("e" for "é" in
 *     any form, also o for ø, i for ı); vowel points of Arabic and Hebrew, and
 *     tatweel, go; Cyrillic letters stay what they are (й, ї) but for ё, which
 *     is е; marks that their script needs stay, at most 16 on a letter; all that
 *     stays is composed (NFC);
 *   - invisible and control characters go (tab and line ends stay); so do skin
 *     tones and signs of gender of emoji. WN_NORM_INVISIBLE is not set for
 *     joiners where ordinary text has them (emoji, Persian, Thai);
 *   - look-alikes are folded inside mixed-script words;
 *   - identity phrases, and flags, are replaced by WN_IDENTITY_TOKEN;
 *   - words are found by Unicode properties; characters of scripts written
 *     without spaces are one word each, with their marks.
 * A mark that goes leaves its bytes to the letter before it. The bytes behind
 * `norm` are readable zeros (at least 64). Normalising the result again changes
 * nothing but that the token does not come through. WN_E_LIMIT over WN_TEXT_MAX
 * or the arena's ceiling, WN_E_NOMEM. Thread-safe for arenas of one's own.
 */
WN_NODISCARD wn_code wn_text_normalize(wn_arena *arena, wn_span raw, const wn_text **ret,
                                       wn_err *err);

/* The bytes of the original that normalised bytes [start, end) came from. */
void wn_text_to_raw(const wn_text *text, uint32_t start, uint32_t end, uint64_t *raw_start,
                    uint64_t *raw_end);

/*
 * Whether a word boundary lies before byte `at` of the normalised text: letters,
 * digits and marks make words, by Unicode properties; scripts written without
 * spaces have a boundary between any two characters.
 */
bool wn_text_boundary(wn_span norm, size_t at);

#endif
