/* SPDX-License-Identifier: Apache-2.0 */
/* Compiles rule expressions: a recursive-descent parser that checks types as it emits code. */
#include "src/policy/rule.h"

#include <stdio.h>
#include <string.h>

#include "src/base/err.h"
#include "src/base/str.h"
#include "src/policy/read.h"
#include "src/policy/rule_lex.h"
#include "src/policy/rule_ops.h"

const char *const wn_fact_names[WN_FACTS] = {
    [WN_FACT_ACCOUNT_AGE_DAYS] = "account_age_days",
    [WN_FACT_PRIOR_VIOLATIONS] = "prior_violations",
    [WN_FACT_REPORT_COUNT] = "report_count",
    [WN_FACT_TRUSTED] = "trusted",
};

static const char *const count_names[WN_COUNTS] = {
    [WN_COUNT_LINKS] = "links",
    [WN_COUNT_CODES] = "codes",
};

/* What wn_media_class() may say. */
static const char *const media_names[] = { "text",     "image",   "video", "sound",
                                           "document", "archive", "empty", "unknown" };

/* What else is a word of the language. */
static const char *const keywords[] = { "hits",  "media", "surface", "true",
                                        "false", "and",   "or",      "not" };

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

/* The types of values; those that no operator takes apart are told apart all the same. */
typedef enum type { T_BOOL, T_NUMBER, T_SCORE, T_MEDIA, T_SURFACE, T_TEXT } type;

static const char *const type_names[] = {
    [T_BOOL] = "true or false",     [T_NUMBER] = "a number",   [T_SCORE] = "a score",
    [T_MEDIA] = "a class of media", [T_SURFACE] = "a surface", [T_TEXT] = "text",
};

/* A value whose code has been emitted (all but texts, which have none). */
typedef struct operand {
    type    type;
    size_t  at;
    bool    literal;
    double  number;
    wn_span text; /* how it was written */
} operand;

typedef struct compiler {
    const wn_rule_scope *scope;
    wn_span              text;
    size_t               at;
    wn_rule_token        token; /* the one to look at */
    wn_rule_program      program;
    wn_rule_op           ops[WN_RULE_MAX_OPS];
    unsigned             depth, stack;
    wn_rule_mistake     *bad;
} compiler;

int wn_rule_media(const char *media_class)
{
    for (size_t i = 0; i < COUNT_OF(media_names); i++)
        if (strcmp(media_names[i], media_class) == 0)
            return (int)i;
    return -1;
}

static wn_code advance(compiler *c)
{
    return wn_rule_next(c->text, &c->at, &c->token, c->bad);
}

static bool at_word(const compiler *c, const char *word)
{
    return c->token.kind == WN_RULE_WORD && wn_span_is(c->token.text, word);
}

static wn_code emit(compiler *c, wn_rule_code code, size_t arg, double number)
{
    if (c->program.op_count == WN_RULE_MAX_OPS)
        return wn_rule_wrong(c->bad, c->token.at, "the expression is too long; split the rule");
    if (code < WN_RULE_LT)
        c->stack++;
    else if (code != WN_RULE_NOT)
        c->stack--;
    if (c->stack > WN_RULE_MAX_STACK)
        return wn_rule_wrong(c->bad, c->token.at, "the expression is too deep; split the rule");
    c->ops[c->program.op_count++] = (wn_rule_op){ code, (uint32_t)arg, number };
    return WN_OK;
}

/* Every name that an expression may start with, for hints. */
static wn_code unknown_word(const compiler *c)
{
    const char *names[WN_CATEGORIES + WN_COUNTS + WN_FACTS + COUNT_OF(keywords)];
    size_t      n = 0;
    wn_quoted   word, hint;

    for (int i = 0; i < WN_CATEGORIES; i++)
        names[n++] = wn_category_name((wn_category)i);
    for (size_t i = 0; i < WN_COUNTS; i++)
        names[n++] = count_names[i];
    for (size_t i = 0; i < WN_FACTS; i++)
        names[n++] = wn_fact_names[i];
    for (size_t i = 0; i < COUNT_OF(keywords); i++)
        names[n++] = keywords[i];
    (void)wn_read_quote(c->token.text, word);
    return wn_rule_wrong(c->bad, c->token.at,
                         "unknown name '%s'%s: a rule may use the categories, links, codes, "
                         "hits(list), media, surface, account_age_days, prior_violations, "
                         "report_count and trusted",
                         word, wn_read_hint(word, names, n, hint));
}

