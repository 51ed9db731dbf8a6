/* SPDX-License-Identifier: Apache-2.0 */
/* Neural models run by ONNX Runtime, which is loaded when it is first asked for. */
#include "src/model/ort.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <string.h>

#include "config.h"

#include "src/base/err.h"
#include "src/base/mem.h"
#include "src/base/str.h"

/*
 * The library's header is in no package that we could ask for, and we need little of it. Its
 * interface is a table of functions that only ever grows at its end, so each function has one place
 * for good. Those below are there since the first version of the interface.
 */
typedef struct ort_status  ort_status; /* NULL: it went well */
typedef struct ort_env     ort_env;
typedef struct ort_session ort_session;
typedef struct ort_options ort_options;
typedef struct ort_value   ort_value;
typedef struct ort_memory  ort_memory;
typedef struct ort_type    ort_type;
typedef struct ort_tensor  ort_tensor; /* element type and shape */
typedef struct ort_alloc   ort_alloc;

/* place, name, result, parameters */
#define ORT_CALLS(X)                                                                               \
    X(0, create_status, ort_status *, (int code, const char *message))                             \
    X(1, error_code, int, (const ort_status *))                                                    \
    X(2, error_message, const char *, (const ort_status *))                                        \
    X(3, create_env, ort_status *, (int level, const char *name, ort_env **))                      \
    X(6, disable_telemetry, ort_status *, (const ort_env *))                                       \
    X(8, create_session, ort_status *,                                                             \
      (const ort_env *, const void *, size_t, const ort_options *, ort_session **))                \
    X(9, run, ort_status *,                                                                        \
      (ort_session *, const void *run_options, const char *const *names,                           \
       const ort_value *const *inputs, size_t, const char *const *output_names, size_t,            \
       ort_value **outputs))                                                                       \
    X(10, create_options, ort_status *, (ort_options **))                                          \
    X(13, set_execution_mode, ort_status *, (ort_options *, int mode))                             \
    X(17, disable_memory_pattern, ort_status *, (ort_options *))                                   \
    X(19, disable_arena, ort_status *, (ort_options *))                                            \
    X(23, set_optimization, ort_status *, (ort_options *, int level))                              \
    X(24, set_intra_threads, ort_status *, (ort_options *, int))                                   \
    X(25, set_inter_threads, ort_status *, (ort_options *, int))                                   \
    X(30, input_count, ort_status *, (const ort_session *, size_t *))                              \
    X(31, output_count, ort_status *, (const ort_session *, size_t *))                             \
    X(33, input_type, ort_status *, (const ort_session *, size_t, ort_type **))                    \
    X(34, output_type, ort_status *, (const ort_session *, size_t, ort_type **))                   \
    X(36, input_name, ort_status *, (const ort_session *, size_t, ort_alloc *, char **))           \
    X(37, output_name, ort_status *, (const ort_session *, size_t, ort_alloc *, char **))          \
    X(49, wrap_tensor, ort_status *,                                                               \
      (const ort_memory *, void *, size_t, const int64_t *, size_t, int type, ort_value **))       \
    X(50, is_tensor, ort_status *, (const ort_value *, int *))                                     \
    X(51, tensor_data, ort_status *, (ort_value *, void **))                                       \
    X(55, type_tensor, ort_status *, (const ort_type *, const ort_tensor **))                      \
    X(60, element_type, ort_status *, (const ort_tensor *, int *))                                 \
    X(61, rank, ort_status *, (const ort_tensor *, size_t *))                                      \
    X(62, dims, ort_status *, (const ort_tensor *, int64_t *, size_t))                             \
    X(64, element_count, ort_status *, (const ort_tensor *, size_t *))                             \
    X(65, value_tensor, ort_status *, (const ort_value *, ort_tensor **))                          \
    X(69, cpu_memory, ort_status *, (int allocator, int type, ort_memory **))                      \
    X(76, free_memory, ort_status *, (ort_alloc *, void *))                                        \
    X(78, default_alloc, ort_status *, (ort_alloc **))                                             \
    X(92, release_env, void, (ort_env *))                                                          \
    X(93, release_status, void, (ort_status *))                                                    \
    X(94, release_cpu_memory, void, (ort_memory *))                                                \
    X(95, release_session, void, (ort_session *))                                                  \
    X(96, release_value, void, (ort_value *))                                                      \
    X(98, release_type, void, (ort_type *))                                                        \
    X(99, release_tensor, void, (ort_tensor *))                                                    \
    X(100, release_options, void, (ort_options *))

