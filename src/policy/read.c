/* SPDX-License-Identifier: Apache-2.0 */
/* Typed reading of YAML nodes: every mistake is said with its place and the nearest valid name. */
#include "src/policy/read.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/base/err.h"
#include "src/base/str.h"
#include "src/base/utf8.h"
#include "src/text/identity.h"

enum { NAME_MAX_LEN = 64 };

#define HINT_BEFORE " (did you mean '"

wn_code wn_read_fail(const wn_reader *r, const wn_yaml *node, const char *fmt, ...)
{
    char    msg[sizeof((wn_err *)NULL)->msg];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(msg, sizeof msg, fmt, args);
    va_end(args);
    return wn_fail_at(r->err, WN_E_FORMAT, r->file, node->line, node->column, "%s", msg);
}

const char *wn_read_quote(wn_span text, wn_quoted dst)
{
    const size_t room = sizeof(wn_quoted) - 8; /* one more character, "..." and the terminator */
    size_t       at = 0, n = 0;

    while (at < text.len && n < room) {
        uint32_t cp;
        bool     bad = false;
        size_t   len = wn_utf8_decode(text.ptr + at, text.len - at, &cp, &bad);

        if (bad || cp < 0x20 || (cp >= 0x7F && cp < 0xA0)) {
            dst[n++] = '?';
        } else {
            memcpy(dst + n, text.ptr + at, len);
            n += len;
        }
        at += len;
    }
    (void)snprintf(dst + n, sizeof(wn_quoted) - n, "%s", at < text.len ? "..." : "");
    return dst;
}

const char *wn_read_hint(const char *word, const char *const *names, size_t count, wn_quoted dst)
{
    const char *near = wn_nearest_name(word, names, count);

    dst[0] = '\0';
    if (near && strlen(near) < sizeof(wn_quoted) - 24)
        (void)snprintf(dst, sizeof(wn_quoted), HINT_BEFORE "%s'?)", near);
    return dst;
}

static const char *word_of(const wn_yaml *node)
{
    return (const char *)node->text.ptr;
}

static const char *kind_of(const wn_yaml *node)
{
    switch (node->kind) {
    case WN_YAML_MAP:
        return "a map";
    case WN_YAML_LIST:
        return "a list";
    case WN_YAML_SCALAR:
        return "a single value";
    default:
        return "nothing";
    }
}

wn_code wn_read_map(const wn_reader *r, const wn_yaml *node, const char *what)
{
    if (node->kind == WN_YAML_MAP)
        return WN_OK;
    return wn_read_fail(r, node, "%s must be a map of 'key: value', and is %s", what,
                        kind_of(node));
}

wn_code wn_read_list(const wn_reader *r, const wn_yaml *node, const char *what)
{
    if (node->kind == WN_YAML_LIST)
        return WN_OK;
    return wn_read_fail(r, node, "%s must be a list ('- ...' or '[...]'), and is %s", what,
                        kind_of(node));
}

/* "a, b or c" */
static void join(char *dst, size_t cap, const char *const *names, size_t count, const char *last)
{
    size_t n = 0;

    for (size_t i = 0; i < count && n < cap; i++) {
        const char *between = i == 0 ? "" : i + 1 == count ? last : ", ";
        int         len = snprintf(dst + n, cap - n, "%s%s", between, names[i]);

        n += len > 0 ? (size_t)len : 0;
    }
}

wn_code wn_read_fields(const wn_reader *r, const wn_yaml *node, const char *what,
                       const char *const *names, size_t count, size_t required,
                       const wn_yaml **values)
{
    wn_quoted word, hint;
    char      all[128] = "";

    WN_TRY(wn_read_map(r, node, what));
    for (size_t i = 0; i < count; i++)
        values[i] = NULL;
    for (const wn_yaml *key = node->child; key; key = key->next) {
        size_t i = 0;

        while (i < count && !wn_span_is(key->text, names[i]))
            i++;
        if (i == count) {
            join(all, sizeof all, names, count, " and ");
            return wn_read_fail(r, key, "unknown key '%s' in %s%s: its keys are %s",
                                wn_read_quote(key->text, word), what,
                                wn_read_hint(word_of(key), names, count, hint), all);
        }
        if (values[i])
            return wn_read_fail(r, key, "'%s' is given twice in %s", names[i], what);
        values[i] = key->value;
    }
    for (size_t i = 0; i < required; i++)
        if (values[i] == NULL)
            return wn_read_fail(r, node, "%s has no '%s'; add it", what, names[i]);
    return WN_OK;
}

