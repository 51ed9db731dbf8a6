/* SPDX-License-Identifier: Apache-2.0 */
/* Matching a text against compiled term lists: what Vectorscan reports becomes hits of terms. */
#include "src/detect/term_db.h"

#include <stdlib.h>
#include <string.h>

#include <hs_runtime.h>

#include "src/base/err.h"
#include "src/base/mem.h"
#include "src/detect/term_compiled.h"
#include "src/detect/term_evasion.h"
#include "src/text/skeleton.h"

enum {
    /* What is shown of a term is far less; its score and action need one. */
    MAX_HITS_PER_TERM = 64,
    /* From here on only the first hit of a term is kept. */
    MAX_HITS = 100000,
    /* Reports that a text may cause: ordinary lists cause well under one in ten bytes. */
    WORK_BASE = 100000,
    WORK_PER_BYTE = 16,
};

typedef struct raw_hit {
    uint32_t entry, start, end, evasion;
} raw_hit;

typedef struct matcher {
    const wn_term_db *db;
    wn_term_worker   *worker;
    wn_term_undone    views; /* `skeleton` is set while it is read */
    uint64_t          work;  /* reports left */
    bool              cut;
} matcher;

static raw_hit *hits_of(const wn_term_worker *w)
{
    return (raw_hit *)(void *)w->hits.ptr;
}

/* Keep a hit. What begins where the entry's latest hit begins makes that one longer. */
static void add_hit(matcher *m, const raw_hit *hit)
{
    wn_term_worker *w = m->worker;
    wn_term_seen   *seen = &w->seen[hit->entry];

    if (seen->last > 0) {
        raw_hit *last = &hits_of(w)[seen->last - 1];

        if (last->start == hit->start && last->evasion == hit->evasion) {
            last->end = hit->end > last->end ? hit->end : last->end;
            return;
        }
    }
    if (seen->count >= MAX_HITS_PER_TERM ||
        (seen->count > 0 && w->hits.len >= MAX_HITS * sizeof *hit))
        return;
    wn_buf_add(&w->hits, hit, sizeof *hit);
    if (w->hits.failed != WN_OK)
        return;
    seen->count++;
    seen->last = (uint32_t)(w->hits.len / sizeof *hit);
}

/* Whether to stop: too much work, or no memory for hits. */
static int spend(matcher *m)
{
    if (m->work == 0) {
        m->cut = true;
        return 1;
    }
    m->work--;
    return m->worker->hits.failed != WN_OK;
}

static int on_literal(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                      void *ctx)
{
    matcher                    *m = ctx;
    const wn_term_literal_node *n = &m->db->literals[id];
    uint32_t                    end = (uint32_t)to, start = (uint32_t)(to - n->bytes.len);

    (void)from; /* not asked for: the length is known */
    (void)flags;
    if (spend(m))
        return 1;
    if (n->as_text == WN_TERM_NONE || !wn_text_boundary(m->views.text->norm, start) ||
        !wn_text_boundary(m->views.text->norm, end))
        return 0;
    for (uint32_t e = n->as_text; e != WN_TERM_NONE; e = m->db->entries[e].next_text)
        add_hit(m, &(raw_hit){ e, start, end, 0 });
    return 0;
}

/* Whether the term stands there as it is spelt: then the text itself has the hit. */
static bool is_plain(const matcher *m, const wn_term *term, uint32_t start, uint32_t end)
{
    return end - start == term->text.len &&
           memcmp(m->views.text->norm.ptr + start, term->text.ptr, term->text.len) == 0;
}

static int on_skeleton(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                       void *ctx)
{
    matcher                    *m = ctx;
    const wn_term_literal_node *n = &m->db->literals[id];
    uint32_t                    end = (uint32_t)to, start = (uint32_t)(to - n->bytes.len);

    (void)from;
    (void)flags;
    if (spend(m))
        return 1;
    if (n->as_skeleton == WN_TERM_NONE || !wn_text_boundary(m->views.skeleton->norm, start) ||
        !wn_text_boundary(m->views.skeleton->norm, end))
        return 0;
    for (uint32_t e = n->as_skeleton; e != WN_TERM_NONE; e = m->db->entries[e].next_skeleton) {
        const wn_term *term = m->db->entries[e].term;
        raw_hit        hit = { .entry = e };

        hit.evasion = wn_term_evasions(&m->views, start, end, term->letters, &hit.start, &hit.end);
        if (hit.evasion != 0 && !is_plain(m, term, hit.start, hit.end))
            add_hit(m, &hit);
    }
    return 0;
}