#define DECLARE_CALL(place, name, result, parameters) result(*name) parameters;
#define BIND_CALL(place, name, result, parameters)                                                 \
    memcpy(&calls->name, &table[place], sizeof calls->name);

typedef struct ort_calls {
    ORT_CALLS(DECLARE_CALL)
} ort_calls;

/* What the library's one exported function gives. */
typedef struct ort_base {
    const void *const *(*get_api)(uint32_t version);
    const char *(*get_version)(void);
} ort_base;

_Static_assert(sizeof(void (*)(void)) == sizeof(void *), "the table holds function pointers");

enum {
    API_VERSION = 17, /* asked for where the library is as new; see get_table */
    LEVEL_FATAL = 4,  /* the library writes nothing: what goes wrong comes back as a status */
    SEQUENTIAL = 0,
    OPTIMIZE_ALL = 99,
    TYPE_FLOAT = 1,
    DEVICE_ALLOCATOR = 0,
    DEFAULT_MEMORY = 0,
    STATUS_FAIL = 1,
};

struct wn_ort {
    ort_calls   calls;
    const char *version;
    ort_env    *env;
    ort_memory *memory;
    ort_alloc  *alloc;
    atomic_uint users;
};

struct wn_ort_model {
    wn_ort      *ort;
    ort_session *session;
    char        *input_name, *output_name;
    wn_ort_shape input, output;
};

/* --- Statuses ------------------------------------------------------------------------------- */

/* Turn a status into an error and release it. What the library says holds no content. */
static wn_code take_status(const ort_calls *calls, ort_status *status, wn_code code,
                           const char *doing, wn_err *err)
{
    if (status == NULL)
        return WN_OK;
    (void)wn_fail(err, code, "ONNX Runtime %s: %s", doing, calls->error_message(status));
    calls->release_status(status);
    return code;
}

/* Release a status whose message nobody needs; whether all went well. */
static bool fine(const ort_calls *calls, ort_status *status)
{
    if (status != NULL)
        calls->release_status(status);
    return status == NULL;
}

/* --- Opening the library -------------------------------------------------------------------- */

static wn_code fail_library(wn_err *err, const char *why)
{
    return wn_fail(err, WN_E_UNSUPPORTED,
                   "this library is not an ONNX Runtime that can be used: %s; give the path of "
                   "libonnxruntime.so, version 1.2 or later",
                   why);
}

/*
 * The library prints a line when it is asked for an interface that is newer than itself, so the
 * version is asked first. An older one is asked for its own: all that is called is in each of them.
 */
static wn_code get_table(const ort_base *base, const char **version, ort_calls *calls, wn_err *err)
{
    const char        *text = base->get_version();
    wn_span            rest = { (const uint8_t *)text, text ? strlen(text) : 0 }, major, minor;
    const void *const *table;
    uint64_t           number;

    if (!wn_next_field(&rest, &major, '.') || !wn_span_is(major, "1") ||
        !wn_next_field(&rest, &minor, '.') || !wn_parse_u64(minor, &number) || number < 2)
        return fail_library(err, "its version is not 1.2 or later");
    table = base->get_api(number < API_VERSION ? (uint32_t)number : API_VERSION);
    if (table == NULL)
        return fail_library(err, "it does not offer its own version of the interface");
    ORT_CALLS(BIND_CALL)
    *version = text;
    return WN_OK;
}

/* A status that we made must come back as it was. */
static bool statuses_work(const ort_calls *calls)
{
    static const char message[] = "a message to be found again";
    ort_status       *status = calls->create_status(STATUS_FAIL, message);
    bool              same;

    if (status == NULL)
        return false;
    same = calls->error_code(status) == STATUS_FAIL &&
           strcmp(calls->error_message(status), message) == 0;
    calls->release_status(status);
    return same;
}

