/* SPDX-License-Identifier: Apache-2.0 */
/* Loading policies: files, and those that are built in. */
#include <string.h>

#include "src/base/arena.h"
#include "src/base/asset.h"
#include "src/base/err.h"
#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/policy/policy.h"
#include "src/policy/read.h"
#include "src/policy/yaml.h"

static const struct {
    const char *name, *shown;
    wn_asset    asset;
} builtins[] = {
    { "default", "built-in policy default", WN_ASSET_POLICY_DEFAULT },
    { "marketplace", "built-in policy marketplace", WN_ASSET_POLICY_MARKETPLACE },
    { "children", "built-in policy children", WN_ASSET_POLICY_CHILDREN },
};

enum { BUILTINS = sizeof builtins / sizeof builtins[0] };

static wn_code load_builtin(const char *name, wn_policy **ret, wn_err *err)
{
    const char *names[BUILTINS];
    wn_quoted   word, hint;

    for (size_t i = 0; i < BUILTINS; i++) {
        names[i] = builtins[i].name;
        if (strcmp(name, names[i]) == 0)
            return wn_policy_parse(builtins[i].shown, wn_asset_get(builtins[i].asset), ret, err);
    }
    (void)wn_read_quote((wn_span){ (const uint8_t *)name, strlen(name) }, word);
    return wn_fail(err, WN_E_IO,
                   "there is no built-in policy '%s'%s: use default, marketplace or children; to "
                   "name a file in this folder write ./%s",
                   word, wn_read_hint(name, names, BUILTINS, hint), word);
}

static void arena_freep(wn_arena **arena)
{
    wn_arena_free(*arena);
}

wn_code wn_policy_load(const char *path, wn_policy **ret, wn_err *err)
{
    WN_AUTO(arena_freep) wn_arena *arena = NULL;
    wn_span                        text;

    if (strpbrk(path, "/.") == NULL)
        return load_builtin(path, ret, err);
    arena = wn_arena_new((size_t)WN_YAML_MAX_BYTES * 2);
    if (arena == NULL)
        return wn_fail_nomem(err);
    WN_TRY(wn_file_read(arena, path, WN_YAML_MAX_BYTES, &text, err));
    return wn_policy_parse(path, text, ret, err);
}
