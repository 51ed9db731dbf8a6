/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: lists of known content. A list is taken whole or refused with a message. */
#include <stdlib.h>

#include "src/known/hashlist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const wn_list_spec spec = { .id = "fuzz",
                                       .file = "fuzz.tsv",
                                       .policy_file = "fuzz.yaml",
                                       .kind = WN_LIST_HASHES,
                                       .category = WN_CAT_VIOLENT_EXTREMISM,
                                       .action = WN_ACTION_REVIEW,
                                       .max_distance = 31 };
    static const wn_list_spec other = { .id = "fuzz",
                                        .file = "fuzz.tsv",
                                        .policy_file = "fuzz.yaml",
                                        .kind = WN_LIST_HASHES,
                                        .category = WN_CAT_SEXUAL,
                                        .action = WN_ACTION_BLOCK,
                                        .max_distance = 4 };
    wn_arena                 *arena = wn_arena_new(1u << 22);
    const wn_hashlist        *list = NULL;
    wn_span                   text = { data, size };
    wn_digest                 digest = wn_sha256(text);
    uint64_t                  words[4] = { 0 };
    wn_err                    err = { 0 };

    if (arena == NULL)
        return 0;
    if (wn_hashlist_parse(arena, &other, text, &list, &err) == WN_OK) {
        if (wn_hashlist_find_pdq(list, words).entries > wn_hashlist_pdq_count(list))
            abort();
        (void)wn_hashlist_find_sha256(list, &digest);
    } else if (err.msg[0] == '\0' || list != NULL) {
        abort();
    }
    /* Only what it must state is asked for besides. */
    if (wn_hashlist_parse(arena, &spec, text, &list, NULL) == WN_OK && err.code == WN_E_FORMAT)
        abort();
    wn_arena_free(arena);
    return 0;
}