static wn_code compile_hits(compiler *c, operand *ret)
{
    const char   *names[WN_RULE_MAX_LISTS];
    size_t        n = c->scope->list_count, i = 0;
    wn_quoted     word, hint;
    wn_rule_token id;

    WN_TRY(advance(c));
    if (c->token.kind != WN_RULE_OPEN)
        return wn_rule_wrong(c->bad, c->token.at,
                             "hits needs the id of a list in parentheses: hits(my-list)");
    WN_TRY(wn_rule_next_list(c->text, &c->at, &id, c->bad));
    for (size_t k = 0; k < n; k++)
        names[k] = c->scope->lists[k].id;
    while (i < n && !wn_span_is(id.text, names[i]))
        i++;
    if (i == n) {
        (void)wn_read_quote(id.text, word);
        return wn_rule_wrong(c->bad, id.at, "the policy has no list '%s'%s", word,
                             wn_read_hint(word, names, n, hint));
    }
    WN_TRY(advance(c));
    if (c->token.kind != WN_RULE_CLOSE)
        return wn_rule_wrong(c->bad, c->token.at, "expected ')' after the id of the list");
    ret->text = (wn_span){ c->text.ptr + ret->at, c->token.at + 1 - ret->at };
    c->program.lists[i / 64] |= UINT64_C(1) << (i % 64);
    ret->type = T_NUMBER;
    return emit(c, WN_RULE_HITS, i, 0);
}

static wn_code compile_word(compiler *c, operand *ret)
{
    if (at_word(c, "true") || at_word(c, "false")) {
        ret->type = T_BOOL;
        return emit(c, WN_RULE_NUMBER, 0, at_word(c, "true"));
    }
    for (size_t i = 0; i < WN_CATEGORIES; i++) {
        if (!wn_span_is(c->token.text, wn_category_name((wn_category)i)))
            continue;
        c->program.categories |= WN_CATEGORY_BIT(i);
        ret->type = T_SCORE;
        return emit(c, WN_RULE_SCORE, i, 0);
    }
    for (size_t i = 0; i < WN_COUNTS; i++) {
        ret->type = T_NUMBER;
        if (wn_span_is(c->token.text, count_names[i]))
            return emit(c, WN_RULE_COUNT, i, 0);
    }
    for (size_t i = 0; i < WN_FACTS; i++) {
        if (!wn_span_is(c->token.text, wn_fact_names[i]))
            continue;
        c->program.facts |= 1u << i;
        ret->type = i == WN_FACT_TRUSTED ? T_BOOL : T_NUMBER;
        return emit(c, WN_RULE_FACT, i, 0);
    }
    if (at_word(c, "hits"))
        return compile_hits(c, ret);
    ret->type = at_word(c, "media") ? T_MEDIA : T_SURFACE;
    if (at_word(c, "media"))
        return emit(c, WN_RULE_MEDIA, 0, 0);
    if (at_word(c, "surface"))
        return emit(c, WN_RULE_SURFACE, 0, 0);
    return unknown_word(c);
}

static wn_code compile_or(compiler *c, operand *ret);

static wn_code compile_group(compiler *c, operand *ret)
{
    size_t at = c->token.at;

    if (++c->depth > WN_RULE_MAX_DEPTH)
        return wn_rule_wrong(c->bad, at, "too many parentheses and 'not's inside each other");
    WN_TRY(advance(c));
    WN_TRY(compile_or(c, ret));
    if (c->token.kind != WN_RULE_CLOSE)
        return wn_rule_wrong(c->bad, c->token.at, "expected ')'");
    ret->literal = false;
    ret->at = at;
    c->depth--;
    return advance(c);
}

