/* SPDX-License-Identifier: Apache-2.0 */
/* Checking a pattern of a list: what every match of it must spell, and that it names nobody. */
#include "src/detect/term_pattern.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/base/buf.h"
#include "src/base/err.h"
#include "src/base/mem.h"
#include "src/base/str.h"
#include "src/base/utf8.h"
#include "src/detect/term_literal.h"
#include "src/text/identity.h"
#include "src/text/normalize.h"
#include "src/text/unicode.h"

enum {
    MAX_DEPTH = 20,    /* of groups in groups */
    MAX_REPEAT = 1000, /* of one {n,m} */
    MAX_SIZE = 4000,   /* characters with all repeats written out */
    MAX_BRANCHES = 64, /* outermost alternatives */
    SMALL_CLASS = 3,   /* a class of so few characters still spells a letter */
    BREAK = '\n',      /* between the words that a pattern spells */
};

/* A piece of a pattern: the letters that each match of it must hold, and its size. */
typedef struct piece {
    unsigned letters, size;
    bool     anchor; /* of no width: cannot be repeated */
} piece;

/* One character that a pattern writes down, as itself or as an escape. */
typedef enum item_kind { ITEM_CHAR, ITEM_SPACE, ITEM_CLASS, ITEM_ANCHOR, ITEM_BOUNDARY } item_kind;

typedef struct item {
    item_kind kind;
    uint32_t  cp;
} item;

typedef struct parser {
    wn_arena               *tmp;
    const wn_pattern_place *place;
    wn_span                 s;
    size_t                  at;
    unsigned                depth;
    wn_buf                  out;           /* the pattern for Vectorscan; branches end with a 0 */
    wn_buf                  with, without; /* what it spells, with and without optional pieces */
    bool                    word_start[MAX_BRANCHES], word_end[MAX_BRANCHES];
    size_t                  starts[MAX_BRANCHES]; /* in `out` */
    size_t                  branch_count;
    wn_err                 *err;
} parser;

static wn_code fail(const parser *p, size_t at, const char *fmt, ...) WN_PRINTF(3, 4);

static wn_code fail(const parser *p, size_t at, const char *fmt, ...)
{
    char     msg[sizeof p->err->msg];
    uint32_t column = p->place->column;
    va_list  args;

    for (size_t i = 0; i < at && i < p->s.len; i++)
        column += (p->s.ptr[i] & 0xC0) != 0x80;
    va_start(args, fmt);
    (void)vsnprintf(msg, sizeof msg, fmt, args);
    va_end(args);
    return wn_fail_at(p->err, WN_E_FORMAT, p->place->file, p->place->line, column, "pattern: %s",
                      msg);
}

static int peek(const parser *p)
{
    return p->at < p->s.len ? p->s.ptr[p->at] : -1;
}

static void spell(parser *p, uint32_t cp)
{
    uint8_t bytes[4];
    size_t  n = wn_utf8_encode(cp, bytes);

    wn_buf_add(&p->with, bytes, n);
    wn_buf_add(&p->without, bytes, n);
}

/* Copy what was read since `from` to the pattern for Vectorscan. */
static void emit(parser *p, size_t from)
{
    wn_buf_add(&p->out, p->s.ptr + from, p->at - from);
}

static unsigned weight_of(uint32_t cp)
{
    if (wn_term_is_ideograph(cp) || (cp >= 0xAC00 && cp <= 0xD7A3))
        return 2;
    return (wn_uc_entry(cp) & WN_UC_WORD) != 0;
}

