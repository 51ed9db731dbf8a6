/* SPDX-License-Identifier: Apache-2.0 */
/* The optimiser: stochastic gradient descent with a fixed rate for each feature. */
#include "src/model/solve.h"

#include <math.h>
#include <string.h>

#include "src/base/err.h"

enum { TELL_EVERY = 4096 };

/*
 * The bias is not learnt: a text of which the model knows nothing, say in a
 * language it never saw, must score low, whatever share of the training texts
 * were violations. The calibration moves it afterwards.
 */
#define BIAS (-4.5f)

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static void shuffle(uint32_t *order, size_t n, uint64_t *state)
{
    for (size_t i = n; i > 1; i--) {
        size_t   k = (size_t)(((unsigned __int128)next_random(state) * i) >> 64);
        uint32_t swap = order[i - 1];

        order[i - 1] = order[k];
        order[k] = swap;
    }
}

static float inverse_of(const wn_example *e)
{
    return e->total > 0 ? 1.0f / sqrtf((float)e->total) : 0.0f;
}

void wn_solve_margins(const wn_examples *ex, const wn_weights *weights, const wn_example *e,
                      float ret[WN_LANES])
{
    const uint32_t *slot = ex->slots + e->first;
    float           sum[WN_LANES] = { 0 };
    float           inverse = inverse_of(e);

    for (uint32_t i = 0; i < e->count; i++) {
        const float *w = weights->at[slot[i]];

        for (size_t k = 0; k < WN_LANES; k++)
            sum[k] += w[k];
    }
    for (size_t k = 0; k < WN_LANES; k++)
        ret[k] = weights->bias[k] + sum[k] * inverse;
}

/*
 * A feature's rate falls with how often it comes, much as AdaGrad's does, but
 * without a root and a division for each update. The power was the best of 0.25
 * to 0.85 on held-out folds.
 */
static wn_code find_rates(wn_arena *arena, const wn_examples *ex, int skip_fold, float **ret,
                          wn_err *err)
{
    size_t    slots = (size_t)ex->lines * WN_LINEAR_WAYS;
    float    *rates = wn_arena_alloc(arena, slots, sizeof *rates);
    uint32_t *seen = wn_arena_calloc(arena, slots, sizeof *seen);

    if (rates == NULL || seen == NULL)
        return wn_arena_fail(arena, err);
    for (size_t i = 0; i < ex->count; i++) {
        const wn_example *e = &ex->at[i];

        for (uint32_t k = 0; k < e->count && e->fold != skip_fold; k++)
            seen[ex->slots[e->first + k]]++;
    }
    for (size_t i = 0; i < slots; i++)
        rates[i] = powf((float)(seen[i] + 1), -0.7f);
    *ret = rates;
    return WN_OK;
}

static void update(const wn_examples *ex, const wn_example *e, const float *rates,
                   const float *rate, float left, wn_weights *weights)
{
    const uint32_t *slot = ex->slots + e->first;
    float           margin[WN_LANES], step[WN_LANES] = { 0 };
    float           inverse = inverse_of(e);

    wn_solve_margins(ex, weights, e, margin);
    for (size_t c = 0; c < ex->classes; c++) {
        float target = (e->yes >> c & 1) != 0 ? 1.0f : 0.0f;

        if (e->weight[c] <= 0)
            continue;
        step[c] =
            inverse * left * rate[c] * e->weight[c] * (target - 1.0f / (1.0f + expf(-margin[c])));
    }
    for (uint32_t i = 0; i < e->count; i++) {
        float *w = weights->at[slot[i]];
        float  r = rates[slot[i]];

        for (size_t k = 0; k < WN_LANES; k++)
            w[k] += r * step[k];
    }
}

wn_code wn_solve_run(wn_arena *arena, const wn_examples *ex, const wn_solve *how,
                     wn_weights *weights, wn_err *err)
{
    uint32_t *order = wn_arena_alloc(arena, ex->count + 1, sizeof *order);
    uint64_t  state = how->seed;
    size_t    n = 0, done = 0, total;
    float    *rates = NULL;

    if (order == NULL)
        return wn_arena_fail(arena, err);
    WN_TRY(find_rates(arena, ex, how->skip_fold, &rates, err));
    for (size_t i = 0; i < ex->count; i++)
        if (ex->at[i].fold != how->skip_fold && ex->at[i].count > 0)
            order[n++] = (uint32_t)i;
    memset(weights->at, 0, (size_t)ex->lines * WN_LINEAR_WAYS * sizeof *weights->at);
    for (size_t k = 0; k < WN_LANES; k++)
        weights->bias[k] = BIAS;
    total = n * how->epochs;
    for (unsigned epoch = 0; epoch < how->epochs; epoch++) {
        shuffle(order, n, &state);
        for (size_t i = 0; i < n; i++, done++) {
            float left = 1.0f - (float)done / (float)total;

            if (i % TELL_EVERY == 0)
                WN_TRY(wn_watch_tell(how->watch, how->what, done, total, err));
            update(ex, &ex->at[order[i]], rates, how->rate, left, weights);
        }
    }
    return WN_OK;
}
