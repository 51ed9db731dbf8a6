/* SPDX-License-Identifier: Apache-2.0 */
/* nsfwjs's classifier of whole pictures, converted to ONNX: five classes that are never shown. */
#include "src/model/nsfw.h"

#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "src/base/err.h"
#include "src/base/file.h"
#include "src/base/mem.h"

/* The larger of nsfwjs's models has 90 MB as 32-bit floats. */
enum { MAX_MODEL_MIB = 256, MAX_MANIFEST_KIB = 64 };

struct wn_nsfw {
    const char     *name, *path; /* in the arena of whoever loaded it */
    wn_digest       digest;
    uint32_t        side;
    wn_ort         *ort;
    pthread_mutex_t lock;  /* guards what follows */
    bool            tried; /* loading was tried: `model`, or else `refusal`, is set */
    wn_err          refusal;
    wn_ort_model   *model;
};

/* What a manifest says, checked. */
typedef struct manifest {
    const char *name; /* belongs to the parsed JSON */
    wn_digest   digest;
    uint32_t    side;
} manifest;

static void json_freep(json_t **json)
{
    json_decref(*json);
}

static bool is_string(const json_t *json, const char *text)
{
    return json_is_string(json) && strcmp(json_string_value(json), text) == 0;
}

static bool has_classes(const json_t *classes)
{
    static const char *const names[WN_NSFW_CLASSES] = { "Drawing", "Hentai", "Neutral", "Porn",
                                                        "Sexy" };
    bool                     same = json_array_size(classes) == WN_NSFW_CLASSES;

    for (size_t i = 0; i < WN_NSFW_CLASSES && same; i++)
        same = is_string(json_array_get(classes, i), names[i]);
    return same;
}

static bool has_range(const json_t *range)
{
    return json_array_size(range) == 2 && json_number_value(json_array_get(range, 0)) == 0 &&
           json_number_value(json_array_get(range, 1)) == 1;
}

static wn_code fail_manifest(wn_err *err, const char *path, const char *what)
{
    return wn_fail_at(err, WN_E_FORMAT, path, 0, 0,
                      "the manifest of the picture model %s; make both again with tools/setup demo",
                      what);
}

static wn_code read_manifest(const char *path, const json_t *json, manifest *ret, wn_err *err)
{
    const json_t *input = json_object_get(json, "input");
    const char   *digest = json_string_value(json_object_get(json, "sha256"));
    json_int_t    side = json_integer_value(json_object_get(input, "size"));
    manifest      m = { .name = json_string_value(json_object_get(json, "name")) };

    if (m.name == NULL || m.name[0] == '\0')
        return fail_manifest(err, path, "gives no name");
    if (digest == NULL || !wn_hex_parse(digest, strlen(digest), m.digest.bytes, 32))
        return fail_manifest(err, path, "gives no sha256 of 64 hexadecimal digits");
    if (!has_classes(json_object_get(json, "classes")))
        return fail_manifest(err, path, "names other classes than this detector knows");
    if (!is_string(json_object_get(input, "layout"), "NCHW") ||
        !is_string(json_object_get(input, "channels"), "RGB") ||
        !has_range(json_object_get(input, "range")) || side < 1 || side > WN_NSFW_MAX_SIDE)
        return fail_manifest(err, path, "describes another input than NCHW, RGB, 0 to 1");
    m.side = (uint32_t)side;
    *ret = m;
    return WN_OK;
}

/* The model's input must be one picture of three planes, its output one value a class. */
static wn_code check_shapes(const wn_nsfw *nsfw, const char *path, wn_err *err)
{
    const wn_ort_shape *in = wn_ort_model_input(nsfw->model);
    const wn_ort_shape *out = wn_ort_model_output(nsfw->model);

    if (in->rank != 4 || in->dims[0] > 1 || in->dims[1] != 3 || in->dims[2] != nsfw->side ||
        in->dims[3] != nsfw->side || out->rank != 2 || out->dims[1] != WN_NSFW_CLASSES)
        return wn_fail_at(err, WN_E_FORMAT, path, 0, 0,
                          "the picture model does not take and give what its manifest says; make "
                          "both again with tools/setup demo");
    return WN_OK;
}

/* Load the model file once its digest is known to be right. */
static wn_code load_model(wn_nsfw *nsfw, wn_arena *scratch, wn_err *err)
{
    wn_span   onnx = { NULL, 0 };
    wn_err    why = { 0 };
    wn_digest digest;
    wn_code   code;

    WN_TRY(wn_file_read(scratch, nsfw->path, (uint64_t)MAX_MODEL_MIB << 20, &onnx, err));
    digest = wn_sha256(onnx);
    if (memcmp(digest.bytes, nsfw->digest.bytes, sizeof digest.bytes) != 0)
        return wn_fail_at(err, WN_E_FORMAT, nsfw->path, 0, 0,
                          "the picture model is not the file that its manifest names by sha256; "
                          "make both again with tools/setup demo");
    code = wn_ort_model_new(nsfw->ort, onnx, &nsfw->model, &why);
    if (code != WN_OK)
        return wn_fail_at(err, code, nsfw->path, 0, 0, "%s", why.msg);
    return check_shapes(nsfw, nsfw->path, err);
}