/* A tensor over our own memory must have the shape, type and place that we gave it. */
static bool tensors_work(const wn_ort *ort)
{
    const ort_calls *calls = &ort->calls;
    float            data[6] = { 0 };
    int64_t          shape[2] = { 2, 3 }, dims[2] = { 0 };
    ort_value       *value = NULL;
    ort_tensor      *info = NULL;
    void            *at = NULL;
    size_t           rank = 0, count = 0;
    int              type = 0, is = 0;
    bool             same;

    if (!fine(calls,
              calls->wrap_tensor(ort->memory, data, sizeof data, shape, 2, TYPE_FLOAT, &value)))
        return false;
    same = fine(calls, calls->is_tensor(value, &is)) && is == 1 &&
           fine(calls, calls->tensor_data(value, &at)) && at == (void *)data &&
           fine(calls, calls->value_tensor(value, &info));
    if (same) {
        same = fine(calls, calls->element_type(info, &type)) && type == TYPE_FLOAT &&
               fine(calls, calls->rank(info, &rank)) && rank == 2 &&
               fine(calls, calls->dims(info, dims, 2)) && dims[0] == 2 && dims[1] == 3 &&
               fine(calls, calls->element_count(info, &count)) && count == 6;
        calls->release_tensor(info);
    }
    calls->release_value(value);
    return same;
}

static void ort_free(wn_ort *ort)
{
    if (ort->memory != NULL)
        ort->calls.release_cpu_memory(ort->memory);
    if (ort->env != NULL)
        ort->calls.release_env(ort->env);
    wn_free(ort);
}

static wn_code ort_start(wn_ort *ort, const ort_base *base, wn_err *err)
{
    const ort_calls *calls = &ort->calls;

    WN_TRY(get_table(base, &ort->version, &ort->calls, err));
    if (!statuses_work(calls))
        return fail_library(err, "its table of functions is not as expected");
    WN_TRY(take_status(calls, calls->create_env(LEVEL_FATAL, "winnow", &ort->env), WN_E_IO,
                       "could not start", err));
    WN_TRY(take_status(calls, calls->disable_telemetry(ort->env), WN_E_IO, "could not start", err));
    WN_TRY(take_status(calls, calls->cpu_memory(DEVICE_ALLOCATOR, DEFAULT_MEMORY, &ort->memory),
                       WN_E_IO, "could not start", err));
    WN_TRY(take_status(calls, calls->default_alloc(&ort->alloc), WN_E_IO, "could not start", err));
    if (!tensors_work(ort))
        return fail_library(err, "its tensors are not as expected");
    return WN_OK;
}

/*
 * RTLD_NODELETE: the library has threads' and process's state of its own that outlives its last
 * handle, and leak checkers cannot follow what an unloaded library still points to.
 */
static void *load_library(const char *path)
{
    static const char *const names[] = { "libonnxruntime.so.1", "libonnxruntime.so" };
    const int                how = RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE;
    void                    *library = NULL;

    if (path != NULL)
        return dlopen(path, how);
    for (size_t i = 0; i < 2 && library == NULL; i++)
        library = dlopen(names[i], how);
    return library;
}

wn_code wn_ort_open(const char *path, wn_ort **ret, wn_err *err)
{
    const ort_base *(*get_base)(void) = NULL;
    void   *library, *symbol;
    wn_ort *ort;
    wn_code code;

    if (!WN_WITH_ONNX)
        return wn_fail(err, WN_E_UNSUPPORTED, "this build of Winnow is without ONNX Runtime");
    library = load_library(path);
    if (library == NULL && path == NULL)
        return wn_fail(err, WN_E_IO,
                       "ONNX Runtime is not installed; tools/setup demo fetches it, "
                       "or give its path by WINNOW_ONNXRUNTIME");
    if (library == NULL)
        return wn_fail(err, WN_E_IO, "ONNX Runtime could not be loaded: %s", dlerror());
    symbol = dlsym(library, "OrtGetApiBase");
    memcpy(&get_base, &symbol, sizeof get_base);
    (void)dlclose(library);
    if (get_base == NULL || get_base() == NULL)
        return fail_library(err, "it has no OrtGetApiBase");
    ort = wn_calloc(1, sizeof *ort);
    if (ort == NULL)
        return wn_fail_nomem(err);
    ort->users = 1;
    code = ort_start(ort, get_base(), err);
    if (code != WN_OK) {
        ort_free(ort);
        return code;
    }
    *ret = ort;
    return WN_OK;
}

wn_ort *wn_ort_ref(wn_ort *ort)
{
    (void)atomic_fetch_add(&ort->users, 1);
    return ort;
}

