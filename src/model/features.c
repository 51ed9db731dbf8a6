/* SPDX-License-Identifier: Apache-2.0 */
/* Cutting a normalised text into windows and a window into hashed features. */
#include "src/model/features.h"

#include <string.h>

#include "src/base/utf8.h"

#define MULTIPLIER 0x9E3779B97F4A7C15u
#define IDENTITY 0x1DE47171DE471701u /* stands for every identity phrase in pairs */

/* Every kind of feature starts from its own number, so that kinds never meet. */
enum { SEED_WORD = 0x57, SEED_PAIR = 0x50, SEED_GRAM = 0x47, SEED_RUN = 0x52, SEED_NUMBER = 0x4E };

enum { EDGE_LEFT = 1, EDGE_RIGHT = 2, GRAM_MAX = 5, RUN_MAX = 4, HANGUL_FIRST = 0xAC00 };

/* Code points of a word of two letters with its edges. */
enum { SHORT_CODES = 4 };

/* What stands before the piece that is being read. */
typedef struct context {
    uint64_t pair[2];      /* the last word, or the last one and two characters of a run */
    uint32_t pairs;        /* how many of them */
    uint32_t atom;         /* of pair[0] */
    bool     identity;     /* the last token was the identity token */
    bool     opened;       /* the run has one character so far, after the identity token */
    uint32_t run_end;      /* where the last character of a run ended; 0: no run */
    uint32_t run_length;   /* characters of the run in `run` */
    uint64_t run[RUN_MAX]; /* run[k]: hash of the last k + 1 characters */
} context;

static uint64_t step(uint64_t h, uint32_t value)
{
    return (h ^ value) * MULTIPLIER;
}

static uint64_t finish(uint64_t h)
{
    h ^= h >> 31;
    h *= 0xD6E8FEB86659FD93u;
    return h ^ (h >> 32);
}

static uint64_t pair_of(uint64_t a, uint64_t b)
{
    return finish(step(a, SEED_PAIR) + (b << 1));
}

void wn_features_init(wn_features *features, void (*flush)(wn_features *), void *ctx)
{
    features->flush = flush;
    features->ctx = ctx;
    features->count = 0;
    features->total = 0;
    features->words_only = false;
    features->atom_at = NULL;
    features->atom_count = 0;
}

/* The set of what was seen is sized by the window: clearing it is most of a short text's cost. */
static void start_window(wn_features *f, size_t bytes)
{
    uint32_t slots = 64;

    while (slots < 2 * bytes && slots < WN_SEEN_SLOTS)
        slots *= 2;
    memset(f->seen, 0, slots * sizeof f->seen[0]);
    f->seen_mask = slots - 1;
    f->seen_count = 0;
    f->count = 0;
    f->total = 0;
    f->atom_count = 0;
}

/* Whether `hash` comes for the first time in this window. A full set says no. */
static bool first_seen(wn_features *f, uint64_t hash)
{
    uint32_t key = (uint32_t)(hash >> 32) | 1u;
    uint32_t i = (uint32_t)hash & f->seen_mask;

    while (f->seen[i] != 0) {
        if (f->seen[i] == key)
            return false;
        i = (i + 1) & f->seen_mask;
    }
    if (f->seen_count >= f->seen_mask - f->seen_mask / 8)
        return false;
    f->seen[i] = key;
    f->seen_count++;
    return true;
}

static void flush(wn_features *f)
{
    if (f->count > 0)
        f->flush(f);
    f->count = 0;
}

static void emit(wn_features *f, uint64_t hash, uint32_t atom, uint8_t atoms)
{
    if (f->count == WN_FEATURES_CHUNK)
        flush(f);
    f->hash[f->count] = hash;
    f->atom[f->count] = atom;
    f->atoms[f->count] = atoms;
    f->count++;
    f->total++;
}

static uint32_t add_atom(wn_features *f, uint32_t start, uint32_t end)
{
    if (f->atom_at != NULL)
        f->atom_at[f->atom_count] = (wn_atom){ start, end };
    return f->atom_count++;
}

/* Han, kana, Thai, Lao, Myanmar and Khmer letters: a run of them may hold many words. */
static bool unspaced(uint32_t cp)
{
    return cp >= 0x0E00 &&
           (cp <= 0x0EFF || (cp >= 0x1000 && cp <= 0x109F) || (cp >= 0x1780 && cp <= 0x17FF) ||
            (cp >= 0x3005 && cp <= 0x3007) || (cp >= 0x3040 && cp <= 0x30FF) ||
            (cp >= 0x3400 && cp <= 0x4DBF) || (cp >= 0x4E00 && cp <= 0x9FFF) ||
            (cp >= 0xF900 && cp <= 0xFAFF) || (cp >= 0x20000 && cp <= 0x3FFFF));
}

/* The pair of what stands before with the word of hash `hash` and atom `atom`. */
static void emit_pair(wn_features *f, const context *before, uint64_t hash, uint32_t atom)
{
    uint64_t pair;

    if (before->pairs == 0)
        return;
    pair = pair_of(before->pair[0], hash);
    if (!first_seen(f, pair))
        return;
    if (before->identity)
        emit(f, pair, atom, 1);
    else
        emit(f, pair, before->atom, 2);
}