static void try_once(wn_nsfw *nsfw)
{
    wn_arena *scratch = wn_arena_new((size_t)(MAX_MODEL_MIB + 1) << 20);
    wn_code   code =
        scratch ? load_model(nsfw, scratch, &nsfw->refusal) : wn_fail_nomem(&nsfw->refusal);

    wn_arena_free(scratch);
    if (code != WN_OK) {
        wn_ort_model_free(nsfw->model);
        nsfw->model = NULL;
    }
    nsfw->tried = code != WN_E_NOMEM; /* memory may be there the next time */
}

wn_code wn_nsfw_prepare(wn_nsfw *nsfw, wn_err *err)
{
    wn_code code = WN_OK;

    (void)pthread_mutex_lock(&nsfw->lock);
    if (!nsfw->tried)
        try_once(nsfw);
    if (nsfw->model == NULL) {
        code = nsfw->refusal.code;
        if (err != NULL)
            *err = nsfw->refusal;
    }
    (void)pthread_mutex_unlock(&nsfw->lock);
    return code;
}

static wn_code load(wn_arena *arena, const char *path, wn_arena *scratch, wn_nsfw *nsfw,
                    wn_err *err)
{
    size_t                      len = strlen(path), stem = len > 5 ? len - 5 : 0;
    const char                 *beside = wn_arena_printf(scratch, "%.*s.json", (int)stem, path);
    WN_AUTO(json_freep) json_t *json = NULL;
    json_error_t                where;
    manifest                    m = { 0 };
    wn_span                     text = { NULL, 0 };

    if (beside == NULL)
        return wn_arena_fail(scratch, err);
    WN_TRY(wn_file_read(scratch, beside, (uint64_t)MAX_MANIFEST_KIB << 10, &text, err));
    json = json_loadb((const char *)text.ptr, text.len, JSON_REJECT_DUPLICATES, &where);
    if (json == NULL)
        return wn_fail_at(err, WN_E_FORMAT, beside, (uint32_t)where.line, (uint32_t)where.column,
                          "the manifest of the picture model is not JSON: %s", where.text);
    WN_TRY(read_manifest(beside, json, &m, err));
    nsfw->digest = m.digest;
    nsfw->side = m.side;
    nsfw->name = wn_arena_strndup(arena, m.name, strlen(m.name));
    nsfw->path = wn_arena_strndup(arena, path, len);
    if (nsfw->name == NULL || nsfw->path == NULL)
        return wn_arena_fail(arena, err);
    return WN_OK;
}

wn_code wn_nsfw_load(wn_arena *arena, wn_ort *ort, const char *path, wn_nsfw **ret, wn_err *err)
{
    wn_arena *scratch = wn_arena_new((size_t)1 << 20);
    wn_nsfw  *nsfw = wn_calloc(1, sizeof *nsfw);
    wn_code   code;

    if (scratch == NULL || nsfw == NULL) {
        wn_arena_free(scratch);
        wn_free(nsfw);
        return wn_fail_nomem(err);
    }
    (void)pthread_mutex_init(&nsfw->lock, NULL);
    nsfw->ort = ort != NULL ? wn_ort_ref(ort) : NULL;
    code = load(arena, path, scratch, nsfw, err);
    wn_arena_free(scratch);
    if (code != WN_OK) {
        wn_nsfw_free(nsfw);
        return code;
    }
    *ret = nsfw;
    return WN_OK;
}

const char *wn_nsfw_name(const wn_nsfw *model)
{
    return model->name;
}

wn_digest wn_nsfw_digest(const wn_nsfw *model)
{
    return model->digest;
}

uint32_t wn_nsfw_side(const wn_nsfw *model)
{
    return model->side;
}

wn_code wn_nsfw_run(wn_nsfw *model, const float *planes, float ret[WN_NSFW_CLASSES], wn_err *err)
{
    wn_ort_shape shape = { { 1, 3, model->side, model->side }, 4 };

    WN_TRY(wn_nsfw_prepare(model, err));
    return wn_ort_model_run(model->model, &shape, planes, WN_NSFW_CLASSES, ret, err);
}

void wn_nsfw_free(wn_nsfw *model)
{
    if (model == NULL)
        return;
    wn_ort_model_free(model->model);
    wn_ort_unref(model->ort);
    (void)pthread_mutex_destroy(&model->lock);
    wn_free(model);
}
