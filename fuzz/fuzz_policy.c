/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a policy; what is accepted must be able to decide. */
#include <stddef.h>
#include <stdint.h>

#include "src/policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decide(const wn_policy *policy)
{
    static const wn_evidence evidence = { .note = "fuzz" };
    const wn_context         context = { .has_account_age_days = true, .has_trusted = true };
    wn_arena                *arena = wn_arena_new(1u << 20);
    wn_scan                  scan;
    wn_decision              decision;

    if (arena == NULL)
        return;
    if (wn_scan_init(&scan, arena, (wn_span){ NULL, 0 }, WN_MEDIA_TEXT, NULL) == WN_OK) {
        for (int c = 0; c < WN_CATEGORIES; c++) {
            const wn_signal signal = { .category = (wn_category)c,
                                       .score = (float)(c + 1) / WN_CATEGORIES,
                                       .detector = "fuzz",
                                       .view = scan.views[0],
                                       .evidence = &evidence,
                                       .evidence_count = 1 };

            (void)!wn_scan_add_signal(&scan, &signal, NULL);
        }
        (void)!wn_policy_decide(policy, &scan, &context, 0, &decision, NULL);
    }
    wn_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    wn_policy *policy = NULL;
    wn_err     err = { 0 };

    if (wn_policy_parse("fuzz/policy.yaml", (wn_span){ data, size }, &policy, &err) != WN_OK)
        return 0;
    decide(policy);
    wn_policy_free(policy);
    return 0;
}
