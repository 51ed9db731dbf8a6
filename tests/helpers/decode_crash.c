/* SPDX-License-Identifier: Apache-2.0 */
/* A decoding helper that misbehaves as the picture tells it to: for tests of the parent. */
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "src/decode/protocol.h"

/* What to do stands behind the first chunk of a PNG: the parent's probe reads only up to there. */
enum { ORDER_AT = 33, ORDER_LEN = 8 };

static void say(const void *packet, size_t len)
{
    if (write(WN_WIRE_CONTROL, packet, len) != (ssize_t)len)
        _exit(2);
}

static wn_wire_reply honest(const wn_wire_request *q)
{
    return (wn_wire_reply){ .magic = WN_WIRE_MAGIC,
                            .sequence = q->sequence,
                            .status = WN_WIRE_DECODED,
                            .width = q->width,
                            .height = q->height,
                            .rows = q->height };
}

/* The signal's own end, also where a sanitizer would catch it. */
static void die_of(int number)
{
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

/* Ends that need no answer. */
static void die(const char *order)
{
    if (strcmp(order, "SEGV") == 0)
        die_of(SIGSEGV);
    if (strcmp(order, "ABORT") == 0)
        die_of(SIGABRT);
    if (strcmp(order, "SYS") == 0)
        die_of(SIGSYS);
    if (strcmp(order, "XCPU") == 0)
        die_of(SIGXCPU);
    if (strcmp(order, "EXIT") == 0)
        _exit(3);
    while (strcmp(order, "HANG") == 0)
        (void)pause();
}

/* Answers that are lies. */
static void lie(const char *order, wn_wire_reply *r)
{
    if (strcmp(order, "MAGIC") == 0)
        r->magic++;
    if (strcmp(order, "SEQUENCE") == 0)
        r->sequence--;
    if (strcmp(order, "STATUS") == 0)
        r->status = 77;
    if (strcmp(order, "WIDER") == 0)
        r->width = 1u << 30;
    if (strcmp(order, "TALLER") == 0)
        r->height = r->rows = 1u << 30;
    if (strcmp(order, "ROWS") == 0)
        r->rows = r->height + 1;
    if (strcmp(order, "HALF") == 0)
        r->rows = r->height / 2;
    if (strcmp(order, "TENTH") == 0)
        r->rows = r->height / 10;
    if (strcmp(order, "MEMORY") == 0)
        r->status = WN_WIRE_NO_MEMORY;
    if (strcmp(order, "WORN") == 0)
        r->cpu_ms = UINT32_MAX;
}

static void serve(const wn_wire_request *q)
{
    char          order[ORDER_LEN + 1] = { 0 };
    wn_wire_reply r = honest(q);
    uint8_t      *in = mmap(NULL, (size_t)q->in_size, PROT_READ, MAP_SHARED, WN_WIRE_INPUT, 0);
    uint8_t      *out = mmap(NULL, (size_t)q->out_size, PROT_WRITE, MAP_SHARED, WN_WIRE_OUTPUT, 0);

    if (in == MAP_FAILED || out == MAP_FAILED)
        _exit(4);
    if (q->in_len >= ORDER_AT + ORDER_LEN)
        memcpy(order, in + ORDER_AT, ORDER_LEN);
    die(order);
    lie(order, &r);
    memset(out, 7, (size_t)q->width * q->height * 3);
    if (strcmp(order, "SHRINK") == 0 && ftruncate(WN_WIRE_OUTPUT, 0) == 0)
        _exit(5); /* must not be possible */
    if (strcmp(order, "SHORT") == 0)
        say(&r, sizeof r - 1);
    else if (strcmp(order, "LONG") == 0)
        say((uint8_t[sizeof r + 1]){ 0 }, sizeof r + 1);
    else
        say(&r, sizeof r);
    if (strcmp(order, "TWICE") == 0)
        say(&r, sizeof r);
    if (strcmp(order, "LEAVE") == 0)
        _exit(0);
    (void)munmap(in, (size_t)q->in_size);
    (void)munmap(out, (size_t)q->out_size);
}

int main(void)
{
    wn_wire_hello   hello = { .magic = WN_WIRE_MAGIC, .version = WN_WIRE_VERSION };
    struct rlimit   no_core = { 0, 0 };
    wn_wire_request q;

    (void)setrlimit(RLIMIT_CORE, &no_core);
    say(&hello, sizeof hello);
    while (read(WN_WIRE_CONTROL, &q, sizeof q) == (ssize_t)sizeof q)
        serve(&q);
    return 0;
}
