/* SPDX-License-Identifier: Apache-2.0 */
/* One helper process, seen from the parent: every figure that it sends is checked here. */
#include "src/decode/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "src/base/err.h"
#include "src/base/mem.h"
#include "src/decode/process.h"

enum {
    PICTURES_PER_WORKER = 256,
    START_MS = 10000, /* a helper on a busy machine takes a while to load */
    SIZE_STEP = 1 << 20,
    KEEP_INPUT = 8 << 20, /* what a waiting worker may hold on to */
    KEEP_OUTPUT = 48 << 20,
};

struct wn_worker {
    wn_process process;
    uint32_t   timeout_ms;
    uint32_t   sequence;
    uint32_t   pictures, cpu_ms; /* so far */
    size_t     in_size, out_size;
    uint8_t   *pixels; /* the output, mapped for reading */
};

/* A worker is replaced when this much is used; then a whole time-out is left below its limit. */
static uint32_t worn_cpu_ms(uint32_t timeout_ms)
{
    return timeout_ms < UINT32_MAX / 2 ? timeout_ms * 2 : UINT32_MAX;
}

static uint32_t cpu_seconds(uint32_t timeout_ms)
{
    return timeout_ms / 1000 * 3 + 3;
}

static int64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* How receiving a packet ended. */
typedef enum received { GOT_PACKET, GOT_NOTHING, GOT_END, GOT_GARBAGE } received;

/* Wait for one packet of exactly `len` bytes. */
static received receive(const wn_worker *w, void *packet, size_t len, uint32_t timeout_ms)
{
    int64_t deadline = now_ms() + timeout_ms;
    uint8_t bytes[128]; /* room to see that a packet is too long */

    for (;;) {
        struct pollfd p = { .fd = w->process.control, .events = POLLIN };
        int64_t       left = deadline - now_ms();
        int           ready;
        ssize_t       n;

        if (left < 0)
            return GOT_NOTHING;
        ready = poll(&p, 1, left > INT32_MAX ? INT32_MAX : (int)left);
        if (ready == 0 || (ready < 0 && errno == EINTR))
            continue;
        if (ready < 0)
            return GOT_GARBAGE;
        n = recv(w->process.control, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n <= 0)
            return GOT_END;
        if ((size_t)n != len)
            return GOT_GARBAGE;
        memcpy(packet, bytes, len);
        return GOT_PACKET;
    }
}

/* Stop the helper and say what became of it. */
static wn_code fail_ended(wn_worker *w, wn_err *err)
{
    int status = wn_process_stop(&w->process);

    if (status < 0)
        return wn_fail(err, WN_E_IO, "the picture decoder ended on this item");
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return wn_fail(err, WN_E_LIMIT,
                       "the picture needs more than %u seconds of processor time to decode",
                       (unsigned)cpu_seconds(w->timeout_ms));
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
        return wn_fail(err, WN_E_IO,
                       "the picture decoder did what its sandbox forbids and was stopped "
                       "(signal %d) on this item",
                       WTERMSIG(status));
    if (WIFSIGNALED(status))
        return wn_fail(err, WN_E_IO, "the picture decoder crashed (signal %d) on this item",
                       WTERMSIG(status));
    return wn_fail(err, WN_E_IO, "the picture decoder ended (exit status %d) on this item",
                   WEXITSTATUS(status));
}

static wn_code fail_answer(wn_err *err)
{
    return wn_fail(err, WN_E_IO, "the picture decoder gave an answer that makes no sense");
}

