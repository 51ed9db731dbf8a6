/* SPDX-License-Identifier: Apache-2.0 */
/* The first pass of normalising: whole runs of ASCII at once, all else character by character. */
#include "src/text/fold.h"

#include <string.h>

#include "src/base/err.h"
#include "src/base/utf8.h"
#include "src/text/build.h"
#include "src/text/unicode.h"

enum {
    CLUSTER_MAX = 32, /* characters of the original that may make one of the result */
    MARKS_MAX = 16,   /* marks kept on one letter; the longest ordinary stacks have fewer than 8 */
    MARKS_USUAL = 2,  /* diacritics that one letter carries in some orthography */
    MAPPED_MAX = CLUSTER_MAX * 20,
    ZWJ = 0x200D,
    FLAG_A = 0x1F1E6,
    FLAG_Z = 0x1F1FF,
    FLAG_BYTES = 4,
};

/* A character of the original. */
typedef struct source {
    uint32_t cp, entry, raw, raw_len;
    bool     bad;
} source;

/* Which side of a mixed word a character would be on. */
typedef enum side { NEITHER, LATIN_SIDE, FOREIGN_SIDE } side;

typedef struct folder {
    wn_build b;
    wn_span  raw;
    uint32_t fired;
    bool     looks;
    side     last_side;
    source   cluster[CLUSTER_MAX];
    size_t   count;
    bool     joined;       /* the cluster must be reordered or composed */
    uint8_t  last_order;   /* combining class of the last character */
    unsigned marks;        /* diacritics since the last letter */
    unsigned kept;         /* marks kept since the last letter */
    bool     after_letter; /* the last character that stays is a Latin, Greek or Cyrillic letter */
    bool     hidden;       /* a joiner was dropped behind such a letter */
    bool     after_zwj;
} folder;

static bool is_alphabetic(uint32_t entry)
{
    wn_uc_script script = wn_uc_script_of(entry);

    return script == WN_UC_LATIN || script == WN_UC_GREEK || script == WN_UC_CYRILLIC;
}

/* What a character becomes: `n` code points. */
static const uint32_t *mapping(const source *s, size_t *n)
{
    uint32_t at = s->entry & 0xFFFF;

    if (at == 0) {
        *n = 1;
        return &s->cp;
    }
    *n = wn_uc_pool[at];
    return &wn_uc_pool[at + 1];
}

static void emit_one(folder *f, const source *s)
{
    uint8_t         buf[20 * 4];
    size_t          n, len = 0;
    const uint32_t *to = mapping(s, &n);

    for (size_t i = 0; i < n; i++)
        len += wn_utf8_encode(to[i], buf + len);
    if (n == 1 && len == s->raw_len && !s->bad)
        wn_build_exact(&f->b, buf, len, s->raw);
    else
        wn_build_whole(&f->b, buf, len, s->raw, s->raw_len);
}

static size_t decompose(uint32_t cp, uint32_t *dst, size_t room)
{
    uint32_t first, second;
    size_t   n;

    if (!wn_uc_decompose(cp, &first, &second)) {
        if (room == 0)
            return 0;
        *dst = cp;
        return 1;
    }
    n = decompose(first, dst, room);
    return n + decompose(second, dst + n, room - n);
}

static void put_in_order(uint32_t *cps, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint32_t cp = cps[i];
        uint8_t  order = wn_uc_order_of(cp);
        size_t   j = i;

        while (order && j > 0 && wn_uc_order_of(cps[j - 1]) > order) {
            cps[j] = cps[j - 1];
            j--;
        }
        cps[j] = cp;
    }
}

/* Compose, and drop the diacritics that are left over. */
static size_t compose(uint32_t *cps, size_t n)
{
    size_t  out = 0, starter = SIZE_MAX;
    uint8_t last = 0;

    for (size_t i = 0; i < n; i++) {
        uint32_t   cp = cps[i], whole = 0;
        uint8_t    order = wn_uc_order_of(cp);
        wn_uc_mark mark = wn_uc_mark_of(wn_uc_entry(cp));

        if (starter != SIZE_MAX && (last < order || (last == 0 && starter == out - 1)))
            whole = wn_uc_compose(cps[starter], cp);
        if (whole) {
            cps[starter] = whole;
            continue;
        }
        if (mark == WN_UC_DIACRITIC || mark == WN_UC_POINT)
            continue;
        if (order == 0)
            starter = out;
        last = order;
        cps[out++] = cp;
    }
    return out;
}

