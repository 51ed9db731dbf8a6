/* SPDX-License-Identifier: Apache-2.0 */
/* Showing spans of a text in place, safely on any terminal. */
#ifndef WN_CLI_EXCERPT_H
#define WN_CLI_EXCERPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <winnow/span.h>

/* Bytes [start, end) of the text. */
typedef struct wn_mark {
    size_t start, end;
} wn_mark;

/*
 * Print the parts of `text` around the marks (sorted by start; overlaps
 * allowed), at most `max_parts` lines. Marked text is underlined: by terminal
 * colours when `colour`, else by a line of carets below. Control and
 * bidirectional characters are shown as '\u00b7', so that a text under review
 * cannot play tricks on the terminal. Returns how many marks were not shown.
 */
size_t wn_excerpt_print(FILE *out, wn_span text, const wn_mark *marks, size_t count,
                        size_t max_parts, const char *indent, bool colour);

/* Print a file name or other foreign string on one line, made safe in the same way. */
void wn_excerpt_safe(FILE *out, wn_span text);

#endif
