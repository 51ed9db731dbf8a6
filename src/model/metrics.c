/* SPDX-License-Identifier: Apache-2.0 */
/* Measuring scores, and fitting a logistic curve to margins. */
#include "src/model/metrics.h"

#include <math.h>
#include <stdlib.h>

/* Highest score first; rows of equal score are treated as one anyway. */
static int compare(const void *a, const void *b)
{
    const wn_judged *x = a, *y = b;

    if (x->score < y->score || x->score > y->score)
        return x->score > y->score ? -1 : 1;
    return 0;
}

static void rank(const wn_judged *rows, size_t count, wn_quality *q)
{
    double above = 0, seen_yes = 0, precision = 0;

    for (size_t i = 0; i < count;) {
        size_t j = i, yes = 0, no;

        while (j < count && !(rows[j].score < rows[i].score))
            yes += rows[j++].yes;
        no = j - i - yes;
        above += (double)no * (seen_yes + 0.5 * (double)yes);
        seen_yes += (double)yes;
        precision += (double)yes * seen_yes / (double)j;
        i = j;
    }
    q->auc = q->yes > 0 && q->no > 0 ? above / ((double)q->yes * (double)q->no) : NAN;
    q->ap = q->yes > 0 && q->no > 0 ? precision / (double)q->yes : NAN;
}

wn_quality wn_measure(wn_judged *rows, size_t count)
{
    wn_quality q = { .yes = 0 };
    double     total = 0;

    qsort(rows, count, sizeof *rows, compare);
    for (size_t i = 0; i < count; i++) {
        int    bin = (int)(rows[i].score * WN_BINS);
        double weight = (double)rows[i].weight;

        bin = bin < 0 ? 0 : bin >= WN_BINS ? WN_BINS - 1 : bin;
        q.yes += rows[i].yes;
        q.no += !rows[i].yes;
        q.bin_weight[bin] += weight;
        q.bin_score[bin] += weight * (double)rows[i].score;
        q.bin_yes[bin] += rows[i].yes ? weight : 0;
        total += weight;
    }
    for (int bin = 0; bin < WN_BINS; bin++) {
        if (q.bin_weight[bin] <= 0)
            continue;
        q.ece += fabs(q.bin_score[bin] - q.bin_yes[bin]) / total;
        q.bin_score[bin] /= q.bin_weight[bin];
        q.bin_yes[bin] /= q.bin_weight[bin];
    }
    rank(rows, count, &q);
    return q;
}

wn_confusion wn_confuse(const wn_judged *rows, size_t count, float threshold)
{
    wn_confusion c = { 0, 0, 0, 0 };

    for (size_t i = 0; i < count; i++) {
        bool flagged = rows[i].score >= threshold;

        c.hit += flagged && rows[i].yes;
        c.missed += !flagged && rows[i].yes;
        c.false_alarm += flagged && !rows[i].yes;
        c.passed += !flagged && !rows[i].yes;
    }
    return c;
}

/* Sums of one Newton step: the gradient and the Hessian of the weighted loss. */
typedef struct newton {
    double ga, gb, aa, ab, bb, loss;
} newton;

static newton sum_rows(const wn_judged *rows, size_t count, double a, double b, const double t[2])
{
    newton s = { 0, 0, 1e-9, 0, 1e-9, 0 };

    for (size_t i = 0; i < count; i++) {
        double x = (double)rows[i].score, w = (double)rows[i].weight, z = a * x + b;
        double p = 1 / (1 + exp(-z)), target = t[rows[i].yes], d = w * (p - target);
        double h = w * p * (1 - p);

        s.ga += d * x;
        s.gb += d;
        s.aa += h * x * x;
        s.ab += h * x;
        s.bb += h;
        s.loss += w * ((z > 0 ? z : 0) + log1p(exp(-fabs(z))) - target * z);
    }
    return s;
}

void wn_fit_logistic(const wn_judged *rows, size_t count, double *ret_a, double *ret_b)
{
    double a = 1, b = 0, yes = 0, no = 0, targets[2];
    newton s;

    for (size_t i = 0; i < count; i++) {
        yes += rows[i].yes;
        no += !rows[i].yes;
    }
    targets[0] = 1 / (no + 2);
    targets[1] = (yes + 1) / (yes + 2);
    s = sum_rows(rows, count, a, b, targets);
    for (int step = 0; step < 100; step++) {
        double det = s.aa * s.bb - s.ab * s.ab, size = 1;
        double da = (s.bb * s.ga - s.ab * s.gb) / det, db = (s.aa * s.gb - s.ab * s.ga) / det;
        newton next = s;

        for (; size > 1e-6; size /= 2) {
            if (a - size * da <= 0)
                continue;
            next = sum_rows(rows, count, a - size * da, b - size * db, targets);
            if (next.loss < s.loss)
                break;
        }
        if (!(next.loss < s.loss))
            break;
        a -= size * da;
        b -= size * db;
        if (s.loss - next.loss < 1e-10 * s.loss)
            break;
        s = next;
    }
    *ret_a = a;
    *ret_b = b;
}
