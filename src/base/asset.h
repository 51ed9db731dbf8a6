/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are built into the library, so that what guards the line cannot be left out. */
#ifndef WN_BASE_ASSET_H
#define WN_BASE_ASSET_H

#include <winnow/span.h>

typedef enum wn_asset {
    WN_ASSET_IDENTITY,           /* data/identity.tsv */
    WN_ASSET_NEUTRAL,            /* data/neutral.tsv */
    WN_ASSET_POLICY_DEFAULT,     /* policies/default.yaml */
    WN_ASSET_POLICY_MARKETPLACE, /* policies/marketplace.yaml */
    WN_ASSET_POLICY_CHILDREN,    /* policies/children.yaml */
    WN_ASSET_TEXT_MODEL,         /* models/text.wnm */
} wn_asset;

/* The file's bytes: a terminating 0 stands behind them. Lives as long as the program. */
wn_span wn_asset_get(wn_asset asset);

#endif
