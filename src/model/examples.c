/* SPDX-License-Identifier: Apache-2.0 */
/* Windows, targets and weights of the training rows. */
#include "src/model/examples.h"

#include <math.h>
#include <string.h>

#include "src/base/digest.h"
#include "src/base/err.h"
#include "src/text/identity.h"

enum {
    BOTH_KINDS = 20,      /* rows of each kind, for a source to have both */
    MIN_NEGATIVES = 1000, /* of a category, for it to be trained at all */
    LANG_NEGATIVES = 300, /* of a category in a language, for its positives to count */
    LANG_ROWS = 500,      /* sentences of a language, for its word lists' phrases to count */
    WINDOWS_MAX = 8,      /* of one row */
    TELL_EVERY = 4096,
};

/* No language weighs more to the positive side than this share. */
#define SHARE_MAX 0.25

/* Labels that follow from provenance are wrong more often: how much they weigh when positive. */
#define WEAK_WEIGHT 0.5f

/* While the weights are found. */
typedef struct weighing {
    uint64_t *key;  /* open addressing: numbers of normalised texts */
    uint32_t *same; /* rows that have it */
    size_t    mask;
    size_t   *lang_rows; /* sentences of a language in the training split */
    double (*yes)[WN_LINEAR_MAX], (*no)[WN_LINEAR_MAX]; /* weights by language and class */
    size_t (*noes)[WN_LINEAR_MAX];
} weighing;

/* Rows of one category in the training split. */
typedef struct tally {
    size_t yes, no, real; /* real: positives neither synthetic nor from word lists */
} tally;

static void count_rows(const wn_dataset *set, const wn_source *source,
                       tally by_category[WN_CATEGORIES])
{
    for (size_t i = source->first; i < source->first + source->count; i++) {
        const wn_row *row = &set->rows[i];

        for (unsigned c = 0; c < WN_CATEGORIES && !row->dev; c++) {
            bool known = (row->known & WN_CATEGORY_BIT(c)) != 0;
            bool positive = (row->yes & WN_CATEGORY_BIT(c)) != 0;

            by_category[c].yes += positive;
            by_category[c].no += known && !positive;
            by_category[c].real += positive && !row->synthetic && !row->lexicon;
        }
    }
}

/*
 * A category of which every source has only positives or only negatives would
 * be a model that tells sources apart: real positives are counted in sources
 * that have both.
 */
static void choose_classes(const wn_dataset *set, size_t min_positives, wn_examples *ex)
{
    tally all[WN_CATEGORIES] = { { 0, 0, 0 } };

    for (size_t i = 0; i < set->source_count; i++) {
        tally in[WN_CATEGORIES] = { { 0, 0, 0 } };

        count_rows(set, &set->sources[i], in);
        for (unsigned c = 0; c < WN_CATEGORIES; c++) {
            all[c].yes += in[c].yes;
            all[c].no += in[c].no;
            if (in[c].real >= BOTH_KINDS && in[c].no >= BOTH_KINDS)
                all[c].real += in[c].real;
        }
    }
    for (unsigned c = 0; c < WN_CATEGORIES && ex->classes < WN_LINEAR_MAX; c++) {
        if (all[c].real < min_positives || all[c].no < MIN_NEGATIVES)
            continue;
        ex->category[ex->classes] = (wn_category)c;
        ex->positives[ex->classes] = all[c].yes;
        ex->negatives[ex->classes] = all[c].no;
        ex->real[ex->classes++] = all[c].real;
    }
}

uint64_t wn_examples_key(const wn_text *text)
{
    wn_digest digest = wn_sha256(text->norm);
    uint64_t  key;

    memcpy(&key, digest.bytes, sizeof key);
    return key == 0 ? 1 : key;
}

/* Where a key stands, or the empty place where it belongs. */
static size_t key_slot(const weighing *w, uint64_t key)
{
    size_t i = (size_t)key & w->mask;

    while (w->key[i] != 0 && w->key[i] != key)
        i = (i + 1) & w->mask;
    return i;
}

