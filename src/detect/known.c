/* SPDX-License-Identifier: Apache-2.0 */
/* Detector "known-content": items and pictures that stand on a list of hashes of the policy. */
#include "src/detect/registry.h"

#include "src/base/err.h"
#include "src/known/hashlist.h"
#include "src/known/pdq.h"

typedef struct state {
    const wn_hashlist **lists;
    size_t              count;
    bool                any_sha256, any_pdq;
} state;

static wn_code load_lists(const wn_env *env, state *s, wn_digest *digest, wn_err *err)
{
    wn_hasher hasher;

    wn_hasher_init(&hasher);
    for (size_t i = 0; i < env->list_count; i++) {
        const wn_hashlist *list = NULL;
        wn_digest          of_file;

        if (env->lists[i].kind != WN_LIST_HASHES)
            continue;
        WN_TRY(wn_hashlist_load(env->arena, &env->lists[i], &list, err));
        s->any_sha256 |= wn_hashlist_sha256_count(list) > 0;
        s->any_pdq |= wn_hashlist_pdq_count(list) > 0;
        s->lists[s->count++] = list;
        of_file = wn_hashlist_digest(list);
        wn_hasher_add(&hasher, (wn_span){ of_file.bytes, sizeof of_file.bytes });
    }
    *digest = wn_hasher_end(&hasher);
    return WN_OK;
}

static wn_code known_open(const wn_env *env, wn_opened *ret, wn_err *err)
{
    state    *s = WN_ARENA_NEW(env->arena, state);
    wn_digest digest = { { 0 } };

    if (s == NULL)
        return wn_arena_fail(env->arena, err);
    s->lists = wn_arena_calloc(env->arena, env->list_count, sizeof *s->lists);
    if (s->lists == NULL)
        return wn_arena_fail(env->arena, err);
    WN_TRY(load_lists(env, s, &digest, err));
    if (s->count == 0) {
        ret->absent = "the policy names no list of hashes";
        return WN_OK;
    }
    ret->state = s;
    ret->model = (wn_model_info){ .name = "known-lists",
                                  .about = "lists of hashes of known content",
                                  .digest = digest };
    return WN_OK;
}

/* One signal a list: what stands on it more than once is not worse for it. */
static wn_code add_hit(wn_scan *scan, const wn_view *view, const wn_hashlist *list,
                       const wn_hash_hit *hit, bool exact, wn_err *err)
{
    const wn_list_spec *spec = wn_hashlist_spec(list);
    wn_evidence        *evidence = WN_ARENA_NEW(scan->arena, wn_evidence);
    wn_signal           signal = { .category = spec->category,
                                   .score = 1,
                                   .calibrated = exact,
                                   .detector = wn_detect_known.name,
                                   .view = view,
                                   .evidence = evidence,
                                   .evidence_count = 1,
                                   .list = spec->id,
                                   .action = spec->action };

    if (evidence == NULL)
        return wn_arena_fail(scan->arena, err);
    evidence->place.kind = WN_PLACE_WHOLE;
    evidence->note =
        exact ? "sha256 match" : wn_arena_printf(scan->arena, "pdq distance %u", hit->distance);
    if (evidence->note == NULL)
        return wn_arena_fail(scan->arena, err);
    WN_TRY(wn_scan_add_signal(scan, &signal, err));
    wn_scan_add_hits(scan, spec->id, hit->entries);
    return WN_OK;
}

static wn_code read_file(const state *s, wn_scan *scan, const wn_view *view, wn_err *err)
{
    if (!s->any_sha256)
        return WN_OK;
    for (size_t i = 0; i < s->count; i++) {
        wn_hash_hit hit = wn_hashlist_find_sha256(s->lists[i], &view->sha256);

        if (hit.entries > 0)
            WN_TRY(add_hit(scan, view, s->lists[i], &hit, true, err));
    }
    wn_scan_ran(scan, wn_detect_known.name);
    return WN_OK;
}

static wn_code read_image(const state *s, wn_scan *scan, const wn_view *view, wn_err *err)
{
    wn_pdq hash;

    if (!s->any_pdq)
        return WN_OK;
    WN_TRY(wn_pdq_hash(scan->arena, &view->image, &hash, err));
    if (hash.quality < WN_PDQ_MIN_QUALITY) {
        wn_scan_not_run(scan, wn_detect_known.name,
                        "a picture has too little detail to be compared with known pictures",
                        false);
        return WN_OK;
    }
    for (size_t i = 0; i < s->count; i++) {
        wn_hash_hit hit = wn_hashlist_find_pdq(s->lists[i], hash.words);

        if (hit.entries > 0)
            WN_TRY(add_hit(scan, view, s->lists[i], &hit, false, err));
    }
    wn_scan_ran(scan, wn_detect_known.name);
    return WN_OK;
}

static wn_code known_run(void *state_, wn_scan *scan, const wn_view *view, wn_err *err)
{
    const state *s = state_;

    return view->kind == WN_VIEW_FILE ? read_file(s, scan, view, err)
                                      : read_image(s, scan, view, err);
}

const wn_part wn_detect_known = {
    .name = "known-content",
    .version = "1",
    .about = "items (SHA-256) and pictures (PDQ) on the policy's lists of hashes",
    .reads = WN_VIEW_BIT(WN_VIEW_FILE) | WN_VIEW_BIT(WN_VIEW_IMAGE),
    .open = known_open,
    .run = known_run,
};
