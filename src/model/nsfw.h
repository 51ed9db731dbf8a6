/* SPDX-License-Identifier: Apache-2.0 */
/* nsfwjs's classifier of whole pictures, converted to ONNX: five classes that are never shown. */
#ifndef WN_MODEL_NSFW_H
#define WN_MODEL_NSFW_H

#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>

#include "src/base/arena.h"
#include "src/base/digest.h"
#include "src/content/view.h"
#include "src/model/ort.h"

/* The classes in the order of the output. They stay inside: verdicts only name categories. */
typedef enum wn_nsfw_class {
    WN_NSFW_DRAWING, /* harmless drawings and renderings */
    WN_NSFW_HENTAI,  /* sexual drawings */
    WN_NSFW_NEUTRAL, /* harmless photographs */
    WN_NSFW_PORN,    /* sexual photographs */
    WN_NSFW_SEXY,    /* suggestive photographs, not explicit */
} wn_nsfw_class;

enum { WN_NSFW_CLASSES = 5, WN_NSFW_MAX_SIDE = 512 };

/* A model. Any number of threads may use it at once. */
typedef struct wn_nsfw wn_nsfw;

/*
 * Read the manifest NAME.json beside NAME.onnx. The model itself, which costs
 * 150 ms and 80 MB, is loaded for the first picture, so that texts need not wait
 * for it. Strings live in `arena`. WN_E_IO, WN_E_FORMAT, WN_E_LIMIT or
 * WN_E_NOMEM. Free with wn_nsfw_free.
 */
WN_NODISCARD wn_code wn_nsfw_load(wn_arena *arena, wn_ort *ort, const char *path, wn_nsfw **ret,
                                  wn_err *err);

/*
 * Load the model itself, if that was not done before. A model whose bytes are
 * not those that the manifest names, or that takes or gives something else, is
 * refused, now and at every later call. WN_E_IO, WN_E_FORMAT, WN_E_LIMIT,
 * WN_E_UNSUPPORTED or WN_E_NOMEM. Thread-safe.
 */
WN_NODISCARD wn_code wn_nsfw_prepare(wn_nsfw *model, wn_err *err);

/* What the manifest gives: name, digest of the model file, side of its input. */
const char *wn_nsfw_name(const wn_nsfw *model);
wn_digest   wn_nsfw_digest(const wn_nsfw *model);
uint32_t    wn_nsfw_side(const wn_nsfw *model);

/*
 * Score a picture that was resized to the input's side, as planes of red, green
 * and blue in 0 to 1 (src/model/resize.h). The five scores sum up to 1. WN_E_IO,
 * or what wn_nsfw_prepare returns. Thread-safe.
 */
WN_NODISCARD wn_code wn_nsfw_run(wn_nsfw *model, const float *planes, float ret[WN_NSFW_CLASSES],
                                 wn_err *err);

/* Free once nobody runs it. NULL is allowed. */
void wn_nsfw_free(wn_nsfw *model);

#endif
