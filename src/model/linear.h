/* SPDX-License-Identifier: Apache-2.0 */
/* The linear text model: a score a category, and exactly which words made it. */
#ifndef WN_MODEL_LINEAR_H
#define WN_MODEL_LINEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/category.h>
#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/base/arena.h"
#include "src/model/features.h"
#include "src/text/normalize.h"

/*
 * For a window of a text with n features, of which the model knows some:
 *
 *   raw   = bias + scale * (sum of the features' int8 weights) / sqrt(n)
 *   score = 1 / (1 + exp(-raw))
 *
 * The sum is an integer, so it does not depend on the order, and what it is
 * made of adds up exactly. A feature that training did not keep has weight 0
 * but counts in n: the less of a text the model knows, the nearer its score is
 * to that of the bias alone. A text's score is that of its highest window. The
 * calibration is part of bias and scale.
 *
 * The file (little endian): wn_linear_file, then lines of 64 bytes, each 4 tags
 * of 16 bits and 4 x 14 weights: what a feature needs lies in one cache line.
 */
enum {
    WN_LINEAR_MAX = 14, /* categories in one model */
    WN_LINEAR_WAYS = 4, /* features in a line */
    WN_LINEAR_LINE = 64,
    WN_LINEAR_VERSION_LEN = 24,
};

/* At or above this a sentence of the neutral corpus counts as flagged: where default policies
 * review. */
#define WN_LINEAR_NEUTRAL_SCORE 0.7f

/* One category of a model file. */
typedef struct wn_linear_class {
    char     name[32]; /* as wn_category_name, padded with 0 */
    float    scale, bias;
    uint32_t calibrated; /* 1: the calibration was measured on enough development data */
    float    ece;        /* expected calibration error there, 0 to 1; 0 when not measured */
} wn_linear_class;

/* Head of a model file. */
typedef struct wn_linear_file {
    uint8_t  magic[4]; /* "WNM1" */
    uint32_t features; /* WN_FEATURES_VERSION */
    uint32_t lines;
    uint32_t classes;
    char     version[WN_LINEAR_VERSION_LEN]; /* padded with 0 */
    uint8_t  reserved[56];                   /* 0 */
    wn_linear_class class[WN_LINEAR_MAX];    /* unused ones are 0 */
} wn_linear_file;

_Static_assert(sizeof(wn_linear_class) == 48, "part of the file format");
_Static_assert(sizeof(wn_linear_file) == 768, "part of the file format; a multiple of a line");

/* Immutable; any number of threads. */
typedef struct wn_linear wn_linear;

/* What a model says of a text, by the model's own numbering of categories. */
typedef struct wn_linear_result {
    size_t    count; /* categories of the model */
    float     score[WN_LINEAR_MAX];
    float     raw[WN_LINEAR_MAX];
    wn_cursor window[WN_LINEAR_MAX]; /* the window that the score is of */
} wn_linear_result;

/* What one word, or one piece of a run without spaces, adds to the sum. */
typedef struct wn_linear_part {
    uint32_t start, end; /* bytes of the normalised text */
    int64_t  units;
    float    share; /* of all that speaks for the category; 0 < share <= 1 */
} wn_linear_part;

/*
 * How a raw score came about: raw = bias + step * (units of the parts + rest).
 * The parts are the strongest of those that speak for the category, strongest
 * first, one for each word (at its first place in the window); `rest` is
 * everything else, for and against.
 */
typedef struct wn_linear_explanation {
    float                 raw, bias;
    double                step;
    int64_t               rest;
    const wn_linear_part *parts;
    size_t                part_count;
} wn_linear_explanation;

/*
 * Take a model file's bytes, which stay borrowed for as long as the model.
 * They are checked to the last byte. WN_E_FORMAT (what is wrong), WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_linear_load(wn_span file, wn_linear **ret, wn_err *err);

/* NULL is allowed. */
void wn_linear_free(wn_linear *model);

/* How many categories the model scores, and which. Thread-safe. */
size_t          wn_linear_count(const wn_linear *model);
wn_category     wn_linear_category(const wn_linear *model, size_t index);
bool            wn_linear_calibrated(const wn_linear *model, size_t index);
float           wn_linear_ece(const wn_linear *model, size_t index);
wn_category_set wn_linear_categories(const wn_linear *model);
const char     *wn_linear_version(const wn_linear *model);

/* Score a text; bounded memory on the stack, none elsewhere. Thread-safe. */
void wn_linear_score(const wn_linear *model, const wn_text *text, wn_linear_result *ret);

/*
 * Say why: the at most `most` strongest parts of category number `index` in
 * the window that `result` names for it. What `ret` points to lives in
 * `arena`. Thread-safe for different arenas. WN_E_LIMIT, WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_linear_explain(const wn_linear *model, const wn_text *text,
                                       const wn_linear_result *result, size_t index, size_t most,
                                       wn_arena *arena, wn_linear_explanation *ret, wn_err *err);

/* The line and the tag (never 0) under which a feature is kept. For the trainer. */
void wn_linear_place(uint64_t hash, uint32_t lines, uint32_t *line, uint16_t *tag);

/*
 * The neutral corpus over a model: WN_E_FORMAT when it flags more than a trace
 * of it at `threshold` (wn_neutral_gate); `what` and `file` name it. Thread-safe.
 */
WN_NODISCARD wn_code wn_linear_neutral_gate(const wn_linear *model, float threshold,
                                            const char *what, const char *file, wn_err *err);

#endif
