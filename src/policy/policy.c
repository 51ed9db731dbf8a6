/* SPDX-License-Identifier: Apache-2.0 */
/* What may be asked of a compiled policy besides a decision. */
#include "src/policy/policy.h"

#include <string.h>

#include "src/base/str.h"
#include "src/policy/compiled.h"

void wn_policy_free(wn_policy *policy)
{
    if (policy)
        wn_arena_free(policy->arena); /* in which the policy itself lives */
}

const char *wn_policy_name(const wn_policy *policy)
{
    return policy->name;
}

uint32_t wn_policy_version(const wn_policy *policy)
{
    return policy->version;
}

wn_digest wn_policy_digest(const wn_policy *policy)
{
    return policy->digest;
}

wn_action wn_policy_on_error(const wn_policy *policy)
{
    return policy->on_error;
}

const wn_list_spec *wn_policy_lists(const wn_policy *policy, size_t *count)
{
    *count = policy->list_count;
    return policy->lists;
}

const wn_policy_test *wn_policy_tests(const wn_policy *policy, size_t *count)
{
    *count = policy->test_count;
    return policy->tests;
}

bool wn_policy_has_surface(const wn_policy *policy, const char *surface, const char **nearest)
{
    for (size_t i = 0; i < policy->surface_count; i++)
        if (strcmp(policy->surface_names[i], surface) == 0)
            return true;
    if (nearest)
        *nearest = wn_nearest_name(surface, policy->surface_names, policy->surface_count);
    return false;
}
