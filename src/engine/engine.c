/* SPDX-License-Identifier: Apache-2.0 */
/* Opening an engine, and judging one item from bytes to verdict. */
#include "src/engine/engine_internal.h"

#include <sodium/core.h>
#include <string.h>

#include "config.h"

#include "src/base/err.h"
#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/detect/registry.h"
#include "src/extract/registry.h"

enum { DEFAULT_ITEM_MIB = 256, DEFAULT_MEMORY_MIB = 2048, ENGINE_ARENA_MIB = 1024 };

const char *wn_version(void)
{
    return WN_VERSION;
}

static wn_code make_arena(void *ctx, void **ret, wn_err *err)
{
    const wn_engine *engine = ctx;
    wn_arena        *arena = wn_arena_new(engine->max_memory);

    if (arena == NULL)
        return wn_fail_nomem(err);
    *ret = arena;
    return WN_OK;
}

static void destroy_arena(void *ctx, void *arena)
{
    (void)ctx;
    wn_arena_free(arena);
}

static wn_code open_parts(wn_engine *engine, const wn_env *env, wn_err *err)
{
    size_t                extractors, detectors;
    const wn_part *const *extract = wn_extractors(&extractors);
    const wn_part *const *detect = wn_detectors(&detectors);

    engine->parts = wn_arena_calloc(engine->arena, extractors + detectors, sizeof *engine->parts);
    if (engine->parts == NULL)
        return wn_arena_fail(engine->arena, err);
    engine->extractor_count = extractors;
    while (engine->part_count < extractors + detectors) {
        wn_engine_part *p = &engine->parts[engine->part_count];
        size_t          i = engine->part_count;

        p->part = i < extractors ? extract[i] : detect[i - extractors];
        if (p->part->open != NULL)
            WN_TRY(p->part->open(env, &p->opened, err));
        engine->part_count++;
    }
    return WN_OK;
}

static wn_code open_into(wn_engine *engine, const wn_engine_options *options, wn_err *err)
{
    wn_env env = { .arena = engine->arena };

    engine->max_item_bytes =
        options->max_item_bytes ? options->max_item_bytes : (uint64_t)DEFAULT_ITEM_MIB << 20;
    engine->max_memory =
        options->max_memory ? options->max_memory : (uint64_t)DEFAULT_MEMORY_MIB << 20;
    engine->scratch = wn_stash_new((wn_stash_ops){ make_arena, destroy_arena, engine });
    if (engine->scratch == NULL)
        return wn_fail_nomem(err);
    WN_TRY(wn_policy_load(options->policy ? options->policy : "default", &engine->policy, err));
    WN_TRY(wn_paths_resolve(options, engine->arena, &env, err));
    env.lists = wn_policy_lists(engine->policy, &env.list_count);
    return open_parts(engine, &env, err);
}

wn_code wn_engine_open(const wn_engine_options *options, wn_engine **ret, wn_err *err)
{
    static const wn_engine_options defaults = WN_ENGINE_OPTIONS_INIT;
    wn_engine                     *engine;
    wn_code                        code;

    if (options == NULL)
        options = &defaults;
    if (options->size != sizeof *options)
        return wn_fail(err, WN_E_USAGE, "wn_engine_options: start from WN_ENGINE_OPTIONS_INIT");
    if (sodium_init() < 0)
        return wn_fail(err, WN_E_IO, "libsodium could not be started");
    engine = wn_calloc(1, sizeof *engine);
    if (engine == NULL)
        return wn_fail_nomem(err);
    engine->arena = wn_arena_new((size_t)ENGINE_ARENA_MIB << 20);
    code = engine->arena ? open_into(engine, options, err) : wn_fail_nomem(err);
    if (code != WN_OK) {
        wn_engine_free(engine);
        return code;
    }
    *ret = engine;
    return WN_OK;
}

