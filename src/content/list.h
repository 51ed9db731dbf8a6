/* SPDX-License-Identifier: Apache-2.0 */
/* A policy's lists as the policy declares them; the detectors that use them load the files. */
#ifndef WN_CONTENT_LIST_H
#define WN_CONTENT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/category.h>

typedef enum wn_list_kind { WN_LIST_TERMS, WN_LIST_HASHES } wn_list_kind;

/* Largest Hamming distance at which two PDQ hashes count as the same picture. */
#define WN_PDQ_MAX_DISTANCE 31

/* Strings live as long as the policy. */
typedef struct wn_list_spec {
    const char  *id;          /* already checked against the naming rules */
    const char  *file;        /* path to open, resolved against the policy's folder */
    const char  *policy_file; /* for errors about the declaration itself */
    uint32_t     line;        /* of the declaration in the policy */
    wn_list_kind kind;
    wn_category  category;     /* of entries without one of their own */
    wn_action    action;       /* of entries without one of their own */
    uint32_t     max_distance; /* hash lists: default for entries without their own */
} wn_list_spec;

#endif
