/* SPDX-License-Identifier: Apache-2.0 */
/* An operator's list of known content: digests and perceptual hashes, loaded and searched. */
#ifndef WN_KNOWN_HASHLIST_H
#define WN_KNOWN_HASHLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/base/arena.h"
#include "src/base/digest.h"
#include "src/content/list.h"

/* PDQ hashes of a lower quality say little of a picture and are not compared. */
#define WN_PDQ_MIN_QUALITY 50

/* A loaded list. Immutable; any number of threads may search it at once. */
typedef struct wn_hashlist wn_hashlist;

/* What a search found. */
typedef struct wn_hash_hit {
    uint32_t entries;  /* how many of the list match; 0 when nothing does */
    uint32_t distance; /* of the nearest, in bits; 0 for digests */
} wn_hash_hit;

/*
 * Parse a list of kind WN_LIST_HASHES. It is tab-separated text with a header
 * line that names the columns:
 *
 *   hash          64 hexadecimal digits
 *   algorithm     optional: "sha256" or "pdq". An entry without one is compared as
 *                 both: a digest of one kind is never near one of the other by chance.
 *   max_distance  optional, for PDQ: bits that may differ, 0 to 31; default: the policy's
 *   note          optional: for people, not used
 *
 * Empty lines and lines that begin with '#' are passed over. A list of the
 * category violent-extremism must state who issued it and where to appeal, in
 * lines "# issuer: ..." and "# appeal: ...", and must not lead to `block`.
 *
 * Any mistake refuses the whole list: WN_E_FORMAT with line and column. `text` is
 * borrowed during the call; what `ret` points to lives in `arena` and is written
 * only on success. `spec` must outlive it. WN_E_LIMIT or WN_E_NOMEM besides.
 */
WN_NODISCARD wn_code wn_hashlist_parse(wn_arena *arena, const wn_list_spec *spec, wn_span text,
                                       const wn_hashlist **ret, wn_err *err);

/* Read and parse `spec->file`. WN_E_IO besides. */
WN_NODISCARD wn_code wn_hashlist_load(wn_arena *arena, const wn_list_spec *spec,
                                      const wn_hashlist **ret, wn_err *err);

/* The declaration that the list was loaded by, and the digest of the file's bytes. */
const wn_list_spec *wn_hashlist_spec(const wn_hashlist *list);
wn_digest           wn_hashlist_digest(const wn_hashlist *list);

/* How many hashes there are to compare an item's SHA-256, and a picture's PDQ hash, with. */
size_t wn_hashlist_sha256_count(const wn_hashlist *list);
size_t wn_hashlist_pdq_count(const wn_hashlist *list);

/* Whether the digest is in the list: `entries` is 1 or 0. */
wn_hash_hit wn_hashlist_find_sha256(const wn_hashlist *list, const wn_digest *digest);

/* All entries within their distance of a PDQ hash. The caller has looked at its quality. */
wn_hash_hit wn_hashlist_find_pdq(const wn_hashlist *list, const uint64_t words[4]);

#endif
