/* SPDX-License-Identifier: Apache-2.0 */
/* The error record: filling it and showing it. */
#include "src/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const code_names[] = {
    [WN_OK] = "ok",
    [WN_E_NOMEM] = "no-memory",
    [WN_E_LIMIT] = "limit",
    [WN_E_FORMAT] = "format",
    [WN_E_IO] = "io",
    [WN_E_USAGE] = "usage",
    [WN_E_UNSUPPORTED] = "unsupported",
};

const char *wn_code_name(wn_code code)
{
    size_t i = (size_t)code;

    if (i >= sizeof code_names / sizeof code_names[0])
        return "unknown";
    return code_names[i];
}

/* The end of a long path says more than its start. */
static void fill_name(char *dst, size_t cap, const char *file)
{
    size_t len = strlen(file);

    if (len >= cap)
        (void)snprintf(dst, cap, "...%s", file + len - (cap - 4));
    else
        memcpy(dst, file, len + 1);
}

static void fill(wn_err *err, wn_code code, const char *file, uint32_t line, uint32_t column,
                 const char *fmt, va_list args)
{
    char msg[sizeof err->msg];
    char name[sizeof err->file] = "";

    /* The arguments may point into `err` itself, so it is written last. */
    (void)vsnprintf(msg, sizeof msg, fmt, args);
    if (file != NULL)
        fill_name(name, sizeof name, file);
    memcpy(err->msg, msg, sizeof msg);
    memcpy(err->file, name, sizeof name);
    err->code = code;
    err->line = line;
    err->column = column;
}

wn_code wn_fail(wn_err *err, wn_code code, const char *fmt, ...)
{
    va_list args;

    if (err == NULL)
        return code;
    va_start(args, fmt);
    fill(err, code, NULL, 0, 0, fmt, args);
    va_end(args);
    return code;
}

wn_code wn_fail_at(wn_err *err, wn_code code, const char *file, uint32_t line, uint32_t column,
                   const char *fmt, ...)
{
    va_list args;

    if (err == NULL)
        return code;
    va_start(args, fmt);
    fill(err, code, file, line, column, fmt, args);
    va_end(args);
    return code;
}

wn_code wn_fail_nomem(wn_err *err)
{
    return wn_fail(err, WN_E_NOMEM, "out of memory: give the machine more, or lower --jobs");
}

int wn_err_format(const wn_err *err, char *dst, int cap)
{
    int n;

    if (cap <= 0)
        return 0;
    if (err->file[0] && err->line && err->column)
        n = snprintf(dst, (size_t)cap, "%s:%u:%u: %s", err->file, err->line, err->column, err->msg);
    else if (err->file[0] && err->line)
        n = snprintf(dst, (size_t)cap, "%s:%u: %s", err->file, err->line, err->msg);
    else if (err->file[0])
        n = snprintf(dst, (size_t)cap, "%s: %s", err->file, err->msg);
    else
        n = snprintf(dst, (size_t)cap, "%s", err->msg);
    return n < cap ? n : cap - 1;
}
