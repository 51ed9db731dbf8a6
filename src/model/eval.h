/* SPDX-License-Identifier: Apache-2.0 */
/* Measuring a text model on labelled rows: by category, source and language. */
#ifndef WN_MODEL_EVAL_H
#define WN_MODEL_EVAL_H

#include <stddef.h>

#include <winnow/category.h>
#include <winnow/error.h>
#include <winnow/export.h>

#include "src/base/arena.h"
#include "src/base/buf.h"
#include "src/model/dataset.h"
#include "src/model/linear.h"
#include "src/model/metrics.h"

enum { WN_EVAL_THRESHOLDS = 3 };

/* 0.5, 0.7 and 0.9. */
extern const float wn_eval_thresholds[WN_EVAL_THRESHOLDS];

/* A group of rows: their figures, and what the thresholds do to them. */
typedef struct wn_eval_cell {
    wn_quality   quality;
    wn_confusion at[WN_EVAL_THRESHOLDS];
} wn_eval_cell;

typedef struct wn_eval_class {
    wn_category   category;
    wn_eval_cell  all;         /* without authored templates */
    double        plain_ece;   /* of `all`, with every row counted once */
    size_t        yes_sources; /* sources with at least 20 positives among them */
    double        source_auc;  /* mean over the sources that have at least 20 rows of both kinds */
    size_t        auc_sources; /* how many those are */
    wn_eval_cell *source;      /* by source */
    wn_eval_cell *lang;        /* by language, without authored templates */
} wn_eval_class;

/* In `all`, the calibration error weighs a source of n rows as sqrt(n), as the fit does. */
typedef struct wn_eval {
    const wn_dataset *set;
    bool              dev; /* the dev split; else the training split */
    size_t            rows;
    size_t twins; /* rows left out because the training split has the same normalised text */
    size_t classes;
    wn_eval_class class[WN_LINEAR_MAX];
} wn_eval;

/*
 * Score every row of a split and measure. Rows of the dev split whose
 * normalised text is in the training split, and word-list entries, are left
 * out. What `ret` holds lives in `arena`. WN_E_LIMIT (interrupted), WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_eval_text(wn_arena *arena, const wn_linear *model, const wn_dataset *set,
                                  bool dev, const wn_watch *watch, wn_eval *ret, wn_err *err);

/* Write the figures as Markdown tables: the categories, then each by source and by language. */
void wn_eval_print(wn_buf *out, const wn_eval *eval);

#endif
