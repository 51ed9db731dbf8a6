/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256, by libsodium. */
#include "src/base/digest.h"

#include <sodium/crypto_hash_sha256.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(wn_hasher), "wn_hasher is too small");

void wn_hasher_init(wn_hasher *h)
{
    (void)crypto_hash_sha256_init((crypto_hash_sha256_state *)(void *)h->opaque);
}

void wn_hasher_add(wn_hasher *h, wn_span data)
{
    if (data.len > 0)
        (void)crypto_hash_sha256_update((crypto_hash_sha256_state *)(void *)h->opaque, data.ptr,
                                        data.len);
}

wn_digest wn_hasher_end(wn_hasher *h)
{
    wn_digest d;

    (void)crypto_hash_sha256_final((crypto_hash_sha256_state *)(void *)h->opaque, d.bytes);
    return d;
}

wn_digest wn_sha256(wn_span data)
{
    wn_hasher h;

    wn_hasher_init(&h);
    wn_hasher_add(&h, data);
    return wn_hasher_end(&h);
}

void wn_hex(const uint8_t *bytes, size_t len, char *dst)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        *dst++ = digits[bytes[i] >> 4];
        *dst++ = digits[bytes[i] & 15];
    }
    *dst = '\0';
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool wn_hex_parse(const char *hex, size_t hex_len, uint8_t *dst, size_t len)
{
    if (hex_len / 2 != len || hex_len % 2)
        return false;
    for (size_t i = 0; i < hex_len; i++)
        if (nibble(hex[i]) < 0)
            return false;
    for (size_t i = 0; i < len; i++)
        dst[i] = (uint8_t)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
    return true;
}
