/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the codecs of the decoding helper, in this process and without the sandbox. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "src/base/mem.h"
#include "src/decode/helper/codec.h"
#include "src/decode/probe.h"

enum { MAX_PIXELS = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    wn_span         in = { data, size };
    wn_media        media = wn_media_sniff(in);
    wn_picture_info info;
    wn_canvas       canvas = { 0 };
    size_t          pixels;

    if (media < WN_MEDIA_JPEG || media > WN_MEDIA_GIF ||
        wn_probe_picture(media, in, &info, NULL) != WN_OK)
        return 0;
    if (!wn_size_mul(info.width, info.height, &pixels) || pixels > MAX_PIXELS)
        return 0;
    canvas.width = info.width;
    canvas.height = info.height;
    canvas.px = wn_malloc(pixels * WN_WIRE_PIXEL); /* exact, so that a write past it is seen */
    if (canvas.px == NULL)
        return 0;
    if (wn_codec_decode(media, in, &canvas) == WN_WIRE_DECODED && canvas.rows > canvas.height)
        abort();
    wn_free(canvas.px);
    return 0;
}