void wn_ort_unref(wn_ort *ort)
{
    if (ort != NULL && atomic_fetch_sub(&ort->users, 1) == 1)
        ort_free(ort);
}

const char *wn_ort_version(const wn_ort *ort)
{
    return ort->version;
}

/* --- Models --------------------------------------------------------------------------------- */

/*
 * One thread, and memory given back after each run: many items are judged at once, each on its own
 * thread, and what one of them needed is not kept for the next.
 */
static wn_code set_options(const ort_calls *calls, ort_options *options, wn_err *err)
{
    ort_status *status = calls->set_intra_threads(options, 1);

    if (status == NULL)
        status = calls->set_inter_threads(options, 1);
    if (status == NULL)
        status = calls->set_execution_mode(options, SEQUENTIAL);
    if (status == NULL)
        status = calls->set_optimization(options, OPTIMIZE_ALL);
    if (status == NULL)
        status = calls->disable_memory_pattern(options);
    if (status == NULL)
        status = calls->disable_arena(options);
    return take_status(calls, status, WN_E_IO, "refuses its options", err);
}

static wn_code make_session(wn_ort_model *model, wn_span onnx, wn_err *err)
{
    const ort_calls *calls = &model->ort->calls;
    ort_options     *options = NULL;
    wn_code          code;

    WN_TRY(take_status(calls, calls->create_options(&options), WN_E_IO, "could not start", err));
    code = set_options(calls, options, err);
    if (code == WN_OK)
        code = take_status(
            calls,
            calls->create_session(model->ort->env, onnx.ptr, onnx.len, options, &model->session),
            WN_E_FORMAT, "cannot read the model", err);
    calls->release_options(options);
    return code;
}

static wn_code read_shape(const ort_calls *calls, const ort_type *type, wn_ort_shape *ret,
                          wn_err *err)
{
    const ort_tensor *info = NULL; /* belongs to `type`; NULL when it is no tensor */
    wn_ort_shape      shape = { .rank = 0 };
    int               element = 0;

    WN_TRY(take_status(calls, calls->type_tensor(type, &info), WN_E_IO, "fails", err));
    if (info != NULL) {
        WN_TRY(take_status(calls, calls->element_type(info, &element), WN_E_IO, "fails", err));
        WN_TRY(take_status(calls, calls->rank(info, &shape.rank), WN_E_IO, "fails", err));
    }
    if (element != TYPE_FLOAT || shape.rank > WN_ORT_MAX_RANK)
        return wn_fail(err, WN_E_UNSUPPORTED,
                       "the model's input and output must be tensors of 32-bit floats");
    WN_TRY(take_status(calls, calls->dims(info, shape.dims, shape.rank), WN_E_IO, "fails", err));
    *ret = shape;
    return WN_OK;
}

static wn_code read_interface(wn_ort_model *m, wn_err *err)
{
    const ort_calls *calls = &m->ort->calls;
    size_t           inputs = 0, outputs = 0;
    ort_type        *type = NULL;
    wn_code          code;

    WN_TRY(take_status(calls, calls->input_count(m->session, &inputs), WN_E_IO, "fails", err));
    WN_TRY(take_status(calls, calls->output_count(m->session, &outputs), WN_E_IO, "fails", err));
    if (inputs != 1 || outputs < 1)
        return wn_fail(err, WN_E_UNSUPPORTED,
                       "the model has %zu inputs and %zu outputs; it must "
                       "have one input, and an output",
                       inputs, outputs);
    WN_TRY(take_status(calls, calls->input_name(m->session, 0, m->ort->alloc, &m->input_name),
                       WN_E_IO, "fails", err));
    WN_TRY(take_status(calls, calls->output_name(m->session, 0, m->ort->alloc, &m->output_name),
                       WN_E_IO, "fails", err));
    WN_TRY(take_status(calls, calls->input_type(m->session, 0, &type), WN_E_IO, "fails", err));
    code = read_shape(calls, type, &m->input, err);
    calls->release_type(type);
    WN_TRY(code);
    type = NULL;
    WN_TRY(take_status(calls, calls->output_type(m->session, 0, &type), WN_E_IO, "fails", err));
    code = read_shape(calls, type, &m->output, err);
    calls->release_type(type);
    return code;
}

