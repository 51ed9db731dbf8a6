/* SPDX-License-Identifier: Apache-2.0 */
/* Logistic regression for all categories at once, by gradient descent in a fixed order. */
#ifndef WN_MODEL_SOLVE_H
#define WN_MODEL_SOLVE_H

#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>

#include "src/base/arena.h"
#include "src/model/examples.h"

/* Lanes of a feature's weights: one a class, the rest 0, so that compilers make vectors of them. */
enum { WN_LANES = 16 };

/* One class's margin is bias + (sum of the weights of its features) / sqrt(features). */
typedef struct wn_weights {
    float (*at)[WN_LANES]; /* by slot */
    float bias[WN_LANES];
} wn_weights;

typedef struct wn_solve {
    uint64_t        seed;           /* of the order of the examples */
    unsigned        epochs;         /* passes; the rates fall to 0 at the end of the last */
    float           rate[WN_LANES]; /* by class */
    int             skip_fold;      /* the fold that is held out, or -1 */
    const char     *what;           /* told to `watch` */
    const wn_watch *watch;
} wn_solve;

/*
 * Train from zero into `weights` (the caller's: a row for each slot). The same
 * examples, options and build give the same bits. WN_E_LIMIT (interrupted, or
 * the arena's ceiling), WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_solve_run(wn_arena *arena, const wn_examples *ex, const wn_solve *how,
                                  wn_weights *weights, wn_err *err);

/* All classes' margins of one example. */
void wn_solve_margins(const wn_examples *ex, const wn_weights *weights, const wn_example *e,
                      float ret[WN_LANES]);

#endif