/* Two letters tell little, but two Hangul syllables are a word. */
static void emit_grams(wn_features *f, const uint32_t *cp, uint32_t count, uint32_t atom)
{
    for (uint32_t i = 0; i + 2 <= count; i++) {
        uint32_t most = count - i < GRAM_MAX ? count - i : GRAM_MAX;
        uint64_t h = step(step(SEED_GRAM, cp[i]), cp[i + 1]);

        if (cp[i + 1] >= HANGUL_FIRST)
            emit(f, finish(h), atom, 1);
        for (uint32_t n = 2; n < most; n++) {
            h = step(h, cp[i + n]);
            emit(f, finish(h), atom, 1);
        }
    }
}

/* A word of a script with spaces, a number or a symbol: bytes [start, end). */
static void read_word(wn_features *f, const wn_text *text, uint32_t start, uint32_t end,
                      wn_token_kind kind, context *before)
{
    uint32_t cp[WN_PIECE_BYTES + 2];
    uint32_t count = 0;
    uint64_t hash = SEED_WORD;
    uint32_t atom = add_atom(f, start, end);
    bool     bad = false;

    cp[count++] = EDGE_LEFT;
    for (uint32_t i = start; i < end;) {
        i += (uint32_t)wn_utf8_decode(text->norm.ptr + i, end - i, &cp[count], &bad);
        hash = step(hash, cp[count++]);
    }
    cp[count++] = EDGE_RIGHT;
    if (kind == WN_TOKEN_NUMBER)
        hash = step(SEED_NUMBER, end - start < 8 ? end - start : 8);
    hash = finish(hash);

    /* Words of one or two letters mark a language more than they mean something. */
    if ((count > SHORT_CODES || cp[1] >= HANGUL_FIRST || kind != WN_TOKEN_WORD) &&
        first_seen(f, hash)) {
        emit(f, hash, atom, 1);
        if (kind == WN_TOKEN_WORD && !f->words_only)
            emit_grams(f, cp, count, atom);
    }
    emit_pair(f, before, hash, atom);
    *before = (context){ .pair = { hash }, .pairs = 1, .atom = atom };
}

/* One character of a script without spaces, at [start, end). */
static void read_run(wn_features *f, uint32_t cp, uint32_t start, uint32_t end, context *before)
{
    uint32_t atom = add_atom(f, start, end);
    uint32_t length = before->run_end == start ? before->run_length : 0;
    context  now = { .atom = atom, .run_end = end };

    for (uint32_t k = 0; k <= length && k < RUN_MAX; k++) {
        now.run[k] = step(k == 0 ? SEED_RUN : before->run[k - 1], cp);
        uint64_t hash = finish(now.run[k]);

        if (first_seen(f, hash))
            emit(f, hash, atom - k, (uint8_t)(k + 1));
        if (k < 2)
            now.pair[now.pairs++] = hash;
    }
    now.run_length = length < RUN_MAX - 1 ? length + 1 : RUN_MAX - 1;
    /* Pairs of two characters are runs already. */
    if (length == 0) {
        emit_pair(f, before, now.pair[0], atom);
        now.opened = before->identity;
    } else if (before->opened) {
        uint64_t pair = pair_of(IDENTITY, now.pair[1]);

        if (first_seen(f, pair))
            emit(f, pair, atom - 1, 2);
    }
    *before = now;
}

/* The identity token: pairs with what stands before it, credited to that alone. */
static void read_identity(wn_features *f, context *before)
{
    for (uint32_t i = 0; i < before->pairs && !before->identity; i++) {
        uint64_t pair = pair_of(before->pair[i], IDENTITY);

        if (first_seen(f, pair))
            emit(f, pair, before->atom - i, (uint8_t)(i + 1));
    }
    *before = (context){ .pair = { IDENTITY }, .pairs = 1, .identity = true };
}

/*
 * Read token `t` from byte `from` on and return where reading stopped: its end,
 * or sooner when the window that began at `window` is full.
 */
static uint32_t read_token(wn_features *f, const wn_text *text, const wn_token *t, uint32_t from,
                           uint32_t window, context *before)
{
    uint32_t at = from;
    bool     bad = false;

    if (t->kind == WN_TOKEN_IDENTITY) {
        read_identity(f, before);
        return t->end;
    }
    while (at < t->end && at - window < WN_WINDOW_BYTES) {
        uint32_t cp, end = at;

        end += (uint32_t)wn_utf8_decode(text->norm.ptr + at, t->end - at, &cp, &bad);
        if (t->kind == WN_TOKEN_WORD && unspaced(cp)) {
            read_run(f, cp, at, end, before);
            at = end;
            continue;
        }
        while (end < t->end && end - at + 4 <= WN_PIECE_BYTES) {
            uint32_t size = (uint32_t)wn_utf8_decode(text->norm.ptr + end, t->end - end, &cp, &bad);

            if (t->kind == WN_TOKEN_WORD && unspaced(cp))
                break;
            end += size;
        }
        read_word(f, text, at, end, t->kind, before);
        at = end;
    }
    return at;
}

bool wn_features_next(wn_features *f, const wn_text *text, wn_cursor *at)
{
    context  before = { .pairs = 0 };
    uint32_t window;

    if (at->token >= text->token_count)
        return false;
    window = at->offset != 0 ? at->offset : text->tokens[at->token].start;
    start_window(f, text->norm.len - window);
    while (at->token < text->token_count) {
        const wn_token *t = &text->tokens[at->token];
        uint32_t        from = at->offset != 0 ? at->offset : t->start;

        if (from - window >= WN_WINDOW_BYTES)
            break;
        from = read_token(f, text, t, from, window, &before);
        if (from < t->end) {
            at->offset = from;
            break;
        }
        at->offset = 0;
        at->token++;
    }
    flush(f);
    return true;
}
