/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8, strict as in Unicode 15 section 3.9 (table 3-7). */
#ifndef WN_BASE_UTF8_H
#define WN_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/span.h>

#define WN_UTF8_REPLACEMENT 0xFFFDu

/*
 * Decode the code point at `p` (`len` > 0 bytes left) and return how many bytes
 * it took, 1 to 4. Ill-formed input gives U+FFFD for each maximal subpart, as
 * the Unicode standard recommends, and sets `*bad`.
 */
size_t wn_utf8_decode(const uint8_t *p, size_t len, uint32_t *cp, bool *bad);

/* Write a code point (a valid scalar value) and return how many bytes it took. */
size_t wn_utf8_encode(uint32_t cp, uint8_t dst[4]);

/* Bytes from the start of `text` that are well-formed; `text.len` when all are. */
size_t wn_utf8_valid_prefix(wn_span text);

/* Length of the leading run of ASCII bytes. */
size_t wn_ascii_prefix(const uint8_t *p, size_t len);

#endif
