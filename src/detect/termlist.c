/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a term list: an operator's TSV file becomes checked terms, or an error with its place. */
#include "src/detect/termlist.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/base/buf.h"
#include "src/base/err.h"
#include "src/base/mem.h"
#include "src/base/str.h"
#include "src/base/utf8.h"
#include "src/detect/term_index.h"
#include "src/detect/term_literal.h"

enum { COL_TERM, COL_CATEGORY, COL_SEVERITY, COL_ACTION, COL_NOTE, COLS };

static const char *const column_names[COLS] = { "term", "category", "severity", "action", "note" };

/* What of a name is shown in an error. */
enum { SHOWN = 40, SCRATCH_CEILING = 64 << 20 };

typedef struct field {
    wn_span  text;
    uint32_t column;
} field;

typedef struct reader {
    wn_arena           *arena, *tmp;
    const wn_list_spec *spec;
    wn_buf              terms;         /* of wn_term */
    wn_term_index       seen;          /* literals and patterns, to find what stands there twice */
    int                 columns[COLS]; /* what each field of a line is */
    size_t              column_count;
    uint32_t            line;
    wn_span             line_text;
    wn_err             *err;
} reader;

static void reader_done(reader *r)
{
    wn_term_index_done(&r->seen);
    wn_buf_done(&r->terms);
    wn_arena_free(r->tmp);
}

/* 1-based, in characters. */
static uint32_t column_of(const reader *r, const uint8_t *at)
{
    uint32_t column = 1;

    for (const uint8_t *p = r->line_text.ptr; p < at; p++)
        column += (*p & 0xC0) != 0x80;
    return column;
}

static wn_code fail_field(const reader *r, const field *f, const char *fmt, ...) WN_PRINTF(3, 4);

static wn_code fail_field(const reader *r, const field *f, const char *fmt, ...)
{
    char    msg[sizeof r->err->msg];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(msg, sizeof msg, fmt, args);
    va_end(args);
    return wn_fail_at(r->err, WN_E_FORMAT, r->spec->file, r->line, f->column, "%s", msg);
}

/* A C string of a field for names and errors: cut at a character, without what is not one. */
static const char *shown(wn_span s, char dst[SHOWN + 4])
{
    size_t len = s.len;

    if (len > SHOWN) {
        len = SHOWN;
        while (len > 0 && (s.ptr[len] & 0xC0) == 0x80)
            len--;
    }
    memcpy(dst, s.ptr, len);
    memcpy(dst + len, s.len > SHOWN ? "..." : "", s.len > SHOWN ? 4 : 1);
    return dst;
}

static int find_name(wn_span s, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (wn_span_is(s, names[i]))
            return (int)i;
    return -1;
}

/*
 * "'x'; did you mean 'y'?": what was written, and the nearest name if one is
 * near. A guess begins like what was written, or would be odd.
 */
static const char *unknown(wn_span s, const char *const *names, size_t count, char dst[128])
{
    char        word[SHOWN + 4];
    const char *near = wn_nearest_name(shown(s, word), names, count);

    if (near != NULL && near[0] == word[0])
        (void)snprintf(dst, 128, "'%s'; did you mean '%s'?", word, near);
    else
        (void)snprintf(dst, 128, "'%s'", word);
    return dst;
}

/* The next field of the line, trimmed; false when there is none left. */
static bool next_field(const reader *r, wn_span *rest, field *ret)
{
    wn_span text;

    if (!wn_next_field(rest, &text, '\t'))
        return false;
    ret->column = column_of(r, text.ptr);
    ret->text = wn_trim(text);
    if (ret->text.len > 0)
        ret->column = column_of(r, ret->text.ptr);
    return true;
}

static wn_code check_controls(const reader *r, const field *f)
{
    for (size_t i = 0; i < f->text.len; i++) {
        if (f->text.ptr[i] < 0x20 || f->text.ptr[i] == 0x7F) {
            field at = { .column = column_of(r, f->text.ptr + i) };

            return fail_field(r, &at,
                              "a control character (U+%04X): lists are plain text, one term a line",
                              f->text.ptr[i]);
        }
    }
    return WN_OK;
}

static wn_code read_header(reader *r)
{
    wn_span rest = r->line_text;
    field   f;
    bool    named[COLS] = { false };

    while (next_field(r, &rest, &f)) {
        char word[128];
        int  column = find_name(f.text, column_names, COLS);

        WN_TRY(check_controls(r, &f));
        if (column < 0)
            return fail_field(r, &f,
                              "unknown column %s; the first line names the columns: term, and "
                              "where wanted category, severity, action, note",
                              unknown(f.text, column_names, COLS, word));
        if (named[column])
            return fail_field(r, &f, "the column '%s' stands here twice", column_names[column]);
        named[column] = true;
        r->columns[r->column_count++] = column;
    }
    f = (field){ .column = 1 };
    if (!named[COL_TERM])
        return fail_field(r, &f, "no column 'term': the first line names the columns");
    return WN_OK;
}