/* What an unquoted word is under YAML's core schema: such words are no text. */
static const char *core_type(const wn_yaml *node)
{
    static const char *const truths[] = { "true", "True", "TRUE", "false", "False", "FALSE" };
    static const char *const nulls[] = { "null", "Null", "NULL", "~" };
    wn_span                  t = node->text;
    size_t                   digits = 0;

    if (node->quote)
        return NULL;
    for (size_t i = 0; i < sizeof truths / sizeof truths[0]; i++)
        if (wn_span_is(t, truths[i]))
            return "a truth value";
    for (size_t i = 0; i < sizeof nulls / sizeof nulls[0]; i++)
        if (wn_span_is(t, nulls[i]))
            return "nothing";
    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] >= '0' && t.ptr[i] <= '9')
            digits++;
        else if (t.ptr[i] != '.' && !(i == 0 && (t.ptr[i] == '-' || t.ptr[i] == '+')))
            return NULL;
    }
    return digits ? "a number" : NULL;
}

/* A scalar with something in it. */
static wn_code need_scalar(const wn_reader *r, const wn_yaml *node, const char *what,
                           const char *wanted)
{
    if (node->kind == WN_YAML_SCALAR)
        return WN_OK;
    return wn_read_fail(r, node, "%s must be %s, and is %s", what, wanted, kind_of(node));
}

wn_code wn_read_text(const wn_reader *r, const wn_yaml *node, const char *what, wn_span *ret)
{
    const char *type;
    char       *copy;

    WN_TRY(need_scalar(r, node, what, "text"));
    type = core_type(node);
    if (type)
        return wn_read_fail(r, node, "%s must be text, and this is %s; put it in quotes: \"%s\"",
                            what, type, word_of(node));
    copy = wn_arena_strndup(r->arena, word_of(node), node->text.len);
    if (copy == NULL)
        return wn_fail_nomem(r->err);
    *ret = (wn_span){ (const uint8_t *)copy, node->text.len };
    return WN_OK;
}

wn_code wn_read_string(const wn_reader *r, const wn_yaml *node, const char *what, const char **ret)
{
    wn_span text;

    WN_TRY(wn_read_text(r, node, what, &text));
    if (text.len && memchr(text.ptr, 0, text.len))
        return wn_read_fail(r, node, "%s must not hold a NUL character", what);
    *ret = (const char *)text.ptr;
    return WN_OK;
}

static bool is_name(wn_span s)
{
    if (s.len == 0 || s.len > NAME_MAX_LEN)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i];
        bool    word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

        if (!word && (i == 0 || (c != '-' && c != '_' && c != '.')))
            return false;
    }
    return true;
}

wn_code wn_read_name(const wn_reader *r, const wn_yaml *node, const char *what, const char **ret)
{
    wn_quoted word;
    bool      names_group;

    if (node->kind != WN_YAML_SCALAR)
        return wn_read_fail(r, node, "%s needs a name, and this is %s", what, kind_of(node));
    if (!is_name(node->text))
        return wn_read_fail(r, node,
                            "'%s' is not a valid name for %s: use up to %d lower-case letters, "
                            "digits, '-', '_' and '.', starting with a letter or digit",
                            wn_read_quote(node->text, word), what, NAME_MAX_LEN);
    WN_TRY(wn_identity_names_group(node->text, &names_group, r->err));
    if (names_group)
        return wn_read_fail(r, node,
                            "%s may not be called '%s': names of policies, surfaces, lists, rules "
                            "and queues must not name a group of people; name the harm instead "
                            "(docs/SCOPE.md)",
                            what, word_of(node));
    return wn_read_string(r, node, what, ret);
}

