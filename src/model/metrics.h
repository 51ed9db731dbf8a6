/* SPDX-License-Identifier: Apache-2.0 */
/* How good scores are: ranking, calibration, and what thresholds do. */
#ifndef WN_MODEL_METRICS_H
#define WN_MODEL_METRICS_H

#include <stdbool.h>
#include <stddef.h>

#include <winnow/error.h>
#include <winnow/export.h>

/* One judged row. */
typedef struct wn_judged {
    float score;
    float weight; /* in the calibration figures; ranking counts every row once */
    bool  yes;
} wn_judged;

enum { WN_BINS = 10 };

typedef struct wn_quality {
    size_t yes, no;
    double auc; /* NAN without both kinds */
    double ap;  /* average precision; NAN likewise */
    double ece; /* expected calibration error over ten equal bins */
    double bin_weight[WN_BINS], bin_score[WN_BINS], bin_yes[WN_BINS]; /* mean score, share of yes */
} wn_quality;

typedef struct wn_confusion {
    size_t hit, missed, false_alarm, passed;
} wn_confusion;

/* Measure; sorts `rows` by score. Ties count half, as they should. */
wn_quality wn_measure(wn_judged *rows, size_t count);

/* Count at a threshold: a score at or above it is a hit or a false alarm. */
wn_confusion wn_confuse(const wn_judged *rows, size_t count, float threshold);

/*
 * The line a * margin + b whose logistic fits the rows best (Platt 1999, with
 * his smoothed targets); `score` holds the margins. a > 0 and at most 100 steps.
 */
void wn_fit_logistic(const wn_judged *rows, size_t count, double *a, double *b);

#endif