static wn_code read_category(const reader *r, const field *f, wn_category *ret)
{
    const char *names[WN_CATEGORIES];
    char        word[128];
    int         found;

    if (f->text.len == 0) {
        *ret = r->spec->category;
        return WN_OK;
    }
    for (int i = 0; i < WN_CATEGORIES; i++)
        names[i] = wn_category_name((wn_category)i);
    found = find_name(f->text, names, WN_CATEGORIES);
    if (found < 0)
        return fail_field(r, f,
                          "unknown category %s; categories are a closed list of harms; none "
                          "describes a group of people (docs/SCOPE.md)",
                          unknown(f->text, names, WN_CATEGORIES, word));
    *ret = (wn_category)found;
    return WN_OK;
}

static wn_code read_severity(const reader *r, const field *f, wn_term_severity *ret)
{
    static const char *const names[] = { "1", "2", "3", "low", "medium", "high" };
    char                     word[128];
    int                      found;

    if (f->text.len == 0) {
        *ret = WN_TERM_MEDIUM;
        return WN_OK;
    }
    found = find_name(f->text, names, 6);
    if (found < 0)
        return fail_field(r, f, "unknown severity %s; it is 1, 2 or 3, or low, medium or high",
                          unknown(f->text, names + 3, 3, word));
    *ret = (wn_term_severity)(found % 3 + 1);
    return WN_OK;
}

static wn_code read_action(const reader *r, const field *f, wn_action *ret)
{
    static const char *const names[] = { "label", "review", "block" };
    char                     word[128];
    int                      found;

    if (f->text.len == 0) {
        *ret = WN_ACTION_ALLOW;
        return WN_OK;
    }
    found = find_name(f->text, names, 3);
    if (found < 0)
        return fail_field(r, f, "unknown action %s; a term may ask for label, review or block",
                          unknown(f->text, names, 3, word));
    *ret = (wn_action)(found + WN_ACTION_LABEL);
    return WN_OK;
}

/* Violent extremism leads to review at most (docs/SCOPE.md), also by the list's own action. */
static wn_code check_extremism(const reader *r, const wn_term *term, const field *fields)
{
    const field *f = term->action == WN_ACTION_ALLOW ? &fields[COL_CATEGORY] : &fields[COL_ACTION];
    wn_action    action = term->action == WN_ACTION_ALLOW ? r->spec->action : term->action;

    if (term->category != WN_CAT_VIOLENT_EXTREMISM || action != WN_ACTION_BLOCK)
        return WN_OK;
    return fail_field(r, f->column ? f : &fields[COL_TERM],
                      "a term of violent-extremism may lead to review, never to block by itself: "
                      "give it the action review or label");
}

static wn_code read_pattern(const reader *r, const field *f, wn_term *term)
{
    wn_pattern_place place = { r->spec->file, r->line, f->column + 1 };
    wn_span          s = f->text;

    if (s.len < 2 || s.ptr[s.len - 1] != '/')
        return fail_field(r, f,
                          "begins with '/' and does not end with one: a pattern stands between two "
                          "(flags are not needed: case never counts); write a term that begins "
                          "with a slash as a pattern, /\\/like this/");
    term->text = (wn_span){ s.ptr + 1, s.len - 2 };
    return wn_term_pattern(r->arena, r->tmp, term->text, &place, &term->branches,
                           &term->branch_count, r->err);
}

static wn_code read_literal(const reader *r, const field *f, wn_term *term)
{
    const char *why = NULL;
    wn_code     code = wn_term_literal(r->arena, r->tmp, f->text, term, &why, r->err);

    if (code == WN_E_FORMAT && why != NULL)
        return fail_field(r, f, "%s", why);
    return code;
}

/* Refuse a term that an earlier line has; keep it otherwise. */
static wn_code keep(reader *r, wn_term *term, const field *f)
{
    size_t   count = r->terms.len / sizeof *term;
    uint8_t *copy;
    uint32_t first;

    if (count >= UINT32_MAX)
        return wn_fail_at(r->err, WN_E_LIMIT, r->spec->file, r->line, 1, "too many terms");
    if (term->branches != NULL) { /* literals are copied already */
        copy = (uint8_t *)wn_arena_strndup(r->arena, (const char *)term->text.ptr, term->text.len);
        if (copy == NULL)
            return wn_arena_fail(r->arena, r->err);
        term->text.ptr = copy;
    }
    WN_TRY(wn_term_index_put(&r->seen, term->text, term->branches != NULL, (uint32_t)count, &first,
                             r->err));
    if (first != count)
        return fail_field(r, f,
                          "the same term as in line %u: texts are compared in their normal form, "
                          "so one line is enough",
                          ((const wn_term *)(const void *)r->terms.ptr)[first].line);
    wn_buf_add(&r->terms, term, sizeof *term);
    return wn_buf_check(&r->terms, r->err);
}

