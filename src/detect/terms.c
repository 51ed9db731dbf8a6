/* SPDX-License-Identifier: Apache-2.0 */
/* Detector "terms": words and patterns that stand on a list of the policy. */
#include "src/detect/registry.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/buf.h"
#include "src/base/err.h"
#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/base/str.h"
#include "src/detect/term_db.h"
#include "src/detect/termlist.h"
#include "src/text/neutral.h"
#include "src/text/normalize.h"

enum { MAX_EVIDENCE = 64, NOTES = 8, SENTENCE_CEILING = 64 << 20 };

typedef struct state {
    wn_arena    *arena; /* the terms; of their own, so that a refused list leaves nothing behind */
    wn_termlist *lists;
    size_t       count;
    wn_term_db  *db;
} state;

static void terms_close(void *p)
{
    state *s = p;

    if (s == NULL)
        return;
    wn_term_db_free(s->db);
    wn_arena_free(s->arena);
    wn_free(s);
}

/* Read and check one list; its bytes are not needed afterwards. */
static wn_code load_list(state *s, const wn_list_spec *spec, wn_hasher *hasher, wn_err *err)
{
    wn_arena *file = wn_arena_new((size_t)WN_TERMLIST_MAX + (1u << 20));
    wn_span   bytes;
    wn_code   code;

    if (file == NULL)
        return wn_fail_nomem(err);
    code = wn_file_read(file, spec->file, WN_TERMLIST_MAX, &bytes, err);
    if (code == WN_OK) {
        wn_hasher_add(hasher, bytes);
        code = wn_termlist_parse(s->arena, spec, bytes, &s->lists[s->count], err);
    }
    if (code == WN_OK)
        s->count++;
    wn_arena_free(file);
    return code;
}

/* A sentence of the neutral corpus and, a bit each, the lists that hit it. */
typedef struct neutral_row {
    const uint8_t *text;
    uint64_t       lists[(WN_MAX_LIST_HITS + 63) / 64];
} neutral_row;

/* All lists go over the corpus at once; then each is asked for its own hits. */
typedef struct neutral_run {
    const neutral_row *rows;
    size_t             count, list;
} neutral_run;

static int compare_rows(const void *key, const void *row)
{
    const uint8_t *text = key, *other = ((const neutral_row *)row)->text;

    return (text > other) - (text < other);
}

static int is_hit(void *ctx, wn_span text)
{
    const neutral_run *run = ctx;
    const neutral_row *row =
        bsearch(text.ptr, run->rows, run->count, sizeof *run->rows, compare_rows);

    if (row == NULL)
        return -1;
    return (int)(row->lists[run->list / 64] >> (run->list % 64) & 1);
}

/* The sentences come in the order in which they stand in memory, so the rows are sorted. */
static wn_code run_neutral(const state *s, wn_arena *tmp, wn_buf *rows, wn_err *err)
{
    wn_neutral n;
    size_t     at = 0;

    while (wn_neutral_next(&at, &n)) {
        neutral_row    row = { .text = n.text.ptr };
        const wn_text *text;
        wn_term_hits   found;

        wn_arena_reset(tmp);
        WN_TRY(wn_text_normalize(tmp, n.text, &text, err));
        WN_TRY(wn_term_db_match(s->db, tmp, text, &found, err));
        for (size_t i = 0; i < found.count; i++)
            row.lists[found.hits[i].list / 64] |= 1ull << (found.hits[i].list % 64);
        wn_buf_add(rows, &row, sizeof row);
    }
    return wn_buf_check(rows, err);
}

static wn_code gate(const state *s, wn_err *err)
{
    WN_AUTO(wn_buf_done) wn_buf rows = WN_BUF_INIT(SIZE_MAX);
    wn_arena                   *tmp = wn_arena_new(SENTENCE_CEILING);
    neutral_run                 run = { 0 };
    wn_code                     code;

    if (tmp == NULL)
        return wn_fail_nomem(err);
    code = run_neutral(s, tmp, &rows, err);
    wn_arena_free(tmp);
    run.rows = (const neutral_row *)(const void *)rows.ptr;
    run.count = rows.len / sizeof *run.rows;
    for (run.list = 0; code == WN_OK && run.list < s->count; run.list++)
        code = wn_neutral_gate(is_hit, &run, "this list of terms", s->lists[run.list].spec->file, 1,
                               err);
    return code;
}

static wn_code load(state *s, const wn_env *env, size_t count, wn_opened *ret, wn_err *err)
{
    wn_hasher hasher;

    s->arena = wn_arena_new(SIZE_MAX);
    if (s->arena == NULL)
        return wn_fail_nomem(err);
    s->lists = wn_arena_calloc(s->arena, count, sizeof *s->lists);
    if (s->lists == NULL)
        return wn_arena_fail(s->arena, err);
    wn_hasher_init(&hasher);
    for (size_t i = 0; i < env->list_count; i++)
        if (env->lists[i].kind == WN_LIST_TERMS)
            WN_TRY(load_list(s, &env->lists[i], &hasher, err));
    WN_TRY(wn_term_db_new(s->lists, s->count, &s->db, err));
    WN_TRY(gate(s, err));
    ret->model = (wn_model_info){ .name = "term-lists",
                                  .about = "the policy's lists of terms and patterns",
                                  .digest = wn_hasher_end(&hasher) };
    return WN_OK;
}