static void emit_joined(folder *f)
{
    uint32_t cps[MAPPED_MAX];
    uint8_t  buf[MAPPED_MAX * 4];
    size_t   n = 0, len = 0;
    source  *first = &f->cluster[0], *last = &f->cluster[f->count - 1];

    for (size_t i = 0; i < f->count; i++) {
        size_t          k;
        const uint32_t *to = mapping(&f->cluster[i], &k);

        for (size_t j = 0; j < k; j++)
            n += decompose(to[j], cps + n, MAPPED_MAX - n);
    }
    put_in_order(cps, n);
    n = compose(cps, n);
    for (size_t i = 0; i < n; i++)
        len += wn_utf8_encode(cps[i], buf + len);
    wn_build_whole(&f->b, buf, len, first->raw, last->raw + last->raw_len - first->raw);
}

static void flush(folder *f)
{
    if (f->joined) {
        emit_joined(f);
    } else {
        for (size_t i = 0; i < f->count; i++)
            emit_one(f, &f->cluster[i]);
    }
    f->count = 0;
    f->joined = false;
    f->last_order = 0;
}

static void append(folder *f, const source *s)
{
    const uint32_t *to;
    size_t          n;

    if (f->count == CLUSTER_MAX)
        flush(f);
    f->cluster[f->count++] = *s;
    to = mapping(&f->cluster[f->count - 1], &n);
    /* A letter may be mapped to one with a mark behind it. */
    f->last_order =
        (s->entry & WN_UC_ORDERED || n > 1) && n > 0 ? wn_uc_order_of(to[n - 1]) : (uint8_t)0;
}

/* A mark that goes: what it stood on covers its bytes. */
static void take_diacritic(folder *f, const source *s)
{
    bool overlay = (s->cp >= 0x334 && s->cp <= 0x338) || s->cp == 0x488 || s->cp == 0x489 ||
                   (s->cp >= 0x20D2 && s->cp <= 0x20EF && s->cp != 0x20E3);

    f->marks++;
    if (f->marks > MARKS_USUAL || (overlay && f->after_letter))
        f->fired |= WN_NORM_MARKS;
    if (f->count == 0) {
        wn_build_attach(&f->b, s->raw + s->raw_len);
    } else if (f->count == CLUSTER_MAX) {
        f->cluster[f->count - 1].raw_len = s->raw + s->raw_len - f->cluster[f->count - 1].raw;
    } else {
        append(f, s);
        f->joined = true;
    }
}

static void take_kept(folder *f, const source *s)
{
    bool mark = wn_uc_mark_of(s->entry) == WN_UC_KEPT;

    if (mark && ++f->kept > MARKS_MAX) {
        f->fired |= WN_NORM_MARKS;
        return;
    }
    if (f->count > 0 && s->entry & WN_UC_ORDERED && f->last_order) {
        size_t n;

        if (wn_uc_order_of(mapping(s, &n)[0]) < f->last_order)
            f->joined = true;
    }
    if (f->count > 0 && s->entry & WN_UC_TRAIL)
        f->joined = true;
    append(f, s);
}

static void take_dropped(folder *f, const source *s)
{
    if (!(s->entry & WN_UC_JOINER))
        f->fired |= WN_NORM_INVISIBLE;
    else if (f->after_letter)
        f->hidden = true;
    f->after_zwj = s->cp == ZWJ;
}

/* Signs behind a zero-width joiner that say what kind of person a pictograph shows. */
static bool is_person_part(uint32_t cp)
{
    return cp == 0x2640 || cp == 0x2642 || cp == 0x26A7 || (cp >= 0x1F9B0 && cp <= 0x1F9B3);
}

