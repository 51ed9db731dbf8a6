/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the header readers of all four picture formats. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "src/decode/probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (wn_media media = WN_MEDIA_JPEG; media <= WN_MEDIA_GIF; media++) {
        wn_picture_info info;

        if (wn_probe_picture(media, (wn_span){ data, size }, &info, NULL) != WN_OK)
            continue;
        if (info.width == 0 || info.height == 0 || info.frames == 0 || info.incomplete)
            abort();
    }
    return 0;
}