static wn_code compile_operand(compiler *c, operand *ret)
{
    *ret = (operand){ .at = c->token.at, .text = c->token.text };
    switch (c->token.kind) {
    case WN_RULE_OPEN:
        return compile_group(c, ret);
    case WN_RULE_DIGITS:
        ret->type = T_NUMBER;
        ret->literal = true;
        ret->number = c->token.number;
        WN_TRY(emit(c, WN_RULE_NUMBER, 0, c->token.number));
        return advance(c);
    case WN_RULE_STRING:
        ret->type = T_TEXT;
        return advance(c);
    case WN_RULE_WORD:
        if (at_word(c, "and") || at_word(c, "or") || at_word(c, "not"))
            break;
        WN_TRY(compile_word(c, ret));
        return advance(c);
    default:
        break;
    }
    return wn_rule_wrong(c->bad, c->token.at, "expected a name, a number or '(' here");
}

/* A text means something only beside what it is compared with: emit its number. */
static wn_code emit_text(compiler *c, const operand *text, type with)
{
    const char *const *names = with == T_MEDIA ? media_names : c->scope->surfaces;
    size_t             n = with == T_MEDIA ? COUNT_OF(media_names) : c->scope->surface_count;
    wn_quoted          word, hint;

    for (size_t i = 0; i < n; i++)
        if (wn_span_is(text->text, names[i]))
            return emit(c, WN_RULE_NUMBER, 0, (double)i);
    (void)wn_read_quote(text->text, word);
    (void)wn_read_hint(word, names, n, hint);
    if (with == T_MEDIA)
        return wn_rule_wrong(c->bad, text->at,
                             "unknown class of media '%s'%s: use text, image, video, sound, "
                             "document, archive, empty or unknown",
                             word, hint);
    return wn_rule_wrong(c->bad, text->at, "the policy has no surface '%s'%s", word, hint);
}

static bool is_number(type t)
{
    return t == T_NUMBER || t == T_SCORE;
}

static bool is_chosen(type t)
{
    return t == T_MEDIA || t == T_SURFACE;
}

static wn_code check_score(const compiler *c, const operand *score, const operand *literal)
{
    if (score->type != T_SCORE || !literal->literal || literal->number <= 1)
        return WN_OK;
    return wn_rule_wrong(c->bad, literal->at, "a score lies between 0 and 1; write 0.6 for 60 %%");
}

static wn_code emit_comparison(compiler *c, const wn_rule_token *op, const operand *a,
                               const operand *b)
{
    static const struct {
        const char  *text;
        wn_rule_code code;
    } codes[] = {
        { "<", WN_RULE_LT },  { "<=", WN_RULE_LE }, { ">", WN_RULE_GT },
        { ">=", WN_RULE_GE }, { "==", WN_RULE_EQ }, { "!=", WN_RULE_NE },
    };
    size_t i = 0;
    bool   equality;

    while (!wn_span_is(op->text, codes[i].text)) /* the lexer knows no others */
        i++;
    equality = codes[i].code == WN_RULE_EQ || codes[i].code == WN_RULE_NE;
    if (is_number(a->type) && is_number(b->type)) {
        WN_TRY(check_score(c, a, b));
        WN_TRY(check_score(c, b, a));
    } else if (a->type == T_TEXT && is_chosen(b->type) && equality) {
        WN_TRY(emit_text(c, a, b->type));
    } else if (is_chosen(a->type) && b->type == T_TEXT && equality) {
        WN_TRY(emit_text(c, b, a->type));
    } else if (a->type != T_BOOL || b->type != T_BOOL || !equality) {
        return wn_rule_wrong(c->bad, op->at, "'%s' cannot compare %s with %s", codes[i].text,
                             type_names[a->type], type_names[b->type]);
    }
    return emit(c, codes[i].code, 0, 0);
}

static wn_code compile_comparison(compiler *c, operand *ret)
{
    wn_rule_token op;
    operand       right;

    WN_TRY(compile_operand(c, ret));
    if (c->token.kind != WN_RULE_COMPARE)
        return WN_OK;
    op = c->token;
    WN_TRY(advance(c));
    WN_TRY(compile_operand(c, &right));
    WN_TRY(emit_comparison(c, &op, ret, &right));
    ret->type = T_BOOL;
    ret->literal = false;
    if (c->token.kind == WN_RULE_COMPARE)
        return wn_rule_wrong(c->bad, c->token.at,
                             "comparisons do not chain; join two of them with 'and'");
    return WN_OK;
}

