/* SPDX-License-Identifier: Apache-2.0 */
/* The course of a training: rates, held-out margins, calibration, the final weights, the file. */
#include "src/model/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/digest.h"
#include "src/base/err.h"
#include "src/base/mem.h"
#include "src/model/metrics.h"
#include "src/model/select.h"
#include "src/model/solve.h"

enum { PROBE_EPOCHS = 5, EPOCHS = 8, PROBE_FOLD = 0, CUT_ONE_IN = 10000 };

/* A rate whose held-out loss is at most so many times the best one is good enough. */
#define NEARLY 1.10

const float wn_train_rates[WN_TRAIN_RATES] = { 15, 30, 60, 120 };

/* What the steps share. */
typedef struct training {
    wn_arena               *scratch;
    const wn_train_options *options;
    wn_trained             *out;
    wn_weights              weights;
    float (*margins)[WN_LINEAR_MAX]; /* by example, held out */
    wn_judged *judged;
} training;

static wn_code start(training *t, wn_err *err)
{
    const wn_examples *ex = &t->out->examples;

    t->weights.at =
        wn_arena_alloc(t->scratch, (size_t)ex->lines * WN_LINEAR_WAYS, sizeof *t->weights.at);
    t->margins = wn_arena_alloc(t->scratch, ex->count, sizeof *t->margins);
    t->judged = wn_arena_alloc(t->scratch, ex->count, sizeof *t->judged);
    if (t->weights.at == NULL || t->margins == NULL || t->judged == NULL)
        return wn_arena_fail(t->scratch, err);
    return WN_OK;
}

static wn_code solve(training *t, wn_solve how, wn_err *err)
{
    wn_arena *once = wn_arena_new((size_t)1 << 34);
    wn_code   code;

    if (once == NULL)
        return wn_fail_nomem(err);
    how.seed = t->options->seed;
    how.watch = t->options->watch;
    code = wn_solve_run(once, &t->out->examples, &how, &t->weights, err);
    wn_arena_free(once);
    return code;
}

/* The weighted loss of every class on a held-out fold. */
static void fold_loss(const training *t, unsigned fold, double loss[WN_LINEAR_MAX])
{
    const wn_examples *ex = &t->out->examples;
    double             total[WN_LINEAR_MAX] = { 0 };

    memset(loss, 0, WN_LINEAR_MAX * sizeof *loss);
    for (size_t i = 0; i < ex->count; i++) {
        const wn_example *e = &ex->at[i];
        float             margin[WN_LANES];

        if (e->fold != fold || ex->set->rows[e->row].lexicon)
            continue;
        wn_solve_margins(ex, &t->weights, e, margin);
        for (size_t c = 0; c < ex->classes; c++) {
            double z = (double)margin[c], w = (double)e->weight[c];

            loss[c] +=
                w * ((z > 0 ? z : 0) + log1p(exp(-fabs(z))) - ((e->yes >> c & 1) != 0 ? z : 0));
            total[c] += w;
        }
    }
    for (size_t c = 0; c < ex->classes; c++)
        loss[c] /= total[c] > 0 ? total[c] : 1;
}

/*
 * The lowest rate that is nearly as good as the best. The held-out fold comes
 * from the same sources, where a high rate looks better than it is elsewhere.
 */
static void pick_rate(wn_trained_class *class, unsigned gentler)
{
    double best = class->loss[0];

    for (size_t r = 1; r < WN_TRAIN_RATES; r++)
        best = class->loss[r] < best ? class->loss[r] : best;
    class->best = 0;
    while (!(class->loss[class->best] <= NEARLY * best) && class->best < WN_TRAIN_RATES - 1)
        class->best++;
    class->best -= class->best < gentler ? class->best : gentler;
    class->rate = wn_train_rates[class->best];
}

/* The classes are independent of each other, so one run tries a rate for all of them. */
static wn_code choose_rates(training *t, wn_err *err)
{
    size_t classes = t->out->examples.classes;

    for (size_t r = 0; r < WN_TRAIN_RATES; r++) {
        wn_solve how = { .epochs = PROBE_EPOCHS, .skip_fold = PROBE_FOLD, .what = "trying rates" };
        double   loss[WN_LINEAR_MAX];

        for (size_t c = 0; c < classes; c++)
            how.rate[c] = wn_train_rates[r];
        WN_TRY(solve(t, how, err));
        fold_loss(t, PROBE_FOLD, loss);
        for (size_t c = 0; c < classes; c++)
            t->out->class[c].loss[r] = loss[c];
    }
    for (size_t c = 0; c < classes; c++)
        pick_rate(&t->out->class[c], t -> options -> gentler);
    return WN_OK;
}

