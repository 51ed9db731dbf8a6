/* SPDX-License-Identifier: Apache-2.0 */
/* One item being judged: growing its tree of views, its signals and its coverage. */
#include "src/content/scan.h"

#include <string.h>

#include "src/base/err.h"

/* Grow an arena array to hold one more; the old one is left to the arena. */
static wn_code grow(wn_arena *arena, void **items, size_t count, size_t *cap, size_t size,
                    wn_err *err)
{
    size_t wanted = *cap ? *cap * 2 : 16;
    void  *fresh;

    if (count < *cap)
        return WN_OK;
    fresh = wn_arena_alloc(arena, wanted, size);
    if (fresh == NULL)
        return wn_arena_fail(arena, err);
    if (count > 0)
        memcpy(fresh, *items, count * size);
    *items = fresh;
    *cap = wanted;
    return WN_OK;
}

static wn_code add_view(wn_scan *scan, wn_view **ret, wn_err *err)
{
    void    *views = scan->views;
    wn_view *view = NULL;

    if (scan->view_count >= WN_MAX_VIEWS)
        return wn_fail(err, WN_E_LIMIT, "more than %d parts in one item", WN_MAX_VIEWS);
    WN_TRY(grow(scan->arena, &views, scan->view_count, &scan->view_cap, sizeof *scan->views, err));
    scan->views = views;
    view = WN_ARENA_NEW(scan->arena, wn_view);
    if (view == NULL)
        return wn_arena_fail(scan->arena, err);
    view->id = (uint32_t)scan->view_count;
    scan->views[scan->view_count++] = view;
    *ret = view;
    return WN_OK;
}

wn_code wn_scan_init(wn_scan *scan, wn_arena *arena, wn_span bytes, wn_media media, wn_err *err)
{
    wn_view *root = NULL;

    memset(scan, 0, sizeof *scan);
    scan->arena = arena;
    WN_TRY(add_view(scan, &root, err));
    root->kind = WN_VIEW_FILE;
    root->bytes = bytes;
    root->media = media;
    root->sha256 = wn_sha256(bytes);
    return WN_OK;
}

wn_code wn_scan_add_view(wn_scan *scan, const wn_view *parent, wn_view_kind kind,
                         const char *extractor, wn_place place, wn_view **ret, wn_err *err)
{
    wn_view *view = NULL;

    WN_TRY(add_view(scan, &view, err));
    view->kind = kind;
    view->parent = parent;
    view->extractor = extractor;
    view->place = place;
    *ret = view;
    return WN_OK;
}

wn_code wn_scan_add_signal(wn_scan *scan, const wn_signal *signal, wn_err *err)
{
    void *signals = scan->signals;

    if (scan->signal_count >= WN_MAX_SIGNALS)
        return wn_fail(err, WN_E_LIMIT, "more than %d findings in one item", WN_MAX_SIGNALS);
    WN_TRY(grow(scan->arena, &signals, scan->signal_count, &scan->signal_cap, sizeof *scan->signals,
                err));
    scan->signals = signals;
    scan->signals[scan->signal_count++] = *signal;
    return WN_OK;
}

void wn_scan_add_count(wn_scan *scan, wn_count what, uint32_t n)
{
    if (__builtin_add_overflow(scan->counts[what], n, &scan->counts[what]))
        scan->counts[what] = UINT32_MAX;
}

void wn_scan_add_hits(wn_scan *scan, const char *list, uint32_t n)
{
    for (size_t i = 0; i < scan->hits_count; i++) {
        if (strcmp(scan->hits[i].list, list) == 0) {
            scan->hits[i].hits += n;
            return;
        }
    }
    /* The policy has at most WN_MAX_LIST_HITS lists, so there is always room. */
    if (scan->hits_count < WN_MAX_LIST_HITS)
        scan->hits[scan->hits_count++] = (wn_list_hits){ list, n };
}

uint32_t wn_scan_hits(const wn_scan *scan, const char *list)
{
    for (size_t i = 0; i < scan->hits_count; i++)
        if (strcmp(scan->hits[i].list, list) == 0)
            return scan->hits[i].hits;
    return 0;
}

static wn_coverage *coverage_of(wn_scan *scan, const char *part)
{
    wn_coverage *c = NULL;

    for (size_t i = 0; i < scan->coverage_count; i++)
        if (strcmp(scan->coverage[i].part, part) == 0)
            return &scan->coverage[i];
    if (scan->coverage_count < WN_MAX_PARTS) {
        c = &scan->coverage[scan->coverage_count++];
        *c = (wn_coverage){ .part = part };
    }
    return c;
}

void wn_scan_ran(wn_scan *scan, const char *part)
{
    wn_coverage *c = coverage_of(scan, part);

    if (c != NULL)
        c->views++;
}

void wn_scan_not_run(wn_scan *scan, const char *part, const char *why, bool failed)
{
    wn_coverage *c = coverage_of(scan, part);

    if (c == NULL)
        return;
    if (c->not_run == NULL || (failed && !c->failed))
        c->not_run = why;
    c->failed = c->failed || failed;
}
