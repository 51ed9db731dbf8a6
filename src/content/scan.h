/* SPDX-License-Identifier: Apache-2.0 */
/* One item being judged: its tree of views, its signals, and what did or did not look at it. */
#ifndef WN_CONTENT_SCAN_H
#define WN_CONTENT_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>

#include "src/base/arena.h"
#include "src/content/signal.h"
#include "src/content/view.h"

/* What rules may count. */
typedef enum wn_count { WN_COUNT_LINKS, WN_COUNT_CODES, WN_COUNTS } wn_count;

/* How often an extractor or detector read a view, or why it did not. */
typedef struct wn_coverage {
    const char *part;    /* name of the extractor or detector */
    uint32_t    views;   /* how many views it read to the end */
    const char *not_run; /* why it did not run (at least once), or NULL */
    bool        failed;  /* it should have run and could not: the item is not fully judged */
} wn_coverage;

/* How many entries of a list matched, each counted once. */
typedef struct wn_list_hits {
    const char *list;
    uint32_t    hits;
} wn_list_hits;

/* Bounds of one item's tree; reaching one is said in the coverage. */
enum { WN_MAX_VIEWS = 4096, WN_MAX_SIGNALS = 65536, WN_MAX_PARTS = 32, WN_MAX_LIST_HITS = 256 };

/* One thread at a time. Everything in it lives in `arena`. */
typedef struct wn_scan {
    wn_arena    *arena;
    wn_view    **views;
    size_t       view_count, view_cap;
    wn_signal   *signals;
    size_t       signal_count, signal_cap;
    wn_coverage  coverage[WN_MAX_PARTS];
    size_t       coverage_count;
    wn_list_hits hits[WN_MAX_LIST_HITS];
    size_t       hits_count;
    uint32_t     counts[WN_COUNTS];
} wn_scan;

/* Start an item: `bytes` become the root view of kind WN_VIEW_FILE. */
WN_NODISCARD wn_code wn_scan_init(wn_scan *scan, wn_arena *arena, wn_span bytes, wn_media media,
                                  wn_err *err);

/*
 * Hang a child under `parent`. The new view is zeroed but for kind, parent, id,
 * extractor and place; the caller fills in the rest. WN_E_LIMIT past
 * WN_MAX_VIEWS.
 */
WN_NODISCARD wn_code wn_scan_add_view(wn_scan *scan, const wn_view *parent, wn_view_kind kind,
                                      const char *extractor, wn_place place, wn_view **ret,
                                      wn_err *err);

/* Add a signal (copied; what it points to must live in the arena or longer). */
WN_NODISCARD wn_code wn_scan_add_signal(wn_scan *scan, const wn_signal *signal, wn_err *err);

/* Add to a count that rules may ask for. */
void wn_scan_add_count(wn_scan *scan, wn_count what, uint32_t n);

/* Add `n` distinct hits of a list. */
void wn_scan_add_hits(wn_scan *scan, const char *list, uint32_t n);

/* Hits of a list so far. */
uint32_t wn_scan_hits(const wn_scan *scan, const char *list);

/* Record that a part read a view. */
void wn_scan_ran(wn_scan *scan, const char *part);

/*
 * Record that a part did not run and why (a string that outlives the item).
 * `failed` says that it should have: then the item can not be allowed.
 */
void wn_scan_not_run(wn_scan *scan, const char *part, const char *why, bool failed);

#endif