static wn_code start_weighing(wn_arena *arena, const wn_dataset *set, weighing *w, wn_err *err)
{
    size_t slots = 1024;

    while (slots < 2 * set->row_count)
        slots *= 2;
    w->mask = slots - 1;
    w->key = wn_arena_calloc(arena, slots, sizeof *w->key);
    w->same = wn_arena_calloc(arena, slots, sizeof *w->same);
    w->lang_rows = wn_arena_calloc(arena, set->lang_count, sizeof *w->lang_rows);
    w->yes = wn_arena_calloc(arena, set->lang_count, sizeof *w->yes);
    w->no = wn_arena_calloc(arena, set->lang_count, sizeof *w->no);
    w->noes = wn_arena_calloc(arena, set->lang_count, sizeof *w->noes);
    if (w->key == NULL || w->same == NULL || w->lang_rows == NULL || w->yes == NULL ||
        w->no == NULL || w->noes == NULL)
        return wn_arena_fail(arena, err);
    for (size_t i = 0; i < set->row_count; i++)
        w->lang_rows[set->rows[i].lang] += !set->rows[i].dev && !set->rows[i].lexicon;
    return WN_OK;
}

/* Whether a row of the training split is trained on; counts why not. */
static bool wanted(const wn_row *row, const wn_text *text, bool covered, bool names_group,
                   wn_left_out *out)
{
    size_t words = 0;

    for (size_t i = 0; i < text->token_count; i++)
        words += text->tokens[i].kind != WN_TOKEN_IDENTITY;
    if (words == 0) {
        out->empty++;
        return false;
    }
    if (names_group) {
        out->group_entries++;
        return false;
    }
    if (row->lexicon && !covered && text->token_count > 1) {
        out->bare_entries++;
        return false;
    }
    return true;
}

static wn_code normalize_rows(wn_arena *arena, wn_examples *ex, weighing *w, const wn_watch *watch,
                              wn_err *err)
{
    const wn_dataset *set = ex->set;

    for (size_t i = 0; i < set->row_count; i++) {
        const wn_row  *row = &set->rows[i];
        const wn_text *text = NULL;
        bool           covered = w->lang_rows[row->lang] >= LANG_ROWS, names_group = false;
        size_t         slot;

        if (i % TELL_EVERY == 0)
            WN_TRY(wn_watch_tell(watch, "normalising", i, set->row_count, err));
        if (row->dev)
            continue;
        WN_TRY(wn_text_normalize(arena, row->text, &text, err));
        if (row->lexicon)
            WN_TRY(wn_identity_names_group(row->text, &names_group, err));
        if (!wanted(row, text, covered, names_group, &ex->left_out))
            continue;
        ex->text[i] = text;
        slot = key_slot(w, wn_examples_key(text));
        w->key[slot] = wn_examples_key(text);
        w->same[slot]++;
    }
    return WN_OK;
}

static void ignore_chunk(wn_features *f)
{
    (void)f;
}

static wn_code add_example(wn_arena *arena, wn_examples *ex, size_t *cap, wn_example example,
                           wn_err *err)
{
    if (ex->count == *cap) {
        size_t      more = *cap == 0 ? 65536 : 2 * *cap;
        wn_example *grown = wn_arena_alloc(arena, more, sizeof *grown);

        if (grown == NULL)
            return wn_arena_fail(arena, err);
        if (ex->count > 0)
            memcpy(grown, ex->at, ex->count * sizeof *grown);
        ex->at = grown;
        *cap = more;
    }
    ex->at[ex->count++] = example;
    return WN_OK;
}

/* The targets of a row, and its weight before languages are balanced. */
static void label(const wn_examples *ex, const wn_row *row, float base, wn_example *example)
{
    for (size_t c = 0; c < ex->classes; c++) {
        wn_category_set bit = WN_CATEGORY_BIT(ex->category[c]);

        if ((row->known & bit) == 0)
            continue;
        example->weight[c] = base;
        if ((row->yes & bit) == 0)
            continue;
        example->yes = (uint16_t)(example->yes | 1u << c);
        if (row->weak)
            example->weight[c] *= WEAK_WEIGHT;
    }
}

