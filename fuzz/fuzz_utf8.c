/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding UTF-8: always forward, never past the end, and well-formed bytes come back the same. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "src/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t valid = wn_utf8_valid_prefix((wn_span){ data, size }), at = 0;

    assert(valid <= size && wn_ascii_prefix(data, size) <= valid);
    while (at < size) {
        uint32_t cp;
        bool     bad = false;
        uint8_t  again[4];
        size_t   n = wn_utf8_decode(data + at, size - at, &cp, &bad);

        assert(n >= 1 && n <= 4 && n <= size - at);
        assert(cp < 0x110000 && (cp < 0xD800 || cp > 0xDFFF));
        assert(bad == (at >= valid) || at > valid);
        if (!bad)
            assert(wn_utf8_encode(cp, again) == n && memcmp(again, data + at, n) == 0);
        at += n;
    }
    return 0;
}
