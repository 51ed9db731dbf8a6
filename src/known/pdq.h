/* SPDX-License-Identifier: Apache-2.0 */
/* PDQ, Meta's perceptual hash of pictures: 256 bits and a quality. */
#ifndef WN_KNOWN_PDQ_H
#define WN_KNOWN_PDQ_H

#include <stdbool.h>
#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/base/arena.h"
#include "src/content/view.h"

/* Bit k of the hash is bit k % 64 of words[k / 64]. */
typedef struct wn_pdq {
    uint64_t words[4];
    int      quality; /* 0 to 100; below 50 the hash says little and is not matched */
} wn_pdq;

/*
 * The hash of a picture, as the reference implementation's file path computes it: pictures with a
 * side over 512 pixels are first sampled to 512 x 512, nearest neighbour. Scratch memory comes from
 * `arena`. WN_E_LIMIT or WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_pdq_hash(wn_arena *arena, const wn_image *image, wn_pdq *ret, wn_err *err);

/* Number of bits that differ, 0 to 256. */
int wn_pdq_distance(const uint64_t a[4], const uint64_t b[4]);

/* 64 lower-case hexadecimal digits and a terminator, in the order of the field. */
void wn_pdq_format(const wn_pdq *hash, char dst[65]);

/* Parse 64 hexadecimal digits. */
bool wn_pdq_parse(wn_span hex, uint64_t words[4]);

#endif
