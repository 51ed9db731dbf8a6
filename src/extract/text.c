/* SPDX-License-Identifier: Apache-2.0 */
/* Extractor "text": a text file becomes a text view, normalised once for all detectors. */
#include "src/extract/registry.h"

#include "src/base/err.h"
#include "src/text/normalize.h"

static wn_code text_run(void *state, wn_scan *scan, const wn_view *view, wn_err *err)
{
    wn_place              place = { .kind = WN_PLACE_WHOLE };
    const struct wn_text *text;
    wn_view              *child;

    (void)state;
    if (view->media != WN_MEDIA_TEXT)
        return WN_OK;
    WN_TRY(wn_text_normalize(scan->arena, view->bytes, &text, err));
    WN_TRY(wn_scan_add_view(scan, view, WN_VIEW_TEXT, wn_extract_text.name, place, &child, err));
    child->bytes = view->bytes;
    child->text = text;
    wn_scan_ran(scan, wn_extract_text.name);
    return WN_OK;
}

const wn_part wn_extract_text = {
    .name = "text",
    .version = "1",
    .about = "text files and messages, normalised with the way back to their bytes",
    .reads = WN_VIEW_BIT(WN_VIEW_FILE),
    .run = text_run,
};
