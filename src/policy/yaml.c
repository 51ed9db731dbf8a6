/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the tree from libfyaml's events, refusing what could make a small file mean a large one.
 */
#include "src/policy/yaml.h"

#include <errno.h>
#include <libfyaml.h>
#include <string.h>

#include "src/base/buf.h"
#include "src/base/err.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"

/* A map or list that is still open. */
typedef struct frame {
    wn_yaml *node;
    wn_yaml *last; /* item or key */
    bool     want_value;
} frame;

typedef struct builder {
    wn_arena   *arena;
    const char *file;
    wn_span     text;
    wn_err     *err;
    frame       open[WN_YAML_MAX_DEPTH];
    unsigned    depth;
    unsigned    nodes;
    unsigned    documents;
    wn_yaml    *root;
    wn_buf      scratch; /* the text of one scalar */
} builder;

static wn_code out_of_memory(const builder *b)
{
    /* The arena's ceiling lies far above what the largest document needs. */
    return wn_fail_nomem(b->err);
}

static wn_code refuse(const builder *b, const struct fy_mark *mark, const char *what)
{
    uint32_t line = mark ? (uint32_t)mark->line + 1 : 1;
    uint32_t column = mark ? (uint32_t)mark->column + 1 : 1;

    return wn_fail_at(b->err, WN_E_FORMAT, b->file, line, column, "%s", what);
}

/* The parser takes ill-formed UTF-8 and NUL as the end of the file, which would hide what follows.
 */
static wn_code check_bytes(const builder *b)
{
    size_t      valid = wn_utf8_valid_prefix(b->text), at = 0;
    uint32_t    line = 1, column = 1;
    const char *what = "this byte is not UTF-8; save the file as UTF-8";

    for (; at < valid; at++) {
        uint8_t c = b->text.ptr[at];

        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F) {
            what = "control characters are not allowed here; in quotes write them as escapes";
            break;
        }
        if (c == '%' && column == 1) { /* nothing else may begin a line with it */
            what = "directives ('%') are not supported; leave the line out";
            break;
        }
        if (c == '\n' || (c == '\r' && (at + 1 == valid || b->text.ptr[at + 1] != '\n'))) {
            line++;
            column = 1;
        } else if ((c & 0xC0) != 0x80 && c != '\r') {
            column++;
        }
    }
    if (at == b->text.len)
        return WN_OK;
    return wn_fail_at(b->err, WN_E_FORMAT, b->file, line, column, "%s", what);
}

/* Hang a node where the document stands now. */
static wn_code attach(builder *b, wn_yaml *node, const struct fy_mark *mark)
{
    frame *top;

    if (b->depth == 0) {
        b->root = node;
        return WN_OK;
    }
    top = &b->open[b->depth - 1];
    if (top->want_value) {
        top->last->value = node;
        top->want_value = false;
        return WN_OK;
    }
    if (top->node->kind == WN_YAML_MAP) {
        if (node->kind != WN_YAML_SCALAR)
            return refuse(b, mark, "a key must be a plain word");
        if (strcmp((const char *)node->text.ptr, "<<") == 0)
            return refuse(b, mark, "merge keys ('<<') are not supported; write the keys out");
        top->want_value = true;
    }
    if (top->last)
        top->last->next = node;
    else
        top->node->child = node;
    top->last = node;
    top->node->count++;
    return WN_OK;
}

static wn_code new_node(builder *b, wn_yaml_kind kind, const struct fy_mark *mark, wn_yaml **ret)
{
    const frame *top = b->depth ? &b->open[b->depth - 1] : NULL;
    wn_yaml     *node;

    if (++b->nodes > WN_YAML_MAX_NODES)
        return wn_fail_at(b->err, WN_E_LIMIT, b->file, mark ? (uint32_t)mark->line + 1 : 0, 0,
                          "more than %d values; split the file", WN_YAML_MAX_NODES);
    node = WN_ARENA_NEW(b->arena, wn_yaml);
    if (node == NULL)
        return out_of_memory(b);
    node->kind = kind;
    if (mark) {
        node->line = (uint32_t)mark->line + 1;
        node->column = (uint32_t)mark->column + 1;
    } else if (top) { /* an absent value stands where its key does */
        const wn_yaml *near = top->last ? top->last : top->node;

        node->line = near->line;
        node->column = near->column;
    } else {
        node->line = node->column = 1;
    }
    *ret = node;
    return WN_OK;
}

static char quote_of(enum fy_scalar_style style)
{
    switch (style) {
    case FYSS_SINGLE_QUOTED:
        return '\'';
    case FYSS_DOUBLE_QUOTED:
        return '"';
    case FYSS_LITERAL:
    case FYSS_FOLDED:
        return '|';
    default:
        return 0;
    }
}

static void iter_freep(struct fy_token_iter **iter)
{
    if (*iter)
        fy_token_iter_destroy(*iter);
}