/* The private code points stand for what the normaliser forgets: no pattern may ask for them. */
static wn_code check_char(const parser *p, size_t at, uint32_t cp)
{
    if (cp >= 0xE000 && cp <= 0xF8FF)
        return fail(p, at, "private characters cannot stand in a text");
    if (cp == 0 || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
        return fail(p, at, "this is no character");
    return WN_OK;
}

static bool hex_digit(int c, uint32_t *ret)
{
    if (c >= '0' && c <= '9')
        *ret = (uint32_t)(c - '0');
    else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
        *ret = (uint32_t)((c | 0x20) - 'a' + 10);
    else
        return false;
    return true;
}

/* \xHH or \x{H...}; `at` stands behind the x. */
static wn_code read_hex(parser *p, uint32_t *ret)
{
    size_t   start = p->at - 2;
    bool     braces = peek(p) == '{';
    unsigned max = braces ? 6 : 2, n = 0;
    uint32_t cp = 0, digit;

    p->at += braces;
    while (n < max && hex_digit(peek(p), &digit)) {
        cp = cp << 4 | digit;
        p->at++;
        n++;
    }
    if (n == 0 || (braces && peek(p) != '}'))
        return fail(p, start, "after \\x come two hexadecimal digits, or up to six in braces");
    p->at += braces;
    *ret = cp;
    return check_char(p, start, cp);
}

/* \pL or \p{...}; `at` stands behind the p. Vectorscan knows the names. */
static wn_code read_property(parser *p)
{
    size_t start = p->at - 2;

    if (peek(p) == '{')
        while (peek(p) != '}' && peek(p) >= 0)
            p->at++;
    if (peek(p) < 0)
        return fail(p, start, "\\p needs the name of a property, as in \\p{Lu}");
    p->at++;
    return WN_OK;
}

/* A letter or digit behind a backslash, which `at` stands behind. */
static wn_code read_named_escape(parser *p, size_t start, char c, item *ret)
{
    *ret = (item){ .cp = 0 };
    if (strchr("dDwWSHVNpP", c) != NULL) {
        ret->kind = ITEM_CLASS;
        return c == 'p' || c == 'P' ? read_property(p) : WN_OK;
    }
    if (strchr("shvnrtf", c) != NULL) {
        *ret = (item){ ITEM_SPACE, ' ' };
        return WN_OK;
    }
    if (strchr("AzZ", c) != NULL) {
        ret->kind = ITEM_ANCHOR;
        return WN_OK;
    }
    if (c == 'b') {
        ret->kind = ITEM_BOUNDARY;
        return WN_OK;
    }
    if (c == 'x') {
        ret->kind = ITEM_CHAR;
        return read_hex(p, &ret->cp);
    }
    return fail(p, start, "the escape \\%c is not known here", c);
}

/* Behind a backslash. */
static wn_code read_escape(parser *p, item *ret)
{
    size_t start = p->at - 1;
    int    c = peek(p);
    bool   bad = false;

    if (c < 0)
        return fail(p, start, "ends with a backslash");
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
        p->at++;
        return read_named_escape(p, start, (char)c, ret);
    }
    ret->kind = ITEM_CHAR;
    p->at += wn_utf8_decode(p->s.ptr + p->at, p->s.len - p->at, &ret->cp, &bad);
    return check_char(p, start, ret->cp);
}

/* One member of a class or one character outside of one. */
static wn_code read_item(parser *p, item *ret)
{
    size_t start = p->at;
    bool   bad = false;

    if (peek(p) == '\\') {
        p->at++;
        return read_escape(p, ret);
    }
    ret->kind = ITEM_CHAR;
    p->at += wn_utf8_decode(p->s.ptr + p->at, p->s.len - p->at, &ret->cp, &bad);
    return check_char(p, start, ret->cp);
}

/* What was found between the brackets of a class. */
typedef struct class_info {
    uint32_t members[SMALL_CLASS];
    unsigned count;
    bool     wide;  /* a range, an escape for many, or too many members */
    bool     space; /* white space belongs to it */
} class_info;

static void add_member(class_info *c, const item *it)
{
    c->space = c->space || it->kind == ITEM_SPACE || it->cp == ' ';
    if (it->kind != ITEM_CHAR || c->count == SMALL_CLASS)
        c->wide = true;
    else
        c->members[c->count++] = it->cp;
}

static wn_code read_class_body(parser *p, size_t start, class_info *c)
{
    for (bool first = true; peek(p) != ']' || first; first = false) {
        item it;

        if (peek(p) < 0)
            return fail(p, start, "a class is opened with '[' and not closed with ']'");
        if (peek(p) == '[' && p->at + 1 < p->s.len && strchr(":.=", p->s.ptr[p->at + 1]) != NULL)
            return fail(p, p->at, "write \\d, \\w, \\s or \\p{...} for a named class");
        WN_TRY(read_item(p, &it));
        if (it.kind == ITEM_BOUNDARY || it.kind == ITEM_ANCHOR)
            return fail(p, p->at - 2, "an anchor cannot stand in a class");
        add_member(c, &it);
        if (peek(p) == '-' && p->at + 1 < p->s.len && p->s.ptr[p->at + 1] != ']') {
            p->at++;
            WN_TRY(read_item(p, &it)); /* the end of a range, or odd: Vectorscan says */
            c->wide = true;
        }
    }
    p->at++;
    return WN_OK;
}

