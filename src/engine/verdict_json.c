/* SPDX-License-Identifier: Apache-2.0 */
/* A verdict as JSON, in the order of docs/verdict.schema.json, and its digest. */
#include "src/engine/engine_internal.h"

#include <string.h>

#include "config.h"

#include "src/base/digest.h"
#include "src/base/json.h"
#include "src/base/mem.h"

static void put_digest(wn_json *j, const char *key, wn_digest digest)
{
    char hex[65];

    wn_hex(digest.bytes, sizeof digest.bytes, hex);
    wn_json_key(j, key);
    wn_json_string(j, hex);
}

static void put_string(wn_json *j, const char *key, const char *value)
{
    wn_json_key(j, key);
    if (value != NULL)
        wn_json_string(j, value);
    else
        wn_json_null(j);
}

static void put_place(wn_json *j, const wn_place *place)
{
    static const char *const names[] = { "whole", "bytes", "box", "time" };

    wn_json_object(j);
    put_string(j, "kind", names[place->kind]);
    if (place->kind == WN_PLACE_BYTES || place->kind == WN_PLACE_TIME) {
        wn_json_key(j, "start");
        wn_json_uint(j, place->start);
        wn_json_key(j, "end");
        wn_json_uint(j, place->end);
    } else if (place->kind == WN_PLACE_BOX) {
        const char    *keys[] = { "x", "y", "width", "height" };
        const uint32_t values[] = { place->x, place->y, place->width, place->height };

        for (size_t i = 0; i < 4; i++) {
            wn_json_key(j, keys[i]);
            wn_json_uint(j, values[i]);
        }
    }
    wn_json_end_object(j);
}

/* The way from the item down to `view`: one step per extractor. */
static void put_path(wn_json *j, const wn_view *view)
{
    if (view->parent != NULL)
        put_path(j, view->parent);
    wn_json_object(j);
    put_string(j, "view", wn_view_kind_name(view->kind));
    if (view->extractor != NULL) {
        put_string(j, "extractor", view->extractor);
        wn_json_key(j, "place");
        put_place(j, &view->place);
    }
    wn_json_end_object(j);
}

static void put_evidence(wn_json *j, const wn_signal *signal)
{
    for (size_t i = 0; i < signal->evidence_count; i++) {
        const wn_evidence *e = &signal->evidence[i];

        wn_json_object(j);
        wn_json_key(j, "path");
        wn_json_array(j);
        put_path(j, signal->view);
        wn_json_end_array(j);
        wn_json_key(j, "place");
        put_place(j, &e->place);
        wn_json_key(j, "weight");
        wn_json_score(j, e->weight);
        put_string(j, "note", e->note ? e->note : "");
        wn_json_end_object(j);
    }
}

static void put_reason(wn_json *j, const wn_reason *reason)
{
    wn_json_object(j);
    put_string(j, "category", wn_category_name(reason->category));
    wn_json_key(j, "score");
    wn_json_score(j, reason->score);
    wn_json_key(j, "calibrated");
    wn_json_bool(j, reason->signals[0]->calibrated);
    put_string(j, "action", wn_action_name(reason->action));
    put_string(j, "detector", reason->signals[0]->detector);
    put_string(j, "rule", reason->rule);
    wn_json_key(j, "evidence");
    wn_json_array(j);
    for (size_t i = 0; i < reason->signal_count; i++)
        put_evidence(j, reason->signals[i]);
    wn_json_end_array(j);
    wn_json_end_object(j);
}

static void put_decision(wn_json *j, const wn_decision *d)
{
    wn_json_key(j, "categories");
    wn_json_object(j);
    for (size_t c = 0; d != NULL && c < WN_CATEGORIES; c++) {
        if (!d->scored[c])
            continue;
        wn_json_key(j, wn_category_name((wn_category)c));
        wn_json_score(j, d->scores[c]);
    }
    wn_json_end_object(j);
    wn_json_key(j, "reasons");
    wn_json_array(j);
    for (size_t i = 0; d != NULL && i < d->reason_count; i++)
        put_reason(j, &d->reasons[i]);
    wn_json_end_array(j);
}

static void put_not_run(wn_json *j, const char *part, const char *why, bool failed)
{
    wn_json_object(j);
    put_string(j, "part", part);
    put_string(j, "why", why);
    wn_json_key(j, "failed");
    wn_json_bool(j, failed);
    wn_json_end_object(j);
}

static void put_coverage_not_run(wn_json *j, const wn_scan *scan, const wn_decision *d)
{
    wn_json_key(j, "not_run");
    wn_json_array(j);
    for (size_t i = 0; scan != NULL && i < scan->coverage_count; i++)
        if (scan->coverage[i].not_run != NULL)
            put_not_run(j, scan->coverage[i].part, scan->coverage[i].not_run,
                        scan->coverage[i].failed);
    for (size_t i = 0; d != NULL && i < d->rules_skipped_count; i++)
        put_not_run(j, d->rules_skipped[i], "the rule needs metadata that the item came without",
                    false);
    wn_json_end_array(j);
}

