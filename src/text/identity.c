/* SPDX-License-Identifier: Apache-2.0 */
/* Finding identity phrases (articles, terms, a generic noun) and forgetting which they are. */
#include "src/text/identity.h"

#include <string.h>

#include "src/base/arena.h"
#include "src/base/err.h"
#include "src/text/build.h"
#include "src/text/forget.h"
#include "src/text/matcher.h"
#include "src/text/tokens.h"

enum { MAX_ARTICLES = 3, HASH_SIGN = '#' };

/* Words that tell German, where "die" is an article, from English, where it is a threat. */
static const char *const german_words[] = {
    "aber", "alle",  "allen", "am",   "an",  "auch", "auf",  "aus",  "bei",  "bin",  "das",
    "dass", "dem",   "den",   "der",  "des", "doch", "du",   "ein",  "eine", "er",   "es",
    "für",  "gegen", "haben", "hat",  "ich", "ihr",  "im",   "ist",  "ja",   "kein", "man",
    "mit",  "nach",  "nicht", "noch", "nur", "oder", "sie",  "sind", "so",   "über", "uns",
    "und",  "vom",   "von",   "war",  "wie", "wir",  "wird", "zu",   "zum",  "zur",
};

typedef struct finder {
    const wn_text *text;
    wn_arena      *arena;
    wn_text_edit  *edits;
    size_t         count, cap;
    int            german; /* 0 not looked at yet, 1 yes, -1 no */
} finder;

static bool is_german_word(const uint8_t *word, size_t len)
{
    for (size_t i = 0; i < sizeof german_words / sizeof german_words[0]; i++)
        if (strlen(german_words[i]) == len && memcmp(german_words[i], word, len) == 0)
            return true;
    return false;
}

static bool is_german(finder *f)
{
    if (f->german == 0) {
        f->german = -1;
        for (size_t i = 0; i < f->text->token_count && f->german < 0; i++) {
            const wn_token *t = &f->text->tokens[i];

            if (is_german_word(f->text->norm.ptr + t->start, t->end - t->start))
                f->german = 1;
        }
    }
    return f->german > 0;
}

/* Whether the token range is the one article that is a word of harm elsewhere. */
static bool is_harm_word(const finder *f, size_t token, size_t count)
{
    const wn_token *t = &f->text->tokens[token];

    return count == 1 && t->end - t->start == 3 &&
           memcmp(f->text->norm.ptr + t->start, "die", 3) == 0;
}

/* The first token of the articles (and then nouns) that stand before token `at`, not below `floor`.
 */
static size_t look_back(finder *f, size_t at, size_t floor, wn_matcher_class class, int times)
{
    while (times-- > 0) {
        size_t found = wn_matcher_before(f->text, at, floor, class);

        if (found == at)
            break;
        if (class == WN_MATCH_ARTICLE && is_harm_word(f, found, at - found) && !is_german(f))
            break;
        at = found;
    }
    return at;
}

static wn_code add_phrase(finder *f, uint32_t start, uint32_t end, wn_err *err)
{
    if (f->count == f->cap) {
        size_t        cap = f->cap ? 2 * f->cap : 16;
        wn_text_edit *edits = wn_arena_alloc(f->arena, cap, sizeof *edits);

        if (edits == NULL)
            return wn_arena_fail(f->arena, err);
        if (f->count)
            memcpy(edits, f->edits, f->count * sizeof *edits);
        f->edits = edits;
        f->cap = cap;
    }
    if (start > 0 && f->text->norm.ptr[start - 1] == HASH_SIGN)
        start--;
    f->edits[f->count++] =
        (wn_text_edit){ start, end, WN_IDENTITY_TOKEN, sizeof WN_IDENTITY_TOKEN - 1 };
    return WN_OK;
}

/* The end of the phrase that begins with the term at token `at`; `end` with no length when none
 * does. */
static wn_match phrase_end(finder *f, size_t at)
{
    wn_match end = wn_matcher_longest(f->text, at, 0, WN_MATCH_TERM), more;
    wn_match none = { at, 0 };

    if (end.end == 0)
        return none;
    do {
        more = wn_matcher_after(f->text, end, WN_MATCH_TERM);
        if (more.end)
            end = more;
    } while (more.end);
    more = wn_matcher_after(f->text, end, WN_MATCH_NOUN);
    return more.end ? more : end;
}

static wn_code find(finder *f, wn_err *err)
{
    const wn_text *text = f->text;
    size_t         floor = 0;

    for (size_t i = 0; i < text->token_count; i++) {
        wn_match end;
        size_t   start;

        if (!wn_matcher_may_start(text, i))
            continue;
        end = phrase_end(f, i);
        if (end.end == 0)
            continue;
        start = look_back(f, i, floor, WN_MATCH_NOUN, 1);
        start = look_back(f, start, floor, WN_MATCH_ARTICLE, MAX_ARTICLES);
        WN_TRY(add_phrase(f, text->tokens[start].start, end.end, err));
        floor = end.token;
        if (end.token > i)
            i = end.token - 1;
    }
    return WN_OK;
}

wn_code wn_identity_forget(wn_arena *arena, wn_text *text, wn_err *err)
{
    finder f = { .text = text, .arena = arena };

    if (text->token_count == 0)
        return WN_OK;
    WN_TRY(find(&f, err));
    if (f.count == 0)
        return WN_OK;
    text->fired |= WN_NORM_IDENTITY;
    WN_TRY(wn_text_edit_apply(arena, text, f.edits, f.count, err));
    return wn_text_tokenize(arena, text, err);
}

static bool is_upper(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(uint8_t c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* Whether a word begins at byte `i` > 0 of a name without a space: "killAll", "XMLFile", "top10".
 */
static bool begins_word(wn_span name, size_t i)
{
    uint8_t c = name.ptr[i], before = name.ptr[i - 1];
    bool    lower_follows = i + 1 < name.len && is_lower(name.ptr[i + 1]);

    if (is_upper(c))
        return is_lower(before) || (is_upper(before) && lower_follows);
    return c < 0x80 && is_digit(c) != is_digit(before);
}

/* Write `name` with its words apart; at most twice as long. */
static size_t take_apart(wn_span name, uint8_t *dst)
{
    size_t n = 0;

    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.ptr[i];

        if (i > 0 && begins_word(name, i))
            dst[n++] = ' ';
        dst[n++] = c == '-' || c == '_' || c == '.' || c == '/' ? ' ' : c;
    }
    return n;
}

static wn_code look_at(wn_arena *arena, wn_span name, bool *ret, wn_err *err)
{
    uint8_t       *words = wn_arena_alloc(arena, 2 * name.len + 1, 1);
    const wn_text *whole, *apart;

    if (words == NULL)
        return wn_arena_fail(arena, err);
    WN_TRY(wn_text_normalize(arena, name, &whole, err));
    WN_TRY(wn_text_normalize(arena, (wn_span){ words, take_apart(name, words) }, &apart, err));
    *ret = ((whole->fired | apart->fired) & WN_NORM_IDENTITY) != 0;
    return WN_OK;
}

wn_code wn_identity_names_group(wn_span name, bool *ret, wn_err *err)
{
    wn_arena *arena = wn_arena_new(((size_t)64 << 20) + 64 * name.len);
    wn_code   code = arena ? look_at(arena, name, ret, err) : wn_fail_nomem(err);

    wn_arena_free(arena);
    return code;
}
