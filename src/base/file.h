/* SPDX-License-Identifier: Apache-2.0 */
/* Reading files that somebody else made: every odd kind gets a clear error. */
#ifndef WN_BASE_FILE_H
#define WN_BASE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/base/arena.h"

/*
 * Read a regular file of at most `max` bytes into `arena`. FIFOs, devices,
 * sockets and folders are refused without blocking. WN_E_IO, WN_E_LIMIT or
 * WN_E_NOMEM; `err` names the file.
 */
WN_NODISCARD wn_code wn_file_read(wn_arena *arena, const char *path, uint64_t max, wn_span *ret,
                                  wn_err *err);

/* Read all of an open descriptor (a pipe, standard input) up to `max` bytes. */
WN_NODISCARD wn_code wn_fd_read(wn_arena *arena, int fd, uint64_t max, wn_span *ret, wn_err *err);

/*
 * Write a file so that readers see the old content or the new, never a part:
 * a temporary file beside it, fsync, rename. WN_E_IO.
 */
WN_NODISCARD wn_code wn_file_write(const char *path, wn_span content, wn_err *err);

/* `name` relative to the folder that `file` lies in (absolute: as it stands); NULL on no memory. */
WN_NODISCARD char *wn_path_beside(wn_arena *arena, const char *file, const char *name);

#endif
