/* SPDX-License-Identifier: Apache-2.0 */
/* From labelled rows to what is trained on: windows of features, targets and weights. */
#ifndef WN_MODEL_EXAMPLES_H
#define WN_MODEL_EXAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/category.h>
#include <winnow/error.h>
#include <winnow/export.h>

#include "src/base/arena.h"
#include "src/model/dataset.h"
#include "src/model/features.h"
#include "src/model/linear.h"
#include "src/text/normalize.h"

/* Folds for held-out predictions, made of blocks of neighbouring rows: templates stay together. */
enum { WN_FOLDS = 3, WN_FOLD_BLOCK = 64 };

/* The first window of a row; of a row without any positive label, the next ones too. */
typedef struct wn_example {
    uint32_t  row;
    wn_cursor at;
    uint32_t  total; /* features, those that the model will not know too */
    uint64_t  first; /* in wn_examples.slots */
    uint32_t  count;
    uint16_t  yes; /* bit per class */
    uint8_t   fold;
    bool      words_only; /* an entry of a word list: its pieces stand in harmless words too */
    float     weight[WN_LINEAR_MAX]; /* 0: the label is unknown, or left out */
} wn_example;

/* What of the training split was left out, and why. */
typedef struct wn_left_out {
    size_t group_entries; /* word-list entries that name a group */
    size_t bare_entries;  /* word-list entries of several words in a language without sentences */
    size_t empty;         /* rows without any word, or with nothing but an identity phrase */
    size_t one_sided;     /* positive labels in a language without negatives of the category */
} wn_left_out;

/* What training reads. Lives in the arena that made it. */
typedef struct wn_examples {
    const wn_dataset *set;
    const wn_text   **text; /* by row; NULL: left out, or of the dev split */
    size_t            classes;
    wn_category       category[WN_LINEAR_MAX];
    size_t            positives[WN_LINEAR_MAX]; /* rows of the training split */
    size_t            negatives[WN_LINEAR_MAX];
    size_t real[WN_LINEAR_MAX]; /* positives neither synthetic nor from word lists, of sources that
                                   have both kinds */
    wn_example *at;
    size_t      count;
    wn_left_out left_out;
    /* The features that training keeps (src/model/select.h). */
    uint32_t  lines;
    uint64_t *slot_hash;  /* by slot, lines * WN_LINEAR_WAYS of them; 0: empty */
    size_t    candidates; /* features that were seen often enough */
    size_t    kept;
    uint32_t *slots; /* the kept features of the examples, one behind the other */
    uint64_t  slot_count;
} wn_examples;

/*
 * Choose the categories with at least `min_positives` real positives and enough
 * negatives, normalise the training rows, cut them into windows, and
 * weigh them so that neither a language nor a template that stands in the data
 * many times is evidence of anything. WN_E_FORMAT when no category has enough
 * rows, WN_E_LIMIT (interrupted), WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_examples_make(wn_arena *arena, const wn_dataset *set, size_t min_positives,
                                      const wn_watch *watch, wn_examples *ret, wn_err *err);

/* A number for a row's normalised text: rows that differ only in a group's name have the same. */
uint64_t wn_examples_key(const wn_text *text);

#endif
