/* SPDX-License-Identifier: Apache-2.0 */
/* Words, numbers, strings and operators of the rule language. */
#include "src/policy/rule_lex.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "src/base/str.h"

wn_code wn_rule_wrong(wn_rule_mistake *bad, size_t offset, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(bad->msg, sizeof bad->msg, fmt, args);
    va_end(args);
    bad->offset = offset;
    return WN_E_FORMAT;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(uint8_t c)
{
    return is_letter(c) || is_digit(c) || c == '-' || c == '/' || c == '.';
}

static void skip_blanks(wn_span text, size_t *at)
{
    while (*at < text.len && is_blank(text.ptr[*at]))
        ++*at;
}

static wn_code lex_string(wn_span text, size_t *at, wn_rule_token *ret, wn_rule_mistake *bad)
{
    const uint8_t *start = text.ptr + *at + 1;
    const uint8_t *end = memchr(start, text.ptr[*at], text.len - *at - 1);

    if (end == NULL)
        return wn_rule_wrong(bad, *at, "this quote is never closed");
    ret->kind = WN_RULE_STRING;
    ret->text = (wn_span){ start, (size_t)(end - start) };
    *at += ret->text.len + 2;
    return WN_OK;
}

static wn_code lex_number(wn_span text, size_t *at, wn_rule_token *ret, wn_rule_mistake *bad)
{
    size_t start = *at;

    while (*at < text.len && (is_word(text.ptr[*at]) || text.ptr[*at] == '%'))
        ++*at;
    ret->kind = WN_RULE_DIGITS;
    ret->text = (wn_span){ text.ptr + start, *at - start };
    if (!is_digit(ret->text.ptr[ret->text.len - 1]) || !wn_parse_double(ret->text, &ret->number))
        return wn_rule_wrong(bad, start,
                             "this is not a number; write digits with a decimal point, such as "
                             "3 or 0.75");
    return WN_OK;
}

/* What somebody used to another language may write, and what it is called here. */
static wn_code lex_stranger(wn_span text, size_t at, wn_rule_mistake *bad)
{
    uint8_t c = text.ptr[at];

    switch (c) {
    case '=':
        return wn_rule_wrong(bad, at, "'=' does not compare; write '=='");
    case '!':
        return wn_rule_wrong(bad, at, "write 'not' instead of '!'");
    case '&':
        return wn_rule_wrong(bad, at, "write 'and' instead of '&'");
    case '|':
        return wn_rule_wrong(bad, at, "write 'or' instead of '|'");
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
        return wn_rule_wrong(bad, at, "rules do not calculate: '%c' is not an operator", c);
    case '.':
        return wn_rule_wrong(bad, at, "a number starts with a digit; write 0.5, not .5");
    default:
        if (c > 0x20 && c < 0x7F)
            return wn_rule_wrong(bad, at, "unexpected '%c'", c);
        return wn_rule_wrong(bad, at, "unexpected character; names in rules are plain ASCII");
    }
}

static wn_code lex_operator(wn_span text, size_t *at, wn_rule_token *ret, wn_rule_mistake *bad)
{
    uint8_t c = text.ptr[*at];
    bool    equal = *at + 1 < text.len && text.ptr[*at + 1] == '=';
    size_t  len = equal ? 2 : 1;

    if (c == '(' || c == ')') {
        ret->kind = c == '(' ? WN_RULE_OPEN : WN_RULE_CLOSE;
        len = 1;
    } else if (c == '<' || c == '>' || ((c == '=' || c == '!') && equal)) {
        ret->kind = WN_RULE_COMPARE;
    } else {
        return lex_stranger(text, *at, bad);
    }
    ret->text = (wn_span){ text.ptr + *at, len };
    *at += len;
    return WN_OK;
}

wn_code wn_rule_next(wn_span text, size_t *at, wn_rule_token *ret, wn_rule_mistake *bad)
{
    size_t start;

    skip_blanks(text, at);
    start = *at;
    *ret = (wn_rule_token){ .kind = WN_RULE_END, .at = start };
    if (start == text.len)
        return WN_OK;
    if (text.ptr[start] == '"' || text.ptr[start] == '\'')
        return lex_string(text, at, ret, bad);
    if (is_digit(text.ptr[start]))
        return lex_number(text, at, ret, bad);
    if (!is_letter(text.ptr[start]))
        return lex_operator(text, at, ret, bad);
    while (*at < text.len && is_word(text.ptr[*at]))
        ++*at;
    ret->kind = WN_RULE_WORD;
    ret->text = (wn_span){ text.ptr + start, *at - start };
    return WN_OK;
}

wn_code wn_rule_next_list(wn_span text, size_t *at, wn_rule_token *ret, wn_rule_mistake *bad)
{
    size_t start;

    skip_blanks(text, at);
    start = *at;
    *ret = (wn_rule_token){ .kind = WN_RULE_WORD, .at = start };
    if (start < text.len && (text.ptr[start] == '"' || text.ptr[start] == '\''))
        return lex_string(text, at, ret, bad);
    while (*at < text.len && is_word(text.ptr[*at]))
        ++*at;
    if (*at == start)
        return wn_rule_wrong(bad, start, "hits() needs the id of a list: hits(my-list)");
    ret->text = (wn_span){ text.ptr + start, *at - start };
    return WN_OK;
}
