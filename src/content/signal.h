/* SPDX-License-Identifier: Apache-2.0 */
/* Signals: what a detector says of a view, with the evidence for it. */
#ifndef WN_CONTENT_SIGNAL_H
#define WN_CONTENT_SIGNAL_H

#include <stdbool.h>
#include <stddef.h>

#include <winnow/category.h>
#include <winnow/verdict.h>

#include "src/content/view.h"

/* Where in a view, and how much of the score comes from there. */
typedef struct wn_evidence {
    wn_place    place;
    float       weight; /* share of the detector's raw score; 0 when it is not a sum */
    const char *note;   /* what was found, never the text itself: "term", "pdq distance 3", ... */
} wn_evidence;

/*
 * One statement of a detector. A signal without evidence never becomes a
 * reason. Strings and evidence live in the item's arena or in the engine.
 */
typedef struct wn_signal {
    wn_category        category;
    float              score; /* [0, 1] */
    bool               calibrated;
    const char        *detector;
    const wn_view     *view;
    const wn_evidence *evidence;
    size_t             evidence_count;
    /* For a hit of a list: */
    const char *list;   /* its id in the policy, or NULL */
    wn_action   action; /* what the entry asks for, WN_ACTION_ALLOW when nothing of its own */
} wn_signal;

#endif
