/* SPDX-License-Identifier: Apache-2.0 */
/* What can go wrong, and the record that says what, where and what to do. */
#ifndef WINNOW_ERROR_H
#define WINNOW_ERROR_H

#include <stdint.h>

#include <winnow/export.h>

WN_BEGIN_DECLS

typedef enum wn_code {
    WN_OK = 0,
    WN_E_NOMEM,       /* the system refused memory */
    WN_E_LIMIT,       /* a bound set by the caller was reached */
    WN_E_FORMAT,      /* the bytes do not follow their format */
    WN_E_IO,          /* a file or a helper could not be read, started or reached */
    WN_E_USAGE,       /* the caller broke the contract */
    WN_E_UNSUPPORTED, /* a known kind of content that this build does not read */
} wn_code;

/*
 * One error, ready to be shown. Supplied by the caller, never allocated.
 * `msg` and `file` never hold content under review.
 */
typedef struct wn_err {
    wn_code  code;
    uint32_t line;     /* 1-based; 0 when there is no position */
    uint32_t column;   /* 1-based; 0 when there is no position */
    char     file[96]; /* of a policy, list or manifest; empty when there is none */
    char     msg[400]; /* what is wrong and what to do about it */
} wn_err;

/* The code's stable short name, as used in verdicts: "limit", "format", ... Never NULL. */
WN_API const char *wn_code_name(wn_code code);

/*
 * Write "file:line:column: message" (the parts that exist) to `dst`, always
 * terminated. Returns the length written, without the terminator.
 */
WN_API int wn_err_format(const wn_err *err, char *dst, int cap);

WN_END_DECLS

#endif
