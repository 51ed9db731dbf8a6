/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256, by libsodium. */
#ifndef WN_BASE_DIGEST_H
#define WN_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/span.h>

typedef struct wn_digest {
    uint8_t bytes[32];
} wn_digest;

/* A digest under construction, for what comes in pieces. */
typedef struct wn_hasher {
    _Alignas(16) unsigned char opaque[256];
} wn_hasher;

/* SHA-256 of a span. Thread-safe. */
wn_digest wn_sha256(wn_span data);

/* Start, feed, and finish; in this order, any number of adds. One thread. */
void      wn_hasher_init(wn_hasher *h);
void      wn_hasher_add(wn_hasher *h, wn_span data);
wn_digest wn_hasher_end(wn_hasher *h);

/* Lower-case hexadecimal with a terminator. */
void wn_hex(const uint8_t *bytes, size_t len, char *dst);

/* Parse exactly 2 * `len` hexadecimal digits, either case. */
bool wn_hex_parse(const char *hex, size_t hex_len, uint8_t *dst, size_t len);

#endif
