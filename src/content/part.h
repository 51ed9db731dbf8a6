/* SPDX-License-Identifier: Apache-2.0 */
/* Extractors and detectors: the only two kinds of parts that look at content. */
#ifndef WN_CONTENT_PART_H
#define WN_CONTENT_PART_H

#include <stdbool.h>
#include <stddef.h>

#include <winnow/category.h>
#include <winnow/error.h>
#include <winnow/export.h>

#include "src/base/arena.h"
#include "src/base/digest.h"
#include "src/content/list.h"
#include "src/content/scan.h"
#include "src/content/view.h"

/* What a part may need when it is opened. Everything outlives the part. */
typedef struct wn_env {
    wn_arena           *arena; /* the engine's own: for what lives as long as the part */
    const char         *models_dir;
    const char         *helper_dir;
    const char         *onnxruntime; /* path of the library, or NULL to look for it */
    const char         *text_model;  /* file, or NULL for the built-in one */
    const wn_list_spec *lists;
    size_t              list_count;
} wn_env;

/* The model or list generation that a part judges by, as verdicts and `winnow models` name it. */
typedef struct wn_model_info {
    const char *name; /* NULL: the part uses none */
    const char *about;
    wn_digest   digest;
    bool        calibrated;
} wn_model_info;

/* A part that was opened. */
typedef struct wn_opened {
    void           *state;
    const char     *absent; /* why it cannot run here, NULL when it can */
    wn_category_set scores; /* what it scores on every view it reads */
    wn_model_info   model;
} wn_opened;

/*
 * One extractor or detector: a row of the registry (src/extract/registry.c,
 * src/detect/registry.c).
 *
 * `open` is called once. A part that is missing on this machine (a model file,
 * a library) returns WN_OK with `absent` set; an operator's mistake (a broken
 * list) returns an error and the engine does not open. `ret` is zeroed by the
 * caller. `run` reads one view; many threads call it at once. A failed `run`
 * is recorded in the coverage as failed. `close` takes what `open` made. `open`
 * and `close` may be NULL for a part that needs nothing. A part calls
 * wn_scan_ran for each view that it read to the end.
 */
typedef struct wn_part {
    const char *name;
    const char *version;
    const char *about; /* one line for `winnow models` and the docs */
    unsigned    reads; /* WN_VIEW_BIT()s */
    wn_code (*open)(const wn_env *env, wn_opened *ret, wn_err *err);
    wn_code (*run)(void *state, wn_scan *scan, const wn_view *view, wn_err *err);
    void (*close)(void *state);
} wn_part;

#endif