/* `what` takes only conditions: a score alone is not one. */
static wn_code need_bool(const compiler *c, const operand *value, const char *what)
{
    wn_quoted word;

    if (value->type == T_BOOL)
        return WN_OK;
    if (is_number(value->type) && !value->literal)
        return wn_rule_wrong(c->bad, value->at,
                             "%s needs a condition, and this is %s: compare "
                             "it, as in '%s >= %s'",
                             what, type_names[value->type], wn_read_quote(value->text, word),
                             value->type == T_SCORE ? "0.5" : "1");
    return wn_rule_wrong(c->bad, value->at, "%s needs a condition, and this is %s", what,
                         type_names[value->type]);
}

static wn_code compile_not(compiler *c, operand *ret)
{
    size_t at = c->token.at;

    if (!at_word(c, "not"))
        return compile_comparison(c, ret);
    if (++c->depth > WN_RULE_MAX_DEPTH)
        return wn_rule_wrong(c->bad, at, "too many parentheses and 'not's inside each other");
    WN_TRY(advance(c));
    WN_TRY(compile_not(c, ret));
    WN_TRY(need_bool(c, ret, "'not'"));
    c->depth--;
    ret->at = at;
    return emit(c, WN_RULE_NOT, 0, 0);
}

static wn_code compile_and(compiler *c, operand *ret)
{
    operand right;

    WN_TRY(compile_not(c, ret));
    while (at_word(c, "and")) {
        WN_TRY(need_bool(c, ret, "'and'"));
        WN_TRY(advance(c));
        WN_TRY(compile_not(c, &right));
        WN_TRY(need_bool(c, &right, "'and'"));
        WN_TRY(emit(c, WN_RULE_AND, 0, 0));
    }
    return WN_OK;
}

static wn_code compile_or(compiler *c, operand *ret)
{
    operand right;

    WN_TRY(compile_and(c, ret));
    while (at_word(c, "or")) {
        WN_TRY(need_bool(c, ret, "'or'"));
        WN_TRY(advance(c));
        WN_TRY(compile_and(c, &right));
        WN_TRY(need_bool(c, &right, "'or'"));
        WN_TRY(emit(c, WN_RULE_OR, 0, 0));
    }
    return WN_OK;
}

static wn_code compile_all(compiler *c)
{
    operand whole;

    WN_TRY(advance(c));
    if (c->token.kind == WN_RULE_END)
        return wn_rule_wrong(c->bad, 0, "the condition is empty");
    WN_TRY(compile_or(c, &whole));
    WN_TRY(need_bool(c, &whole, "a rule"));
    if (c->token.kind == WN_RULE_CLOSE)
        return wn_rule_wrong(c->bad, c->token.at, "this ')' closes nothing");
    if (c->token.kind == WN_RULE_WORD && c->token.text.len <= 3) {
        if (at_word(c, "not"))
            return wn_rule_wrong(c->bad, c->token.at, "expected 'and' or 'or' before 'not'");
        if (at_word(c, "AND") || at_word(c, "OR") || at_word(c, "And") || at_word(c, "Or"))
            return wn_rule_wrong(c->bad, c->token.at, "write 'and' and 'or' in small letters");
    }
    if (c->token.kind != WN_RULE_END)
        return wn_rule_wrong(c->bad, c->token.at, "expected 'and', 'or' or the end here");
    return WN_OK;
}

wn_code wn_rule_compile(wn_arena *arena, const wn_rule_scope *scope, wn_span text,
                        wn_rule_program *ret, wn_rule_mistake *bad)
{
    compiler    c = { .scope = scope, .text = text, .bad = bad };
    wn_rule_op *ops;

    if (text.len > WN_RULE_MAX_BYTES)
        return wn_rule_wrong(bad, WN_RULE_MAX_BYTES,
                             "a condition may have %d bytes; split the rule", WN_RULE_MAX_BYTES);
    WN_TRY(compile_all(&c));
    ops = wn_arena_alloc(arena, c.program.op_count, sizeof *ops);
    if (ops == NULL) {
        (void)wn_rule_wrong(bad, 0, "out of memory");
        return WN_E_NOMEM;
    }
    memcpy(ops, c.ops, c.program.op_count * sizeof *ops);
    *ret = c.program;
    ret->ops = ops;
    return WN_OK;
}
