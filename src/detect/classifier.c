/* SPDX-License-Identifier: Apache-2.0 */
/* Detector "text-classifier": the linear text model, with the words that made each score. */
#include "src/base/asset.h"
#include "src/base/err.h"
#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/detect/registry.h"
#include "src/model/linear.h"

enum { EVIDENCE_MAX = 5, MODEL_MAX_MIB = 64 };

/* Scores below are noise: no signal. From the second on, a signal shows the words behind it. */
static const float SCORE_MIN = 0.05F, SCORE_EXPLAINED = 0.1F;

static wn_code load(const wn_env *env, wn_span *file, wn_linear **ret, wn_err *err)
{
    wn_code code;

    if (env->text_model == NULL)
        return wn_linear_load(*file, ret, err);
    WN_TRY(wn_file_read(env->arena, env->text_model, (uint64_t)MODEL_MAX_MIB << 20, file, err));
    code = wn_linear_load(*file, ret, err);
    if (code != WN_OK)
        return code;
    /* The built-in model passed when it was trained, and passes again in the tests. */
    code = wn_linear_neutral_gate(*ret, WN_LINEAR_NEUTRAL_SCORE, "this text model", env->text_model,
                                  err);
    if (code != WN_OK)
        wn_linear_free(*ret);
    return code;
}

static wn_code classifier_open(const wn_env *env, wn_opened *ret, wn_err *err)
{
    wn_span     file = wn_asset_get(WN_ASSET_TEXT_MODEL);
    wn_linear  *model = NULL;
    const char *name;
    bool        calibrated = true;

    if (env->text_model == NULL && file.len == 0) {
        ret->absent = "this build has no text model; train one with `winnow train text`";
        return WN_OK;
    }
    WN_TRY(load(env, &file, &model, err));
    name = wn_arena_printf(env->arena, "text-%s", wn_linear_version(model));
    if (name == NULL) {
        wn_linear_free(model);
        return wn_arena_fail(env->arena, err);
    }
    for (size_t i = 0; i < wn_linear_count(model); i++)
        calibrated = calibrated && wn_linear_calibrated(model, i);
    ret->state = model;
    ret->scores = wn_linear_categories(model);
    ret->model = (wn_model_info){
        .name = name,
        .about = calibrated
                     ? "words, word pairs and character n-grams"
                     : "words, word pairs and character n-grams; some categories' scores are "
                       "not calibrated (see its card)",
        .digest = wn_sha256(file),
        .calibrated = calibrated,
    };
    return WN_OK;
}

/* Where in the text, in its original bytes; the whole text when no word stands out. */
static wn_code explain(const wn_linear *model, wn_scan *scan, const wn_text *text,
                       const wn_linear_result *result, size_t index, wn_signal *signal, wn_err *err)
{
    wn_linear_explanation why = { .part_count = 0 };
    wn_evidence          *evidence = wn_arena_calloc(scan->arena, EVIDENCE_MAX, sizeof *evidence);

    if (evidence == NULL)
        return wn_arena_fail(scan->arena, err);
    if (result->score[index] >= SCORE_EXPLAINED)
        WN_TRY(wn_linear_explain(model, text, result, index, EVIDENCE_MAX, scan->arena, &why, err));
    for (size_t i = 0; i < why.part_count; i++) {
        evidence[i].place.kind = WN_PLACE_BYTES;
        wn_text_to_raw(text, why.parts[i].start, why.parts[i].end, &evidence[i].place.start,
                       &evidence[i].place.end);
        evidence[i].weight = why.parts[i].share;
        evidence[i].note = "wording";
    }
    if (why.part_count == 0) {
        evidence[0].place.kind = WN_PLACE_WHOLE;
        evidence[0].note = "wording";
    }
    signal->evidence = evidence;
    signal->evidence_count = why.part_count == 0 ? 1 : why.part_count;
    return WN_OK;
}

static wn_code classifier_run(void *state, wn_scan *scan, const wn_view *view, wn_err *err)
{
    const wn_linear *model = state;
    wn_linear_result result;

    wn_linear_score(model, view->text, &result);
    for (size_t i = 0; i < result.count; i++) {
        wn_signal signal = { .category = wn_linear_category(model, i),
                             .score = result.score[i],
                             .calibrated = wn_linear_calibrated(model, i),
                             .detector = wn_detect_text_classifier.name,
                             .view = view };

        if (signal.score < SCORE_MIN)
            continue;
        WN_TRY(explain(model, scan, view->text, &result, i, &signal, err));
        WN_TRY(wn_scan_add_signal(scan, &signal, err));
    }
    wn_scan_ran(scan, wn_detect_text_classifier.name);
    return WN_OK;
}

static void classifier_close(void *state)
{
    wn_linear_free(state);
}

const wn_part wn_detect_text_classifier = {
    .name = "text-classifier",
    .version = "1",
    .about = "a linear model of words and their pieces; its evidence adds up to its score",
    .reads = WN_VIEW_BIT(WN_VIEW_TEXT),
    .open = classifier_open,
    .run = classifier_run,
    .close = classifier_close,
};
