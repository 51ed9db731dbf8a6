/* SPDX-License-Identifier: Apache-2.0 */
/* Undoing evasions: a second view of a text, in which terms are sought besides the first. */
#include "src/text/skeleton.h"

#include <string.h>

#include "src/base/err.h"
#include "src/text/build.h"
#include "src/text/unicode.h"

enum {
    SPACED_MIN = 3,    /* letters that make a spaced word */
    SEPARATOR_MAX = 3, /* bytes between two of them */
    READINGS_MAX = 1024,
};

/* What a character can be to a disguised word. */
typedef enum role {
    OUTSIDE, /* it ends the word */
    LETTER,
    NUMERAL, /* a digit that may stand for a letter */
    STRONG,  /* a symbol that stands for a letter anywhere: @ $ */
    INNER,   /* a symbol that does so between letters only: ! | + */
} role;

/* Those of ASCII have the role that `ascii_roles` gives them as well. */
typedef struct sign {
    uint32_t    cp;
    role        role;
    const char *latin, *other, *cyrillic; /* what it stands for; another reading; among Cyrillic */
} sign;

static const sign signs[] = {
    { '0', NUMERAL, "o", NULL, "о" },   { '1', NUMERAL, "i", "l", NULL },
    { '3', NUMERAL, "e", NULL, "з" },   { '4', NUMERAL, "a", NULL, "ч" },
    { '5', NUMERAL, "s", NULL, NULL },  { '6', NUMERAL, "g", "b", "б" },
    { '7', NUMERAL, "t", NULL, NULL },  { '8', NUMERAL, "b", NULL, "в" },
    { '9', NUMERAL, "g", NULL, NULL },  { '@', STRONG, "a", NULL, "а" },
    { '$', STRONG, "s", NULL, NULL },   { '!', INNER, "i", "l", NULL },
    { '|', INNER, "l", "i", NULL },     { '+', INNER, "t", NULL, "т" },
    { 0x20AC, STRONG, "e", NULL, "е" }, { 0xA3, STRONG, "l", NULL, NULL },
    { 0xA2, STRONG, "c", NULL, "с" },   { 0xA5, STRONG, "y", NULL, "у" },
};

static const sign *sign_of(uint32_t cp)
{
    if ((cp >= 'a' && cp <= 'z') || (cp > 0xA5 && cp != 0x20AC))
        return NULL;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (signs[i].cp == cp)
            return &signs[i];
    return NULL;
}

static const uint8_t ascii_roles[128] = {
    ['a' ... 'z'] = LETTER, ['0' ... '9'] = NUMERAL, ['@'] = STRONG, ['$'] = STRONG,
    ['!'] = INNER,          ['|'] = INNER,           ['+'] = INNER,
};

static role role_of(uint32_t cp)
{
    const sign *s;
    uint32_t    entry;

    if (cp < 0x80)
        return (role)ascii_roles[cp];
    s = sign_of(cp);
    if (s != NULL)
        return s->role;
    entry = wn_uc_entry(cp);
    if (!(entry & WN_UC_WORD) || entry & WN_UC_NOSPACE)
        return OUTSIDE;
    return entry & WN_UC_DIGIT ? NUMERAL : LETTER;
}

/* A stretch of the text that is read as one word. */
typedef struct region {
    uint32_t    start, end;
    const char *separator; /* between its letters, or NULL */
    uint32_t    separator_len;
    uint32_t    letters, numerals, strong, inner, cyrillic;
    bool        two_readings;
} region;

/* How to write a region. */
typedef struct reading {
    bool disguised; /* signs stand for letters */
    bool other;     /* in their other meaning */
} reading;

/* A region to be written once more, in another reading. */
typedef struct again {
    region  where;
    reading how;
} again;

typedef struct skeleton {
    wn_build build;
    wn_span  norm;
    uint32_t fired;
    bool     changed;
    again   *readings;
    size_t   reading_count, reading_cap;
} skeleton;

