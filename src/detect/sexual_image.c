/* SPDX-License-Identifier: Apache-2.0 */
/* Detector "sexual-imagery": nsfwjs's model on whole pictures, mapped to the category `sexual`. */
#include "src/detect/sexual_image.h"

#include <string.h>
#include <unistd.h>

#include "src/base/err.h"
#include "src/base/mem.h"
#include "src/detect/registry.h"
#include "src/model/resize.h"

#define MODEL "nsfw_mobilenet_v2_mid"

/*
 * How much of each class counts. Sexual photographs count in full. Suggestive ones are not
 * explicit: alone they come to 0.4, which default thresholds label and do not send to review.
 *
 * Sexual drawings are where the model errs most: comics, game scenes and diagrams get that class
 * as well. So it counts by its share among the two drawn classes (when the model is torn between a
 * harmless drawing and a sexual one, half of it is left), and never above 0.8: on a drawing the
 * model alone can ask for people, and not block.
 */
static const float SEXY_WEIGHT = 0.4F, DRAWN_WEIGHT = 0.8F, DRAWN_SHARE = 0.5F;

float wn_sexual_score(const float classes[WN_NSFW_CLASSES], bool *drawn)
{
    float hentai = classes[WN_NSFW_HENTAI], drawings = hentai + classes[WN_NSFW_DRAWING];
    float score = classes[WN_NSFW_PORN] + SEXY_WEIGHT * classes[WN_NSFW_SEXY];

    if (drawings > 0)
        score += DRAWN_WEIGHT * hentai * (hentai / drawings);
    *drawn = drawings >= DRAWN_SHARE;
    if (score < 0)
        return 0;
    return score < 1 ? score : 1;
}

static wn_code absent(const wn_env *env, wn_opened *ret, const char *why, wn_err *err)
{
    ret->absent = wn_arena_strndup(env->arena, why, strlen(why));
    return ret->absent != NULL ? WN_OK : wn_arena_fail(env->arena, err);
}

static wn_code sexual_open(const wn_env *env, wn_opened *ret, wn_err *err)
{
    const char *path = wn_arena_printf(env->arena, "%s/" MODEL ".onnx", env->models_dir);
    wn_nsfw    *model = NULL;
    wn_ort     *ort = NULL;
    wn_err      why = { 0 };
    wn_code     code;

    if (path == NULL)
        return wn_arena_fail(env->arena, err);
    if (access(path, F_OK) != 0)
        return absent(env, ret,
                      "the picture model " MODEL ".onnx is not in the models folder; `make demo` "
                      "(tools/setup demo) makes it",
                      err);
    code = wn_ort_open(env->onnxruntime, &ort, &why);
    if (code == WN_E_NOMEM)
        return wn_fail_nomem(err);
    if (code != WN_OK)
        /* Not why.msg: a path in it would enter the verdict's digest. */
        return absent(env, ret,
                      "no ONNX Runtime that works was found (docs/CONFIGURATION.md says where it "
                      "is looked for)",
                      err);
    code = wn_nsfw_load(env->arena, ort, path, &model, err);
    wn_ort_unref(ort);
    if (code != WN_OK)
        return code;
    ret->state = model;
    ret->scores = WN_CATEGORY_BIT(WN_CAT_SEXUAL);
    ret->model =
        (wn_model_info){ .name = wn_nsfw_name(model),
                         .about = "sexual imagery in whole pictures, by nsfwjs's MobileNet",
                         .digest = wn_nsfw_digest(model) };
    return WN_OK;
}

static wn_code sexual_run(void *state, wn_scan *scan, const wn_view *view, wn_err *err)
{
    wn_nsfw     *model = state;
    uint32_t     side = wn_nsfw_side(model);
    float       *planes = wn_arena_alloc(scan->arena, (size_t)side * side, 3 * sizeof *planes);
    wn_evidence *evidence = WN_ARENA_NEW(scan->arena, wn_evidence);
    float        classes[WN_NSFW_CLASSES];
    wn_signal    signal = { .category = WN_CAT_SEXUAL,
                            .detector = wn_detect_sexual_imagery.name,
                            .view = view,
                            .evidence = evidence,
                            .evidence_count = 1 };
    bool         drawn;

    if (planes == NULL || evidence == NULL)
        return wn_arena_fail(scan->arena, err);
    WN_TRY(wn_resize_planes(scan->arena, &view->image, side, planes, err));
    WN_TRY(wn_nsfw_run(model, planes, classes, err));
    signal.score = wn_sexual_score(classes, &drawn);
    evidence->place.kind = WN_PLACE_WHOLE;
    evidence->note = drawn ? "sexual imagery (drawing-like: less certain)" : "sexual imagery";
    WN_TRY(wn_scan_add_signal(scan, &signal, err));
    wn_scan_ran(scan, wn_detect_sexual_imagery.name);
    return WN_OK;
}

static void sexual_close(void *state)
{
    wn_nsfw_free(state);
}

const wn_part wn_detect_sexual_imagery = {
    .name = "sexual-imagery",
    .version = "1",
    .about = "sexual content of whole pictures; no part of a picture is looked at by itself",
    .reads = WN_VIEW_BIT(WN_VIEW_IMAGE),
    .open = sexual_open,
    .run = sexual_run,
    .close = sexual_close,
};
