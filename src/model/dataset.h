/* SPDX-License-Identifier: Apache-2.0 */
/* Labelled texts for training and evaluation: a folder of JSON-lines files. */
#ifndef WN_MODEL_DATASET_H
#define WN_MODEL_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/category.h>
#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/base/arena.h"
#include "src/base/digest.h"

/*
 * Each *.jsonl or *.jsonl.gz is one source, a row a line:
 *   {"text": "...", "labels": {"spam": 1, "hate": 0}, "split": "train", "lang": "en"}
 * A category that is not among the labels is unknown, which is not the same as
 * 0. Optional: "split" ("train" or "dev"; absent: by a digest of the text, one
 * row in ten is dev), "lang" (BCP 47; absent: "und"), "kind": "lexicon" for
 * entries of word lists, "synthetic": true for authored templates, "weak":
 * true for labels that follow from provenance. Other members are ignored.
 */
typedef struct wn_row {
    wn_span         text;
    wn_category_set known, yes; /* `yes` is part of `known` */
    uint16_t        source, lang;
    bool            dev, lexicon, synthetic, weak;
} wn_row;

typedef struct wn_source {
    const char *name; /* of the file, without folder and endings */
    const char *file;
    wn_digest   sha256;
    size_t      first, count; /* its rows */
    size_t      refused;      /* lines that are no such row */
} wn_source;

/* Rows in the order of file names and lines, so that the same folder is always the same set. */
typedef struct wn_dataset {
    wn_row      *rows;
    size_t       row_count;
    wn_source   *sources;
    size_t       source_count;
    const char **langs;
    size_t       lang_count;
    size_t       refused;
    wn_err       first_refused; /* where and why, when `refused` > 0 */
} wn_dataset;

/* Called now and then with what is being done and how far it is; false stops with WN_E_LIMIT. */
typedef struct wn_watch {
    bool (*tell)(void *ctx, const char *what, size_t done, size_t total);
    void *ctx;
} wn_watch;

enum { WN_DATASET_SOURCES = 1024, WN_DATASET_LANGS = 512 };

/*
 * Read a folder. Everything lives in `arena`. Rows with sexual/minors are
 * refused: no training data may hold any. WN_E_FORMAT when more than 1 % of the
 * lines are refused or there are no rows, WN_E_IO, WN_E_LIMIT, WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_dataset_load(wn_arena *arena, const char *dir, const wn_watch *watch,
                                     wn_dataset *ret, wn_err *err);

/* Tell how far the work is; WN_E_LIMIT "interrupted" when the answer is stop. `watch` may be NULL.
 */
WN_NODISCARD wn_code wn_watch_tell(const wn_watch *watch, const char *what, size_t done,
                                   size_t total, wn_err *err);

#endif