wn_code wn_ort_model_new(wn_ort *ort, wn_span onnx, wn_ort_model **ret, wn_err *err)
{
    wn_ort_model *model;
    wn_code       code;

    if (onnx.len == 0)
        return wn_fail(err, WN_E_FORMAT, "the model file is empty");
    model = wn_calloc(1, sizeof *model);
    if (model == NULL)
        return wn_fail_nomem(err);
    model->ort = wn_ort_ref(ort);
    code = make_session(model, onnx, err);
    if (code == WN_OK)
        code = read_interface(model, err);
    if (code != WN_OK) {
        wn_ort_model_free(model);
        return code;
    }
    *ret = model;
    return WN_OK;
}

const wn_ort_shape *wn_ort_model_input(const wn_ort_model *model)
{
    return &model->input;
}

const wn_ort_shape *wn_ort_model_output(const wn_ort_model *model)
{
    return &model->output;
}

void wn_ort_model_free(wn_ort_model *model)
{
    const ort_calls *calls;

    if (model == NULL)
        return;
    calls = &model->ort->calls;
    if (model->input_name != NULL)
        (void)fine(calls, calls->free_memory(model->ort->alloc, model->input_name));
    if (model->output_name != NULL)
        (void)fine(calls, calls->free_memory(model->ort->alloc, model->output_name));
    if (model->session != NULL)
        calls->release_session(model->session);
    wn_ort_unref(model->ort);
    wn_free(model);
}

/* The bytes of a dense tensor of `shape`, which must fit what the model declares. */
static wn_code input_size(const wn_ort_model *model, const wn_ort_shape *shape, size_t *ret,
                          wn_err *err)
{
    size_t size = sizeof(float);
    bool   fits = shape->rank == model->input.rank;

    for (size_t i = 0; i < shape->rank && fits; i++)
        fits = shape->dims[i] > 0 &&
               (model->input.dims[i] < 0 || model->input.dims[i] == shape->dims[i]) &&
               wn_size_mul(size, (size_t)shape->dims[i], &size);
    if (!fits)
        return wn_fail(err, WN_E_USAGE, "the tensor does not have the shape of the model's input");
    *ret = size;
    return WN_OK;
}

static wn_code copy_output(const ort_calls *calls, ort_value *value, size_t out_count, float *out,
                           wn_err *err)
{
    ort_tensor *info = NULL;
    ort_status *status = calls->value_tensor(value, &info);
    void       *data = NULL;
    size_t      count = 0;
    int         type = 0;

    if (status == NULL)
        status = calls->element_type(info, &type);
    if (status == NULL)
        status = calls->element_count(info, &count);
    if (info != NULL)
        calls->release_tensor(info);
    if (status == NULL)
        status = calls->tensor_data(value, &data);
    WN_TRY(take_status(calls, status, WN_E_IO, "gives no tensor", err));
    if (type != TYPE_FLOAT || count != out_count)
        return wn_fail(err, WN_E_USAGE, "the model gives %zu numbers where %zu were expected",
                       count, out_count);
    memcpy(out, data, count * sizeof *out);
    return WN_OK;
}

wn_code wn_ort_model_run(const wn_ort_model *model, const wn_ort_shape *shape, const float *in,
                         size_t out_count, float *out, wn_err *err)
{
    const ort_calls   *calls = &model->ort->calls;
    const char *const *names = (const char *const *)&model->input_name;
    const char *const *output_names = (const char *const *)&model->output_name;
    ort_value         *value = NULL, *result = NULL;
    const ort_value   *inputs[1];
    size_t             size = 0;
    wn_code            code;

    WN_TRY(input_size(model, shape, &size, err));
    /* The library takes a writable pointer and does not write to inputs. */
    WN_TRY(take_status(calls,
                       calls->wrap_tensor(model->ort->memory, (void *)(uintptr_t)in, size,
                                          shape->dims, shape->rank, TYPE_FLOAT, &value),
                       WN_E_IO, "refuses the input", err));
    inputs[0] = value;
    code = take_status(calls,
                       calls->run(model->session, NULL, names, inputs, 1, output_names, 1, &result),
                       WN_E_IO, "could not run the model", err);
    if (code == WN_OK)
        code = copy_output(calls, result, out_count, out, err);
    if (result != NULL)
        calls->release_value(result);
    calls->release_value(value);
    return code;
}
