/* SPDX-License-Identifier: Apache-2.0 */
/* Locking a helper in: after this it can compute and answer, and nothing else. */
#ifndef WN_DECODE_HELPER_SANDBOX_H
#define WN_DECODE_HELPER_SANDBOX_H

#include <stdint.h>

#include <winnow/export.h>

#include "src/decode/protocol.h"

/*
 * Give up everything but the four descriptors of protocol.h, memory up to
 * `memory_mib`, `cpu_seconds` of processor time, and the system calls that
 * reading packets, writing them and allocating need; any other ends the
 * process with SIGSYS. To be called once, before the first byte of content is
 * read. Returns WN_LOCK_DONE, or the step that failed: then the helper must
 * not go on.
 *
 * A build with sanitizers leaves out the address-space limit, the system-call
 * filter and the closing of standard error, which they cannot live with.
 */
WN_NODISCARD wn_lock_step wn_sandbox_enter(uint32_t cpu_seconds, uint32_t memory_mib);

#endif
