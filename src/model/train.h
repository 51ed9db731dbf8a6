/* SPDX-License-Identifier: Apache-2.0 */
/* Training a text model: from labelled rows to the bytes of a model file. */
#ifndef WN_MODEL_TRAIN_H
#define WN_MODEL_TRAIN_H

#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/base/arena.h"
#include "src/model/dataset.h"
#include "src/model/eval.h"
#include "src/model/examples.h"
#include "src/model/linear.h"

enum {
    WN_TRAIN_LINES = 61440,   /* of 64 bytes: a file of 3.9 MB */
    WN_TRAIN_POSITIVES = 100, /* real ones, for a category to be trained */
    WN_TRAIN_RATES = 4,       /* tried on one fold */
    WN_TRAIN_GENTLER = 2,     /* most steps down from there */
    WN_CALIBRATED_ROWS = 200, /* of each kind on the dev split, to speak of a calibration */
};

/* Largest expected calibration error at which scores are called calibrated. */
#define WN_CALIBRATED_ECE 0.05

typedef struct wn_train_options {
    uint64_t        seed;
    uint32_t        lines;         /* size of the model */
    size_t          min_positives; /* real ones of a category */
    unsigned        gentler;       /* steps below the chosen rates, for what fails the gate */
    const wn_watch *watch;
} wn_train_options;

/* How one category was trained. */
typedef struct wn_trained_class {
    float  rate; /* the lowest of nearly least loss on a held-out fold */
    size_t best; /* its number */
    double loss[WN_TRAIN_RATES];
    double a, b; /* calibration: a * margin + b, from all held-out folds */
} wn_trained_class;

/* A trained model. Lives in the arena it was trained in. */
typedef struct wn_trained {
    wn_span     file;
    uint8_t    *bytes; /* the same, to be marked by wn_train_mark */
    wn_examples examples;
    wn_trained_class class[WN_LINEAR_MAX];
} wn_trained;

/* The rates that are tried. */
extern const float wn_train_rates[WN_TRAIN_RATES];

/*
 * Train on the rows of the training split. The same rows, options and build
 * give the same bytes. What takes memory for a while only is freed; the rest
 * lives in `arena`. WN_E_FORMAT (too little data), WN_E_LIMIT (interrupted),
 * WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_train_text(wn_arena *arena, const wn_dataset *set,
                                   const wn_train_options *options, wn_trained *ret, wn_err *err);

/* Write the measured calibration error, and whether it was measured well enough, into the file. */
void wn_train_mark(wn_trained *trained, const wn_eval *eval);

#endif