static wn_code check_hello(wn_worker *w, const char *helper, wn_err *err)
{
    static const char *const steps[] = {
        [WN_LOCK_ARGUMENTS] = "its arguments",   [WN_LOCK_DESCRIPTORS] = "closing descriptors",
        [WN_LOCK_LIMITS] = "resource limits",    [WN_LOCK_PRIVILEGES] = "no_new_privs",
        [WN_LOCK_FILTER] = "the seccomp filter",
    };
    wn_wire_hello hello;

    switch (receive(w, &hello, sizeof hello, START_MS)) {
    case GOT_PACKET:
        break;
    case GOT_NOTHING:
        return wn_fail(err, WN_E_IO, "the picture helper %s did not start within %d seconds",
                       helper, START_MS / 1000);
    case GOT_END:
    case GOT_GARBAGE:
    default:
        return wn_fail(err, WN_E_IO,
                       "the picture helper %s ended as soon as it was started: "
                       "install it anew",
                       helper);
    }
    if (hello.magic != WN_WIRE_MAGIC || hello.version != WN_WIRE_VERSION)
        return wn_fail(err, WN_E_IO, "the picture helper %s is of another version: install it anew",
                       helper);
    if (hello.lock != WN_LOCK_DONE)
        return wn_fail(err, WN_E_IO,
                       "the picture helper could not lock itself in (%s), so it reads no pictures",
                       hello.lock < sizeof steps / sizeof steps[0] ? steps[hello.lock]
                                                                   : "unknown step");
    return WN_OK;
}

wn_code wn_worker_start(const wn_worker_options *o, wn_worker **ret, wn_err *err)
{
    wn_worker *w = wn_calloc(1, sizeof *w);
    wn_code    code;

    if (w == NULL)
        return wn_fail_nomem(err);
    w->timeout_ms = o->timeout_ms;
    code = wn_process_start(&w->process, o->helper, cpu_seconds(o->timeout_ms), o->memory_mib, err);
    if (code == WN_OK)
        code = check_hello(w, o->helper, err);
    if (code != WN_OK) {
        wn_worker_free(w);
        return code;
    }
    *ret = w;
    return WN_OK;
}

static bool round_up(size_t size, size_t *ret)
{
    if (!wn_size_add(size, SIZE_STEP - 1, &size))
        return false;
    *ret = size / SIZE_STEP * SIZE_STEP;
    return *ret <= (size_t)INT64_MAX;
}

static wn_code fail_shared(wn_err *err)
{
    return wn_fail(err, WN_E_NOMEM, "the system refused shared memory for a picture");
}

