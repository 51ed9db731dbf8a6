/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a verdict: the action, the scores, the reasons and their evidence. */
#ifndef WINNOW_VERDICT_H
#define WINNOW_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include <winnow/category.h>
#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

WN_BEGIN_DECLS

/* One judged item. Immutable; may be read by any number of threads. */
typedef struct wn_verdict wn_verdict;

/* What kind of place in the item an evidence step points at. */
typedef enum wn_place_kind {
    WN_PLACE_WHOLE, /* all of the view */
    WN_PLACE_BYTES, /* bytes [start, end) of the text, in the original as submitted */
    WN_PLACE_BOX,   /* pixels [x, x + width) x [y, y + height) */
    WN_PLACE_TIME,  /* milliseconds [start, end) */
} wn_place_kind;

typedef struct wn_place {
    wn_place_kind kind;
    uint64_t      start, end;          /* WN_PLACE_BYTES, WN_PLACE_TIME */
    uint32_t      x, y, width, height; /* WN_PLACE_BOX */
} wn_place;

/* One reason that led to the action. Strings live as long as the verdict. */
typedef struct wn_reason_info {
    wn_category category;
    float       score;      /* in [0, 1] */
    wn_action   action;     /* what this reason alone asks for */
    bool        calibrated; /* whether the score means a measured probability */
    const char *detector;
    const char *rule; /* "threshold", "list:ID" or "rule:ID" */
    size_t      evidence_count;
} wn_reason_info;

/* One piece of evidence: where in the item, and how much it weighed. */
typedef struct wn_evidence_info {
    const char *view; /* the kind of view it was seen in: "text", "image", ... */
    wn_place    place;
    float       weight; /* its share in the detector's score; 0 when not additive */
    const char *note;   /* what it is, in a few words; never NULL */
} wn_evidence_info;

/* The action that the policy decided on. */
WN_API wn_action wn_verdict_action(const wn_verdict *verdict);

/* The error that made the action WN_ACTION_ERROR or its stricter mapping, or NULL. Borrowed. */
WN_API const wn_err *wn_verdict_error(const wn_verdict *verdict);

/* The score of a category in [0, 1]; false when no detector scored it. */
WN_API bool wn_verdict_score(const wn_verdict *verdict, wn_category category, float *ret);

/* How many reasons there are, strictest first. */
WN_API size_t wn_verdict_reason_count(const wn_verdict *verdict);

/* Reason number `index`. WN_E_USAGE when there is no such reason. */
WN_API WN_NODISCARD wn_code wn_verdict_reason(const wn_verdict *verdict, size_t index,
                                              wn_reason_info *ret);

/* Evidence number `index` of reason number `reason`. WN_E_USAGE when there is none such. */
WN_API WN_NODISCARD wn_code wn_verdict_evidence(const wn_verdict *verdict, size_t reason,
                                                size_t index, wn_evidence_info *ret);

/*
 * The verdict as one line of JSON (docs/verdict.schema.json), without a line
 * end. Borrowed from the verdict.
 */
WN_API wn_span wn_verdict_json(const wn_verdict *verdict);

/* Free a verdict. NULL is allowed. */
WN_API void wn_verdict_free(wn_verdict *verdict);

WN_END_DECLS

#endif
