/* SPDX-License-Identifier: Apache-2.0 */
/* Walking an item's tree of views: each part on each view of its kind, wherever it hangs. */
#include "src/engine/engine_internal.h"

#include <string.h>

#include "src/base/err.h"

/* Why a file of this media cannot be judged when no extractor made anything of it. */
static wn_code fail_unread(const wn_view *root, wn_err *failed)
{
    const char *media = wn_media_name(root->media);

    switch (root->media) {
    case WN_MEDIA_EMPTY:
        return wn_fail(failed, WN_E_FORMAT, "the item is empty: there is nothing to judge");
    case WN_MEDIA_UNKNOWN:
        return wn_fail(failed, WN_E_UNSUPPORTED,
                       "neither text nor a media format that Winnow knows: nothing could be read");
    default:
        return wn_fail(failed, WN_E_UNSUPPORTED, "%s is not read by this build of Winnow", media);
    }
}

/* Run one part on one view; a failure is the view's, not the scan's. */
static wn_code run_part(const wn_engine_part *p, wn_scan *scan, const wn_view *view, wn_err *failed,
                        wn_err *err)
{
    wn_err  why = { 0 };
    wn_code code;

    if (!(p->part->reads & WN_VIEW_BIT(view->kind)))
        return WN_OK;
    if (p->opened.absent != NULL) {
        wn_scan_not_run(scan, p->part->name, p->opened.absent, false);
        return WN_OK;
    }
    code = p->part->run(p->opened.state, scan, view, &why);
    if (code == WN_OK)
        return WN_OK;
    if (code == WN_E_NOMEM)
        return wn_fail_nomem(err);
    if (failed->code == WN_OK)
        *failed = why;
    why.file[0] = '\0';
    {
        const char *text = wn_arena_strndup(scan->arena, why.msg, strlen(why.msg));

        wn_scan_not_run(scan, p->part->name, text ? text : wn_code_name(code), true);
    }
    return WN_OK;
}

static bool extractor_absent(const wn_engine *engine, const wn_scan *scan, wn_err *failed)
{
    bool picture = strcmp(wn_media_class(scan->views[0]->media), "image") == 0 &&
                   scan->views[0]->media != WN_MEDIA_OTHER_IMAGE;

    for (size_t i = 0; i < engine->extractor_count; i++) {
        const wn_engine_part *p = &engine->parts[i];

        if (picture && p->opened.absent != NULL && (p->part->reads & WN_VIEW_BIT(WN_VIEW_FILE))) {
            (void)wn_fail(failed, WN_E_UNSUPPORTED, "pictures cannot be read here: %s",
                          p->opened.absent);
            return true;
        }
    }
    return false;
}

/* Whether a detector read any view: else nobody judged the item. */
static bool anyone_judged(const wn_engine *engine, const wn_scan *scan)
{
    for (size_t i = engine->extractor_count; i < engine->part_count; i++)
        for (size_t c = 0; c < scan->coverage_count; c++)
            if (strcmp(scan->coverage[c].part, engine->parts[i].part->name) == 0 &&
                scan->coverage[c].views > 0)
                return true;
    return false;
}

wn_code wn_walk(const wn_engine *engine, wn_scan *scan, wn_err *failed, wn_err *err)
{
    failed->code = WN_OK;
    /* The tree grows behind the loop: children are walked like their parents. */
    for (size_t v = 0; v < scan->view_count; v++)
        for (size_t i = 0; i < engine->part_count; i++)
            WN_TRY(run_part(&engine->parts[i], scan, scan->views[v], failed, err));
    if (failed->code != WN_OK)
        return WN_OK;
    if (scan->view_count == 1) {
        if (!extractor_absent(engine, scan, failed))
            (void)fail_unread(scan->views[0], failed);
    } else if (!anyone_judged(engine, scan)) {
        (void)wn_fail(failed, WN_E_UNSUPPORTED,
                      "no detector could look at this item: see its coverage");
    }
    return WN_OK;
}

wn_category_set wn_walk_scored(const wn_engine *engine, const wn_scan *scan)
{
    wn_category_set set = 0;

    for (size_t i = engine->extractor_count; i < engine->part_count; i++)
        for (size_t c = 0; c < scan->coverage_count; c++)
            if (strcmp(scan->coverage[c].part, engine->parts[i].part->name) == 0 &&
                scan->coverage[c].views > 0)
                set |= engine->parts[i].opened.scores;
    return set;
}
