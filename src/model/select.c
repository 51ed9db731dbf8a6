/* SPDX-License-Identifier: Apache-2.0 */
/* Counting features and keeping the telling ones. */
#include "src/model/select.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/err.h"
#include "src/base/mem.h"

enum {
    SKETCH_BITS = 27, /* counters, so that few features share one */
    SEEN_MIN = 4,     /* occurrences of a feature, to be looked at */
    TELL_EVERY = 4096,
};

/* How much weight the classes put on one feature's presence. */
typedef struct tally {
    uint64_t hash; /* 0: empty */
    float    yes[WN_LINEAR_MAX], no[WN_LINEAR_MAX];
} tally;

typedef struct ranked {
    uint64_t hash;
    float    value;
} ranked;

/* What the passes over all examples share. Large; on the heap while selecting. */
typedef struct selection {
    wn_examples      *ex;
    const wn_example *now;
    uint8_t          *sketch;
    size_t            often; /* counters that reached SEEN_MIN */
    tally            *tallies;
    size_t            mask, tallied;
    double            yes[WN_LINEAR_MAX], no[WN_LINEAR_MAX];
    ranked           *ranks;
    uint32_t         *slots;
    uint64_t          slot_count, slot_cap;
    bool              failed;
} selection;

static size_t sketch_at(uint64_t hash)
{
    return (size_t)(hash >> (64 - SKETCH_BITS));
}

static void count_chunk(wn_features *f)
{
    selection *s = f->ctx;

    for (size_t i = 0; i < f->count; i++) {
        uint8_t *counter = &s->sketch[sketch_at(f->hash[i])];

        if (*counter == SEEN_MIN)
            continue;
        ++*counter;
        s->often += *counter == SEEN_MIN;
    }
}

static tally *find_tally(selection *s, uint64_t hash)
{
    size_t i = (size_t)hash & s->mask;

    while (s->tallies[i].hash != 0 && s->tallies[i].hash != hash)
        i = (i + 1) & s->mask;
    return &s->tallies[i];
}

static void tally_chunk(wn_features *f)
{
    selection        *s = f->ctx;
    const wn_example *e = s->now;

    for (size_t i = 0; i < f->count; i++) {
        tally *t;

        if (s->sketch[sketch_at(f->hash[i])] < SEEN_MIN)
            continue;
        t = find_tally(s, f->hash[i]);
        if (t->hash == 0) {
            /* Features that share a counter may be more than the counters; the rest is let go. */
            if (s->tallied >= s->mask - s->mask / 8)
                continue;
            t->hash = f->hash[i];
            s->tallied++;
        }
        for (size_t c = 0; c < s->ex->classes; c++) {
            if ((e->yes >> c & 1) != 0)
                t->yes[c] += e->weight[c];
            else
                t->no[c] += e->weight[c];
        }
    }
}

static void slots_chunk(wn_features *f)
{
    selection *s = f->ctx;

    if (s->slot_cap - s->slot_count < f->count) {
        uint64_t  cap = s->slot_cap == 0 ? 1u << 24 : 2 * s->slot_cap;
        uint32_t *grown = wn_realloc(s->slots, (size_t)cap, sizeof *grown);

        if (grown == NULL) {
            s->failed = true;
            return;
        }
        s->slots = grown;
        s->slot_cap = cap;
    }
    for (size_t i = 0; i < f->count; i++) {
        uint32_t line;
        uint16_t tag;

        wn_linear_place(f->hash[i], s->ex->lines, &line, &tag);
        for (uint32_t way = 0; way < WN_LINEAR_WAYS; way++) {
            uint64_t kept = s->ex->slot_hash[line * WN_LINEAR_WAYS + way];
            uint32_t same_line;
            uint16_t kept_tag;

            if (kept == 0)
                break;
            /* As the model will find it: by its tag. */
            wn_linear_place(kept, s->ex->lines, &same_line, &kept_tag);
            if (kept_tag != tag)
                continue;
            s->slots[s->slot_count++] = line * WN_LINEAR_WAYS + way;
            break;
        }
    }
}

/* Run every example's features through `chunk`. */
static wn_code pass(selection *s, void (*chunk)(wn_features *), const char *what,
                    const wn_watch *watch, wn_err *err)
{
    wn_features features;

    wn_features_init(&features, chunk, s);
    for (size_t i = 0; i < s->ex->count; i++) {
        wn_example *e = &s->ex->at[i];
        wn_cursor   at = e->at;

        if (i % TELL_EVERY == 0)
            WN_TRY(wn_watch_tell(watch, what, i, s->ex->count, err));
        s->now = e;
        features.words_only = e->words_only;
        e->first = s->slot_count;
        (void)wn_features_next(&features, s->ex->text[e->row], &at);
        e->count = (uint32_t)(s->slot_count - e->first);
        if (s->failed)
            return wn_fail_nomem(err);
    }
    return WN_OK;
}

