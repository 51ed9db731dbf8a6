/* SPDX-License-Identifier: Apache-2.0 */
/* Where the program's messages go; library code does not log, no content is ever logged. */
#ifndef WN_BASE_LOG_H
#define WN_BASE_LOG_H

#include <winnow/export.h>

typedef enum wn_log_level { WN_LOG_ERROR, WN_LOG_WARN, WN_LOG_INFO } wn_log_level;

typedef void wn_log_fn(void *ctx, wn_log_level level, const char *msg);

/* A sink, owned by whoever logs. A NULL `fn` drops everything. */
typedef struct wn_log {
    wn_log_fn *fn;
    void      *ctx;
} wn_log;

/* Format one message (cut at 1,000 bytes) and hand it to the sink. */
void wn_log_write(const wn_log *log, wn_log_level level, const char *fmt, ...) WN_PRINTF(3, 4);

#endif
