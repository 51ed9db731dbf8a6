/* SPDX-License-Identifier: Apache-2.0 */
/* Where models, helpers and libraries are: as asked, beside the program, or installed. */
#include "src/engine/engine_internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

#include "src/base/err.h"

/* The folder of the running program, or "" when it cannot be known. */
static void program_folder(char *dst, size_t cap)
{
    ssize_t n = readlink("/proc/self/exe", dst, cap - 1);
    char   *slash;

    dst[n > 0 ? n : 0] = '\0';
    slash = strrchr(dst, '/');
    if (slash != NULL)
        *slash = '\0';
    else
        dst[0] = '\0';
}

/* The first of: what was asked for, the environment, `beside` if it exists, `installed`. */
static wn_code choose(wn_arena *arena, const char *asked, const char *variable, const char *beside,
                      const char *installed, const char **ret, wn_err *err)
{
    const char *from_env = secure_getenv(variable);
    const char *chosen = asked;

    if (chosen == NULL && from_env != NULL && from_env[0] != '\0')
        chosen = from_env;
    if (chosen == NULL && access(beside, F_OK) == 0)
        chosen = beside;
    if (chosen == NULL)
        chosen = installed;
    chosen = wn_arena_strndup(arena, chosen, strlen(chosen));
    if (chosen == NULL)
        return wn_arena_fail(arena, err);
    *ret = chosen;
    return WN_OK;
}

wn_code wn_paths_resolve(const wn_engine_options *options, wn_arena *arena, wn_env *env,
                         wn_err *err)
{
    char        folder[4096];
    const char *models, *helper, *library;

    program_folder(folder, sizeof folder);
    models = wn_arena_printf(arena, "%s/models", folder);
    helper = wn_arena_printf(arena, "%s/winnow-decode-picture", folder);
    library = wn_arena_printf(arena, "%s/lib/libonnxruntime.so", folder);
    if (models == NULL || helper == NULL || library == NULL)
        return wn_arena_fail(arena, err);
    WN_TRY(choose(arena, options->models_dir, "WINNOW_MODELS_DIR", models, WN_MODELS_DIR,
                  &env->models_dir, err));
    /* A helper beside the program is chosen by its own presence, not by its folder's. */
    WN_TRY(choose(arena, options->helper_dir, "WINNOW_HELPER_DIR",
                  access(helper, X_OK) == 0 ? folder : "", WN_HELPER_DIR, &env->helper_dir, err));
    WN_TRY(choose(arena, options->onnxruntime, "WINNOW_ONNXRUNTIME", library,
                  access(WN_LIB_DIR "/libonnxruntime.so", R_OK) == 0 ? WN_LIB_DIR
                      "/libonnxruntime.so"
                                                                     : WN_ONNXRUNTIME,
                  &env->onnxruntime, err));
    if (env->onnxruntime[0] == '\0')
        env->onnxruntime = NULL;
    env->text_model = options->text_model;
    return WN_OK;
}
