/* SPDX-License-Identifier: Apache-2.0 */
/* The extractors: a new one is one file in this folder and one line here. */
#include "src/extract/registry.h"

static const wn_part *const extractors[] = {
    &wn_extract_text,
    &wn_extract_picture,
    &wn_extract_links,
};

const wn_part *const *wn_extractors(size_t *count)
{
    *count = sizeof extractors / sizeof extractors[0];
    return extractors;
}
