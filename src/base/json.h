/* SPDX-License-Identifier: Apache-2.0 */
/* Writing JSON whose bytes depend on nothing but the values. */
#ifndef WN_BASE_JSON_H
#define WN_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <winnow/span.h>

#include "src/base/buf.h"

/* Writes into `buf`; commas are put where they belong. At most 64 levels. */
typedef struct wn_json {
    wn_buf  *buf;
    uint64_t has_member; /* bit per level: something stands before */
    unsigned depth;
} wn_json;

#define WN_JSON_INIT(b)                                                                            \
    {                                                                                              \
        (b), 0, 0                                                                                  \
    }

/* Open an object or array, close the innermost. */
void wn_json_object(wn_json *j);
void wn_json_array(wn_json *j);
void wn_json_end_object(wn_json *j);
void wn_json_end_array(wn_json *j);

/* The key of the value that follows. */
void wn_json_key(wn_json *j, const char *key);

/*
 * Values. Strings are written as UTF-8 with the control characters, quotes and
 * backslashes escaped; ill-formed bytes become U+FFFD. Scores are rounded to
 * six decimals, and trailing zeros cut, so that equal scores give equal bytes.
 */
void wn_json_string(wn_json *j, const char *s);
void wn_json_span(wn_json *j, wn_span s);
void wn_json_uint(wn_json *j, uint64_t v);
void wn_json_int(wn_json *j, int64_t v);
void wn_json_score(wn_json *j, double v);
void wn_json_bool(wn_json *j, bool v);
void wn_json_null(wn_json *j);

/* Bytes that already are one JSON value. */
void wn_json_raw(wn_json *j, wn_span value);

#endif
