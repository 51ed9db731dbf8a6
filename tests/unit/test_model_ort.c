/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of running models by ONNX Runtime: wrong libraries, wrong models, and a small right one. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "config.h"

#include "src/model/ort.h"

/* y = x + x, on tensors [n, 3] of 32-bit floats. The element types are bytes 33 and 55. */
static const uint8_t doubler[] = {
    0x08, 0x08, 0x3a, 0x3f, 0x0a, 0x0e, 0x0a, 0x01, 0x78, 0x0a, 0x01, 0x78, 0x12, 0x01, 0x79,
    0x22, 0x03, 0x41, 0x64, 0x64, 0x12, 0x01, 0x67, 0x5a, 0x14, 0x0a, 0x01, 0x78, 0x12, 0x0f,
    0x0a, 0x0d, 0x08, 0x01, 0x12, 0x09, 0x0a, 0x03, 0x12, 0x01, 0x6e, 0x0a, 0x02, 0x08, 0x03,
    0x62, 0x14, 0x0a, 0x01, 0x79, 0x12, 0x0f, 0x0a, 0x0d, 0x08, 0x01, 0x12, 0x09, 0x0a, 0x03,
    0x12, 0x01, 0x6e, 0x0a, 0x02, 0x08, 0x03, 0x42, 0x02, 0x10, 0x0d,
};

enum { DOUBLE = 11 };

static const char *library(void)
{
    static char path[4096];
    const char *root = getenv("WINNOW_SOURCE_ROOT"), *given = getenv("WINNOW_ONNXRUNTIME");

    if (given != NULL)
        return given;
    (void)snprintf(path, sizeof path, "%s/.deps/lib/libonnxruntime.so", root ? root : ".");
    return path;
}

static wn_ort *open_library(void)
{
    wn_ort *ort = NULL;
    wn_err  err;

    if (!WN_WITH_ONNX || access(library(), R_OK) != 0) {
        print_message("skipped: %s\n", WN_WITH_ONNX ? "ONNX Runtime is not here (tools/setup demo)"
                                                    : "this build is without ONNX Runtime");
        skip();
    }
    if (wn_ort_open(library(), &ort, &err) != WN_OK)
        fail_msg("%s", err.msg);
    return ort;
}

static wn_ort_model *open_doubler(wn_ort *ort)
{
    wn_ort_model *model = NULL;
    wn_err        err;

    if (wn_ort_model_new(ort, (wn_span){ doubler, sizeof doubler }, &model, &err) != WN_OK)
        fail_msg("%s", err.msg);
    return model;
}

static void no_library_is_an_error_with_the_way_out(void **state)
{
    wn_ort *ort = NULL;
    wn_err  err;

    (void)state;
    assert_int_equal(wn_ort_open("/nowhere/libonnxruntime.so", &ort, &err),
                     WN_WITH_ONNX ? WN_E_IO : WN_E_UNSUPPORTED);
    assert_null(ort);
    if (WN_WITH_ONNX)
        assert_non_null(strstr(err.msg, "/nowhere/libonnxruntime.so"));
}

static void another_library_is_refused(void **state)
{
    wn_ort *ort = NULL;
    wn_err  err;

    (void)state;
    if (!WN_WITH_ONNX)
        skip();
    assert_int_equal(wn_ort_open("libz.so.1", &ort, &err), WN_E_UNSUPPORTED);
    assert_non_null(strstr(err.msg, "OrtGetApiBase"));
    assert_null(ort);
}

static void the_library_tells_its_version(void **state)
{
    wn_ort *ort = open_library(), *again = wn_ort_ref(ort);

    (void)state;
    assert_memory_equal(wn_ort_version(ort), "1.", 2);
    wn_ort_unref(ort);
    assert_memory_equal(wn_ort_version(again), "1.", 2);
    wn_ort_unref(again);
    wn_ort_unref(NULL);
}

