/* SPDX-License-Identifier: Apache-2.0 */
/* winnow-decode-picture: locked in, it turns pictures into pixels until its parent hangs up. */
#include <errno.h>
#include <malloc.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "src/base/str.h"
#include "src/decode/helper/codec.h"
#include "src/decode/helper/sandbox.h"
#include "src/decode/protocol.h"

/* Larger blocks go back to the system as soon as they are freed. */
enum { KEEP_FREED = 16 << 20 };

/* A shared buffer, mapped anew when it has grown. */
typedef struct mapping {
    int    fd, protection;
    void  *at;
    size_t size;
} mapping;

static bool map(mapping *m, uint64_t size)
{
    void *at;

    if (size <= m->size)
        return true;
    if (m->at != NULL)
        (void)munmap(m->at, m->size);
    m->at = NULL;
    m->size = 0;
    at = mmap(NULL, (size_t)size, m->protection, MAP_SHARED, m->fd, 0);
    if (at == MAP_FAILED)
        return false;
    m->at = at;
    m->size = (size_t)size;
    return true;
}

static bool parse_u32(const char *s, uint32_t *ret)
{
    uint64_t v;

    if (!wn_parse_u64((wn_span){ (const uint8_t *)s, strlen(s) }, &v) || v == 0 || v > UINT32_MAX)
        return false;
    *ret = (uint32_t)v;
    return true;
}

static uint32_t cpu_ms(void)
{
    struct timespec t;

    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0)
        return 0;
    return (uint32_t)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

static bool send_packet(const void *packet, size_t len)
{
    ssize_t n;

    do
        n = write(WN_WIRE_CONTROL, packet, len);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)len;
}

static bool receive_request(wn_wire_request *ret)
{
    ssize_t n;

    do
        n = read(WN_WIRE_CONTROL, ret, sizeof *ret);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof *ret && ret->magic == WN_WIRE_MAGIC;
}

static wn_wire_status decode(mapping *in, mapping *out, const wn_wire_request *request,
                             wn_canvas *canvas)
{
    if (!map(in, request->in_size) || !map(out, request->out_size))
        return WN_WIRE_NO_MEMORY;
    canvas->px = out->at;
    canvas->width = request->width;
    canvas->height = request->height;
    return wn_codec_decode((wn_media)request->media, (wn_span){ in->at, (size_t)request->in_len },
                           canvas);
}

static int serve(void)
{
    mapping         in = { .fd = WN_WIRE_INPUT, .protection = PROT_READ };
    mapping         out = { .fd = WN_WIRE_OUTPUT, .protection = PROT_READ | PROT_WRITE };
    wn_wire_request request;

    while (receive_request(&request)) {
        wn_canvas     canvas = { 0 };
        wn_wire_reply reply = { .magic = WN_WIRE_MAGIC, .sequence = request.sequence };

        reply.status = (uint32_t)decode(&in, &out, &request, &canvas);
        reply.width = request.width;
        reply.height = request.height;
        reply.rows = canvas.rows;
        reply.damaged = canvas.damaged;
        reply.cpu_ms = cpu_ms();
        if (!send_packet(&reply, sizeof reply))
            return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    wn_wire_hello hello = { .magic = WN_WIRE_MAGIC, .version = WN_WIRE_VERSION };
    uint32_t      cpu_seconds, memory_mib;

    (void)mallopt(M_MMAP_THRESHOLD, KEEP_FREED);
    (void)mallopt(M_TRIM_THRESHOLD, KEEP_FREED);
    if (argc == 3 && parse_u32(argv[1], &cpu_seconds) && parse_u32(argv[2], &memory_mib))
        hello.lock = (uint32_t)wn_sandbox_enter(cpu_seconds, memory_mib);
    else
        hello.lock = WN_LOCK_ARGUMENTS;
    if (!send_packet(&hello, sizeof hello) || hello.lock != WN_LOCK_DONE)
        return 1;
    return serve();
}
