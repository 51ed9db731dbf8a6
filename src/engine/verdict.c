/* SPDX-License-Identifier: Apache-2.0 */
/* The verdict: what outlives the scan, copied out of it, and the calls that read it. */
#include "src/engine/engine_internal.h"

#include <string.h>

#include "src/base/err.h"
#include "src/base/mem.h"

enum { VERDICT_MAX = 64 << 20 };

typedef struct reason {
    wn_reason_info    info;
    wn_evidence_info *evidence;
} reason;

struct wn_verdict {
    wn_arena *arena;
    wn_action action;
    bool      has_error;
    wn_err    error;
    bool      scored[WN_CATEGORIES];
    float     scores[WN_CATEGORIES];
    reason   *reasons;
    size_t    reason_count;
    wn_span   json;
};

static wn_code copy_string(wn_arena *arena, const char *s, const char **ret, wn_err *err)
{
    *ret = wn_arena_strndup(arena, s, strlen(s));
    return *ret ? WN_OK : wn_arena_fail(arena, err);
}

static wn_code copy_evidence(wn_arena *arena, const wn_signal *signal, wn_evidence_info *dst,
                             wn_err *err)
{
    for (size_t i = 0; i < signal->evidence_count; i++) {
        const wn_evidence *e = &signal->evidence[i];

        dst[i].view = wn_view_kind_name(signal->view->kind);
        dst[i].place = e->place;
        dst[i].weight = e->weight;
        WN_TRY(copy_string(arena, e->note ? e->note : "", &dst[i].note, err));
    }
    return WN_OK;
}

static wn_code copy_reason(wn_arena *arena, const wn_reason *src, reason *dst, wn_err *err)
{
    size_t at = 0;

    dst->info.category = src->category;
    dst->info.score = src->score;
    dst->info.action = src->action;
    dst->info.calibrated = src->signals[0]->calibrated;
    dst->info.detector = src->signals[0]->detector; /* a registry's name: lives for ever */
    WN_TRY(copy_string(arena, src->rule, &dst->info.rule, err));
    for (size_t i = 0; i < src->signal_count; i++)
        dst->info.evidence_count += src->signals[i]->evidence_count;
    dst->evidence = wn_arena_calloc(arena, dst->info.evidence_count, sizeof *dst->evidence);
    if (dst->evidence == NULL)
        return wn_arena_fail(arena, err);
    for (size_t i = 0; i < src->signal_count; i++) {
        WN_TRY(copy_evidence(arena, src->signals[i], dst->evidence + at, err));
        at += src->signals[i]->evidence_count;
    }
    return WN_OK;
}

static wn_code copy_decision(wn_verdict *v, const wn_decision *d, wn_err *err)
{
    memcpy(v->scored, d->scored, sizeof v->scored);
    memcpy(v->scores, d->scores, sizeof v->scores);
    v->reasons = wn_arena_calloc(v->arena, d->reason_count, sizeof *v->reasons);
    if (v->reasons == NULL)
        return wn_arena_fail(v->arena, err);
    for (size_t i = 0; i < d->reason_count; i++)
        WN_TRY(copy_reason(v->arena, &d->reasons[i], &v->reasons[i], err));
    v->reason_count = d->reason_count;
    return WN_OK;
}

static wn_code fill(wn_verdict *v, const wn_outcome *outcome, wn_err *err)
{
    WN_AUTO(wn_buf_done) wn_buf buf = WN_BUF_INIT(VERDICT_MAX);
    uint8_t                    *json;

    if (outcome->error != NULL) {
        v->action = wn_policy_on_error(outcome->engine->policy);
        v->has_error = true;
        v->error = *outcome->error;
    } else {
        v->action = outcome->decision->action;
    }
    if (outcome->decision != NULL)
        WN_TRY(copy_decision(v, outcome->decision, err));
    wn_verdict_render(outcome, v->action, &buf);
    WN_TRY(wn_buf_check(&buf, err));
    json = wn_arena_alloc(v->arena, buf.len + 1, 1);
    if (json == NULL)
        return wn_arena_fail(v->arena, err);
    memcpy(json, buf.ptr, buf.len);
    json[buf.len] = 0;
    v->json = (wn_span){ json, buf.len };
    return WN_OK;
}

wn_code wn_verdict_make(const wn_outcome *outcome, wn_verdict **ret, wn_err *err)
{
    wn_arena   *arena = wn_arena_new((size_t)2 * VERDICT_MAX);
    wn_verdict *v = arena ? WN_ARENA_NEW(arena, wn_verdict) : NULL;
    wn_code     code;

    if (v == NULL) {
        wn_arena_free(arena);
        return wn_fail_nomem(err);
    }
    v->arena = arena;
    code = fill(v, outcome, err);
    if (code != WN_OK) {
        wn_arena_free(arena);
        return code;
    }
    *ret = v;
    return WN_OK;
}

void wn_verdict_free(wn_verdict *verdict)
{
    if (verdict != NULL)
        wn_arena_free(verdict->arena);
}

wn_action wn_verdict_action(const wn_verdict *verdict)
{
    return verdict->action;
}

const wn_err *wn_verdict_error(const wn_verdict *verdict)
{
    return verdict->has_error ? &verdict->error : NULL;
}

bool wn_verdict_score(const wn_verdict *verdict, wn_category category, float *ret)
{
    if ((size_t)category >= WN_CATEGORIES || !verdict->scored[category])
        return false;
    *ret = verdict->scores[category];
    return true;
}

size_t wn_verdict_reason_count(const wn_verdict *verdict)
{
    return verdict->reason_count;
}

wn_code wn_verdict_reason(const wn_verdict *verdict, size_t index, wn_reason_info *ret)
{
    if (index >= verdict->reason_count)
        return WN_E_USAGE;
    *ret = verdict->reasons[index].info;
    return WN_OK;
}

wn_code wn_verdict_evidence(const wn_verdict *verdict, size_t reason_index, size_t index,
                            wn_evidence_info *ret)
{
    if (reason_index >= verdict->reason_count ||
        index >= verdict->reasons[reason_index].info.evidence_count)
        return WN_E_USAGE;
    *ret = verdict->reasons[reason_index].evidence[index];
    return WN_OK;
}

wn_span wn_verdict_json(const wn_verdict *verdict)
{
    return verdict->json;
}
