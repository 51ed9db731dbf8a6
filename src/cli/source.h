/* SPDX-License-Identifier: Apache-2.0 */
/* Where the items of a scan come from: arguments, folders, standard input, lines. */
#ifndef WN_CLI_SOURCE_H
#define WN_CLI_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>

#include "src/base/buf.h"

/* One item to judge. Owns its strings and bytes; done with wn_input_done. */
typedef struct wn_input {
    char    *path; /* a file to read, or NULL for `bytes` */
    char    *name; /* how the verdict names it, or NULL for `index` */
    uint64_t index;
    wn_buf   bytes;
    size_t   full_len; /* of the bytes, also when they were too many to keep */
    bool     is_text;  /* a line or a --text argument */
    char    *problem;  /* it could not even be found: why; NULL when all is well */
} wn_input;

typedef struct wn_source wn_source;

typedef struct wn_source_options {
    char *const *paths; /* "-" is standard input */
    size_t       path_count;
    char *const *texts; /* texts given as arguments */
    size_t       text_count;
    bool         lines; /* each line of each file is an item */
    uint64_t     max_item_bytes;
} wn_source_options;

/* NULL when memory is refused. The options' strings are borrowed. One thread. */
WN_NODISCARD wn_source *wn_source_new(const wn_source_options *options);

/*
 * The next item, in the order of the arguments, folders by name. `*end` is set
 * when there is none. `ret` must be done (zeroed) before. WN_E_NOMEM only: what
 * cannot be read is an item with a `problem`.
 */
WN_NODISCARD wn_code wn_source_next(wn_source *source, wn_input *ret, bool *end, wn_err *err);

/* Count the items ahead where that is cheap (files, not lines); 0 where it is not. */
uint64_t wn_source_count(const wn_source_options *options);

/* Close what is open and free. NULL is allowed. */
void wn_source_free(wn_source *source);

/* Free what an item owns and zero it. */
void wn_input_done(wn_input *input);

#endif