/* A scalar's text, in `b->scratch`. */
static wn_code collect_text(builder *b, struct fy_token *token)
{
    /* fy_token_get_text of 0.7.12 leaks for five quotes in a row; walking the pieces does not. */
    WN_AUTO(iter_freep) struct fy_token_iter *iter = fy_token_iter_create(token);
    const struct fy_iter_chunk               *piece = NULL;
    int                                       failed = 0;

    if (iter == NULL)
        return wn_fail_nomem(b->err);
    wn_buf_clear(&b->scratch);
    while ((piece = fy_token_iter_chunk_next(iter, piece, &failed)) != NULL)
        wn_buf_add(&b->scratch, piece->str, piece->len);
    if (failed)
        return wn_fail_nomem(b->err);
    return wn_buf_check(&b->scratch, b->err);
}

static wn_code add_scalar(builder *b, struct fy_event *event)
{
    struct fy_token      *token = fy_event_get_token(event);
    const struct fy_mark *mark = token ? fy_event_start_mark(event) : NULL;
    enum fy_scalar_style  style = token ? fy_token_scalar_style(token) : FYSS_PLAIN;
    wn_span               text;
    char                 *copy;
    wn_yaml              *node = NULL;

    if (mark)
        WN_TRY(collect_text(b, token));
    text = wn_buf_span(&b->scratch);
    if (mark == NULL || (style == FYSS_PLAIN && text.len == 0)) {
        WN_TRY(new_node(b, WN_YAML_NULL, mark, &node));
        return attach(b, node, mark);
    }
    WN_TRY(new_node(b, WN_YAML_SCALAR, mark, &node));
    copy = wn_arena_strndup(b->arena, (const char *)text.ptr, text.len);
    if (copy == NULL)
        return out_of_memory(b);
    node->text = (wn_span){ (const uint8_t *)copy, text.len };
    node->quote = quote_of(style);
    node->source_line = node->line;
    node->source_column = node->column;
    if (mark->input_pos < b->text.len)
        node->source = (wn_span){ b->text.ptr + mark->input_pos, b->text.len - mark->input_pos };
    if (node->quote == '"' || node->quote == '\'')
        node->column--; /* the mark stands behind the quote */
    return attach(b, node, mark);
}

static wn_code open_node(builder *b, struct fy_event *event, wn_yaml_kind kind)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    wn_yaml              *node = NULL;

    if (b->depth == WN_YAML_MAX_DEPTH)
        return refuse(b, mark, "nested too deeply; no policy needs more than a few levels");
    WN_TRY(new_node(b, kind, mark, &node));
    WN_TRY(attach(b, node, mark));
    b->open[b->depth++] = (frame){ .node = node };
    return WN_OK;
}

/* What could make a small file mean a large one, or a value another type than it looks. */
static wn_code check_extras(const builder *b, struct fy_event *event)
{
    struct fy_token *anchor = fy_event_get_anchor_token(event);
    struct fy_token *tag = fy_event_get_tag_token(event);

    if (event->type == FYET_ALIAS)
        anchor = fy_event_get_token(event);
    if (anchor) {
        struct fy_mark mark = *fy_token_start_mark(anchor);

        mark.column--; /* it stands behind the sign */
        return refuse(b, &mark,
                      "anchors and aliases ('&', '*') are not supported; write the value out, in "
                      "quotes if it is text");
    }
    if (tag)
        return refuse(b, fy_token_start_mark(tag),
                      "tags ('!') are not supported; put text in quotes");
    return WN_OK;
}

static wn_code on_event(builder *b, struct fy_event *event)
{
    const struct fy_mark *mark = fy_event_start_mark(event);

    WN_TRY(check_extras(b, event));
    switch (event->type) {
    case FYET_DOCUMENT_START:
        if (b->documents++ > 0)
            return refuse(b, mark, "a second document ('---') is not supported; use one file each");
        return WN_OK;
    case FYET_SCALAR:
        return add_scalar(b, event);
    case FYET_MAPPING_START:
        return open_node(b, event, WN_YAML_MAP);
    case FYET_SEQUENCE_START:
        return open_node(b, event, WN_YAML_LIST);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        b->depth--;
        return WN_OK;
    default:
        return WN_OK;
    }
}

/* What libfyaml found wrong; where it had no memory it says nothing. */
static wn_code syntax_error(const builder *b, struct fy_diag *diag)
{
    void                 *at = NULL;
    struct fy_diag_error *e;

    while ((e = fy_diag_errors_iterate(diag, &at)) != NULL) {
        if (e->type != FYET_ERROR || e->msg == NULL)
            continue;
        return wn_fail_at(b->err, WN_E_FORMAT, b->file, e->line > 0 ? (uint32_t)e->line : 1,
                          e->column > 0 ? (uint32_t)e->column : 1, "not valid YAML: %s", e->msg);
    }
    if (errno == ENOMEM)
        return wn_fail_nomem(b->err);
    return wn_fail_at(b->err, WN_E_FORMAT, b->file, 1, 1, "not valid YAML");
}

