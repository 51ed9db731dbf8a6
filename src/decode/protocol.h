/* SPDX-License-Identifier: Apache-2.0 */
/* What the parent and a decoding helper say to each other: fixed-size records, no strings. */
#ifndef WN_DECODE_PROTOCOL_H
#define WN_DECODE_PROTOCOL_H

#include <stdint.h>

/*
 * A helper is started with these descriptors and no others:
 *
 *   control   a SOCK_SEQPACKET socket; one record is one packet
 *   input     a memfd that the parent writes and the helper maps read-only
 *   output    a memfd that the helper maps writable and the parent read-only;
 *             sealed against shrinking, so that the parent's mapping stays whole
 *   lifeline  the reading end of a pipe that nobody writes to: its hang-up
 *             kills a helper whose parent is gone, even in the midst of a picture
 *
 * and with two arguments: seconds of processor time, and MiB of address space.
 * It locks itself in, says hello, and then answers one request after another
 * until the socket is closed.
 */
enum {
    WN_WIRE_CONTROL = 3,
    WN_WIRE_INPUT = 4,
    WN_WIRE_OUTPUT = 5,
    WN_WIRE_LIFELINE = 6,
    WN_WIRE_FIRST_FREE = 7,
};

#define WN_WIRE_MAGIC 0x4e574e57u
#define WN_WIRE_VERSION 1u

/* Bytes of output that the parent sets aside for a pixel: room for RGB and alpha while decoding. */
#define WN_WIRE_PIXEL 4u

/* The step of locking in that failed. */
typedef enum wn_lock_step {
    WN_LOCK_DONE,
    WN_LOCK_ARGUMENTS,
    WN_LOCK_DESCRIPTORS,
    WN_LOCK_LIMITS,
    WN_LOCK_PRIVILEGES,
    WN_LOCK_FILTER,
} wn_lock_step;

/* The helper's first packet. */
typedef struct wn_wire_hello {
    uint32_t magic;
    uint32_t version;
    uint32_t lock; /* wn_lock_step */
    uint32_t reserved;
} wn_wire_hello;

/* Decode what lies in the first `in_len` bytes of the input. */
typedef struct wn_wire_request {
    uint32_t magic;
    uint32_t sequence;      /* counted by the parent, echoed by the helper */
    uint32_t media;         /* wn_media */
    uint32_t width, height; /* as the parent read them from the header */
    uint32_t reserved;
    uint64_t in_len;
    uint64_t in_size;  /* sizes of the two memfds */
    uint64_t out_size; /* at least width * height * WN_WIRE_PIXEL */
} wn_wire_request;

/* How decoding ended. */
typedef enum wn_wire_status {
    WN_WIRE_DECODED,     /* `rows` rows were there; the others are white */
    WN_WIRE_UNDECODABLE, /* the bytes do not follow their format */
    WN_WIRE_MISMATCH,    /* the picture is not of the size that its header says */
    WN_WIRE_TOO_COMPLEX, /* more scans than any honest file has */
    WN_WIRE_NO_MEMORY,
    WN_WIRE_STATUSES,
} wn_wire_status;

/* The helper's answer. Everything in it is untrusted. */
typedef struct wn_wire_reply {
    uint32_t magic;
    uint32_t sequence;
    uint32_t status; /* wn_wire_status */
    uint32_t width, height;
    uint32_t rows;    /* rows of the picture that were read, from the top */
    uint32_t damaged; /* not 0: some of them stand on damaged or missing data */
    uint32_t cpu_ms;  /* processor time of the helper since its start */
} wn_wire_reply;

#endif
