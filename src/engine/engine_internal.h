/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of src/engine share, and what the program may look into: never installed. */
#ifndef WN_ENGINE_ENGINE_INTERNAL_H
#define WN_ENGINE_ENGINE_INTERNAL_H

#include <winnow/engine.h>
#include <winnow/version.h>

#include "src/base/arena.h"
#include "src/base/buf.h"
#include "src/base/stash.h"
#include "src/content/part.h"
#include "src/content/scan.h"
#include "src/policy/policy.h"

/* A row of a registry, opened. */
typedef struct wn_engine_part {
    const wn_part *part;
    wn_opened      opened;
} wn_engine_part;

struct wn_engine {
    wn_arena       *arena; /* owns paths and what parts put there */
    wn_policy      *policy;
    wn_stash       *scratch; /* arenas of running scans */
    wn_engine_part *parts;   /* extractors first, then detectors */
    size_t          part_count, extractor_count;
    uint64_t        max_item_bytes, max_memory;
};

/* Everything that a verdict is made from; borrowed while it is made. */
typedef struct wn_outcome {
    const wn_engine       *engine;
    const wn_item_request *item;
    const wn_scan         *scan; /* NULL when the item could not be read at all */
    const wn_context      *context;
    const wn_decision     *decision; /* NULL when there is an error and nothing was decided */
    const wn_err          *error;    /* NULL when the item was judged */
} wn_outcome;

/* Resolve the folders and the library of `options` into `env`. WN_E_NOMEM. (paths.c) */
WN_NODISCARD wn_code wn_paths_resolve(const wn_engine_options *options, wn_arena *arena,
                                      wn_env *env, wn_err *err);

/* Check surface and metadata against the policy and the closed list. WN_E_USAGE. (context.c) */
WN_NODISCARD wn_code wn_context_parse(const wn_policy *policy, const wn_item_request *item,
                                      wn_context *ret, wn_err *err);

/*
 * Run every part over the item's tree of views. What fails on a view is noted in
 * the coverage, and the first such failure in `*failed` (code WN_OK when there
 * was none). WN_E_NOMEM only. (walk.c)
 */
WN_NODISCARD wn_code wn_walk(const wn_engine *engine, wn_scan *scan, wn_err *failed, wn_err *err);

/* The categories that the parts which ran score on every view. (walk.c) */
wn_category_set wn_walk_scored(const wn_engine *engine, const wn_scan *scan);

/*
 * A verdict for an item that could not even be found or opened, for the reason
 * in `why`. As wn_engine_scan otherwise. (engine.c)
 */
WN_NODISCARD wn_code wn_engine_refuse(const wn_engine *engine, const wn_item_request *item,
                                      const wn_err *why, wn_verdict **ret, wn_err *err);

/* Make the verdict. WN_E_NOMEM or WN_E_LIMIT. (verdict.c) */
WN_NODISCARD wn_code wn_verdict_make(const wn_outcome *outcome, wn_verdict **ret, wn_err *err);

/* Write the verdict's JSON into `buf`, digest included. (verdict_json.c) */
void wn_verdict_render(const wn_outcome *outcome, wn_action action, wn_buf *buf);

#endif
