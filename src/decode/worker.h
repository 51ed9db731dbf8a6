/* SPDX-License-Identifier: Apache-2.0 */
/* One helper process, seen from the parent: started, asked, judged, stopped. */
#ifndef WN_DECODE_WORKER_H
#define WN_DECODE_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/content/view.h"
#include "src/decode/decoder.h"
#include "src/decode/protocol.h"

/* One thread at a time; not bound to the thread that started it. */
typedef struct wn_worker wn_worker;

typedef struct wn_worker_options {
    const char *helper;     /* path of the executable; outlives the worker */
    uint32_t    timeout_ms; /* wall clock of one picture */
    uint32_t    memory_mib; /* address space of the helper */
} wn_worker_options;

/* Start a helper and wait until it has locked itself in. WN_E_IO or WN_E_NOMEM. */
WN_NODISCARD wn_code wn_worker_start(const wn_worker_options *options, wn_worker **ret,
                                     wn_err *err);

/*
 * Decode a picture whose probed size stands in `info`; sets `info->incomplete`.
 * The pixels of `ret` stay valid until the worker is asked again, trimmed or
 * freed. After any failure the worker must be freed. `gone` is set (and the
 * code is WN_E_IO) when the helper had died before it was given this picture:
 * then another worker may be tried. WN_E_FORMAT, WN_E_LIMIT, WN_E_IO, WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_worker_decode(wn_worker *worker, wn_media media, wn_span bytes,
                                      wn_picture_info *info, wn_image *ret, bool *gone,
                                      wn_err *err);

/*
 * Judge a reply to `request`, field by field; a hostile one does no harm. Sets
 * `incomplete` on WN_OK. WN_E_FORMAT, WN_E_LIMIT, or WN_E_IO when the reply
 * makes no sense. Thread-safe.
 */
WN_NODISCARD wn_code wn_worker_judge(const wn_wire_request *request, const wn_wire_reply *reply,
                                     bool *incomplete, wn_err *err);

/* Whether the worker has served long enough to be replaced. */
bool wn_worker_worn(const wn_worker *worker);

/* Give the memory of an unusually large picture back to the system. */
void wn_worker_trim(wn_worker *worker);

/* Kill the helper and free everything. NULL is allowed. */
void wn_worker_free(wn_worker *worker);

#endif