/* At a '['. A class of few letters spells one: what a term with a variant letter is written with.
 */
static wn_code read_class(parser *p, piece *ret)
{
    size_t     start = p->at++;
    class_info c = { .count = 0 };

    if (peek(p) == '^') {
        p->at++;
        c.wide = true;
    }
    WN_TRY(read_class_body(p, start, &c));
    emit(p, start);
    ret->size = 1;
    if (!c.wide) {
        unsigned least = 2;
        uint8_t  bytes[4];

        for (unsigned i = 0; i < c.count; i++)
            least = weight_of(c.members[i]) < least ? weight_of(c.members[i]) : least;
        ret->letters = least;
        wn_buf_add(&p->with, bytes, wn_utf8_encode(c.members[0], bytes));
        wn_buf_add(&p->without, bytes, wn_utf8_encode(c.members[c.count - 1], bytes));
    } else {
        spell(p, c.space ? ' ' : BREAK);
    }
    return WN_OK;
}

/* Texts are in their normal form, so a letter that never stands in one is brought into it. */
static wn_code emit_normal(parser *p, size_t start, uint32_t cp)
{
    const wn_text *text;
    uint8_t        bytes[4];
    size_t         len = wn_utf8_encode(cp, bytes), n = 0;
    uint32_t       normal;
    bool           bad = false;

    WN_TRY(wn_text_normalize(p->tmp, (wn_span){ bytes, len }, &text, p->err));
    if (text->norm.len > 0)
        n = wn_utf8_decode(text->norm.ptr, text->norm.len, &normal, &bad);
    if (wn_term_has_token(text->norm)) {
        wn_buf_add(&p->out, bytes, len);
        return WN_OK;
    }
    if (n == 0)
        return fail(p, start, "U+%04X never stands in the normal form that texts are brought into",
                    (unsigned)cp);
    if (n != text->norm.len)
        return fail(p, start,
                    "texts are brought into a normal form, which has '%.*s' for U+%04X: "
                    "write that",
                    (int)text->norm.len, (const char *)text->norm.ptr, (unsigned)cp);
    wn_buf_add(&p->out, text->norm.ptr, n);
    return WN_OK;
}

/* At a character or an escape. */
static wn_code read_char(parser *p, piece *ret)
{
    size_t start = p->at;
    item   it;

    WN_TRY(read_item(p, &it));
    ret->size = 1;
    switch (it.kind) {
    case ITEM_CHAR:
        spell(p, it.cp);
        ret->letters = weight_of(it.cp);
        if (it.cp >= 0x80)
            return emit_normal(p, start, it.cp);
        break;
    case ITEM_SPACE:
        spell(p, ' ');
        break;
    case ITEM_CLASS:
        spell(p, BREAK);
        break;
    case ITEM_ANCHOR:
        ret->anchor = true;
        break;
    case ITEM_BOUNDARY:
        return fail(p, start,
                    "\\b is understood at the start and at the end of a pattern, or of "
                    "one of its outermost alternatives");
    }
    emit(p, start);
    return WN_OK;
}

static wn_code read_branches(parser *p, piece *ret);

/* At a '('. */
static wn_code read_group(parser *p, piece *ret)
{
    size_t start = p->at++;

    if (p->depth == MAX_DEPTH)
        return fail(p, start, "more than %d groups in each other", MAX_DEPTH);
    if (peek(p) == '*')
        return fail(p, start, "verbs, (*...), are not known here");
    if (peek(p) == '?') {
        if (p->at + 1 >= p->s.len || p->s.ptr[p->at + 1] != ':')
            return fail(p, start,
                        "of the groups that begin with '(?' only (?:...) is known here; "
                        "case never counts");
        p->at += 2;
    }
    wn_buf_puts(&p->out, "(?:");
    p->depth++;
    WN_TRY(read_branches(p, ret));
    p->depth--;
    if (peek(p) != ')')
        return fail(p, start, "a group is opened with '(' and not closed with ')'");
    p->at++;
    wn_buf_putc(&p->out, ')');
    return WN_OK;
}

