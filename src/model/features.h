/* SPDX-License-Identifier: Apache-2.0 */
/* The features that the text model reads: hashed words, word pairs and character n-grams. */
#ifndef WN_MODEL_FEATURES_H
#define WN_MODEL_FEATURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/text/normalize.h"

/*
 * What is a feature (changing any of this means a new WN_FEATURES_VERSION, as
 * a model is only good for the features it was trained on):
 *
 *   word      each different word of three letters or more; a number counts by
 *             its length only
 *   pair      each different pair of neighbouring words
 *   n-gram    3 to 5 code points of each different word with its edges, and 2 Hangul syllables
 *   run       1 to 4 neighbouring characters of scripts written without spaces
 *
 * The identity token is no word and has no n-grams. A pair with it counts, and
 * is credited to the other word alone. Every feature has the value 1.
 */
#define WN_FEATURES_VERSION 1u

/*
 * A long text is read in windows of about this many bytes, cut between words
 * (a word without end is cut between code points), so that it costs bounded
 * memory and one offence in it is not diluted.
 */
#define WN_WINDOW_BYTES 2048u

enum {
    WN_PIECE_BYTES = 96,     /* a longer word counts as several */
    WN_FEATURES_CHUNK = 256, /* handed over at once */
    WN_SEEN_SLOTS = 4096,    /* twice a window's bytes: more than its words, pairs and runs */
    WN_CREDIT_MAX = 4,       /* atoms that a feature may be credited to */
    WN_CREDIT_UNITS = 12,    /* divisible by 1 to WN_CREDIT_MAX: credit is exact */
};

/* Where the next window starts. All zero is the start of the text. */
typedef struct wn_cursor {
    uint32_t token;  /* index in wn_text.tokens */
    uint32_t offset; /* byte in the normalised text, when inside of that token; else 0 */
} wn_cursor;

/*
 * The smallest thing that evidence points at: a word, or one character of a
 * script without spaces. Bytes [start, end) of the normalised text.
 */
typedef struct wn_atom {
    uint32_t start, end;
} wn_atom;

/*
 * Receives a window's features. `flush` is called when the chunk is full and
 * at the end of the window, and must not touch the other members. One thread.
 */
typedef struct wn_features {
    void (*flush)(struct wn_features *features);
    void    *ctx;
    size_t   count; /* in this chunk */
    uint64_t hash[WN_FEATURES_CHUNK];
    uint32_t atom[WN_FEATURES_CHUNK];  /* first atom that gets the credit */
    uint8_t  atoms[WN_FEATURES_CHUNK]; /* how many, 1 to WN_CREDIT_MAX */
    uint32_t total;                    /* features in the window so far */
    bool     words_only;               /* leave out the n-grams (word lists in training) */
    /* Set by whoever wants the atoms too: room for WN_WINDOW_BYTES + WN_PIECE_BYTES of them. */
    wn_atom *atom_at;
    uint32_t atom_count;
    /* Private. */
    uint32_t seen_mask;
    uint32_t seen_count;
    uint32_t seen[WN_SEEN_SLOTS];
} wn_features;

/* Prepare for the first window; `ctx` is for `flush`. */
void wn_features_init(wn_features *features, void (*flush)(wn_features *), void *ctx);

/*
 * Read the window at `*at`: all its features go through `flush`, `total` and
 * `atom_count` are of this window, and `*at` moves to the next one. False when
 * the text is at its end. Thread-safe for different `features`.
 */
bool wn_features_next(wn_features *features, const wn_text *text, wn_cursor *at);

#endif
