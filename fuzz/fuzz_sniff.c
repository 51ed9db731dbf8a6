/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the finding out of what an item's bytes are. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "src/content/view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    wn_media media = wn_media_sniff((wn_span){ data, size });

    if ((unsigned)media > WN_MEDIA_ARCHIVE || (media == WN_MEDIA_EMPTY) != (size == 0))
        abort();
    return 0;
}