static void count(region *r, uint32_t cp)
{
    const sign *s = sign_of(cp);

    switch (role_of(cp)) {
    case LETTER:
        r->letters++;
        r->cyrillic += cp >= 0x80 && wn_uc_script_of(wn_uc_entry(cp)) == WN_UC_CYRILLIC;
        break;
    case NUMERAL:
        r->numerals++;
        break;
    case STRONG:
        r->strong++;
        break;
    case INNER:
        r->inner++;
        break;
    case OUTSIDE:
        break;
    }
    r->two_readings = r->two_readings || (s != NULL && s->other != NULL);
}

/* The end of the word at `at`: letters, digits and symbols up to the next space or punctuation. */
static void read_word(wn_span norm, uint32_t at, region *r)
{
    size_t n;

    *r = (region){ .start = at };
    while (at < norm.len) {
        uint32_t cp = wn_uc_at(norm.ptr + at, &n);
        role     what = role_of(cp);

        if (what == OUTSIDE)
            break;
        /* "sh!t", but "!important" and "hey!". */
        if (what == INNER && (at == r->start || at + n >= norm.len ||
                              role_of(wn_uc_at(norm.ptr + at + n, &n)) != LETTER))
            break;
        (void)wn_uc_at(norm.ptr + at, &n);
        count(r, cp);
        at += (uint32_t)n;
    }
    r->end = at;
}

/* Whether one character that may be a letter stands alone at `at`; its length. */
static size_t lone(wn_span norm, size_t at)
{
    size_t   n, m;
    uint32_t cp;
    role     what;

    if (at >= norm.len)
        return 0;
    cp = wn_uc_at(norm.ptr + at, &n);
    what = role_of(cp);
    if (what != LETTER && what != NUMERAL && what != STRONG)
        return 0;
    if (!wn_text_boundary(norm, at + n))
        return 0; /* a mark of another script stands on it */
    if (at + n < norm.len) {
        role next = role_of(wn_uc_at(norm.ptr + at + n, &m));

        if (next == LETTER || next == NUMERAL || next == STRONG)
            return 0;
    }
    return n;
}

/* Bytes of the separator at `at`; 0 when none is there. */
static uint32_t separator_at(wn_span norm, size_t at)
{
    uint32_t len = 0;

    while (at + len < norm.len && len <= SEPARATOR_MAX && norm.ptr[at + len] < 0x80 &&
           norm.ptr[at + len] != '\n') {
        role what = role_of(norm.ptr[at + len]);

        if (what != OUTSIDE && what != INNER)
            break;
        len++;
    }
    return len <= SEPARATOR_MAX ? len : 0;
}

/* Letters that stand apart, each behind the same separator; false when there are too few. */
static bool read_spaced(wn_span norm, uint32_t start, region *ret)
{
    region   r = { .start = start };
    size_t   n = lone(norm, start), unused;
    uint32_t at = start, units = 0;

    if (n == 0)
        return false;
    r.separator_len = separator_at(norm, start + n);
    r.separator = (const char *)norm.ptr + start + n;
    while (n > 0) {
        count(&r, wn_uc_at(norm.ptr + at, &unused));
        units++;
        at += (uint32_t)n;
        r.end = at;
        if (separator_at(norm, at) != r.separator_len || r.separator_len == 0 ||
            memcmp(norm.ptr + at, r.separator, r.separator_len) != 0)
            break;
        at += r.separator_len;
        n = lone(norm, at);
    }
    if (units < SPACED_MIN || r.letters * 2 < units)
        return false;
    *ret = r;
    return true;
}

/* Whether a word with digits or symbols is a disguise rather than a number, a price or a name. */
static bool is_disguised(const region *r)
{
    if (r->strong + r->inner + r->numerals == 0)
        return false;
    if (r->letters == 0)
        return r->strong >= 3 && r->numerals == 0;
    return r->letters + r->strong >= r->numerals;
}

