/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of loading the picture model: its manifest must fit, and its bytes the manifest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "src/base/file.h"
#include "src/model/nsfw.h"

#define CLASSES "[\"Drawing\",\"Hentai\",\"Neutral\",\"Porn\",\"Sexy\"]"
#define INPUT "{\"layout\":\"NCHW\",\"size\":224,\"channels\":\"RGB\",\"range\":[0,1]}"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static char      folder[64], onnx[128], json[128];
static wn_arena *arena;

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/winnow-nsfw-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(onnx, sizeof onnx, "%s/m.onnx", folder);
    (void)snprintf(json, sizeof json, "%s/m.json", folder);
    arena = wn_arena_new(1 << 20);
    return arena != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    (void)unlink(onnx);
    (void)unlink(json);
    (void)rmdir(folder);
    wn_arena_free(arena);
    return 0;
}

static void put(const char *path, const char *text)
{
    assert_int_equal(wn_file_write(path, (wn_span){ (const uint8_t *)text, strlen(text) }, NULL),
                     WN_OK);
}

/* No library is needed to refuse these: nothing is loaded before all was checked. */
static void refused(const char *manifest, wn_code code, const char *words)
{
    wn_nsfw *model = NULL;
    wn_err   err = { 0 };

    if (manifest != NULL)
        put(json, manifest);
    if (wn_nsfw_load(arena, NULL, onnx, &model, &err) == WN_OK) {
        /* The manifest is good: the model is refused when a picture needs it, each time. */
        assert_int_equal(wn_nsfw_prepare(model, &err), code);
        assert_int_equal(wn_nsfw_prepare(model, &err), code);
        wn_nsfw_free(model);
    } else {
        assert_int_equal(err.code, code);
    }
    if (strstr(err.msg, words) == NULL || err.file[0] == '\0')
        fail_msg("%s: %s", err.file, err.msg);
}

static void a_model_needs_its_manifest(void **state)
{
    (void)state;
    put(onnx, "model");
    refused(NULL, WN_E_IO, "cannot open");
    refused("{", WN_E_FORMAT, "not JSON");
    refused("{}", WN_E_FORMAT, "gives no name");
    refused("{\"name\":\"m\"}", WN_E_FORMAT, "gives no sha256");
    refused("{\"name\":\"m\",\"sha256\":\"00\"}", WN_E_FORMAT, "gives no sha256");
}

static void other_classes_and_inputs_are_refused(void **state)
{
    (void)state;
    put(onnx, "model");
    refused("{\"name\":\"m\",\"sha256\":\"" ZEROS
            "\",\"classes\":[\"cats\",\"dogs\"],\"input\":" INPUT "}",
            WN_E_FORMAT, "other classes");
    refused("{\"name\":\"m\",\"sha256\":\"" ZEROS "\",\"classes\":" CLASSES
            ",\"input\":{\"layout\":\"NHWC\",\"size\":224,\"channels\":\"RGB\",\"range\":[0,1]}}",
            WN_E_FORMAT, "another input");
    refused("{\"name\":\"m\",\"sha256\":\"" ZEROS "\",\"classes\":" CLASSES
            ",\"input\":{\"layout\":\"NCHW\",\"size\":0,\"channels\":\"RGB\",\"range\":[0,1]}}",
            WN_E_FORMAT, "another input");
    refused("{\"name\":\"m\",\"sha256\":\"" ZEROS "\",\"classes\":" CLASSES
            ",\"input\":{\"layout\":\"NCHW\",\"size\":224,\"channels\":\"RGB\",\"range\":[-1,1]}}",
            WN_E_FORMAT, "another input");
}

static void a_changed_model_is_refused(void **state)
{
    static const char good[] =
        "{\"name\":\"m\",\"sha256\":\"" ZEROS "\",\"classes\":" CLASSES ",\"input\":" INPUT "}";

    (void)state;
    refused(good, WN_E_IO, "cannot open");
    put(onnx, "model");
    refused(good, WN_E_FORMAT, "not the file that its manifest names");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_model_needs_its_manifest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_classes_and_inputs_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_changed_model_is_refused, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