static wn_code cut_rows(wn_arena *arena, wn_examples *ex, weighing *w, wn_err *err)
{
    wn_features features;
    size_t      cap = 0;

    wn_features_init(&features, ignore_chunk, NULL);
    for (size_t i = 0; i < ex->set->row_count; i++) {
        const wn_row *row = &ex->set->rows[i];
        size_t        in_source = i - ex->set->sources[row->source].first;
        size_t        windows = row->yes != 0 ? 1 : WINDOWS_MAX;
        wn_example    example = { .row = (uint32_t)i };
        wn_cursor     next = { 0, 0 };
        float         base;

        if (ex->text[i] == NULL)
            continue;
        base = 1.0f / sqrtf((float)w->same[key_slot(w, wn_examples_key(ex->text[i]))]);
        label(ex, row, base, &example);
        example.fold = (uint8_t)(in_source / WN_FOLD_BLOCK % WN_FOLDS);
        example.words_only = row->lexicon;
        features.words_only = example.words_only;
        for (size_t k = 0; k < windows; k++) {
            example.at = next;
            if (!wn_features_next(&features, ex->text[i], &next))
                break;
            example.total = features.total;
            WN_TRY(add_example(arena, ex, &cap, example, err));
        }
    }
    return WN_OK;
}

static void sum_langs(const wn_examples *ex, weighing *w)
{
    for (size_t i = 0; i < ex->count; i++) {
        const wn_example *e = &ex->at[i];
        uint16_t          lang = ex->set->rows[e->row].lang;

        for (size_t c = 0; c < ex->classes; c++) {
            if ((e->yes >> c & 1) != 0) {
                w->yes[lang][c] += (double)e->weight[c];
            } else {
                w->no[lang][c] += (double)e->weight[c];
                w->noes[lang][c] += e->weight[c] > 0;
            }
        }
    }
}

/*
 * Bring every language's share of positives down to SHARE_MAX: half by weighing
 * its positives less, half by weighing its negatives more. Else the commonest
 * words of a language that people complained about often would be evidence.
 */
static void balance_langs(wn_examples *ex, weighing *w)
{
    sum_langs(ex, w);
    for (size_t i = 0; i < ex->count; i++) {
        wn_example   *e = &ex->at[i];
        const wn_row *row = &ex->set->rows[e->row];

        for (size_t c = 0; c < ex->classes; c++) {
            double yes = w->yes[row->lang][c], no = w->no[row->lang][c];
            double ratio = SHARE_MAX / (1 - SHARE_MAX) * no / (yes > 0 ? yes : 1);
            bool   positive = (e->yes >> c & 1) != 0;

            if (e->weight[c] <= 0)
                continue;
            if (w->noes[row->lang][c] < LANG_NEGATIVES) {
                if (positive && !e->words_only) {
                    ex->left_out.one_sided++;
                    e->weight[c] = 0;
                }
                continue;
            }
            if (ratio < 1)
                e->weight[c] *= (float)(positive ? sqrt(ratio) : 1 / sqrt(ratio));
        }
    }
}

wn_code wn_examples_make(wn_arena *arena, const wn_dataset *set, size_t min_positives,
                         const wn_watch *watch, wn_examples *ret, wn_err *err)
{
    wn_examples ex = { .set = set };
    weighing    w = { .mask = 0 };

    choose_classes(set, min_positives, &ex);
    if (ex.classes == 0)
        return wn_fail(err, WN_E_FORMAT,
                       "no category has %zu positive rows, neither synthetic nor from word lists, "
                       "in sources that also have negative ones, and %d negative rows; give more "
                       "data",
                       min_positives, MIN_NEGATIVES);
    ex.text = wn_arena_calloc(arena, set->row_count, sizeof *ex.text);
    if (ex.text == NULL)
        return wn_arena_fail(arena, err);
    WN_TRY(start_weighing(arena, set, &w, err));
    WN_TRY(normalize_rows(arena, &ex, &w, watch, err));
    WN_TRY(cut_rows(arena, &ex, &w, err));
    balance_langs(&ex, &w);
    *ret = ex;
    return WN_OK;
}
