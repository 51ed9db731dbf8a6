/* SPDX-License-Identifier: Apache-2.0 */
/* Compiling term lists with Vectorscan: one database for all literals, one for all patterns. */
#include "src/detect/term_db.h"

#include <string.h>

#include <hs.h>

#include "src/base/err.h"
#include "src/base/mem.h"
#include "src/detect/term_compiled.h"
#include "src/detect/term_index.h"

/* What is needed while compiling only. */
typedef struct builder {
    wn_term_db        *db;
    const wn_termlist *lists;
    wn_term_index      index; /* of db->literals by their bytes */
    const char       **expressions;
    unsigned          *flags, *ids;
    size_t            *lens;
    wn_err            *err;
} builder;

static void builder_done(builder *b)
{
    wn_term_index_done(&b->index);
    wn_free(b->expressions);
    wn_free(b->flags);
    wn_free(b->ids);
    wn_free(b->lens);
}

static wn_code make_worker(void *ctx, void **ret, wn_err *err)
{
    const wn_term_db *db = ctx;
    wn_term_worker   *w = wn_calloc(1, sizeof *w);

    if (w == NULL)
        return wn_fail_nomem(err);
    w->hits = (wn_buf)WN_BUF_INIT(SIZE_MAX);
    w->seen = wn_calloc(db->entry_count, sizeof *w->seen);
    if (w->seen == NULL ||
        (db->scratch != NULL && hs_clone_scratch(db->scratch, &w->scratch) != HS_SUCCESS)) {
        wn_free(w->seen);
        wn_free(w);
        return wn_fail_nomem(err);
    }
    *ret = w;
    return WN_OK;
}

static void destroy_worker(void *ctx, void *thing)
{
    wn_term_worker *w = thing;

    (void)ctx;
    (void)hs_free_scratch(w->scratch);
    wn_buf_done(&w->hits);
    wn_free(w->seen);
    wn_free(w);
}

/* The place of a string in db->literals, which gets it when it is new. */
static wn_code literal_of(builder *b, wn_span bytes, wn_term_literal_node **ret)
{
    wn_term_db *db = b->db;
    uint32_t    at;

    WN_TRY(wn_term_index_put(&b->index, bytes, false, (uint32_t)db->literal_count, &at, b->err));
    if (at == db->literal_count)
        db->literals[db->literal_count++] =
            (wn_term_literal_node){ bytes, WN_TERM_NONE, WN_TERM_NONE };
    *ret = &db->literals[at];
    return WN_OK;
}

static wn_code add_literal(builder *b, uint32_t at)
{
    wn_term_entry        *e = &b->db->entries[at];
    wn_term_literal_node *node;

    WN_TRY(literal_of(b, e->term->text, &node));
    e->next_text = node->as_text;
    node->as_text = at;
    if (e->term->skeleton.len == 0)
        return WN_OK;
    WN_TRY(literal_of(b, e->term->skeleton, &node));
    e->next_skeleton = node->as_skeleton;
    node->as_skeleton = at;
    return WN_OK;
}

static wn_code add_entries(builder *b, size_t list_count)
{
    wn_term_db *db = b->db;

    for (size_t l = 0; l < list_count; l++) {
        for (size_t t = 0; t < b->lists[l].count; t++) {
            const wn_term *term = &b->lists[l].terms[t];
            uint32_t       at = (uint32_t)db->entry_count++;

            db->entries[at] = (wn_term_entry){ term, (uint32_t)l, WN_TERM_NONE, WN_TERM_NONE };
            for (size_t i = 0; i < term->branch_count; i++)
                db->patterns[db->pattern_count++] = (wn_term_sought){ at, &term->branches[i] };
            if (term->branch_count == 0)
                WN_TRY(add_literal(b, at));
        }
    }
    return WN_OK;
}

/* Room for all terms and for what Vectorscan is given of them. */
static wn_code make_room(builder *b, size_t list_count)
{
    wn_term_db *db = b->db;
    size_t      entries = 0, literals = 0, patterns = 0, most;

    for (size_t l = 0; l < list_count; l++) {
        entries += b->lists[l].count;
        for (size_t t = 0; t < b->lists[l].count; t++) {
            patterns += b->lists[l].terms[t].branch_count;
            literals += b->lists[l].terms[t].branch_count == 0 ? 2 : 0;
        }
    }
    most = literals > patterns ? literals : patterns;
    if (entries >= WN_TERM_NONE / 2 || most >= WN_TERM_NONE / 2)
        return wn_fail(b->err, WN_E_LIMIT, "the policy's lists have too many terms (%zu)", entries);
    db->entries = wn_calloc(entries, sizeof *db->entries);
    db->literals = wn_calloc(literals, sizeof *db->literals);
    db->patterns = wn_calloc(patterns, sizeof *db->patterns);
    b->expressions = wn_calloc(most, sizeof *b->expressions);
    b->flags = wn_calloc(most, sizeof *b->flags);
    b->ids = wn_calloc(most, sizeof *b->ids);
    b->lens = wn_calloc(most, sizeof *b->lens);
    if (db->entries == NULL || db->literals == NULL || db->patterns == NULL ||
        b->expressions == NULL || b->flags == NULL || b->ids == NULL || b->lens == NULL)
        return wn_fail_nomem(b->err);
    return WN_OK;
}

