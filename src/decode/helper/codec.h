/* SPDX-License-Identifier: Apache-2.0 */
/* The four picture formats, each decoded by its library to 8-bit RGB over white. */
#ifndef WN_DECODE_HELPER_CODEC_H
#define WN_DECODE_HELPER_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/export.h>
#include <winnow/span.h>

#include "src/content/view.h"
#include "src/decode/protocol.h"

/* Where a picture is decoded to. The caller sets the first three. */
typedef struct wn_canvas {
    uint8_t *px;            /* width * height * WN_WIRE_PIXEL bytes, of any content */
    uint32_t width, height; /* what the picture must be, neither of them 0 */
    uint32_t rows;          /* rows that were read, from the top */
    bool     damaged;       /* some of them stand on damaged or missing data */
} wn_canvas;

/*
 * Decode the first frame: on WN_WIRE_DECODED the first width * height * 3 bytes
 * of `px` are the picture, and rows that could not be read are white. Anything
 * else leaves `px` in any state. Nothing is kept between calls; thread-safe.
 */
WN_NODISCARD wn_wire_status wn_codec_decode(wn_media media, wn_span in, wn_canvas *out);

/* The same for one format. */
WN_NODISCARD wn_wire_status wn_codec_jpeg(wn_span in, wn_canvas *out);
WN_NODISCARD wn_wire_status wn_codec_png(wn_span in, wn_canvas *out);
WN_NODISCARD wn_wire_status wn_codec_webp(wn_span in, wn_canvas *out);
WN_NODISCARD wn_wire_status wn_codec_gif(wn_span in, wn_canvas *out);

/* `count` pixels of RGBA laid over white. `dst` may be `src`. */
void wn_codec_over_white(uint8_t *dst, const uint8_t *src, size_t count);

/* Make the rows from `row` to the last white. */
void wn_canvas_whiten(wn_canvas *out, uint32_t row);

#endif