static wn_code terms_open(const wn_env *env, wn_opened *ret, wn_err *err)
{
    size_t  count = 0;
    state  *s;
    wn_code code;

    for (size_t i = 0; i < env->list_count; i++)
        count += env->lists[i].kind == WN_LIST_TERMS;
    if (count == 0) {
        ret->absent = "the policy has no term lists";
        return WN_OK;
    }
    if (count > WN_MAX_LIST_HITS)
        return wn_fail(err, WN_E_LIMIT, "%zu term lists; the limit is %d", count, WN_MAX_LIST_HITS);
    s = wn_calloc(1, sizeof *s);
    if (s == NULL)
        return wn_fail_nomem(err);
    code = load(s, env, count, ret, err);
    if (code != WN_OK) {
        terms_close(s);
        return code;
    }
    ret->state = s;
    return WN_OK;
}

static const char *note_of(uint32_t evasion)
{
    static const char *const notes[NOTES] = {
        "term",
        "term, evasion: leet",
        "term, evasion: spaced",
        "term, evasion: leet, spaced",
        "term, evasion: stretched",
        "term, evasion: leet, stretched",
        "term, evasion: spaced, stretched",
        "term, evasion: leet, spaced, stretched",
    };

    return notes[(evasion & WN_NORM_LEET ? 1 : 0) | (evasion & WN_NORM_SPACED ? 2 : 0) |
                 (evasion & WN_NORM_STRETCHED ? 4 : 0)];
}

/* The signal under construction of one list and category. */
typedef struct group {
    const wn_text *text;
    wn_evidence   *evidence;
    size_t         count;
    uint32_t       covered; /* to where evidence reaches, in the normalised text */
    bool           any;
} group;

static void add_piece(group *g, const wn_term_hit *hit, uint32_t start, uint32_t end)
{
    wn_evidence *e = &g->evidence[g->count];
    wn_span      s = { g->text->norm.ptr + start, end - start }, trimmed = wn_trim(s);

    if (trimmed.len == 0 || g->count == MAX_EVIDENCE)
        return;
    start += (uint32_t)(trimmed.ptr - s.ptr);
    *e = (wn_evidence){ .place = { .kind = WN_PLACE_BYTES }, .note = note_of(hit->evasion) };
    wn_text_to_raw(g->text, start, start + (uint32_t)trimmed.len, &e->place.start, &e->place.end);
    g->count++;
}

/*
 * The places of a hit. A pattern may reach over an identity phrase; whom a text
 * names is never shown, so the evidence is what stands around it.
 */
static void add_evidence(group *g, const wn_term_hit *hit)
{
    const size_t   token = sizeof WN_IDENTITY_TOKEN - 1;
    const uint8_t *norm = g->text->norm.ptr;
    uint32_t       start = hit->start;

    /* Sorted by start, longest first: what ends before is inside of what was shown. */
    if (g->any && hit->end <= g->covered)
        return;
    g->any = true;
    g->covered = hit->end;
    for (;;) {
        const uint8_t *at = memmem(norm + start, hit->end - start, WN_IDENTITY_TOKEN, token);

        if (at == NULL)
            break;
        add_piece(g, hit, start, (uint32_t)(at - norm));
        start = (uint32_t)(at - norm) + (uint32_t)token;
    }
    add_piece(g, hit, start, hit->end);
}

/* One signal of the hits [first, end), which are of one list and one category. */
static wn_code add_signal(const state *s, wn_scan *scan, const wn_view *view,
                          const wn_term_hit *first, const wn_term_hit *end, wn_err *err)
{
    const wn_list_spec *spec = s->lists[first->list].spec;
    group               g = { .text = view->text };
    wn_signal           signal = { .category = first->term->category,
                                   .detector = wn_detect_terms.name,
                                   .view = view,
                                   .list = spec->id };
    uint32_t            distinct = 0;

    g.evidence = wn_arena_alloc(scan->arena, MAX_EVIDENCE, sizeof *g.evidence);
    if (g.evidence == NULL)
        return wn_arena_fail(scan->arena, err);
    for (const wn_term_hit *hit = first; hit < end; hit++) {
        wn_action action = wn_term_action(hit->term, spec);
        float     score = wn_term_score(hit->term->severity);

        signal.score = score > signal.score ? score : signal.score;
        signal.action = action > signal.action ? action : signal.action;
        distinct += hit->first;
        add_evidence(&g, hit);
    }
    if (g.count == 0)
        return WN_OK;
    signal.evidence = g.evidence;
    signal.evidence_count = g.count;
    WN_TRY(wn_scan_add_signal(scan, &signal, err));
    wn_scan_add_hits(scan, spec->id, distinct);
    return WN_OK;
}

static wn_code terms_run(void *state_ptr, wn_scan *scan, const wn_view *view, wn_err *err)
{
    const state *s = state_ptr;
    wn_term_hits found;

    if (view->text == NULL)
        return wn_fail(err, WN_E_USAGE, "a text view without its normalised form");
    WN_TRY(wn_term_db_match(s->db, scan->arena, view->text, &found, err));
    for (size_t i = 0, end; i < found.count; i = end) {
        const wn_term_hit *first = &found.hits[i];

        for (end = i + 1; end < found.count && found.hits[end].list == first->list &&
                          found.hits[end].term->category == first->term->category;)
            end++;
        WN_TRY(add_signal(s, scan, view, first, found.hits + end, err));
    }
    if (found.cut)
        wn_scan_not_run(scan, wn_detect_terms.name,
                        "the lists matched too often: the rest of the text was not compared",
                        false);
    wn_scan_ran(scan, wn_detect_terms.name);
    return WN_OK;
}

const wn_part wn_detect_terms = {
    .name = "terms",
    .version = "1",
    .about = "words and patterns of the policy's term lists, also where they are disguised",
    .reads = WN_VIEW_BIT(WN_VIEW_TEXT),
    .open = terms_open,
    .run = terms_run,
    .close = terms_close,
};
