/* SPDX-License-Identifier: Apache-2.0 */
/* Bringing a literal of a term list into the forms in which it is sought. */
#include "src/detect/term_literal.h"

#include <string.h>

#include "src/base/err.h"
#include "src/base/str.h"
#include "src/base/utf8.h"
#include "src/detect/term_evasion.h"
#include "src/text/identity.h"
#include "src/text/normalize.h"
#include "src/text/skeleton.h"
#include "src/text/unicode.h"

const char wn_term_names_group[] =
    "names a group of people: a list holds harms, and whom a text names never counts "
    "(docs/SCOPE.md); take it out";

bool wn_term_has_token(wn_span norm)
{
    return norm.len > 0 &&
           memmem(norm.ptr, norm.len, WN_IDENTITY_TOKEN, sizeof WN_IDENTITY_TOKEN - 1) != NULL;
}

bool wn_term_is_ideograph(uint32_t cp)
{
    return (cp >= 0x3400 && cp <= 0x9FFF) || (cp >= 0xF900 && cp <= 0xFAFF) ||
           (cp >= 0x20000 && cp <= 0x3FFFF);
}

static bool is_one_letter(wn_span s, uint32_t *cp)
{
    bool bad = false;

    return s.len > 0 && wn_utf8_decode(s.ptr, s.len, cp, &bad) == s.len &&
           (wn_uc_entry(*cp) & WN_UC_WORD) != 0;
}

static wn_code copy(wn_arena *arena, wn_span s, wn_span *ret, wn_err *err)
{
    char *p = wn_arena_strndup(arena, (const char *)s.ptr, s.len);

    if (p == NULL)
        return wn_arena_fail(arena, err);
    *ret = (wn_span){ (const uint8_t *)p, s.len };
    return WN_OK;
}

/* Whether the operator wrote an evasion; a double letter is spelling. */
static bool is_evasive(const wn_text *skeleton, const uint8_t *letters, size_t count)
{
    if (skeleton->fired & (WN_NORM_LEET | WN_NORM_SPACED))
        return true;
    for (size_t i = 0; i < count; i++)
        if (letters[i] > 2)
            return true;
    return false;
}

/* The term's own reading: other ones stand behind it, a line each, and are not sought. */
static wn_span first_line(wn_span s)
{
    const uint8_t *end = s.len ? memchr(s.ptr, '\n', s.len) : NULL;

    return (wn_span){ s.ptr, end ? (size_t)(end - s.ptr) : s.len };
}

static wn_code add_skeleton(wn_arena *arena, wn_arena *tmp, const wn_text *text, wn_term *term,
                            const char **why, wn_err *err)
{
    wn_term_undone u = { text, NULL };
    const wn_text *undone;
    wn_span        norm;
    uint8_t       *letters;
    uint32_t       cp;
    size_t         count;
    bool           plain = true;

    WN_TRY(wn_text_skeleton(tmp, text, &u.skeleton, err));
    if (u.skeleton == NULL) {
        if (!is_one_letter(term->text, &cp))
            term->skeleton = term->text;
        return WN_OK;
    }
    norm = first_line(u.skeleton->norm);
    letters = wn_arena_alloc(arena, norm.len, 1);
    if (letters == NULL)
        return wn_arena_fail(arena, err);
    count = wn_term_letters(&u, (uint32_t)norm.len, letters);
    if (is_evasive(u.skeleton, letters, count)) {
        /* In all its readings: a text that is written like it has them, too. */
        WN_TRY(wn_text_normalize(tmp, u.skeleton->norm, &undone, err));
        if (wn_term_has_token(undone->norm)) {
            *why = wn_term_names_group;
            return WN_E_FORMAT;
        }
    }
    /* "xxx" becomes "x", which stands everywhere: such a term has its own spelling only. */
    if (norm.len == 0 || is_one_letter(norm, &cp))
        return WN_OK;
    for (size_t i = 0; i < count; i++)
        plain = plain && letters[i] == 1;
    term->letters = plain ? NULL : letters;
    return copy(arena, norm, &term->skeleton, err);
}

wn_code wn_term_literal(wn_arena *arena, wn_arena *tmp, wn_span raw, wn_term *term,
                        const char **why, wn_err *err)
{
    const wn_text *text;
    wn_span        trimmed;
    uint32_t       cp;
    bool           names_group;

    WN_TRY(wn_identity_names_group(raw, &names_group, err));
    if (names_group) {
        *why = wn_term_names_group;
        return WN_E_FORMAT;
    }
    WN_TRY(wn_text_normalize(tmp, raw, &text, err));
    if (wn_term_has_token(text->norm)) {
        *why = wn_term_names_group;
        return WN_E_FORMAT;
    }
    trimmed = wn_trim(text->norm);
    if (trimmed.len == 0) {
        *why = "nothing is left of the term in its normal form: it is made of invisible characters";
        return WN_E_FORMAT;
    }
    if (trimmed.len < text->norm.len) /* white space that is not ASCII's, or was behind such */
        WN_TRY(wn_text_normalize(tmp, trimmed, &text, err));
    if (is_one_letter(text->norm, &cp) && !wn_term_is_ideograph(cp)) {
        *why = "a single letter or digit is not a term: write a word or more";
        return WN_E_FORMAT;
    }
    WN_TRY(copy(arena, text->norm, &term->text, err));
    return add_skeleton(arena, tmp, text, term, why, err);
}
