/* SPDX-License-Identifier: Apache-2.0 */
/* The symbols that data/meson.build makes, behind one function. */
#include "src/base/asset.h"

#define ASSETS(X)                                                                                  \
    X(identity)                                                                                    \
    X(neutral)                                                                                     \
    X(policy_default)                                                                              \
    X(policy_marketplace)                                                                          \
    X(policy_children)                                                                             \
    X(text_model)

#define DECLARE(name) extern const uint8_t wn_asset_##name##_start[], wn_asset_##name##_end[];
ASSETS(DECLARE)

static wn_span between(const uint8_t *start, const uint8_t *end)
{
    return (wn_span){ start, (size_t)(end - start) };
}

#define CASE(name) between(wn_asset_##name##_start, wn_asset_##name##_end),

wn_span wn_asset_get(wn_asset asset)
{
    const wn_span all[] = { ASSETS(CASE) }; /* in the order of wn_asset */

    return all[asset];
}