static side side_of(uint32_t entry)
{
    switch (wn_uc_script_of(entry)) {
    case WN_UC_LATIN:
        return LATIN_SIDE;
    case WN_UC_CYRILLIC:
    case WN_UC_GREEK:
    case WN_UC_LOOKALIKE:
        return FOREIGN_SIDE;
    default:
        return entry & WN_UC_DIGIT ? LATIN_SIDE : NEITHER;
    }
}

/* A word that changes sides may be mixed; the look-alike pass then finds out. */
static void take_side(folder *f, side now)
{
    if (now != f->last_side && now != NEITHER && f->last_side != NEITHER)
        f->looks = true;
    f->last_side = now;
}

/* The sides of what a character becomes; a letter of a third script ends no word. */
static void take_sides(folder *f, const source *s)
{
    size_t          n;
    const uint32_t *to = mapping(s, &n);

    for (size_t i = 0; i < n; i++) {
        uint32_t entry = wn_uc_entry(to[i]);
        side     now = side_of(entry);

        if (now != NEITHER || !(entry & WN_UC_WORD) || entry & WN_UC_NOSPACE)
            take_side(f, now);
    }
}

static void take_starter(folder *f, const source *s)
{
    bool letter = is_alphabetic(s->entry);

    if (f->after_zwj && is_person_part(s->cp))
        return;
    flush(f);
    append(f, s);
    if (f->hidden && letter)
        f->fired |= WN_NORM_INVISIBLE;
    if (s->entry & WN_UC_COMPAT)
        f->fired |= WN_NORM_COMPAT;
    take_sides(f, s);
    f->after_letter = letter;
    f->hidden = f->after_zwj = false;
    f->marks = f->kept = 0;
}

static void take(folder *f, const source *s)
{
    if (s->bad)
        f->fired |= WN_NORM_ILL_FORMED;
    if (s->entry & WN_UC_DROP) {
        take_dropped(f, s);
        return;
    }
    switch (wn_uc_mark_of(s->entry)) {
    case WN_UC_DIACRITIC:
    case WN_UC_POINT:
        take_diacritic(f, s);
        break;
    case WN_UC_KEPT:
        take_kept(f, s);
        break;
    case WN_UC_NO_MARK:
        if (s->entry & WN_UC_TRAIL)
            take_kept(f, s);
        else
            take_starter(f, s);
        break;
    }
}

/* Regional indicators: pairs that are flags are forgotten like any identity; others spell letters.
 */
static size_t take_flags(folder *f, size_t at)
{
    size_t   end = at, n = 0;
    uint32_t letters[256];
    bool     flags;

    while (n < 256 && f->raw.len - end >= FLAG_BYTES) {
        bool bad = false;

        (void)wn_utf8_decode(f->raw.ptr + end, f->raw.len - end, &letters[n], &bad);
        if (letters[n] < FLAG_A || letters[n] > FLAG_Z)
            break;
        letters[n++] -= FLAG_A;
        end += FLAG_BYTES;
    }
    flags = n % 2 == 0;
    for (size_t i = 0; i + 1 < n; i += 2)
        flags = flags && wn_uc_flags[letters[i]] >> letters[i + 1] & 1;
    flush(f);
    for (size_t i = 0; i < n; i += flags ? 2 : 1) {
        uint8_t letter = (uint8_t)('a' + letters[i]);

        if (flags)
            wn_build_whole(&f->b, (const uint8_t *)WN_IDENTITY_TOKEN, 3, at + i * FLAG_BYTES,
                           2 * (size_t)FLAG_BYTES);
        else
            wn_build_whole(&f->b, &letter, 1, at + i * FLAG_BYTES, FLAG_BYTES);
    }
    f->fired |= flags ? WN_NORM_IDENTITY : WN_NORM_COMPAT;
    f->after_letter = f->hidden = f->after_zwj = false;
    f->last_side = flags ? NEITHER : LATIN_SIDE;
    f->looks = f->looks || !flags; /* a look at letters around such letters does no harm */
    f->marks = f->kept = 0;
    return end;
}

#define BYTES(b) (UINT64_C(0x0101010101010101) * (b))

/* Whether all eight bytes are ASCII and printable. */
static bool is_plain(uint64_t x)
{
    return ((x | (((x | BYTES(0x80)) - BYTES(0x20)) ^ BYTES(0x80))) & BYTES(0x80)) == 0 &&
           (((x ^ BYTES(0x7F)) - BYTES(0x01)) & BYTES(0x80)) == 0;
}

