/* SPDX-License-Identifier: Apache-2.0 */
/* Telling an evasion from a word that happens to look like one once letters are undone. */
#ifndef WN_DETECT_TERM_EVASION_H
#define WN_DETECT_TERM_EVASION_H

#include <stddef.h>
#include <stdint.h>

#include "src/text/normalize.h"

/* A view with its evasions undone (wn_text_skeleton), and the normalised text that it came from. */
typedef struct wn_term_undone {
    const wn_text *text, *skeleton;
} wn_term_undone;

/*
 * How many letters of the text each character in the first `end` bytes of its
 * skeleton stands for (at most 255), into `dst`, which has room for `end` bytes.
 * Returns how many characters there are.
 */
size_t wn_term_letters(const wn_term_undone *u, uint32_t end, uint8_t *dst);

/*
 * Which evasions (WN_NORM_LEET, _SPACED, _STRETCHED) stand in what bytes
 * [start, end) of the skeleton came from; 0 when it has none, or has fewer
 * letters than the term: "heel" is not "hell". A single doubled letter is no
 * evasion: "rapper", "looser". `letters` are the term's, NULL for one each. On a
 * result other than 0, bytes [*norm_start, *norm_end) of the text are the place.
 */
uint32_t wn_term_evasions(const wn_term_undone *u, uint32_t start, uint32_t end,
                          const uint8_t *letters, uint32_t *norm_start, uint32_t *norm_end);

#endif
