/* SPDX-License-Identifier: Apache-2.0 */
/* Views: what a detector can read, each with the way back to the item it came from. */
#ifndef WN_CONTENT_VIEW_H
#define WN_CONTENT_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/span.h>
#include <winnow/verdict.h>

#include "src/base/digest.h"

typedef enum wn_view_kind { WN_VIEW_FILE, WN_VIEW_TEXT, WN_VIEW_IMAGE, WN_VIEW_SOUND } wn_view_kind;

#define WN_VIEW_BIT(kind) (1u << (unsigned)(kind))

/* What an item's bytes are, as found by looking at them; never as claimed by a name or a sender. */
typedef enum wn_media {
    WN_MEDIA_UNKNOWN,
    WN_MEDIA_EMPTY,
    WN_MEDIA_TEXT,
    WN_MEDIA_JPEG,
    WN_MEDIA_PNG,
    WN_MEDIA_WEBP,
    WN_MEDIA_GIF,
    WN_MEDIA_OTHER_IMAGE, /* a picture format that is known and not read */
    WN_MEDIA_VIDEO,
    WN_MEDIA_SOUND,
    WN_MEDIA_DOCUMENT, /* PDF, office files */
    WN_MEDIA_ARCHIVE,
} wn_media;

/* 8-bit RGB, rows without padding. The pixels are borrowed from whoever decoded them. */
typedef struct wn_image {
    const uint8_t *rgb;
    uint32_t       width, height;
} wn_image;

struct wn_text; /* src/text/normalize.h */

/*
 * One node of an item's tree. Lives in the item's arena. `place` says where in
 * the parent it was found (for a child), so that evidence can be followed back.
 */
typedef struct wn_view {
    wn_view_kind          kind;
    uint32_t              id;        /* position in wn_scan.views; the root is 0 */
    const struct wn_view *parent;    /* NULL for the root */
    wn_place              place;     /* of this view in its parent */
    const char           *extractor; /* name of what made it; NULL for the root */
    wn_media              media;     /* WN_VIEW_FILE */
    wn_span               bytes;     /* WN_VIEW_FILE and WN_VIEW_TEXT: the original bytes */
    wn_digest             sha256;    /* WN_VIEW_FILE */
    wn_image              image;     /* WN_VIEW_IMAGE */
    const struct wn_text *text;      /* WN_VIEW_TEXT: the normalised form */
} wn_view;

/* "file", "text", "image" or "sound". */
const char *wn_view_kind_name(wn_view_kind kind);

/* The media type as verdicts write it: "text/plain", "image/jpeg", ... */
const char *wn_media_name(wn_media media);

/* What rules call `media`: "text", "image", "video", "sound", "document", "archive", ... */
const char *wn_media_class(wn_media media);

/* Look at the first bytes (and for text, at all of them). */
wn_media wn_media_sniff(wn_span bytes);

#endif
