/* SPDX-License-Identifier: Apache-2.0 */
/* The detectors, one line each: what reads a view and emits signals. */
#ifndef WN_DETECT_REGISTRY_H
#define WN_DETECT_REGISTRY_H

#include <stddef.h>

#include "src/content/part.h"

extern const wn_part wn_detect_known;           /* known.c */
extern const wn_part wn_detect_terms;           /* terms.c */
extern const wn_part wn_detect_text_classifier; /* classifier.c */
extern const wn_part wn_detect_sexual_imagery;  /* sexual_image.c */

/* All detectors, in the order in which they run on a view. Never NULL. */
const wn_part *const *wn_detectors(size_t *count);

#endif