static wn_code run(builder *b, struct fy_parser *parser, struct fy_diag *diag)
{
    struct fy_event *event;
    wn_code          code = WN_OK;

    errno = 0;
    if (fy_parser_set_string(parser, (const char *)b->text.ptr, b->text.len) != 0)
        return wn_fail_nomem(b->err);
    while (code == WN_OK && (event = fy_parser_parse(parser)) != NULL) {
        bool end = event->type == FYET_STREAM_END;

        code = on_event(b, event);
        fy_parser_event_free(parser, event);
        if (end)
            return code;
    }
    return code == WN_OK ? syntax_error(b, diag) : code;
}

static void parser_freep(struct fy_parser **parser)
{
    if (*parser)
        fy_parser_destroy(*parser);
}

static void diag_freep(struct fy_diag **diag)
{
    if (*diag)
        fy_diag_destroy(*diag);
}

/* A diagnostic object that keeps its messages for us instead of printing them. */
static struct fy_diag *quiet_diag(void)
{
    struct fy_diag_cfg cfg;
    struct fy_diag    *diag;

    fy_diag_cfg_default(&cfg);
    cfg.fp = NULL;
    cfg.level = FYET_ERROR;
    diag = fy_diag_create(&cfg);
    if (diag)
        fy_diag_set_collect_errors(diag, true);
    return diag;
}

static wn_code build(builder *b)
{
    struct fy_parse_cfg                     cfg = { .search_path = "" };
    WN_AUTO(diag_freep) struct fy_diag     *diag = quiet_diag();
    WN_AUTO(parser_freep) struct fy_parser *parser = NULL;

    if (diag == NULL)
        return wn_fail_nomem(b->err);
    cfg.flags = FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE;
    cfg.diag = diag;
    parser = fy_parser_create(&cfg);
    if (parser == NULL)
        return wn_fail_nomem(b->err);
    WN_TRY(run(b, parser, diag));
    if (b->root == NULL)
        return wn_fail_at(b->err, WN_E_FORMAT, b->file, 1, 1, "the file has no content");
    return WN_OK;
}

wn_code wn_yaml_parse(wn_arena *arena, const char *file, wn_span text, const wn_yaml **ret,
                      wn_err *err)
{
    builder b = { .arena = arena,
                  .file = file,
                  .text = text,
                  .err = err,
                  .scratch = WN_BUF_INIT((size_t)WN_YAML_MAX_BYTES * 2) };
    wn_code code;

    if (text.len > WN_YAML_MAX_BYTES)
        return wn_fail_at(err, WN_E_LIMIT, file, 0, 0, "larger than the %d KiB a policy may have",
                          WN_YAML_MAX_BYTES >> 10);
    if (text.len >= 3 && memcmp(text.ptr, "\xEF\xBB\xBF", 3) == 0) /* a byte order mark */
        b.text = (wn_span){ text.ptr + 3, text.len - 3 };
    if (b.text.len == 0)
        return wn_fail_at(err, WN_E_FORMAT, file, 1, 1, "the file is empty");
    WN_TRY(check_bytes(&b));
    code = build(&b);
    wn_buf_done(&b.scratch);
    if (code == WN_OK)
        *ret = b.root;
    return code;
}

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* A place in the source while it is walked beside the text. */
typedef struct walk {
    wn_span  src;
    size_t   at;
    uint32_t line, column;
} walk;

static void step(walk *w)
{
    uint8_t c = w->src.ptr[w->at++];

    if (c == '\n') {
        w->line++;
        w->column = 1;
    } else if ((c & 0xC0) != 0x80) {
        w->column++;
    }
}

static void skip_spaces(walk *w)
{
    while (w->at < w->src.len && is_space(w->src.ptr[w->at]))
        step(w);
}

/* Step over the source of one byte of text; false where an escape hides it. */
static bool step_over(walk *w, uint8_t c, char quote)
{
    bool escaped = (quote == '"' && (c == '"' || c == '\\')) || (quote == '\'' && c == '\'');

    if (escaped && w->at < w->src.len)
        step(w);
    if (w->at >= w->src.len || w->src.ptr[w->at] != c)
        return false;
    step(w);
    return true;
}

void wn_yaml_locate(const wn_yaml *scalar, size_t offset, uint32_t *line, uint32_t *column)
{
    walk    w = { scalar->source, 0, scalar->source_line, scalar->source_column };
    wn_span text = scalar->text;
    size_t  i = 0;

    *line = scalar->line;
    *column = scalar->column;
    if (offset > text.len)
        offset = text.len;
    /* Folding changes nothing but white space, so the words are walked side by side. */
    skip_spaces(&w);
    while (i < offset) {
        if (!is_space(text.ptr[i])) {
            if (!step_over(&w, text.ptr[i++], scalar->quote))
                return;
            continue;
        }
        while (i < text.len && is_space(text.ptr[i]))
            i++;
        if (i == text.len) /* what is missing is missing behind the last word */
            break;
        skip_spaces(&w);
    }
    *line = w.line;
    *column = w.column;
}
