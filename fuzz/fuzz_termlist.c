/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the reader of term lists, patterns included; nothing is compiled. */
#include <stdlib.h>

#include "src/base/arena.h"
#include "src/detect/termlist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const wn_list_spec spec = { .id = "fuzz",
                                .file = "list.tsv",
                                .policy_file = "policy.yaml",
                                .line = 1,
                                .kind = WN_LIST_TERMS,
                                .category = WN_CAT_PROFANITY,
                                .action = WN_ACTION_REVIEW };
    wn_arena          *arena = wn_arena_new(256 << 20);
    wn_termlist        list;
    wn_err             err;

    if (arena == NULL)
        return 0;
    if (wn_termlist_parse(arena, &spec, (wn_span){ data, size }, &list, &err) != WN_OK &&
        err.msg[0] == '\0')
        abort(); /* a refusal says why */
    wn_arena_free(arena);
    return 0;
}
