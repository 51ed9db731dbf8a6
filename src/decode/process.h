/* SPDX-License-Identifier: Apache-2.0 */
/* Starting and stopping a helper executable with its four descriptors. */
#ifndef WN_DECODE_PROCESS_H
#define WN_DECODE_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

#include <winnow/error.h>
#include <winnow/export.h>

/* A running helper; the descriptors are the parent's ends (see protocol.h). -1 when not open. */
typedef struct wn_process {
    pid_t pid; /* 0 when there is none */
    int   control, input, output, lifeline;
} wn_process;

/*
 * Start `helper` with exec, never by a fork of the caller's threads. It
 * inherits the four descriptors, no environment and no signal settings, in a
 * process group of its own. What was opened is in `p` also on failure: call
 * wn_process_stop. WN_E_IO.
 */
WN_NODISCARD wn_code wn_process_start(wn_process *p, const char *helper, uint32_t cpu_seconds,
                                      uint32_t memory_mib, wn_err *err);

/*
 * Kill the helper if it still runs, collect it and close the descriptors.
 * Returns its wait status (how it had ended by itself, if it had), or -1 when
 * there was none to collect. May be called twice.
 */
int wn_process_stop(wn_process *p);

#endif
