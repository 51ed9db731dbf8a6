/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the condition of a rule; what compiles must evaluate. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "src/policy/rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const wn_list_spec lists[] = { { .id = "terms" }, { .id = "2024-known" } };
    static const char *const  surfaces[] = { "avatar", "chat" };
    static const double       hits[] = { 2, 0 };
    const wn_rule_scope       scope = { lists, 2, surfaces, 2 };
    wn_rule_facts             facts = { .hits = hits, .surface = 1 };
    wn_rule_program           program;
    wn_rule_mistake           bad = { 0 };
    wn_arena                 *arena = wn_arena_new(1u << 20);

    if (arena == NULL)
        return 0;
    facts.scores[WN_CAT_SPAM] = 0.7;
    facts.counts[WN_COUNT_LINKS] = 3;
    if (wn_rule_compile(arena, &scope, (wn_span){ data, size }, &program, &bad) == WN_OK)
        (void)wn_rule_holds(&program, &facts);
    else if (bad.offset > size || bad.msg[0] == '\0')
        abort(); /* a mistake must be somewhere, and be said */
    wn_arena_free(arena);
    return 0;
}
