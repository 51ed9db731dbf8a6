/* SPDX-License-Identifier: Apache-2.0 */
/* Neural models run by ONNX Runtime, which is loaded when it is first asked for. */
#ifndef WN_MODEL_ORT_H
#define WN_MODEL_ORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

/* The library and its environment. Counted; the counting and all else here is thread-safe. */
typedef struct wn_ort wn_ort;

/* One model, ready to run. Immutable: any number of threads may run it at once. */
typedef struct wn_ort_model wn_ort_model;

enum { WN_ORT_MAX_RANK = 8 };

/* The sizes of a tensor, outermost first; -1 for one that is free. */
typedef struct wn_ort_shape {
    int64_t dims[WN_ORT_MAX_RANK];
    size_t  rank;
} wn_ort_shape;

/*
 * Load the library at `path`; NULL looks for "libonnxruntime.so.1" and then
 * "libonnxruntime.so" where the system's loader does. The library is called by
 * places in its table of functions, so it is tried out first, and one that
 * answers wrongly is refused. It stays loaded until the program ends. `ret` is
 * written only on success; give it back with wn_ort_unref. WN_E_IO when there is
 * none, WN_E_UNSUPPORTED when it is not an ONNX Runtime that can be used or this
 * build is without, WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_ort_open(const char *path, wn_ort **ret, wn_err *err);

/* Count one more user; returns `ort`. */
wn_ort *wn_ort_ref(wn_ort *ort);

/* Count one user less; the last one closes the environment. NULL is allowed. */
void wn_ort_unref(wn_ort *ort);

/* The library's version, such as "1.28.2". Lives as long as `ort`. */
const char *wn_ort_version(const wn_ort *ort);

/*
 * Make a model of the bytes of an .onnx file (borrowed during the call) with
 * one input and at least one output, all of 32-bit floats; further outputs are
 * not used. It runs on one thread, the caller's. The model counts as a user of
 * `ort`. WN_E_FORMAT when the library refuses the model, WN_E_UNSUPPORTED for
 * other inputs and outputs, WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_ort_model_new(wn_ort *ort, wn_span onnx, wn_ort_model **ret, wn_err *err);

/* The shapes that the model declares for its input and its first output. Borrowed. */
const wn_ort_shape *wn_ort_model_input(const wn_ort_model *model);
const wn_ort_shape *wn_ort_model_output(const wn_ort_model *model);

/*
 * Run the model on a dense tensor of `shape` (no free sizes; not written to) and
 * copy its first output, which must be `out_count` floats, to `out`. Equal input
 * gives equal output. WN_E_USAGE when the shape does not fit the model or the
 * output has another size, WN_E_IO when the library fails.
 */
WN_NODISCARD wn_code wn_ort_model_run(const wn_ort_model *model, const wn_ort_shape *shape,
                                      const float *in, size_t out_count, float *out, wn_err *err);

/* Free a model once nobody runs it. NULL is allowed. */
void wn_ort_model_free(wn_ort_model *model);

#endif