/* {n}, {n,} or {n,m} at `at`; false when it is no such thing: then a brace is a character. */
static bool read_braces(const parser *p, size_t *end, unsigned *min, unsigned *max)
{
    unsigned v[2] = { 0, 0 };
    size_t   i = p->at + 1, digits = 0, part = 0;

    for (; i < p->s.len && p->s.ptr[i] != '}'; i++) {
        uint8_t c = p->s.ptr[i];

        if (c == ',' && part == 0 && digits > 0) {
            part = 1;
            digits = 0;
        } else if (c >= '0' && c <= '9') {
            v[part] = v[part] * 10 + (unsigned)(c - '0');
            v[part] = v[part] > MAX_REPEAT ? MAX_REPEAT + 1 : v[part];
            digits++;
        } else {
            return false;
        }
    }
    if (i >= p->s.len || (part == 0 && digits == 0))
        return false;
    *min = v[0];
    *max = part == 0 ? v[0] : digits > 0 ? v[1] : 0;
    *end = i + 1;
    return true;
}

/* Whether a quantifier stands here, where a piece should begin. */
static bool at_quantifier(const parser *p)
{
    unsigned min, max;
    size_t   end;
    int      c = peek(p);

    return c == '*' || c == '+' || c == '?' || (c == '{' && read_braces(p, &end, &min, &max));
}

/* What may stand behind a piece. `max` 0 is without end. */
static wn_code read_quantifier(parser *p, unsigned *min, unsigned *max)
{
    size_t start = p->at, end = p->at + 1;

    *min = *max = 1;
    switch (peek(p)) {
    case '?':
        *min = 0;
        break;
    case '*':
        *min = *max = 0;
        break;
    case '+':
        *max = 0;
        break;
    case '{':
        if (read_braces(p, &end, min, max))
            break;
        return WN_OK;
    default:
        return WN_OK;
    }
    if (*min > MAX_REPEAT || *max > MAX_REPEAT)
        return fail(p, start, "a repeat of more than %d", MAX_REPEAT);
    if (*max != 0 && *max < *min)
        return fail(p, start, "a repeat whose end is before its start");
    p->at = end;
    if (peek(p) == '?') /* lazy: all matches are found, so it says nothing */
        p->at++;
    if (at_quantifier(p))
        return fail(p, p->at, "a repeat of a repeat");
    wn_buf_add(&p->out, p->s.ptr + start, end - start);
    return WN_OK;
}

/* One piece with its quantifier. */
static wn_code read_piece(parser *p, piece *ret)
{
    size_t   start = p->at, without = p->without.len, out = p->out.len;
    unsigned min, max, times;

    *ret = (piece){ 0 };
    if (at_quantifier(p))
        return fail(p, start, "a repeat of nothing");
    switch (peek(p)) {
    case '(':
        WN_TRY(read_group(p, ret));
        break;
    case '[':
        WN_TRY(read_class(p, ret));
        break;
    case '.':
        p->at++;
        emit(p, start);
        spell(p, BREAK);
        ret->size = 1;
        break;
    case '^':
    case '$':
        p->at++;
        emit(p, start);
        ret->anchor = true;
        break;
    default:
        WN_TRY(read_char(p, ret));
    }
    out = p->out.len - out;
    WN_TRY(read_quantifier(p, &min, &max));
    if (min == 1 && max == 1)
        return WN_OK;
    if (ret->anchor || out == 0)
        return fail(p, start, "an anchor cannot be repeated");
    if (min == 0)
        p->without.len = without;
    times = max > min ? max : min;
    ret->letters *= min;
    ret->size *= times > 0 ? times : 1;
    if (ret->size > MAX_SIZE)
        return fail(p, start,
                    "too large: with its repeats written out it has more than %d "
                    "characters",
                    MAX_SIZE);
    return WN_OK;
}

static bool at_boundary(const parser *p)
{
    return p->at + 1 < p->s.len && p->s.ptr[p->at] == '\\' && p->s.ptr[p->at + 1] == 'b';
}

/* A \b at the start or end of an outermost alternative is taken out, and kept in mind. */
static bool take_boundary(parser *p, bool start)
{
    size_t end = p->at + 2;
    bool   last = end >= p->s.len || p->s.ptr[end] == '|';

    if (p->depth > 0 || !at_boundary(p) || !(start || last))
        return false;
    p->at = end;
    (start ? p->word_start : p->word_end)[p->branch_count] = true;
    return true;
}