static uint64_t to_lower(uint64_t x)
{
    uint64_t from_a = x + BYTES(0x80 - 'A'), past_z = x + BYTES(0x7F - 'Z');

    return x | ((from_a ^ past_z) & BYTES(0x80)) >> 2;
}

static bool is_plain_byte(uint8_t c)
{
    return c < 0x7F && (c >= 0x20 || c == '\t' || c == '\n' || c == '\r');
}

/* Copy what is plain ASCII at the start of `p`, in lower case; the number of bytes. */
static size_t copy_ascii(uint8_t *dst, const uint8_t *p, size_t len)
{
    size_t i = 0;

    while (i < len) {
        uint64_t x;
        uint8_t  c;

        while (len - i >= 8) {
            memcpy(&x, p + i, 8);
            if (!is_plain(x))
                break;
            x = to_lower(x);
            memcpy(dst + i, &x, 8);
            i += 8;
        }
        if (i == len)
            break;
        c = p[i];
        if (!is_plain_byte(c))
            break;
        dst[i++] = (uint8_t)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    return i;
}

static bool is_ascii_letter(uint8_t c)
{
    return (uint8_t)((c | 0x20) - 'a') < 26;
}

static side ascii_side(uint8_t c)
{
    return is_ascii_letter(c) || (uint8_t)(c - '0') < 10 ? LATIN_SIDE : NEITHER;
}

static size_t take_ascii(folder *f, size_t at)
{
    uint8_t *dst;
    size_t   n;

    if (!is_plain_byte(f->raw.ptr[at]))
        return at; /* a control that is dropped does not part a letter from its marks */
    flush(f);
    dst = wn_build_reserve(&f->b, f->raw.len - at);
    if (dst == NULL)
        return f->raw.len;
    n = copy_ascii(dst, f->raw.ptr + at, f->raw.len - at);
    wn_build_exact_end(&f->b, n, at);
    if (f->hidden && is_ascii_letter(f->raw.ptr[at]))
        f->fired |= WN_NORM_INVISIBLE;
    f->after_letter = is_ascii_letter(f->raw.ptr[at + n - 1]);
    take_side(f, ascii_side(f->raw.ptr[at]));
    f->last_side = ascii_side(f->raw.ptr[at + n - 1]);
    f->hidden = f->after_zwj = false;
    f->marks = f->kept = 0;
    return at + n;
}

static size_t take_character(folder *f, size_t at)
{
    const uint8_t *p = f->raw.ptr + at;
    source         s = { .raw = (uint32_t)at };
    size_t         n;

    /* Most of what is not ASCII: two bytes, well-formed. */
    if (f->raw.len - at >= 2 && p[0] >= 0xC2 && p[0] < 0xE0 && (p[1] & 0xC0) == 0x80)
        s.cp = wn_uc_at(p, &n);
    else
        n = wn_utf8_decode(p, f->raw.len - at, &s.cp, &s.bad);

    if (s.cp >= FLAG_A && s.cp <= FLAG_Z)
        return take_flags(f, at);
    s.raw_len = (uint32_t)n;
    s.entry = wn_uc_entry(s.cp);
    take(f, &s);
    return at + n;
}

wn_code wn_text_fold(wn_arena *arena, wn_span raw, wn_text *ret, bool *looks, wn_err *err)
{
    folder f;
    size_t at = 0;

    memset(&f, 0, sizeof f);
    f.raw = raw;
    wn_build_init(&f.b, arena, raw.len);
    while (at < raw.len) {
        if (raw.ptr[at] < 0x80)
            at = take_ascii(&f, at);
        if (at < raw.len)
            at = take_character(&f, at);
    }
    flush(&f);
    WN_TRY(wn_build_check(&f.b, err));
    *ret = (wn_text){ .raw = raw,
                      .norm = { f.b.out, f.b.len },
                      .runs = f.b.runs,
                      .run_count = f.b.run_count,
                      .fired = f.fired };
    *looks = f.looks;
    return WN_OK;
}
