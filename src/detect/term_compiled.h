/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of compiled term lists, for the files that build and that match them. */
#ifndef WN_DETECT_TERM_COMPILED_H
#define WN_DETECT_TERM_COMPILED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/buf.h"
#include "src/base/stash.h"
#include "src/detect/term_db.h"

/* Of Vectorscan. */
struct hs_database;
struct hs_scratch;

/* No entry: the end of a chain. */
#define WN_TERM_NONE UINT32_MAX

/* A term of a list. Those with equal forms hang behind each other. */
typedef struct wn_term_entry {
    const wn_term *term;
    uint32_t       list;
    uint32_t       next_text, next_skeleton;
} wn_term_entry;

/* A string that is sought, once, whatever terms and lists have it. */
typedef struct wn_term_literal_node {
    wn_span  bytes;
    uint32_t as_text, as_skeleton; /* the first entry with it as its normal form, its skeleton */
} wn_term_literal_node;

/* A pattern's alternative that is sought. */
typedef struct wn_term_sought {
    uint32_t              entry;
    const wn_term_branch *branch;
} wn_term_sought;

struct wn_term_db {
    wn_term_entry        *entries;
    wn_term_literal_node *literals;
    wn_term_sought       *patterns;
    size_t                entry_count, literal_count, pattern_count;
    struct hs_database   *literal_db, *pattern_db; /* NULL when there is nothing to seek */
    struct hs_scratch    *scratch;                 /* only to be cloned */
    wn_stash             *workers;
};

/* What is known of an entry while a text is matched; zero between two texts. */
typedef struct wn_term_seen {
    uint32_t last; /* its latest hit, counted from 1 */
    uint32_t count;
} wn_term_seen;

/* Scratch of one thread. */
typedef struct wn_term_worker {
    struct hs_scratch *scratch;
    wn_term_seen      *seen;
    wn_buf             hits; /* of raw_hit, see term_match.c */
} wn_term_worker;

#endif
