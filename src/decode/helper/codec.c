/* SPDX-License-Identifier: Apache-2.0 */
/* What the four picture formats share. */
#include "src/decode/helper/codec.h"

#include <string.h>

wn_wire_status wn_codec_decode(wn_media media, wn_span in, wn_canvas *out)
{
    out->rows = 0;
    out->damaged = false;
    switch (media) {
    case WN_MEDIA_JPEG:
        return wn_codec_jpeg(in, out);
    case WN_MEDIA_PNG:
        return wn_codec_png(in, out);
    case WN_MEDIA_WEBP:
        return wn_codec_webp(in, out);
    case WN_MEDIA_GIF:
        return wn_codec_gif(in, out);
    default:
        return WN_WIRE_UNDECODABLE;
    }
}

void wn_codec_over_white(uint8_t *dst, const uint8_t *src, size_t count)
{
    for (size_t i = 0; i < count; i++, dst += 3, src += 4) {
        uint32_t a = src[3], white = 255 * (255 - a) + 127;
        uint8_t  r = (uint8_t)((src[0] * a + white) / 255),
                g = (uint8_t)((src[1] * a + white) / 255);

        dst[2] = (uint8_t)((src[2] * a + white) / 255);
        dst[0] = r;
        dst[1] = g;
    }
}

void wn_canvas_whiten(wn_canvas *out, uint32_t row)
{
    size_t stride = (size_t)out->width * 3;

    if (row < out->height)
        memset(out->px + row * stride, 255, (out->height - row) * stride);
}
