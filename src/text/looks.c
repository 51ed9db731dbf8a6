/* SPDX-License-Identifier: Apache-2.0 */
/* Look-alikes: letters of another script inside a word become what they stand for. */
#include <string.h>

#include "src/base/err.h"
#include "src/base/utf8.h"
#include "src/text/build.h"
#include "src/text/fold.h"
#include "src/text/tokens.h"
#include "src/text/unicode.h"

/* The letters of one word, by what could be done with them. */
typedef struct word {
    uint32_t start, end;
    uint32_t latin, latin_as_cyrillic; /* Latin letters; those that pass for Cyrillic */
    uint32_t foreign, cyrillic, as_latin;
} word;

/* Latin letters that pass for Cyrillic ones in print. */
static const char *as_cyrillic(uint32_t cp)
{
    switch (cp) {
    case 'a':
        return "а";
    case 'b':
        return "в";
    case 'c':
        return "с";
    case 'e':
        return "е";
    case 'h':
        return "н";
    case 'i':
        return "і";
    case 'k':
        return "к";
    case 'm':
        return "м";
    case 'o':
        return "о";
    case 'p':
        return "р";
    case 't':
        return "т";
    case 'x':
        return "х";
    case 'y':
        return "у";
    default:
        return NULL;
    }
}

/* What the character at [at, at + n) passes for; capitals of the original look different. */
static const char *as_latin(const wn_text *text, uint32_t cp, size_t at, size_t n)
{
    uint64_t    start, end;
    uint32_t    raw = cp;
    bool        bad = false;
    const char *latin;

    wn_text_to_raw(text, (uint32_t)at, (uint32_t)(at + n), &start, &end);
    if (end > start)
        (void)wn_utf8_decode(text->raw.ptr + start, (size_t)(end - start), &raw, &bad);
    latin = wn_uc_latin(raw);
    return latin != NULL ? latin : wn_uc_latin(cp);
}

static bool is_foreign(uint32_t entry)
{
    wn_uc_script script = wn_uc_script_of(entry);

    return script == WN_UC_CYRILLIC || script == WN_UC_GREEK || script == WN_UC_LOOKALIKE;
}

/* The next word at or after `*at`; false at the end. */
static bool next_word(const wn_text *text, size_t *at, word *ret)
{
    word   w = { 0 };
    bool   inside = false;
    size_t i = *at;

    while (i < text->norm.len) {
        size_t       n;
        uint32_t     entry = wn_uc_entry(wn_uc_at(text->norm.ptr + i, &n));
        wn_uc_script script = wn_uc_script_of(entry);

        if (!(entry & WN_UC_WORD) || entry & WN_UC_NOSPACE) {
            i += n;
            if (inside)
                break;
            continue;
        }
        if (!inside)
            w.start = (uint32_t)i;
        inside = true;
        w.latin += script == WN_UC_LATIN;
        w.cyrillic += script == WN_UC_CYRILLIC;
        w.foreign += is_foreign(entry);
        i += n;
        w.end = (uint32_t)i;
    }
    *at = i;
    *ret = w;
    return inside;
}

/* How many letters of a mixed word could be taken for those of the other script. */
static void count_looks(const wn_text *text, word *w)
{
    size_t n;

    for (size_t i = w->start; i < w->end; i += n) {
        uint32_t cp = wn_uc_at(text->norm.ptr + i, &n);
        uint32_t entry = wn_uc_entry(cp);

        if (is_foreign(entry))
            w->as_latin += as_latin(text, cp, i, n) != NULL;
        else if (wn_uc_script_of(entry) == WN_UC_LATIN)
            w->latin_as_cyrillic += as_cyrillic(cp) != NULL;
    }
}

typedef enum direction { STAY, TO_LATIN, TO_CYRILLIC } direction;

static direction decide(const word *w, bool text_is_cyrillic)
{
    bool whole_latin = w->as_latin == w->foreign;
    bool whole_cyrillic = w->latin_as_cyrillic == w->latin && w->cyrillic == w->foreign;

    if (whole_latin && whole_cyrillic)
        return text_is_cyrillic ? TO_CYRILLIC : TO_LATIN;
    if (whole_cyrillic)
        return TO_CYRILLIC;
    if (w->latin_as_cyrillic == w->latin && !whole_latin)
        return STAY;
    return whole_latin || w->latin >= w->foreign ? TO_LATIN : STAY;
}

typedef struct edit_list {
    wn_arena     *arena;
    wn_text_edit *edits;
    size_t        count, cap;
} edit_list;

static wn_code add_edit(edit_list *list, uint32_t start, size_t n, const char *with, wn_err *err)
{
    if (list->count == list->cap) {
        size_t        cap = list->cap ? 2 * list->cap : 16;
        wn_text_edit *edits = wn_arena_alloc(list->arena, cap, sizeof *edits);

        if (edits == NULL)
            return wn_arena_fail(list->arena, err);
        if (list->count)
            memcpy(edits, list->edits, list->count * sizeof *edits);
        list->edits = edits;
        list->cap = cap;
    }
    list->edits[list->count++] =
        (wn_text_edit){ start, start + (uint32_t)n, with, (uint32_t)strlen(with) };
    return WN_OK;
}

static wn_code fold_word(const wn_text *text, const word *w, direction to, edit_list *list,
                         wn_err *err)
{
    size_t n;

    for (size_t i = w->start; i < w->end; i += n) {
        uint32_t    cp = wn_uc_at(text->norm.ptr + i, &n);
        uint32_t    entry = wn_uc_entry(cp);
        const char *with = NULL;

        if (to == TO_LATIN && is_foreign(entry))
            with = as_latin(text, cp, i, n);
        else if (to == TO_CYRILLIC && wn_uc_script_of(entry) == WN_UC_LATIN)
            with = as_cyrillic(cp);
        if (with != NULL)
            WN_TRY(add_edit(list, (uint32_t)i, n, with, err));
    }
    return WN_OK;
}

wn_code wn_text_fold_looks(wn_arena *arena, wn_text *text, wn_err *err)
{
    edit_list list = { .arena = arena };
    uint64_t  latin = 0, cyrillic = 0;
    word      w;
    size_t    at = 0;

    while (next_word(text, &at, &w)) {
        if (w.foreign == 0)
            latin += w.latin;
        else if (w.latin == 0)
            cyrillic += w.cyrillic;
    }
    at = 0;
    while (next_word(text, &at, &w)) {
        /* With nothing else to go by, the word's own letters decide. */
        bool      own = latin == cyrillic ? w.cyrillic > w.latin : cyrillic > latin;
        direction to;

        if (w.latin == 0 || w.foreign == 0)
            continue;
        count_looks(text, &w);
        to = decide(&w, own);
        if (to != STAY)
            WN_TRY(fold_word(text, &w, to, &list, err));
    }
    if (list.count == 0)
        return WN_OK;
    text->fired |= WN_NORM_CONFUSABLE;
    return wn_text_edit_apply(arena, text, list.edits, list.count, err);
}