/* Pieces up to a '|' or the end of the group or pattern. */
static wn_code read_sequence(parser *p, piece *ret)
{
    *ret = (piece){ 0 };
    (void)take_boundary(p, true);
    while (peek(p) >= 0 && peek(p) != '|' && peek(p) != ')') {
        piece next;

        if (take_boundary(p, false))
            continue;
        WN_TRY(read_piece(p, &next));
        ret->letters += next.letters;
        ret->size += next.size;
        if (ret->size > MAX_SIZE)
            return fail(p, 0,
                        "too large: with its repeats written out it has more than %d "
                        "characters",
                        MAX_SIZE);
    }
    return WN_OK;
}

/* The outermost alternatives are patterns of their own. */
static wn_code end_branch(parser *p, size_t start, const piece *branch)
{
    if (branch->letters < WN_PATTERN_LETTERS)
        return fail(p, start,
                    "each alternative must spell out at least %d letters that stand in "
                    "every match: a script, a range of characters or nearly any text is not a term",
                    WN_PATTERN_LETTERS);
    wn_buf_putc(&p->out, '\0');
    p->branch_count++;
    return WN_OK;
}

/* Sequences parted by '|'. */
static wn_code read_branches(parser *p, piece *ret)
{
    *ret = (piece){ .letters = UINT16_MAX };
    for (;;) {
        size_t start = p->at;
        piece  next;

        if (p->depth == 0) {
            if (p->branch_count == MAX_BRANCHES)
                return fail(p, start, "more than %d alternatives: give them lines of their own",
                            MAX_BRANCHES);
            p->starts[p->branch_count] = p->out.len;
        }
        WN_TRY(read_sequence(p, &next));
        if (p->depth == 0)
            WN_TRY(end_branch(p, start, &next));
        ret->letters = next.letters < ret->letters ? next.letters : ret->letters;
        ret->size += next.size;
        if (peek(p) != '|')
            return WN_OK;
        p->at++;
        spell(p, BREAK);
        if (p->depth > 0)
            wn_buf_putc(&p->out, '|');
    }
}

/* Look at the words that a pattern spells, run by run. */
static wn_code check_identity(const parser *p, const wn_buf *spelt)
{
    wn_span rest = wn_buf_span(spelt), run;
    bool    names_group;

    while (wn_next_field(&rest, &run, BREAK)) {
        run = wn_trim(run);
        if (run.len == 0)
            continue;
        WN_TRY(wn_identity_names_group(run, &names_group, p->err));
        if (names_group)
            return fail(p, 0, "%s", wn_term_names_group);
    }
    return WN_OK;
}

static wn_code finish(parser *p, wn_arena *arena, const wn_term_branch **ret, size_t *count)
{
    wn_term_branch *branches;
    char           *out;

    WN_TRY(wn_buf_check(&p->out, p->err));
    WN_TRY(wn_buf_check(&p->with, p->err));
    WN_TRY(wn_buf_check(&p->without, p->err));
    WN_TRY(check_identity(p, &p->with));
    WN_TRY(check_identity(p, &p->without));
    out = wn_arena_strndup(arena, (const char *)p->out.ptr, p->out.len);
    branches = wn_arena_alloc(arena, p->branch_count, sizeof *branches);
    if (out == NULL || branches == NULL)
        return wn_arena_fail(arena, p->err);
    for (size_t i = 0; i < p->branch_count; i++)
        branches[i] = (wn_term_branch){ out + p->starts[i], p->word_start[i], p->word_end[i] };
    *ret = branches;
    *count = p->branch_count;
    return WN_OK;
}

static void parser_done(parser *p)
{
    wn_buf_done(&p->out);
    wn_buf_done(&p->with);
    wn_buf_done(&p->without);
}

wn_code wn_term_pattern(wn_arena *arena, wn_arena *tmp, wn_span pattern,
                        const wn_pattern_place *place, const wn_term_branch **ret, size_t *count,
                        wn_err *err)
{
    enum { CEILING = 1 << 20 };
    WN_AUTO(parser_done)
    parser p = {
        .tmp = tmp,
        .place = place,
        .s = pattern,
        .out = WN_BUF_INIT(CEILING),
        .with = WN_BUF_INIT(CEILING),
        .without = WN_BUF_INIT(CEILING),
        .err = err,
    };
    piece whole;

    if (pattern.len == 0)
        return fail(&p, 0, "it is empty");
    WN_TRY(read_branches(&p, &whole));
    if (p.at < pattern.len) /* only a ')' stops the outermost level */
        return fail(&p, p.at, "a ')' that closes nothing");
    return finish(&p, arena, ret, count);
}