static wn_code read_row(reader *r)
{
    field   fields[COLS], f;
    wn_span rest = r->line_text;
    wn_term term = { .line = r->line };

    memset(fields, 0, sizeof fields);
    for (size_t i = 0; next_field(r, &rest, &f); i++) {
        if (i >= r->column_count)
            return fail_field(r, &f, "%s: the first line names %zu column%s",
                              "one field too many (fields are parted by one tab each)",
                              r->column_count, r->column_count == 1 ? "" : "s");
        WN_TRY(check_controls(r, &f));
        fields[r->columns[i]] = f;
    }
    f = fields[COL_TERM];
    if (f.column == 0)
        f.column = 1;
    if (f.text.len == 0)
        return fail_field(r, &f, "no term: it is empty");
    if (f.text.len > WN_TERM_MAX)
        return fail_field(r, &f, "a term of %zu bytes; the limit is %d", f.text.len, WN_TERM_MAX);
    term.column = f.column;
    WN_TRY(read_category(r, &fields[COL_CATEGORY], &term.category));
    WN_TRY(read_severity(r, &fields[COL_SEVERITY], &term.severity));
    WN_TRY(read_action(r, &fields[COL_ACTION], &term.action));
    WN_TRY(check_extremism(r, &term, fields));
    wn_arena_reset(r->tmp);
    if (f.text.ptr[0] == '/')
        WN_TRY(read_pattern(r, &f, &term));
    else
        WN_TRY(read_literal(r, &f, &term));
    return keep(r, &term, &f);
}

/* Ill-formed UTF-8 is refused before anything is read, so that no later step meets it. */
static wn_code check_utf8(reader *r, wn_span file)
{
    size_t valid = wn_utf8_valid_prefix(file);

    if (valid == file.len)
        return WN_OK;
    r->line = 1;
    r->line_text = file;
    for (size_t i = 0; i < valid; i++) {
        if (file.ptr[i] == '\n') {
            r->line++;
            r->line_text.ptr = file.ptr + i + 1;
        }
    }
    return wn_fail_at(r->err, WN_E_FORMAT, r->spec->file, r->line, column_of(r, file.ptr + valid),
                      "not UTF-8: save the list in the encoding UTF-8");
}

static wn_code read_lines(reader *r, wn_span file)
{
    while (wn_next_line(&file, &r->line_text)) {
        if (r->line == UINT32_MAX)
            return wn_fail_at(r->err, WN_E_LIMIT, r->spec->file, r->line, 1, "too many lines");
        r->line++;
        if (r->line_text.len > WN_TERM_LINE_MAX)
            return wn_fail_at(r->err, WN_E_LIMIT, r->spec->file, r->line, 1,
                              "a line of %zu bytes; the limit is %d", r->line_text.len,
                              WN_TERM_LINE_MAX);
        if (r->line == 1)
            WN_TRY(read_header(r));
        else if (r->line_text.len > 0)
            WN_TRY(read_row(r));
    }
    if (r->line == 0)
        return wn_fail_at(
            r->err, WN_E_FORMAT, r->spec->file, 1, 1,
            "the list is empty: its first line must name the columns; 'term' is enough");
    return WN_OK;
}

wn_code wn_termlist_parse(wn_arena *arena, const wn_list_spec *spec, wn_span file, wn_termlist *ret,
                          wn_err *err)
{
    static const uint8_t bom[] = { 0xEF, 0xBB, 0xBF };
    WN_AUTO(reader_done)
    reader r = {
        .arena = arena,
        .tmp = wn_arena_new(SCRATCH_CEILING),
        .spec = spec,
        .terms = WN_BUF_INIT(SIZE_MAX),
        .err = err,
    };
    wn_term *terms;
    size_t   count;

    if (r.tmp == NULL)
        return wn_fail_nomem(err);
    if (file.len >= sizeof bom && memcmp(file.ptr, bom, sizeof bom) == 0) {
        file.ptr += sizeof bom;
        file.len -= sizeof bom;
    }
    WN_TRY(check_utf8(&r, file));
    WN_TRY(read_lines(&r, file));
    count = r.terms.len / sizeof *terms;
    terms = wn_arena_alloc(arena, count, sizeof *terms);
    if (terms == NULL)
        return wn_arena_fail(arena, err);
    if (count > 0)
        memcpy(terms, r.terms.ptr, count * sizeof *terms);
    *ret = (wn_termlist){ spec, terms, count };
    return WN_OK;
}

float wn_term_score(wn_term_severity severity)
{
    switch (severity) {
    case WN_TERM_LOW:
        return 0.6f;
    case WN_TERM_MEDIUM:
        return 0.8f;
    case WN_TERM_HIGH:
        break;
    }
    return 0.95f;
}

wn_action wn_term_action(const wn_term *term, const wn_list_spec *spec)
{
    wn_action action = term->action == WN_ACTION_ALLOW ? spec->action : term->action;

    if (term->category == WN_CAT_VIOLENT_EXTREMISM && action > WN_ACTION_REVIEW)
        return WN_ACTION_REVIEW;
    return action;
}