static void set_rates(const training *t, wn_solve *how)
{
    for (size_t c = 0; c < t->out->examples.classes; c++)
        how->rate[c] = t->out->class[c].rate;
}

/* The margins of every example, by weights that were trained without its fold. */
static wn_code hold_out(training *t, wn_err *err)
{
    const wn_examples *ex = &t->out->examples;

    for (int fold = 0; fold < WN_FOLDS; fold++) {
        wn_solve how = { .epochs = EPOCHS, .skip_fold = fold, .what = "holding out" };

        set_rates(t, &how);
        WN_TRY(solve(t, how, err));
        for (size_t i = 0; i < ex->count; i++) {
            float margin[WN_LANES];

            if (ex->at[i].fold != fold)
                continue;
            wn_solve_margins(ex, &t->weights, &ex->at[i], margin);
            memcpy(t->margins[i], margin, sizeof t->margins[i]);
        }
    }
    return WN_OK;
}

/*
 * Platt's curve for each class on the held-out margins, every row alike: a score
 * is to be the share of violations among such rows. Word lists and authored
 * templates are no sample of anything and stay out.
 */
static void calibrate(training *t)
{
    const wn_examples *ex = &t->out->examples;

    for (size_t c = 0; c < ex->classes; c++) {
        size_t n = 0;

        for (size_t i = 0; i < ex->count; i++) {
            const wn_row *row = &ex->set->rows[ex->at[i].row];

            if (ex->at[i].weight[c] <= 0 || row->lexicon || row->synthetic)
                continue;
            t->judged[n++] = (wn_judged){ .score = t->margins[i][c],
                                          .weight = 1.0f,
                                          .yes = (ex->at[i].yes >> c & 1) != 0 };
        }
        wn_fit_logistic(t->judged, n, &t->out->class[c].a, &t->out->class[c].b);
    }
}

static void put_version(const training *t, char version[WN_LINEAR_VERSION_LEN])
{
    const wn_dataset *set = t->out->examples.set;
    char              text[160], hex[9];
    wn_hasher         hasher;
    wn_digest         digest;
    int len = snprintf(text, sizeof text, "%llu %u %zu %u", (unsigned long long)t->options->seed,
                       t->options->lines, t->options->min_positives, t->options->gentler);

    wn_hasher_init(&hasher);
    wn_hasher_add(&hasher, (wn_span){ (const uint8_t *)text, (size_t)len });
    for (size_t i = 0; i < set->source_count; i++)
        wn_hasher_add(&hasher, (wn_span){ set->sources[i].sha256.bytes, sizeof(wn_digest) });
    digest = wn_hasher_end(&hasher);
    wn_hex(digest.bytes, 4, hex);
    (void)snprintf(version, WN_LINEAR_VERSION_LEN, "%u-%s", WN_FEATURES_VERSION, hex);
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return x < y ? -1 : x > y;
}

/*
 * What one unit of a class's int8 weights stands for: all but a few of the
 * weights fit, and those few are cut. By the largest one, the many small ones,
 * which decide most texts, would be rounded away.
 */
static float unit_of(const training *t, size_t c, float *sorted)
{
    const wn_examples *ex = &t->out->examples;
    size_t             n = 0;
    float              unit = 0;

    for (size_t i = 0; i < (size_t)ex->lines * WN_LINEAR_WAYS; i++)
        if (ex->slot_hash[i] != 0)
            sorted[n++] = fabsf(t->weights.at[i][c]);
    qsort(sorted, n, sizeof *sorted, compare_floats);
    if (n > 0)
        unit = sorted[n - 1 - n / CUT_ONE_IN] / 127.0f;
    return unit > 1e-9f ? unit : 1e-9f;
}

static void put_head(const training *t, const float scale[WN_LINEAR_MAX], uint8_t *bytes)
{
    const wn_examples *ex = &t->out->examples;
    wn_linear_file     head = { .magic = { 'W', 'N', 'M', '1' },
                                .features = WN_FEATURES_VERSION,
                                .lines = ex->lines,
                                .classes = (uint32_t)ex->classes };

    put_version(t, head.version);
    for (size_t c = 0; c < ex->classes; c++) {
        const wn_trained_class *class = &t->out->class[c];
        wn_linear_class *to = &head.class[c];

        (void)snprintf(to->name, sizeof to->name, "%s", wn_category_name(ex->category[c]));
        to->scale = (float)(class->a * (double)scale[c]);
        to->bias = (float)(class->a * (double)t->weights.bias[c] + class->b);
    }
    memcpy(bytes, &head, sizeof head);
}

