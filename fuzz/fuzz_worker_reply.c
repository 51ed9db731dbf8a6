/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the judging of a reply from a decoding helper that an attacker has taken over. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/decode/worker.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input is a reply, then the size that was asked for. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    wn_wire_request request = { .magic = WN_WIRE_MAGIC, .sequence = 1, .media = WN_MEDIA_PNG };
    wn_wire_reply   reply;
    uint16_t        asked[2];
    bool            incomplete = false;

    if (size < sizeof reply + sizeof asked)
        return 0;
    memcpy(&reply, data, sizeof reply);
    memcpy(asked, data + sizeof reply, sizeof asked);
    request.width = asked[0];
    request.height = asked[1];
    if (wn_worker_judge(&request, &reply, &incomplete, NULL) != WN_OK)
        return 0;
    /* What passes must be exactly what the parent has memory for. */
    if (reply.magic != WN_WIRE_MAGIC || reply.sequence != request.sequence ||
        reply.width != request.width || reply.height != request.height ||
        reply.rows > request.height || (reply.rows < request.height && !incomplete))
        abort();
    return 0;
}
