/* SPDX-License-Identifier: Apache-2.0 */
/* YAML as a small tree in which every node knows its line and column. */
#ifndef WN_POLICY_YAML_H
#define WN_POLICY_YAML_H

#include <stdbool.h>
#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/base/arena.h"

typedef enum wn_yaml_kind {
    WN_YAML_NULL, /* a key or an item without a value */
    WN_YAML_SCALAR,
    WN_YAML_LIST,
    WN_YAML_MAP,
} wn_yaml_kind;

/* A node; positions are 1-based, columns count code points. Lives in the arena given to the parser.
 */
typedef struct wn_yaml {
    wn_yaml_kind    kind;
    uint32_t        line, column;
    char            quote;  /* of a scalar: the quote, '|' for a block, 0 for neither */
    wn_span         text;   /* of a scalar; a 0 stands behind it */
    wn_span         source; /* of a scalar: the file from its first byte on; borrowed */
    uint32_t        source_line, source_column;
    uint32_t        count; /* items of a list, keys of a map */
    struct wn_yaml *child; /* first item, or first key */
    struct wn_yaml *next;  /* the item or key after this one */
    struct wn_yaml *value; /* of a key */
} wn_yaml;

/* Bounds of a document. */
enum { WN_YAML_MAX_BYTES = 1 << 20, WN_YAML_MAX_DEPTH = 16, WN_YAML_MAX_NODES = 100000 };

/*
 * Parse one document. Anchors, aliases, tags, keys that are not plain words and
 * a second document are refused. `text` is borrowed by the tree. `file` is what
 * errors call it. WN_E_FORMAT with line and column, WN_E_LIMIT or WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_yaml_parse(wn_arena *arena, const char *file, wn_span text,
                                   const wn_yaml **ret, wn_err *err);

/*
 * Where byte `offset` of a scalar's text stands in the file. Where escapes make
 * that unclear it is the start of the scalar.
 */
void wn_yaml_locate(const wn_yaml *scalar, size_t offset, uint32_t *line, uint32_t *column);

#endif