static uint8_t quantise(float value)
{
    value = value > 127.0f ? 127.0f : value < -127.0f ? -127.0f : value;
    return (uint8_t)(int8_t)lrintf(value);
}

static wn_code put_file(const training *t, wn_arena *arena, wn_err *err)
{
    const wn_examples *ex = &t->out->examples;
    size_t             len = sizeof(wn_linear_file) + (size_t)ex->lines * WN_LINEAR_LINE;
    uint8_t           *bytes = wn_arena_calloc(arena, len, 1);
    float *sorted = wn_arena_alloc(t->scratch, (size_t)ex->lines * WN_LINEAR_WAYS, sizeof *sorted);
    float  scale[WN_LINEAR_MAX] = { 0 };

    if (bytes == NULL)
        return wn_arena_fail(arena, err);
    if (sorted == NULL)
        return wn_arena_fail(t->scratch, err);
    for (size_t c = 0; c < ex->classes; c++)
        scale[c] = unit_of(t, c, sorted);
    put_head(t, scale, bytes);
    for (size_t i = 0; i < (size_t)ex->lines * WN_LINEAR_WAYS; i++) {
        uint8_t *line = bytes + sizeof(wn_linear_file) + i / WN_LINEAR_WAYS * WN_LINEAR_LINE;
        size_t   way = i % WN_LINEAR_WAYS;
        uint8_t *w = line + WN_LINEAR_WAYS * sizeof(uint16_t) + way * WN_LINEAR_MAX;
        uint32_t number;
        uint16_t tag;

        if (ex->slot_hash[i] == 0)
            continue;
        wn_linear_place(ex->slot_hash[i], ex->lines, &number, &tag);
        memcpy(line + way * sizeof tag, &tag, sizeof tag);
        for (size_t c = 0; c < ex->classes; c++)
            w[c] = quantise(t->weights.at[i][c] / scale[c]);
    }
    t->out->bytes = bytes;
    t->out->file = (wn_span){ bytes, len };
    return WN_OK;
}

static wn_code run(training *t, wn_arena *arena, const wn_dataset *set, wn_err *err)
{
    const wn_train_options *options = t->options;
    wn_solve                how = { .epochs = EPOCHS, .skip_fold = -1, .what = "training" };

    WN_TRY(wn_examples_make(arena, set, options->min_positives, options->watch, &t->out->examples,
                            err));
    WN_TRY(wn_select_features(arena, &t->out->examples, options->lines, options->watch, err));
    WN_TRY(start(t, err));
    WN_TRY(choose_rates(t, err));
    WN_TRY(hold_out(t, err));
    calibrate(t);
    set_rates(t, &how);
    WN_TRY(solve(t, how, err));
    return put_file(t, arena, err);
}

wn_code wn_train_text(wn_arena *arena, const wn_dataset *set, const wn_train_options *options,
                      wn_trained *ret, wn_err *err)
{
    wn_trained out = { .bytes = NULL };
    training   t = { .options = options, .out = &out };
    wn_code    code;

    t.scratch = wn_arena_new((size_t)1 << 34);
    if (t.scratch == NULL)
        return wn_fail_nomem(err);
    code = run(&t, arena, set, err);
    wn_arena_free(t.scratch);
    if (code == WN_OK)
        *ret = out;
    return code;
}

void wn_train_mark(wn_trained *trained, const wn_eval *eval)
{
    wn_linear_file head;

    memcpy(&head, trained->bytes, sizeof head);
    for (size_t c = 0; c < eval->classes && c < head.classes; c++) {
        const wn_quality *q = &eval->class[c].all.quality;
        bool              enough = q->yes >= WN_CALIBRATED_ROWS && q->no >= WN_CALIBRATED_ROWS &&
                      eval->class[c].yes_sources >= 2;

        head.class[c].ece = enough ? (float)q->ece : 0.0f;
        head.class[c].calibrated = enough && q->ece <= WN_CALIBRATED_ECE;
    }
    memcpy(trained->bytes, &head, sizeof head);
}