void wn_engine_free(wn_engine *engine)
{
    if (engine == NULL)
        return;
    wn_stash_free(engine->scratch); /* leased helpers go back before the decoder goes */
    while (engine->part_count > 0) {
        wn_engine_part *p = &engine->parts[--engine->part_count];

        if (p->part->close != NULL)
            p->part->close(p->opened.state);
    }
    wn_policy_free(engine->policy);
    wn_arena_free(engine->arena);
    wn_free(engine);
}

/* Read the item's bytes, from memory or from its file. */
static wn_code read_item(const wn_engine *engine, const wn_item_request *item, wn_arena *arena,
                         wn_span *ret, wn_err *err)
{
    if (item->path != NULL)
        return wn_file_read(arena, item->path, engine->max_item_bytes, ret, err);
    if (item->bytes.len > engine->max_item_bytes)
        return wn_fail(err, WN_E_LIMIT, "the item has %zu bytes; the limit is %llu",
                       item->bytes.len, (unsigned long long)engine->max_item_bytes);
    *ret = item->bytes;
    return WN_OK;
}

/*
 * Judge what was read. An item that could not be fully judged is an error,
 * unless what could be judged already asks for people or for a block.
 */
static wn_code judge(wn_outcome *outcome, wn_span bytes, wn_arena *arena, wn_verdict **ret,
                     wn_err *err)
{
    const wn_engine *engine = outcome->engine;
    wn_media         media = outcome->item->is_text ? WN_MEDIA_TEXT : wn_media_sniff(bytes);
    wn_decision      decision = { 0 };
    wn_err           failed = { 0 };
    wn_scan         *scan = WN_ARENA_NEW(arena, wn_scan);

    if (scan == NULL)
        return wn_arena_fail(arena, err);
    WN_TRY(wn_scan_init(scan, arena, bytes, media, err));
    WN_TRY(wn_walk(engine, scan, &failed, err));
    WN_TRY(wn_policy_decide(engine->policy, scan, outcome->context, wn_walk_scored(engine, scan),
                            &decision, err));
    outcome->scan = scan;
    outcome->decision = &decision;
    if (failed.code != WN_OK && decision.action < WN_ACTION_REVIEW)
        outcome->error = &failed;
    return wn_verdict_make(outcome, ret, err);
}

static wn_code scan_in(const wn_engine *engine, const wn_item_request *item,
                       const wn_context *context, wn_arena *arena, wn_verdict **ret, wn_err *err)
{
    wn_outcome outcome = { .engine = engine, .item = item, .context = context };
    wn_err     failed = { 0 };
    wn_span    bytes;
    wn_code    code = read_item(engine, item, arena, &bytes, &failed);

    if (code == WN_OK)
        code = judge(&outcome, bytes, arena, ret, &failed);
    if (code == WN_OK)
        return WN_OK;
    if (code == WN_E_NOMEM)
        return wn_fail_nomem(err);
    /* The item itself is at fault: that is a verdict, not a failed call. */
    outcome.scan = NULL;
    outcome.decision = NULL;
    outcome.error = &failed;
    return wn_verdict_make(&outcome, ret, err);
}

wn_code wn_engine_refuse(const wn_engine *engine, const wn_item_request *item, const wn_err *why,
                         wn_verdict **ret, wn_err *err)
{
    wn_context context;
    wn_outcome outcome = { .engine = engine, .item = item, .context = &context, .error = why };

    WN_TRY(wn_context_parse(engine->policy, item, &context, err));
    return wn_verdict_make(&outcome, ret, err);
}

wn_code wn_engine_scan(const wn_engine *engine, const wn_item_request *item, wn_verdict **ret,
                       wn_err *err)
{
    wn_context context;
    void      *arena;
    wn_code    code;

    if (item->size != sizeof *item)
        return wn_fail(err, WN_E_USAGE, "wn_item_request: start from WN_ITEM_INIT");
    WN_TRY(wn_context_parse(engine->policy, item, &context, err));
    WN_TRY(wn_stash_take(engine->scratch, &arena, err));
    code = scan_in(engine, item, &context, arena, ret, err);
    wn_arena_reset(arena);
    wn_stash_put(engine->scratch, arena);
    return code;
}
