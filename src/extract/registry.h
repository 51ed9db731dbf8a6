/* SPDX-License-Identifier: Apache-2.0 */
/* The extractors, one line each: what makes child views from a view. */
#ifndef WN_EXTRACT_REGISTRY_H
#define WN_EXTRACT_REGISTRY_H

#include <stddef.h>

#include "src/content/part.h"

extern const wn_part wn_extract_text;    /* text.c */
extern const wn_part wn_extract_picture; /* picture.c */
extern const wn_part wn_extract_links;   /* links.c */

/* All extractors, in the order in which they run on a view. Never NULL. */
const wn_part *const *wn_extractors(size_t *count);

#endif