static void a_model_runs_and_outlives_its_callers_handle(void **state)
{
    wn_ort             *ort = open_library();
    wn_ort_model       *model = open_doubler(ort);
    const wn_ort_shape *in = wn_ort_model_input(model), *out = wn_ort_model_output(model);
    wn_ort_shape        shape = { { 2, 3 }, 2 };
    const float         x[6] = { 1, -2, 0.5F, 1e6F, 0, 3 };
    float               y[6] = { 0 };
    wn_err              err;

    (void)state;
    wn_ort_unref(ort);
    assert_true(in->rank == 2 && in->dims[0] < 0 && in->dims[1] == 3);
    assert_true(out->rank == 2 && out->dims[0] < 0 && out->dims[1] == 3);
    if (wn_ort_model_run(model, &shape, x, 6, y, &err) != WN_OK)
        fail_msg("%s", err.msg);
    for (int i = 0; i < 6; i++)
        assert_true(y[i] == 2 * x[i]);
    wn_ort_model_free(model);
}

static void what_does_not_fit_the_model_is_refused(void **state)
{
    wn_ort       *ort = open_library();
    wn_ort_model *model = open_doubler(ort);
    wn_ort_shape  wide = { { 1, 4 }, 2 }, deep = { { 1, 3, 1 }, 3 }, free_size = { { -1, 3 }, 2 };
    wn_ort_shape  right = { { 1, 3 }, 2 }, huge = { { INT64_MAX / 2, 3 }, 2 };
    float         x[4] = { 0 }, y[4] = { 7, 7, 7, 7 };
    wn_err        err;

    (void)state;
    assert_int_equal(wn_ort_model_run(model, &wide, x, 4, y, &err), WN_E_USAGE);
    assert_int_equal(wn_ort_model_run(model, &deep, x, 3, y, &err), WN_E_USAGE);
    assert_int_equal(wn_ort_model_run(model, &free_size, x, 3, y, &err), WN_E_USAGE);
    assert_int_equal(wn_ort_model_run(model, &huge, x, 3, y, &err), WN_E_USAGE);
    assert_int_equal(wn_ort_model_run(model, &right, x, 4, y, &err), WN_E_USAGE);
    assert_true(y[0] == 7);
    wn_ort_model_free(model);
    wn_ort_model_free(NULL);
    wn_ort_unref(ort);
}

static void broken_models_are_refused(void **state)
{
    static const uint8_t text[] = "this is not a model";
    uint8_t              doubles[sizeof doubler];
    wn_ort              *ort = open_library();
    wn_ort_model        *model = NULL;
    wn_err               err;

    (void)state;
    assert_int_equal(wn_ort_model_new(ort, (wn_span){ NULL, 0 }, &model, &err), WN_E_FORMAT);
    assert_int_equal(wn_ort_model_new(ort, (wn_span){ text, sizeof text }, &model, &err),
                     WN_E_FORMAT);
    assert_int_equal(wn_ort_model_new(ort, (wn_span){ doubler, sizeof doubler - 9 }, &model, &err),
                     WN_E_FORMAT);
    memcpy(doubles, doubler, sizeof doubles);
    doubles[33] = doubles[55] = DOUBLE;
    assert_int_equal(wn_ort_model_new(ort, (wn_span){ doubles, sizeof doubles }, &model, &err),
                     WN_E_UNSUPPORTED);
    assert_null(model);
    wn_ort_unref(ort);
}

static void *run_often(void *arg)
{
    const wn_ort_model *model = arg;
    wn_ort_shape        shape = { { 1, 3 }, 2 };

    for (int i = 0; i < 500; i++) {
        float x[3] = { (float)i, 1, 2 }, y[3];

        if (wn_ort_model_run(model, &shape, x, 3, y, NULL) != WN_OK || y[0] != 2 * x[0])
            return arg;
    }
    return NULL;
}

static void threads_share_a_model(void **state)
{
    enum { THREADS = 4 };
    wn_ort       *ort = open_library();
    wn_ort_model *model = open_doubler(ort);
    pthread_t     threads[THREADS];

    (void)state;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_often, model), 0);
    for (int i = 0; i < THREADS; i++) {
        void *failed;

        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    wn_ort_model_free(model);
    wn_ort_unref(ort);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_library_is_an_error_with_the_way_out),
        cmocka_unit_test(another_library_is_refused),
        cmocka_unit_test(the_library_tells_its_version),
        cmocka_unit_test(a_model_runs_and_outlives_its_callers_handle),
        cmocka_unit_test(what_does_not_fit_the_model_is_refused),
        cmocka_unit_test(broken_models_are_refused),
        cmocka_unit_test(threads_share_a_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