/* Say which line Vectorscan refused and why. */
static wn_code fail_compile(const builder *b, const wn_term_entry *e, const char *reason)
{
    /* Vectorscan's own words where memory was refused. */
    if (strstr(reason, "allocate memory") != NULL)
        return wn_fail_nomem(b->err);
    if (e == NULL)
        return wn_fail(b->err, WN_E_FORMAT, "the term lists cannot be compiled: %.200s", reason);
    return wn_fail_at(b->err, WN_E_FORMAT, b->lists[e->list].spec->file, e->term->line,
                      e->term->column, "%s cannot be compiled: %.200s",
                      e->term->branch_count > 0 ? "the pattern" : "the term", reason);
}

static wn_code compile_literals(builder *b)
{
    wn_term_db          *db = b->db;
    hs_compile_error_t  *error = NULL;
    const wn_term_entry *e = NULL;
    wn_code              code;

    if (db->literal_count == 0)
        return WN_OK;
    for (size_t i = 0; i < db->literal_count; i++) {
        b->expressions[i] = (const char *)db->literals[i].bytes.ptr;
        b->lens[i] = db->literals[i].bytes.len;
        b->flags[i] = 0; /* both sides are case-folded */
        b->ids[i] = (unsigned)i;
    }
    if (hs_compile_lit_multi(b->expressions, b->flags, b->ids, b->lens, (unsigned)db->literal_count,
                             HS_MODE_BLOCK, NULL, &db->literal_db, &error) == HS_SUCCESS)
        return WN_OK;
    if (error->expression >= 0) {
        const wn_term_literal_node *n = &db->literals[error->expression];

        e = &db->entries[n->as_text != WN_TERM_NONE ? n->as_text : n->as_skeleton];
    }
    code = fail_compile(b, e, error->message);
    (void)hs_free_compile_error(error);
    return code;
}

static wn_code compile_patterns(builder *b)
{
    wn_term_db          *db = b->db;
    hs_compile_error_t  *error = NULL;
    const wn_term_entry *e = NULL;
    wn_code              code;

    if (db->pattern_count == 0)
        return WN_OK;
    for (size_t i = 0; i < db->pattern_count; i++) {
        b->expressions[i] = db->patterns[i].branch->regex;
        b->flags[i] = HS_FLAG_UTF8 | HS_FLAG_UCP | HS_FLAG_CASELESS | HS_FLAG_SOM_LEFTMOST;
        b->ids[i] = (unsigned)i;
    }
    if (hs_compile_multi(b->expressions, b->flags, b->ids, (unsigned)db->pattern_count,
                         HS_MODE_BLOCK, NULL, &db->pattern_db, &error) == HS_SUCCESS)
        return WN_OK;
    if (error->expression >= 0)
        e = &db->entries[db->patterns[error->expression].entry];
    code = fail_compile(b, e, error->message);
    (void)hs_free_compile_error(error);
    return code;
}

static wn_code make_scratch(wn_term_db *db, wn_err *err)
{
    if ((db->literal_db && hs_alloc_scratch(db->literal_db, &db->scratch) != HS_SUCCESS) ||
        (db->pattern_db && hs_alloc_scratch(db->pattern_db, &db->scratch) != HS_SUCCESS))
        return wn_fail_nomem(err);
    db->workers = wn_stash_new((wn_stash_ops){ make_worker, destroy_worker, db });
    if (db->workers == NULL)
        return wn_fail_nomem(err);
    return WN_OK;
}

static wn_code build(builder *b, size_t list_count)
{
    WN_TRY(make_room(b, list_count));
    WN_TRY(add_entries(b, list_count));
    WN_TRY(compile_literals(b));
    WN_TRY(compile_patterns(b));
    return make_scratch(b->db, b->err);
}

wn_code wn_term_db_new(const wn_termlist *lists, size_t count, wn_term_db **ret, wn_err *err)
{
    WN_AUTO(builder_done) builder b = { .lists = lists, .err = err };
    wn_code                       code;

    if (hs_valid_platform() != HS_SUCCESS)
        return wn_fail(err, WN_E_UNSUPPORTED,
                       "term lists need a processor with SSSE3 (or NEON): take them out of the "
                       "policy on this machine");
    b.db = wn_calloc(1, sizeof *b.db);
    if (b.db == NULL)
        return wn_fail_nomem(err);
    code = build(&b, count);
    if (code != WN_OK) {
        wn_term_db_free(b.db);
        return code;
    }
    *ret = b.db;
    return WN_OK;
}

void wn_term_db_free(wn_term_db *db)
{
    if (db == NULL)
        return;
    wn_stash_free(db->workers);
    (void)hs_free_scratch(db->scratch);
    (void)hs_free_database(db->literal_db);
    (void)hs_free_database(db->pattern_db);
    wn_free(db->entries);
    wn_free(db->literals);
    wn_free(db->patterns);
    wn_free(db);
}
