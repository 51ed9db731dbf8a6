/* SPDX-License-Identifier: Apache-2.0 */
/* The size of a picture, read from its header without decoding anything. */
#ifndef WN_DECODE_PROBE_H
#define WN_DECODE_PROBE_H

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/content/view.h"
#include "src/decode/decoder.h"

/*
 * Width, height and number of frames of a JPEG, PNG, WebP or GIF. Reads the
 * bytes once, allocates nothing and believes nothing: the figures are what the
 * file claims, neither of them 0. A GIF whose first frame reaches past its
 * screen is as large as both together, as browsers show it. `ret->incomplete`
 * is false. WN_E_FORMAT, or WN_E_USAGE for another media type. Thread-safe.
 */
WN_NODISCARD wn_code wn_probe_picture(wn_media media, wn_span bytes, wn_picture_info *ret,
                                      wn_err *err);

#endif
