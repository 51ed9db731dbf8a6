/* SPDX-License-Identifier: Apache-2.0 */
/* Where the program's own messages go. */
#include "src/base/log.h"

#include <stdarg.h>
#include <stdio.h>

void wn_log_write(const wn_log *log, wn_log_level level, const char *fmt, ...)
{
    char    msg[1000];
    va_list args;

    if (log == NULL || log->fn == NULL)
        return;
    va_start(args, fmt);
    (void)vsnprintf(msg, sizeof msg, fmt, args);
    va_end(args);
    log->fn(log->ctx, level, msg);
}
