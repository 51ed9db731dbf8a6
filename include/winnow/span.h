/* SPDX-License-Identifier: Apache-2.0 */
/* A borrowed run of bytes: how text and media are handed over everywhere. */
#ifndef WINNOW_SPAN_H
#define WINNOW_SPAN_H

#include <stddef.h>
#include <stdint.h>

/* `len` bytes at `ptr`, owned by somebody else. `ptr` may be NULL when `len` is 0. */
typedef struct wn_span {
    const uint8_t *ptr;
    size_t         len;
} wn_span;

#endif
