/* SPDX-License-Identifier: Apache-2.0 */
/* Untrusted pictures to pixels, in helper processes that can do nothing else. */
#ifndef WN_DECODE_DECODER_H
#define WN_DECODE_DECODER_H

#include <stdbool.h>
#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/base/arena.h"
#include "src/content/view.h"

/* A set of helper processes, started when needed. Thread-safe. */
typedef struct wn_decoder wn_decoder;

typedef struct wn_decoder_options {
    const char *helper;     /* path of the helper executable */
    uint32_t    max_side;   /* pixels; 0 takes 16,384 */
    uint64_t    max_pixels; /* 0 takes 64 million */
    uint32_t    timeout_ms; /* wall clock of one picture; 0 takes 10,000 */
} wn_decoder_options;

/* What the header of a picture says, and how much of the picture was there. */
typedef struct wn_picture_info {
    uint32_t width, height;
    uint32_t frames;     /* how many were seen or announced; 1 for still pictures */
    bool     incomplete; /* cut short or damaged: the pixels that were missing are white */
} wn_picture_info;

/* A decoder that will use `options->helper`. WN_E_IO when it is not there, WN_E_NOMEM. */
WN_NODISCARD wn_code wn_decoder_new(const wn_decoder_options *options, wn_decoder **ret,
                                    wn_err *err);

/*
 * Decode the first frame to 8-bit RGB, over white where it is transparent. The
 * pixels stay valid until `arena` is reset: the helper is leased to the item
 * until then. `info` may be NULL.
 *
 * A file that is cut short is decoded as far as it goes when at least half of
 * its rows (for an interlaced one: half of its resolution) are there, and
 * `info->incomplete` says so; with less it is WN_E_FORMAT. WN_E_FORMAT too for
 * bytes that do not decode, WN_E_LIMIT for too many pixels, a time-out or
 * memory, WN_E_IO for a helper that crashed or could not be started, WN_E_USAGE
 * for a media type that is no picture, WN_E_NOMEM. A crash costs this picture
 * only.
 */
WN_NODISCARD wn_code wn_decoder_picture(wn_decoder *decoder, wn_arena *arena, wn_media media,
                                        wn_span bytes, wn_image *ret, wn_picture_info *info,
                                        wn_err *err);

/* Stop the helpers and free. No picture may be leased any more. NULL is allowed. */
void wn_decoder_free(wn_decoder *decoder);

#endif
