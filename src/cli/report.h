/* SPDX-License-Identifier: Apache-2.0 */
/* A verdict for people: the action, why, and the evidence marked in place. */
#ifndef WN_CLI_REPORT_H
#define WN_CLI_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <winnow/verdict.h>

/* Counts of a run, by action. */
typedef struct wn_tally {
    uint64_t actions[WN_ACTION_ERROR + 1];
    uint64_t unjudged; /* had an error, whatever action that was mapped to */
} wn_tally;

/* Print one verdict. `text` is the item's text for marking, empty when it has none. */
void wn_report_item(FILE *out, const wn_verdict *verdict, const char *name, wn_span text,
                    bool colour);

/* Print the counts of the whole run. */
void wn_report_summary(FILE *out, const wn_tally *tally, bool colour);

#endif