/* How surely presence tells a class: the z value of the difference of two shares. */
static float telling(const selection *s, const tally *t)
{
    double best = 0;

    for (size_t c = 0; c < s->ex->classes; c++) {
        double p = s->yes[c], n = s->no[c];
        double a, b, z;

        if (p <= 0 || n <= 0)
            continue;
        a = ((double)t->yes[c] + 0.1) / (p + 1);
        b = ((double)t->no[c] + 0.1) / (n + 1);
        z = fabs(a - b) / sqrt(a / p + b / n);
        if (z > best)
            best = z;
    }
    return (float)best;
}

static int compare_ranks(const void *a, const void *b)
{
    const ranked *x = a, *y = b;

    if (x->value < y->value || x->value > y->value)
        return x->value > y->value ? -1 : 1;
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

/* Put one feature where the model will look for it, unless its line is full. */
static void place(wn_examples *ex, uint64_t hash)
{
    uint32_t line;
    uint16_t tag;

    wn_linear_place(hash, ex->lines, &line, &tag);
    for (uint32_t way = 0; way < WN_LINEAR_WAYS; way++) {
        uint64_t *slot = &ex->slot_hash[line * WN_LINEAR_WAYS + way];
        uint32_t  other_line;
        uint16_t  other_tag;

        if (*slot == 0) {
            *slot = hash;
            ex->kept++;
            return;
        }
        wn_linear_place(*slot, ex->lines, &other_line, &other_tag);
        if (other_tag == tag)
            return;
    }
}

static wn_code rank(selection *s, wn_err *err)
{
    size_t n = 0;

    s->ranks = wn_calloc(s->tallied + 1, sizeof *s->ranks);
    if (s->ranks == NULL)
        return wn_fail_nomem(err);
    for (size_t i = 0; i < s->ex->count; i++) {
        for (size_t c = 0; c < s->ex->classes; c++) {
            if ((s->ex->at[i].yes >> c & 1) != 0)
                s->yes[c] += (double)s->ex->at[i].weight[c];
            else
                s->no[c] += (double)s->ex->at[i].weight[c];
        }
    }
    for (size_t i = 0; i <= s->mask; i++)
        if (s->tallies[i].hash != 0)
            s->ranks[n++] = (ranked){ s->tallies[i].hash, telling(s, &s->tallies[i]) };
    qsort(s->ranks, n, sizeof *s->ranks, compare_ranks);
    s->ex->candidates = n;
    for (size_t i = 0; i < n; i++)
        place(s->ex, s->ranks[i].hash);
    return WN_OK;
}

static wn_code select_all(selection *s, const wn_watch *watch, wn_err *err)
{
    size_t slots = 1024;

    s->sketch = wn_calloc((size_t)1 << SKETCH_BITS, 1);
    if (s->sketch == NULL)
        return wn_fail_nomem(err);
    WN_TRY(pass(s, count_chunk, "counting features", watch, err));
    while (slots < 2 * s->often)
        slots *= 2;
    s->mask = slots - 1;
    s->tallies = wn_calloc(slots, sizeof *s->tallies);
    if (s->tallies == NULL)
        return wn_fail_nomem(err);
    WN_TRY(pass(s, tally_chunk, "weighing features", watch, err));
    WN_TRY(rank(s, err));
    return pass(s, slots_chunk, "choosing features", watch, err);
}

static void selection_done(selection *s)
{
    wn_free(s->sketch);
    wn_free(s->tallies);
    wn_free(s->ranks);
    wn_free(s->slots);
}

wn_code wn_select_features(wn_arena *arena, wn_examples *ex, uint32_t lines, const wn_watch *watch,
                           wn_err *err)
{
    selection s = { .ex = ex };
    wn_code   code;

    ex->lines = lines;
    ex->slot_hash = wn_arena_calloc(arena, (size_t)lines * WN_LINEAR_WAYS, sizeof *ex->slot_hash);
    if (ex->slot_hash == NULL)
        return wn_arena_fail(arena, err);
    code = select_all(&s, watch, err);
    if (code == WN_OK) {
        ex->slots = wn_arena_alloc(arena, (size_t)s.slot_count + 1, sizeof *ex->slots);
        ex->slot_count = s.slot_count;
        if (ex->slots == NULL)
            code = wn_arena_fail(arena, err);
        else if (s.slot_count > 0)
            memcpy(ex->slots, s.slots, (size_t)s.slot_count * sizeof *ex->slots);
    }
    selection_done(&s);
    return code;
}
