/* SPDX-License-Identifier: Apache-2.0 */
/* The detectors: a new one is one file in this folder and one line here. */
#include "src/detect/registry.h"

static const wn_part *const detectors[] = {
    &wn_detect_known,
    &wn_detect_terms,
    &wn_detect_text_classifier,
    &wn_detect_sexual_imagery,
};

const wn_part *const *wn_detectors(size_t *count)
{
    *count = sizeof detectors / sizeof detectors[0];
    return detectors;
}
