/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures made by code for the tests of decoding. */
#ifndef WN_TESTS_PICTURE_FIXTURES_H
#define WN_TESTS_PICTURE_FIXTURES_H

#include <stdbool.h>
#include <stdint.h>

#include <winnow/span.h>

#include "src/base/arena.h"

/* Every maker ends the test program when memory or an encoder fails; what it returns lives in `a`.
 */

/* The picture that all makers draw: channel `c` (0 to 2 colours, 3 alpha) of a pixel. */
uint8_t fx_pixel(uint32_t x, uint32_t y, int c);

/* That channel laid over white by the pixel's alpha. */
uint8_t fx_over_white(uint32_t x, uint32_t y, int c);

typedef enum fx_jpeg_kind { FX_JPEG_RGB, FX_JPEG_GRAY, FX_JPEG_CMYK, FX_JPEG_YCCK } fx_jpeg_kind;

/* Quality 95. CMYK kinds are inverted, as Adobe writes them. */
wn_span fx_jpeg(wn_arena *a, uint32_t width, uint32_t height, fx_jpeg_kind kind, bool progressive);

/* `color_type` and `depth` as in PNG; palette pictures have 16 colours, index (x + y) % 16. */
wn_span fx_png(wn_arena *a, uint32_t width, uint32_t height, int color_type, int depth,
               bool interlaced, bool trns);

/* The grey that a palette index of fx_png and fx_gif stands for. */
uint8_t fx_palette(uint32_t x, uint32_t y);

/* Lossless, or of quality 95; without `alpha` opaque. */
wn_span fx_webp(wn_arena *a, uint32_t width, uint32_t height, bool lossless, bool alpha);

/* `frames` lossless frames with alpha, each of the given size at (left, top) of the canvas. */
wn_span fx_webp_animation(wn_arena *a, uint32_t canvas_width, uint32_t canvas_height, uint32_t left,
                          uint32_t top, uint32_t width, uint32_t height, uint32_t frames);

typedef struct fx_gif_spec {
    uint32_t screen_width, screen_height;
    uint32_t left, top, width, height; /* of each frame */
    uint32_t frames;
    bool     interlaced;
    int      transparent; /* palette index, or -1 */
} fx_gif_spec;

/* Palette of fx_palette; index (x + y) % 16 within the frame. */
wn_span fx_gif(wn_arena *a, const fx_gif_spec *spec);

#endif
