/* SPDX-License-Identifier: Apache-2.0 */
/* Small helpers for names that people write in files. */
#ifndef WN_BASE_STR_H
#define WN_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/span.h>

/*
 * The name in `names` (`count` strings) nearest to `word` by edit distance, or
 * NULL when none is near enough to be what was meant.
 */
const char *wn_nearest_name(const char *word, const char *const *names, size_t count);

/* Whether a span and a C string are the same bytes. */
bool wn_span_is(wn_span s, const char *text);

/* Parse a whole span as a decimal number, whatever the locale; no white space, no sign for u64. */
bool wn_parse_u64(wn_span s, uint64_t *ret);
bool wn_parse_double(wn_span s, double *ret);

/* The next line of `*rest` without its "\n" or "\r\n"; false when there is none left. */
bool wn_next_line(wn_span *rest, wn_span *line);

/* The next tab-separated field of `*rest`; false when there is none left. */
bool wn_next_field(wn_span *rest, wn_span *field, char separator);

/* `s` without ASCII white space at both ends. */
wn_span wn_trim(wn_span s);

#endif