static int on_pattern(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                      void *ctx)
{
    matcher              *m = ctx;
    const wn_term_sought *s = &m->db->patterns[id];
    wn_span               norm = m->views.text->norm;

    (void)flags;
    if (spend(m))
        return 1;
    if ((s->branch->word_start && !wn_text_boundary(norm, (size_t)from)) ||
        (s->branch->word_end && !wn_text_boundary(norm, (size_t)to)))
        return 0;
    add_hit(m, &(raw_hit){ s->entry, (uint32_t)from, (uint32_t)to, 0 });
    return 0;
}

static wn_code scan(matcher *m, const hs_database_t *db, wn_span text, match_event_handler on_match,
                    wn_err *err)
{
    hs_error_t code;

    if (db == NULL || text.len == 0 || m->cut)
        return WN_OK;
    code =
        hs_scan(db, (const char *)text.ptr, (unsigned)text.len, 0, m->worker->scratch, on_match, m);
    WN_TRY(wn_buf_check(&m->worker->hits, err));
    if (code != HS_SUCCESS && code != HS_SCAN_TERMINATED)
        return wn_fail(err, WN_E_IO, "the term matcher failed (Vectorscan says %d)", code);
    return WN_OK;
}

/* By list, category, start; the longest first. The rest is there for an order that never varies. */
static int compare(const void *a, const void *b)
{
    const wn_term_hit *x = a, *y = b;

    if (x->list != y->list)
        return x->list < y->list ? -1 : 1;
    if (x->term->category != y->term->category)
        return x->term->category < y->term->category ? -1 : 1;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->end != y->end)
        return x->end > y->end ? -1 : 1;
    if (x->term->line != y->term->line)
        return x->term->line < y->term->line ? -1 : 1;
    return (x->evasion > y->evasion) - (x->evasion < y->evasion);
}

static wn_code give(const matcher *m, wn_arena *arena, wn_term_hits *ret, wn_err *err)
{
    const raw_hit *raw = hits_of(m->worker);
    size_t         count = m->worker->hits.len / sizeof *raw;
    wn_term_hit   *hits = NULL;

    if (count > 0) {
        hits = wn_arena_alloc(arena, count, sizeof *hits);
        if (hits == NULL)
            return wn_arena_fail(arena, err);
    }
    for (size_t i = 0; i < count; i++) {
        const wn_term_entry *e = &m->db->entries[raw[i].entry];
        wn_term_seen        *seen = &m->worker->seen[raw[i].entry];

        hits[i] = (wn_term_hit){ e->term,    e->list,        raw[i].start,
                                 raw[i].end, raw[i].evasion, seen->count > 0 };
        seen->count = 0; /* the next hit of this entry is not its first */
    }
    if (count > 1)
        qsort(hits, count, sizeof *hits, compare);
    *ret = (wn_term_hits){ hits, count, m->cut };
    return WN_OK;
}

/* Make the worker as it was, at the cost of what was found only. */
static void clean(wn_term_worker *w)
{
    const raw_hit *hits = hits_of(w);

    for (size_t i = 0; i < w->hits.len / sizeof *hits; i++)
        w->seen[hits[i].entry] = (wn_term_seen){ 0 };
    wn_buf_clear(&w->hits);
}

static wn_code match(matcher *m, wn_arena *arena, wn_term_hits *ret, wn_err *err)
{
    const wn_text *text = m->views.text, *skeleton = NULL;

    WN_TRY(scan(m, m->db->literal_db, text->norm, on_literal, err));
    WN_TRY(scan(m, m->db->pattern_db, text->norm, on_pattern, err));
    if (m->db->literal_db != NULL && wn_text_may_evade(text))
        WN_TRY(wn_text_skeleton(arena, text, &skeleton, err));
    if (skeleton != NULL) {
        m->views.skeleton = skeleton;
        WN_TRY(scan(m, m->db->literal_db, skeleton->norm, on_skeleton, err));
    }
    return give(m, arena, ret, err);
}

wn_code wn_term_db_match(const wn_term_db *db, wn_arena *arena, const wn_text *text,
                         wn_term_hits *ret, wn_err *err)
{
    matcher m = { .db = db, .views = { text, NULL } };
    void   *worker;
    wn_code code;

    m.work = WORK_BASE + (uint64_t)WORK_PER_BYTE * text->norm.len;
    WN_TRY(wn_stash_take(db->workers, &worker, err));
    m.worker = worker;
    code = match(&m, arena, ret, err);
    clean(m.worker);
    wn_stash_put(db->workers, worker);
    return code;
}
