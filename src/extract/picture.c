/* SPDX-License-Identifier: Apache-2.0 */
/* Extractor "picture": a picture file to its pixels, decoded in a helper process. */
#include "src/extract/registry.h"

#include <unistd.h>

#include "config.h"
#include "src/base/err.h"
#include "src/decode/decoder.h"

static wn_code picture_open(const wn_env *env, wn_opened *ret, wn_err *err)
{
    wn_decoder_options options = { 0 };
    wn_decoder        *decoder;

    if (!WN_WITH_PICTURES) {
        ret->absent = "this build reads no pictures (it was made without the picture libraries)";
        return WN_OK;
    }
    options.helper = wn_arena_printf(env->arena, "%s/winnow-decode-picture",
                                     env->helper_dir ? env->helper_dir : ".");
    if (options.helper == NULL)
        return wn_arena_fail(env->arena, err);
    if (access(options.helper, X_OK) != 0) {
        /* No path: this stands in verdicts, whose digest must not depend on one. */
        ret->absent = "the picture helper winnow-decode-picture is missing "
                      "(docs/CONFIGURATION.md says where it is looked for)";
        return WN_OK;
    }
    WN_TRY(wn_decoder_new(&options, &decoder, err));
    ret->state = decoder;
    return WN_OK;
}

static wn_code picture_run(void *state, wn_scan *scan, const wn_view *view, wn_err *err)
{
    const char     *name = wn_extract_picture.name;
    wn_place        whole = { .kind = WN_PLACE_WHOLE };
    wn_picture_info info;
    wn_image        image;
    wn_view        *child;

    if (view->media != WN_MEDIA_JPEG && view->media != WN_MEDIA_PNG &&
        view->media != WN_MEDIA_WEBP && view->media != WN_MEDIA_GIF)
        return WN_OK;
    WN_TRY(wn_decoder_picture(state, scan->arena, view->media, view->bytes, &image, &info, err));
    WN_TRY(wn_scan_add_view(scan, view, WN_VIEW_IMAGE, name, whole, &child, err));
    child->image = image;
    wn_scan_ran(scan, name);
    if (info.frames > 1)
        wn_scan_not_run(scan, "frames", "only the first frame of an animation is looked at", false);
    if (info.incomplete)
        wn_scan_not_run(scan, "damaged parts",
                        "the picture is cut short or damaged: what could be read was looked at",
                        false);
    return WN_OK;
}

static void picture_close(void *state)
{
    wn_decoder_free(state);
}

const wn_part wn_extract_picture = {
    .name = "picture",
    .version = "1",
    .about = "JPEG, PNG, WebP and GIF to pixels, in a sandboxed helper",
    .reads = WN_VIEW_BIT(WN_VIEW_FILE),
    .open = picture_open,
    .run = picture_run,
    .close = picture_close,
};