/* What the character stands for in this reading; NULL for itself. */
static const char *stands_for(uint32_t cp, const region *r, reading how)
{
    const sign *s = how.disguised ? sign_of(cp) : NULL;

    if (s == NULL)
        return NULL;
    if (r->cyrillic && s->cyrillic != NULL)
        return s->cyrillic;
    return how.other && s->other != NULL ? s->other : s->latin;
}

/* The next letter of a region as it is to be written; where it stands. False at the end. */
static bool next_letter(const skeleton *k, const region *r, reading how, uint32_t *at,
                        wn_span *letter, uint32_t *from)
{
    size_t      n;
    uint32_t    cp;
    const char *other;

    if (r->separator_len && *at > r->start && *at < r->end)
        *at += r->separator_len;
    if (*at >= r->end)
        return false;
    cp = wn_uc_at(k->norm.ptr + *at, &n);
    other = stands_for(cp, r, how);
    *from = *at;
    *at += (uint32_t)n;
    *letter = other != NULL ? (wn_span){ (const uint8_t *)other, strlen(other) }
                            : (wn_span){ k->norm.ptr + *from, n };
    return true;
}

static bool same(wn_span a, wn_span b)
{
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

static bool is_letter(wn_span s)
{
    size_t n;

    return role_of(wn_uc_at(s.ptr, &n)) == LETTER;
}

/* Write a region: each letter once, however often it stands there. */
static void write_region(skeleton *k, const region *r, reading how)
{
    uint32_t at = r->start, from, next_from = 0;
    wn_span  letter, next = { NULL, 0 };
    bool     more = next_letter(k, r, how, &at, &letter, &from);

    while (more) {
        uint32_t end = at, equal = 1;

        while ((more = next_letter(k, r, how, &at, &next, &next_from)) && same(letter, next) &&
               is_letter(letter)) {
            equal++;
            end = at;
        }
        if (equal == 1 && same(letter, (wn_span){ k->norm.ptr + from, end - from })) {
            wn_build_exact(&k->build, letter.ptr, letter.len, from);
        } else {
            wn_build_whole(&k->build, letter.ptr, letter.len, from, end - from);
            k->changed = true;
        }
        if (equal > 2)
            k->fired |= WN_NORM_STRETCHED;
        letter = next;
        from = next_from;
    }
}

static void add_reading(skeleton *k, const region *where, reading how)
{
    if (k->reading_count == READINGS_MAX)
        return; /* a text made of nothing else */
    if (k->reading_count == k->reading_cap) {
        size_t cap = k->reading_cap ? 2 * k->reading_cap : 8;
        again *readings = wn_arena_alloc(k->build.arena, cap, sizeof *readings);

        if (readings == NULL) {
            k->build.failed = true;
            return;
        }
        if (k->reading_count)
            memcpy(readings, k->readings, k->reading_count * sizeof *readings);
        k->readings = readings;
        k->reading_cap = cap;
    }
    k->readings[k->reading_count++] = (again){ *where, how };
}

/* "this is a f u c k": the article is none of the spaced letters. */
static void add_without_first(skeleton *k, const region *r, reading how)
{
    uint8_t c = k->norm.ptr[r->start];
    region  rest = *r;

    if (c != 'a' && c != 'i')
        return;
    rest.start += 1 + r->separator_len;
    add_reading(k, &rest, how);
}

static uint32_t take_region(skeleton *k, uint32_t at)
{
    region  r;
    reading how;
    bool    spaced = read_spaced(k->norm, at, &r);

    if (!spaced)
        read_word(k->norm, at, &r);
    how = (reading){ .disguised = is_disguised(&r) };
    write_region(k, &r, how);
    if (spaced) {
        k->fired |= WN_NORM_SPACED;
        k->changed = true;
        add_without_first(k, &r, how);
    }
    if (how.disguised)
        k->fired |= WN_NORM_LEET;
    if (how.disguised && r.two_readings)
        add_reading(k, &r, (reading){ true, true });
    return r.end;
}

/* The end of an ordinary word of two letters or more at `at`; `at` when it needs a closer look. */
static uint32_t skip_plain(wn_span norm, uint32_t at)
{
    uint32_t i = at;
    size_t   n;

    if (norm.ptr[at] < 'a' || norm.ptr[at] > 'z')
        return at;
    do
        i++;
    while (norm.ptr[i] >= 'a' && norm.ptr[i] <= 'z' && norm.ptr[i] != norm.ptr[i - 1]);
    /* Zeros stand behind the text: they end a word too. */
    return i - at > 1 && role_of(wn_uc_at(norm.ptr + i, &n)) == OUTSIDE ? i : at;
}

static void take_all(skeleton *k)
{
    uint32_t at = 0, plain = 0, len = (uint32_t)k->norm.len;

    while (at < len) {
        size_t   n;
        uint32_t end;
        role     what = role_of(wn_uc_at(k->norm.ptr + at, &n));

        if (what == OUTSIDE || what == INNER) {
            at += (uint32_t)n;
            continue;
        }
        end = skip_plain(k->norm, at);
        if (end > at) {
            at = end;
            continue;
        }
        wn_build_exact(&k->build, k->norm.ptr + plain, at - plain, plain);
        at = plain = take_region(k, at);
    }
    wn_build_exact(&k->build, k->norm.ptr + plain, len - plain, plain);
    for (size_t i = 0; i < k->reading_count; i++) {
        const again *a = &k->readings[i];

        wn_build_whole(&k->build, (const uint8_t *)"\n", 1, a->where.start, 0);
        write_region(k, &a->where, a->how);
    }
}

wn_code wn_text_skeleton(wn_arena *arena, const wn_text *text, const wn_text **ret, wn_err *err)
{
    skeleton k = { .norm = text->norm };
    wn_text *made;

    wn_build_init(&k.build, arena, text->norm.len);
    take_all(&k);
    WN_TRY(wn_build_check(&k.build, err));
    if (!k.changed) {
        *ret = NULL;
        return WN_OK;
    }
    made = WN_ARENA_NEW(arena, wn_text);
    if (made == NULL)
        return wn_arena_fail(arena, err);
    *made = (wn_text){ .raw = text->norm,
                       .norm = { k.build.out, k.build.len },
                       .runs = k.build.runs,
                       .run_count = k.build.run_count,
                       .fired = k.fired };
    *ret = made;
    return WN_OK;
}

/* Three words of one character in a row, not all of them numbers. */
static bool has_spaced(const wn_text *text)
{
    size_t row = 0, words = 0;

    for (size_t i = 0; i < text->token_count; i++) {
        const wn_token *t = &text->tokens[i];
        uint8_t         first = text->norm.ptr[t->start];
        bool            one = t->end - t->start == 1 || (first >= 0x80 && t->end - t->start <= 4);

        row = one ? row + 1 : 0;
        words = one ? words + (t->kind == WN_TOKEN_WORD) : 0;
        if (row >= SPACED_MIN && words > 0)
            return true;
    }
    return false;
}

bool wn_text_may_evade(const wn_text *text)
{
    const uint8_t *p = text->norm.ptr;
    uint32_t       last = ' ';
    role           before = OUTSIDE;
    unsigned       equal = 1, doubled = 0;
    size_t         n;

    for (size_t i = 0; i < text->norm.len; i += n) {
        uint32_t cp = wn_uc_at(p + i, &n);
        role     what = role_of(cp);

        if (what == STRONG || (what == LETTER && (before == NUMERAL || before == INNER)) ||
            (what == NUMERAL && before == LETTER))
            return true;
        equal = what == LETTER && cp == last ? equal + 1 : 1;
        doubled = what == LETTER ? doubled + (equal == 2) : 0;
        if (equal > 2 || doubled > 1)
            return true;
        last = cp;
        before = what;
    }
    return has_spaced(text);
}
