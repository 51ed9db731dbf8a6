/* SPDX-License-Identifier: Apache-2.0 */
/* Opening an engine and judging items with it. */
#ifndef WINNOW_ENGINE_H
#define WINNOW_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>
#include <winnow/verdict.h>

WN_BEGIN_DECLS

/* Policy, lists and models, opened once. Immutable: any number of threads may scan with it. */
typedef struct wn_engine wn_engine;

/* How to open an engine. Start from WN_ENGINE_OPTIONS_INIT; a NULL takes the default. */
typedef struct wn_engine_options {
    size_t      size;           /* sizeof(wn_engine_options): set by the initialiser */
    const char *policy;         /* a policy file or a built-in one's name; default "default" */
    const char *text_model;     /* a text model file; default: the one built in */
    const char *models_dir;     /* picture models; default: see docs/CONFIGURATION.md */
    const char *helper_dir;     /* folder of the decoding helpers */
    const char *onnxruntime;    /* path of the ONNX Runtime library */
    uint64_t    max_item_bytes; /* larger items are refused; 0 takes 256 MiB */
    uint64_t    max_memory;     /* ceiling of one item's working memory; 0 takes 2 GiB */
} wn_engine_options;

#define WN_ENGINE_OPTIONS_INIT                                                                     \
    {                                                                                              \
        sizeof(wn_engine_options), NULL, NULL, NULL, NULL, NULL, 0, 0                              \
    }

/* One of the closed list of facts that a caller may pass about the context of an item. */
typedef struct wn_meta {
    const char *key;   /* account_age_days, prior_violations, trusted or report_count */
    const char *value; /* a number, or true/false for `trusted` */
} wn_meta;

/* What to judge. Start from WN_ITEM_INIT. Everything is borrowed until the call returns. */
typedef struct wn_item_request {
    size_t         size;    /* sizeof(wn_item_request): set by the initialiser */
    wn_span        bytes;   /* the item itself, unless `path` is set */
    const char    *path;    /* read the item from this file instead; NULL for `bytes` */
    const char    *name;    /* how the verdict names the item; default: `path`, else `index` */
    uint64_t       index;   /* how the verdict names an item without name and path */
    const char    *surface; /* where it was posted, as the policy names it; may be NULL */
    int            is_text; /* 1: the bytes are text, whatever they look like */
    const wn_meta *meta;
    size_t         meta_count;
} wn_item_request;

#define WN_ITEM_INIT                                                                               \
    {                                                                                              \
        sizeof(wn_item_request), { NULL, 0 }, NULL, NULL, 0, NULL, 0, NULL, 0                      \
    }

/*
 * Open an engine: compile the policy with its lists, load the models. What is
 * missing on this machine (a model, a helper) does not fail the call; verdicts
 * name it in their coverage. `options` may be NULL. `ret` is written only on
 * success; free it with wn_engine_free. Fails with WN_E_IO, WN_E_FORMAT,
 * WN_E_LIMIT, WN_E_USAGE or WN_E_NOMEM; `err` (may be NULL) then says where.
 */
WN_API WN_NODISCARD wn_code wn_engine_open(const wn_engine_options *options, wn_engine **ret,
                                           wn_err *err);

/*
 * Judge one item. An item that cannot be judged still gives WN_OK and a verdict
 * whose action is WN_ACTION_ERROR. Thread-safe. `ret` is written only on
 * success; free it with wn_verdict_free. Fails with WN_E_USAGE (unknown
 * surface, unknown or malformed metadata) or WN_E_NOMEM.
 */
WN_API WN_NODISCARD wn_code wn_engine_scan(const wn_engine *engine, const wn_item_request *item,
                                           wn_verdict **ret, wn_err *err);

/* Close an engine once no scan is running in it. NULL is allowed. */
WN_API void wn_engine_free(wn_engine *engine);

WN_END_DECLS

#endif