static void put_coverage(wn_json *j, const wn_scan *scan, const wn_decision *d)
{
    wn_json_key(j, "coverage");
    wn_json_object(j);
    wn_json_key(j, "ran");
    wn_json_array(j);
    for (size_t i = 0; scan != NULL && i < scan->coverage_count; i++) {
        if (scan->coverage[i].views == 0)
            continue;
        wn_json_object(j);
        put_string(j, "part", scan->coverage[i].part);
        wn_json_key(j, "views");
        wn_json_uint(j, scan->coverage[i].views);
        wn_json_end_object(j);
    }
    wn_json_end_array(j);
    put_coverage_not_run(j, scan, d);
    wn_json_key(j, "unscored");
    wn_json_array(j);
    for (size_t c = 0; c < WN_CATEGORIES; c++)
        if (d == NULL || !d->scored[c])
            wn_json_string(j, wn_category_name((wn_category)c));
    wn_json_end_array(j);
    wn_json_end_object(j);
}

static void put_context(wn_json *j, const wn_context *c)
{
    wn_json_key(j, "context");
    wn_json_object(j);
    if (c->surface != NULL)
        put_string(j, "surface", c->surface);
    if (c->has_account_age_days) {
        wn_json_key(j, "account_age_days");
        wn_json_score(j, c->account_age_days);
    }
    if (c->has_prior_violations) {
        wn_json_key(j, "prior_violations");
        wn_json_score(j, c->prior_violations);
    }
    if (c->has_report_count) {
        wn_json_key(j, "report_count");
        wn_json_score(j, c->report_count);
    }
    if (c->has_trusted) {
        wn_json_key(j, "trusted");
        wn_json_bool(j, c->trusted);
    }
    wn_json_end_object(j);
}

static bool part_ran(const wn_scan *scan, const char *part)
{
    for (size_t i = 0; i < scan->coverage_count; i++)
        if (strcmp(scan->coverage[i].part, part) == 0)
            return scan->coverage[i].views > 0;
    return false;
}

static void put_judges(wn_json *j, const wn_engine *engine, const wn_scan *scan)
{
    wn_json_key(j, "policy");
    wn_json_object(j);
    put_string(j, "name", wn_policy_name(engine->policy));
    wn_json_key(j, "version");
    wn_json_uint(j, wn_policy_version(engine->policy));
    put_digest(j, "digest", wn_policy_digest(engine->policy));
    wn_json_end_object(j);
    wn_json_key(j, "models");
    wn_json_array(j);
    for (size_t i = 0; scan != NULL && i < engine->part_count; i++) {
        const wn_engine_part *p = &engine->parts[i];

        if (p->opened.model.name == NULL || !part_ran(scan, p->part->name))
            continue;
        wn_json_object(j);
        put_string(j, "name", p->opened.model.name);
        put_digest(j, "digest", p->opened.model.digest);
        wn_json_end_object(j);
    }
    wn_json_end_array(j);
    put_string(j, "engine", "winnow " WN_VERSION);
}

static void put_error(wn_json *j, const wn_err *error)
{
    wn_json_key(j, "error");
    if (error == NULL) {
        wn_json_null(j);
        return;
    }
    wn_json_object(j);
    put_string(j, "code", wn_code_name(error->code));
    put_string(j, "message", error->msg);
    wn_json_end_object(j);
}

/* Everything that the digest covers: all that follows from the item's bytes and what judged them.
 */
static void put_body(wn_json *j, const wn_outcome *o, wn_action action)
{
    const wn_view *root = o->scan ? o->scan->views[0] : NULL;

    put_string(j, "media", root ? wn_media_name(root->media) : NULL);
    if (root != NULL)
        put_digest(j, "sha256", root->sha256);
    else
        put_string(j, "sha256", NULL);
    put_string(j, "action", wn_action_name(action));
    put_decision(j, o->decision);
    put_coverage(j, o->scan, o->decision);
    put_context(j, o->context);
    put_judges(j, o->engine, o->scan);
    put_error(j, o->error);
}

void wn_verdict_render(const wn_outcome *outcome, wn_action action, wn_buf *buf)
{
    const wn_item_request      *item = outcome->item;
    WN_AUTO(wn_buf_done) wn_buf body = WN_BUF_INIT(buf->ceiling);
    wn_json                     inner = WN_JSON_INIT(&body), j = WN_JSON_INIT(buf);

    wn_json_object(&inner);
    put_body(&inner, outcome, action);
    wn_json_end_object(&inner);
    if (body.failed != WN_OK || body.len < 2) {
        buf->failed = body.failed != WN_OK ? body.failed : WN_E_NOMEM;
        return;
    }
    wn_json_object(&j);
    wn_json_key(&j, "item");
    if (item->name != NULL)
        wn_json_string(&j, item->name);
    else if (item->path != NULL)
        wn_json_string(&j, item->path);
    else
        wn_json_uint(&j, item->index);
    wn_buf_putc(buf, ',');
    wn_buf_add(buf, body.ptr + 1, body.len - 2); /* the members, without their braces */
    wn_json_key(&j, "annotations");
    wn_json_object(&j);
    wn_json_end_object(&j);
    put_digest(&j, "verdict_digest", wn_sha256(wn_buf_span(&body)));
    wn_json_end_object(&j);
}
