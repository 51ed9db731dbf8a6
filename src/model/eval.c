/* SPDX-License-Identifier: Apache-2.0 */
/* Scoring labelled rows and putting the figures together. */
#include "src/model/eval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/err.h"
#include "src/model/examples.h"

enum { TELL_EVERY = 1024, SOURCE_ROWS = 20, ROW_MEMORY_MIB = 512 };

const float wn_eval_thresholds[WN_EVAL_THRESHOLDS] = { 0.5f, 0.7f, 0.9f };

/* The rows that were scored. */
typedef struct scored {
    size_t *row;
    float (*score)[WN_LINEAR_MAX];
    size_t    count;
    uint64_t *train; /* sorted numbers of the training rows' normalised texts */
    size_t    train_count;
} scored;

static int compare_keys(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

static wn_code list_train(wn_arena *arena, const wn_dataset *set, wn_arena *once, scored *s,
                          const wn_watch *watch, wn_err *err)
{
    s->train = wn_arena_alloc(arena, set->row_count, sizeof *s->train);
    if (s->train == NULL)
        return wn_arena_fail(arena, err);
    for (size_t i = 0; i < set->row_count; i++) {
        const wn_text *text = NULL;

        if (i % TELL_EVERY == 0)
            WN_TRY(wn_watch_tell(watch, "reading the training split", i, set->row_count, err));
        if (set->rows[i].dev)
            continue;
        WN_TRY(wn_text_normalize(once, set->rows[i].text, &text, err));
        s->train[s->train_count++] = wn_examples_key(text);
        wn_arena_reset(once);
    }
    qsort(s->train, s->train_count, sizeof *s->train, compare_keys);
    return WN_OK;
}

static wn_code score_rows(const wn_linear *model, wn_arena *once, scored *s, wn_eval *eval,
                          const wn_watch *watch, wn_err *err)
{
    const wn_dataset *set = eval->set;

    for (size_t i = 0; i < set->row_count; i++) {
        const wn_text   *text = NULL;
        wn_linear_result result;
        uint64_t         key;

        if (i % TELL_EVERY == 0)
            WN_TRY(wn_watch_tell(watch, "scoring", i, set->row_count, err));
        if (set->rows[i].dev != eval->dev || set->rows[i].lexicon)
            continue;
        wn_arena_reset(once);
        WN_TRY(wn_text_normalize(once, set->rows[i].text, &text, err));
        key = wn_examples_key(text);
        if (eval->dev && s->train_count > 0 &&
            bsearch(&key, s->train, s->train_count, sizeof key, compare_keys) != NULL) {
            eval->twins++;
            continue;
        }
        wn_linear_score(model, text, &result);
        memcpy(s->score[s->count], result.score, sizeof s->score[s->count]);
        s->row[s->count++] = i;
    }
    eval->rows = s->count;
    return WN_OK;
}

static wn_eval_cell measure(wn_judged *rows, size_t count)
{
    wn_eval_cell cell = { .quality = wn_measure(rows, count) };

    for (size_t t = 0; t < WN_EVAL_THRESHOLDS; t++)
        cell.at[t] = wn_confuse(rows, count, wn_eval_thresholds[t]);
    return cell;
}

/* Which rows a cell is about: -1 for all sources or languages. */
typedef struct filter {
    int  source, lang;
    bool synthetic; /* authored templates count too */
} filter;

static size_t gather(const wn_eval *eval, const scored *s, size_t c, filter f, const size_t *sizes,
                     wn_judged *to)
{
    wn_category_set bit = WN_CATEGORY_BIT(eval->class[c].category);
    size_t          n = 0;

    for (size_t i = 0; i < s->count; i++) {
        const wn_row *row = &eval->set->rows[s->row[i]];

        if ((row->known & bit) == 0 || (f.source >= 0 && row->source != f.source) ||
            (f.lang >= 0 && row->lang != f.lang) || (row->synthetic && !f.synthetic))
            continue;
        to[n++] =
            (wn_judged){ .score = s->score[i][c],
                         .weight = sizes == NULL ? 1.0f : 1.0f / sqrtf((float)sizes[row->source]),
                         .yes = (row->yes & bit) != 0 };
    }
    return n;
}

static wn_code measure_class(wn_arena *arena, wn_eval *eval, const scored *s, size_t c,
                             wn_judged *judged, wn_err *err)
{
    const wn_dataset *set = eval->set;
    wn_eval_class *class = &eval->class[c];
    size_t *sizes = wn_arena_calloc(arena, set->source_count, sizeof *sizes);
    double  sum = 0;

    class->source = wn_arena_calloc(arena, set->source_count, sizeof *class->source);
    class->lang = wn_arena_calloc(arena, set->lang_count, sizeof *class->lang);
    if (sizes == NULL || class->source == NULL || class->lang == NULL)
        return wn_arena_fail(arena, err);
    for (size_t i = 0; i < set->source_count; i++) {
        const wn_quality *q = &class->source[i].quality;

        sizes[i] = gather(eval, s, c, (filter){ (int)i, -1, true }, NULL, judged);
        class->source[i] = measure(judged, sizes[i]);
        sizes[i] = sizes[i] == 0 ? 1 : sizes[i];
        if (q->yes < SOURCE_ROWS ||
            gather(eval, s, c, (filter){ (int)i, -1, false }, NULL, judged) == 0)
            continue;
        class->yes_sources++;
        if (q->no >= SOURCE_ROWS) {
            sum += q->auc;
            class->auc_sources++;
        }
    }
    class->source_auc = class->auc_sources > 0 ? sum / (double)class->auc_sources : NAN;
    for (size_t i = 0; i < set->lang_count; i++)
        class->lang[i] =
            measure(judged, gather(eval, s, c, (filter){ -1, (int)i, false }, NULL, judged));
    class->plain_ece =
        wn_measure(judged, gather(eval, s, c, (filter){ -1, -1, false }, NULL, judged)).ece;
    class->all = measure(judged, gather(eval, s, c, (filter){ -1, -1, false }, sizes, judged));
    return WN_OK;
}

static wn_code evaluate(wn_arena *arena, wn_arena *once, const wn_linear *model, wn_eval *eval,
                        const wn_watch *watch, wn_err *err)
{
    size_t     rows = eval->set->row_count;
    scored     s = { .row = wn_arena_alloc(arena, rows, sizeof *s.row),
                     .score = wn_arena_alloc(arena, rows, sizeof *s.score) };
    wn_judged *judged = wn_arena_alloc(arena, rows, sizeof *judged);

    if (s.row == NULL || s.score == NULL || judged == NULL)
        return wn_arena_fail(arena, err);
    if (eval->dev)
        WN_TRY(list_train(arena, eval->set, once, &s, watch, err));
    WN_TRY(score_rows(model, once, &s, eval, watch, err));
    for (size_t c = 0; c < eval->classes; c++)
        WN_TRY(measure_class(arena, eval, &s, c, judged, err));
    return WN_OK;
}

wn_code wn_eval_text(wn_arena *arena, const wn_linear *model, const wn_dataset *set, bool dev,
                     const wn_watch *watch, wn_eval *ret, wn_err *err)
{
    wn_arena *once = wn_arena_new((size_t)ROW_MEMORY_MIB << 20);
    wn_eval   eval = { .set = set, .dev = dev, .classes = wn_linear_count(model) };
    wn_code   code;

    if (once == NULL)
        return wn_fail_nomem(err);
    for (size_t c = 0; c < eval.classes; c++)
        eval.class[c].category = wn_linear_category(model, c);
    code = evaluate(arena, once, model, &eval, watch, err);
    wn_arena_free(once);
    if (code == WN_OK)
        *ret = eval;
    return code;
}

/* A share as "0.1234", or a dash when it is of nothing. */
static void put_share(wn_buf *out, double part, double whole)
{
    if (whole > 0)
        wn_buf_printf(out, " %.4f |", part / whole);
    else
        wn_buf_puts(out, " – |");
}

static void put_number(wn_buf *out, double value)
{
    if (isnan(value))
        wn_buf_puts(out, " – |");
    else
        wn_buf_printf(out, " %.4f |", value);
}

static void put_cell(wn_buf *out, const char *name, const wn_eval_cell *cell)
{
    const wn_quality *q = &cell->quality;

    if (q->yes + q->no == 0)
        return;
    wn_buf_printf(out, "| %s | %zu | %zu |", name, q->yes, q->no);
    put_number(out, q->yes < SOURCE_ROWS || q->no < SOURCE_ROWS ? NAN : q->auc);
    put_number(out, q->yes < SOURCE_ROWS || q->no < SOURCE_ROWS ? NAN : q->ap);
    for (size_t t = 0; t < 2; t++) {
        put_share(out, (double)cell->at[t].hit, (double)q->yes);
        put_share(out, (double)cell->at[t].false_alarm, (double)q->no);
    }
    wn_buf_putc(out, '\n');
}

static void print_summary(wn_buf *out, const wn_eval *eval)
{
    wn_buf_puts(out,
                "| category | positives | negatives | AUC | AUC within a source (sources) | AP | "
                "ECE | ECE, rows equal |\n|---|---|---|---|---|---|---|---|\n");
    for (size_t c = 0; c < eval->classes; c++) {
        const wn_eval_class *class = &eval->class[c];
        const wn_quality *q = &class->all.quality;

        wn_buf_printf(out, "| %s | %zu | %zu |", wn_category_name(class->category), q->yes, q->no);
        put_number(out, q->auc);
        if (class->auc_sources > 0)
            wn_buf_printf(out, " %.4f (%zu) |", class->source_auc, class->auc_sources);
        else
            wn_buf_puts(out, " – |");
        put_number(out, q->ap);
        wn_buf_printf(out, " %.4f | %.4f |\n", q->ece, class->plain_ece);
    }
}

static void print_confusion(wn_buf *out, const wn_eval *eval)
{
    wn_buf_puts(out, "\n| category | threshold | hit | missed | false alarm | passed | precision | "
                     "recall | false-alarm rate |\n|---|---|---|---|---|---|---|---|---|\n");
    for (size_t c = 0; c < eval->classes; c++) {
        for (size_t t = 0; t < WN_EVAL_THRESHOLDS; t++) {
            const wn_confusion *m = &eval->class[c].all.at[t];

            wn_buf_printf(out, "| %s | %.1f | %zu | %zu | %zu | %zu |",
                          wn_category_name(eval->class[c].category), (double)wn_eval_thresholds[t],
                          m->hit, m->missed, m->false_alarm, m->passed);
            put_share(out, (double)m->hit, (double)(m->hit + m->false_alarm));
            put_share(out, (double)m->hit, (double)(m->hit + m->missed));
            put_share(out, (double)m->false_alarm, (double)(m->false_alarm + m->passed));
            wn_buf_putc(out, '\n');
        }
    }
}

static void print_class(wn_buf *out, const wn_eval *eval, const wn_eval_class *class)
{
    static const char head[] =
        " | positives | negatives | AUC | AP | recall at 0.5 | false-alarm rate "
        "at 0.5 | recall at 0.7 | false-alarm rate at 0.7 |\n"
        "|---|---|---|---|---|---|---|---|---|\n";
    const wn_quality *q = &class->all.quality;

    wn_buf_printf(out,
                  "\n### %s\n\nCalibration (share of the weight, mean score, share of "
                  "violations, by score):",
                  wn_category_name(class->category));
    for (int bin = 0; bin < WN_BINS; bin++) {
        double all = 0;

        for (int k = 0; k < WN_BINS; k++)
            all += q->bin_weight[k];
        if (q->bin_weight[bin] > 0)
            wn_buf_printf(out, "%s %.1f: %.3f, %.2f, %.2f", bin > 0 ? ";" : "", bin / 10.0,
                          q->bin_weight[bin] / all, q->bin_score[bin], q->bin_yes[bin]);
    }
    wn_buf_printf(out, "\n\n| source%s", head);
    for (size_t i = 0; i < eval->set->source_count; i++)
        put_cell(out, eval->set->sources[i].name, &class->source[i]);
    wn_buf_printf(out, "\n| language%s", head);
    for (size_t i = 0; i < eval->set->lang_count; i++)
        put_cell(out, eval->set->langs[i], &class->lang[i]);
}

void wn_eval_print(wn_buf *out, const wn_eval *eval)
{
    wn_buf_printf(out,
                  "%zu rows of the %s split; %zu left out because the training split has the "
                  "same normalised text.\n\n",
                  eval->rows, eval->dev ? "dev" : "training", eval->twins);
    print_summary(out, eval);
    print_confusion(out, eval);
    for (size_t c = 0; c < eval->classes; c++)
        print_class(out, eval, &eval->class[c]);
}
