/* SPDX-License-Identifier: Apache-2.0 */
/* A progress bar on standard error, only where a person sees it. */
#ifndef WN_CLI_PROGRESS_H
#define WN_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct wn_progress {
    bool     on;
    uint64_t total, done; /* total 0: not known */
    int64_t  started_ms, shown_ms;
} wn_progress;

/* Start; `total` 0 when it is not known. Shows nothing unless standard error is a terminal. */
void wn_progress_start(wn_progress *p, uint64_t total);

/* Count `n` more items; redraws at most ten times a second. */
void wn_progress_add(wn_progress *p, uint64_t n);

/* Take the bar off the screen, before other output and at the end. */
void wn_progress_clear(wn_progress *p);

#endif