static bool is_decimal(wn_span s, bool whole)
{
    size_t i = 0, before = 0, after = 0;

    if (s.len && s.ptr[0] == '-')
        i++;
    for (; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; i++)
        before++;
    if (i == s.len)
        return before > 0;
    if (whole || s.ptr[i++] != '.')
        return false;
    for (; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; i++)
        after++;
    return before > 0 && after > 0 && i == s.len;
}

wn_code wn_read_number(const wn_reader *r, const wn_yaml *node, const char *what, double min,
                       double max, double *ret)
{
    wn_quoted word;
    double    v;

    WN_TRY(need_scalar(r, node, what, "a number"));
    if (node->quote)
        return wn_read_fail(r, node, "%s must be a number, and this is text; leave the quotes out",
                            what);
    if (!is_decimal(node->text, false) || !wn_parse_double(node->text, &v))
        return wn_read_fail(r, node, "%s must be a number such as 0.5, and is '%s'", what,
                            wn_read_quote(node->text, word));
    if (v < min || v > max)
        return wn_read_fail(r, node, "%s must be between %.9g and %.9g, and is %s", what, min, max,
                            wn_read_quote(node->text, word));
    *ret = v;
    return WN_OK;
}

wn_code wn_read_integer(const wn_reader *r, const wn_yaml *node, const char *what, uint32_t min,
                        uint32_t max, uint32_t *ret)
{
    wn_quoted word;
    uint64_t  v;

    WN_TRY(need_scalar(r, node, what, "a whole number"));
    if (node->quote)
        return wn_read_fail(
            r, node, "%s must be a whole number, and this is text; leave the quotes out", what);
    if (!is_decimal(node->text, true))
        return wn_read_fail(r, node, "%s must be a whole number, and is '%s'", what,
                            wn_read_quote(node->text, word));
    if (!wn_parse_u64(node->text, &v) || v < min || v > max)
        return wn_read_fail(r, node, "%s must be a whole number between %u and %u, and is %s", what,
                            min, max, wn_read_quote(node->text, word));
    *ret = (uint32_t)v;
    return WN_OK;
}

wn_code wn_read_bool(const wn_reader *r, const wn_yaml *node, const char *what, bool *ret)
{
    wn_quoted word;

    WN_TRY(need_scalar(r, node, what, "true or false"));
    if (node->quote || (!wn_span_is(node->text, "true") && !wn_span_is(node->text, "false")))
        return wn_read_fail(r, node, "%s must be true or false, without quotes, and is '%s'", what,
                            wn_read_quote(node->text, word));
    *ret = wn_span_is(node->text, "true");
    return WN_OK;
}

wn_code wn_read_choice(const wn_reader *r, const wn_yaml *node, const char *what,
                       const char *const *names, size_t count, size_t *ret)
{
    wn_quoted word, hint;
    char      all[128] = "";

    join(all, sizeof all, names, count, " or ");
    WN_TRY(need_scalar(r, node, what, all));
    for (size_t i = 0; i < count; i++) {
        if (wn_span_is(node->text, names[i])) {
            *ret = i;
            return WN_OK;
        }
    }
    return wn_read_fail(r, node, "unknown %s '%s'%s: use %s", what, wn_read_quote(node->text, word),
                        wn_read_hint(word_of(node), names, count, hint), all);
}

wn_code wn_read_category(const wn_reader *r, const wn_yaml *node, wn_category *ret)
{
    const char *names[WN_CATEGORIES];
    wn_quoted   word, hint;

    WN_TRY(need_scalar(r, node, "a category", "a name"));
    for (int i = 0; i < WN_CATEGORIES; i++) {
        names[i] = wn_category_name((wn_category)i);
        if (wn_span_is(node->text, names[i])) {
            *ret = (wn_category)i;
            return WN_OK;
        }
    }
    /* What begins otherwise is another word, and a guess at it would be odd. */
    (void)wn_read_hint(word_of(node), names, WN_CATEGORIES, hint);
    if (hint[0] && hint[sizeof HINT_BEFORE - 1] != word_of(node)[0])
        hint[0] = '\0';
    return wn_read_fail(r, node,
                        "unknown category '%s'%s: categories are a closed list of harms, and none "
                        "of them describes a group of people (docs/SCOPE.md)",
                        wn_read_quote(node->text, word), hint);
}