/* Put the picture into the input memfd. */
static wn_code put_input(wn_worker *w, wn_span bytes, wn_err *err)
{
    size_t size, done = 0;

    if (bytes.len > w->in_size) {
        if (!round_up(bytes.len, &size) || ftruncate(w->process.input, (off_t)size) != 0)
            return fail_shared(err);
        w->in_size = size;
    }
    while (done < bytes.len) {
        ssize_t n = pwrite(w->process.input, bytes.ptr + done, bytes.len - done, (off_t)done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return fail_shared(err);
        done += (size_t)n;
    }
    return WN_OK;
}

/* Make the output memfd, and our mapping of it, large enough. */
static wn_code grow_output(wn_worker *w, const wn_picture_info *info, wn_err *err)
{
    size_t size;
    void  *pixels;

    if (!wn_size_mul(info->width, info->height, &size) ||
        !wn_size_mul(size, WN_WIRE_PIXEL, &size) || !round_up(size, &size))
        return fail_shared(err);
    if (size <= w->out_size)
        return WN_OK;
    if (ftruncate(w->process.output, (off_t)size) != 0)
        return fail_shared(err);
    if (w->pixels != NULL)
        (void)munmap(w->pixels, w->out_size);
    w->pixels = NULL;
    w->out_size = 0;
    pixels = mmap(NULL, size, PROT_READ, MAP_SHARED, w->process.output, 0);
    if (pixels == MAP_FAILED)
        return fail_shared(err);
    w->pixels = pixels;
    w->out_size = size;
    return WN_OK;
}

wn_code wn_worker_judge(const wn_wire_request *request, const wn_wire_reply *reply,
                        bool *incomplete, wn_err *err)
{
    if (reply->magic != WN_WIRE_MAGIC || reply->sequence != request->sequence)
        return fail_answer(err);
    switch (reply->status) {
    case WN_WIRE_DECODED:
        break;
    case WN_WIRE_UNDECODABLE:
        return wn_fail(err, WN_E_FORMAT, "the picture is broken: it does not decode as %s",
                       wn_media_name((wn_media)request->media));
    case WN_WIRE_MISMATCH:
        return wn_fail(err, WN_E_FORMAT,
                       "the picture is broken: it is not of the size that its header claims");
    case WN_WIRE_TOO_COMPLEX:
        return wn_fail(err, WN_E_LIMIT, "the picture has more scans than are decoded");
    case WN_WIRE_NO_MEMORY:
        return wn_fail(err, WN_E_LIMIT, "the picture needs more memory to decode than is allowed");
    default:
        return fail_answer(err);
    }
    if (reply->width != request->width || reply->height != request->height ||
        reply->rows > reply->height)
        return fail_answer(err);
    if (reply->rows < reply->height - reply->height / 2)
        return wn_fail(err, WN_E_FORMAT,
                       "the picture is broken or cut short: %u of its %u rows can be read",
                       (unsigned)reply->rows, (unsigned)reply->height);
    *incomplete = reply->rows < reply->height || reply->damaged != 0;
    return WN_OK;
}

wn_code wn_worker_decode(wn_worker *w, wn_media media, wn_span bytes, wn_picture_info *info,
                         wn_image *ret, bool *gone, wn_err *err)
{
    wn_wire_request request = { .magic = WN_WIRE_MAGIC, .media = (uint32_t)media };
    wn_wire_reply   reply;
    bool            incomplete = false;

    WN_TRY(put_input(w, bytes, err));
    WN_TRY(grow_output(w, info, err));
    request.sequence = ++w->sequence;
    request.width = info->width;
    request.height = info->height;
    request.in_len = bytes.len;
    request.in_size = w->in_size;
    request.out_size = w->out_size;
    if (send(w->process.control, &request, sizeof request, MSG_NOSIGNAL | MSG_DONTWAIT) !=
        (ssize_t)sizeof request) {
        *gone = true;
        return fail_ended(w, err);
    }
    switch (receive(w, &reply, sizeof reply, w->timeout_ms)) {
    case GOT_PACKET:
        break;
    case GOT_NOTHING:
        return wn_fail(err, WN_E_LIMIT, "the picture was not decoded within %u milliseconds",
                       (unsigned)w->timeout_ms);
    case GOT_END:
        return fail_ended(w, err);
    case GOT_GARBAGE:
    default:
        return fail_answer(err);
    }
    WN_TRY(wn_worker_judge(&request, &reply, &incomplete, err));
    w->pictures++;
    w->cpu_ms = reply.cpu_ms;
    info->incomplete = incomplete;
    *ret = (wn_image){ .rgb = w->pixels, .width = info->width, .height = info->height };
    return WN_OK;
}

bool wn_worker_worn(const wn_worker *w)
{
    return w->pictures >= PICTURES_PER_WORKER || w->cpu_ms >= worn_cpu_ms(w->timeout_ms);
}

void wn_worker_trim(wn_worker *w)
{
    if (w->in_size > KEEP_INPUT && ftruncate(w->process.input, 0) == 0)
        w->in_size = 0;
    /* The output may not shrink, but its pages can go. */
    if (w->out_size > KEEP_OUTPUT)
        (void)fallocate(w->process.output, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, KEEP_OUTPUT,
                        (off_t)(w->out_size - KEEP_OUTPUT));
}

void wn_worker_free(wn_worker *w)
{
    if (w == NULL)
        return;
    if (w->pixels != NULL)
        (void)munmap(w->pixels, w->out_size);
    (void)wn_process_stop(&w->process);
    wn_free(w);
}
