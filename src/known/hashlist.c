/* SPDX-License-Identifier: Apache-2.0 */
/* An operator's list of known content: digests and perceptual hashes, loaded and searched. */
#include "src/known/hashlist.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/err.h"
#include "src/base/file.h"
#include "src/base/str.h"
#include "src/known/pdq.h"

enum {
    MAX_FILE_MIB = 256,
    SCRATCH_MIB = 1024, /* the file, and as many entries as it can hold */
    DIGITS = 64,
    MD5_DIGITS = 32,
    SHA1_DIGITS = 40,
};

typedef enum column { COL_HASH, COL_ALGORITHM, COL_MAX_DISTANCE, COL_NOTE, COLUMNS } column;

static const char *const column_names[COLUMNS] = {
    [COL_HASH] = "hash",
    [COL_ALGORITHM] = "algorithm",
    [COL_MAX_DISTANCE] = "max_distance",
    [COL_NOTE] = "note",
};

/* Bits: an entry without an algorithm is compared as both. */
enum { ALG_SHA256 = 1, ALG_PDQ = 2, ALG_BOTH = 3 };

/* The 256-bit number that the digits write: words[3] holds the first sixteen of them. */
typedef struct entry {
    uint64_t words[4];
    uint32_t line;
    uint16_t max_distance;
    uint16_t algorithms;
} entry;

struct wn_hashlist {
    const wn_list_spec *spec;
    wn_digest           digest;
    entry              *sha256, *pdq; /* sorted by their number */
    size_t              sha256_count, pdq_count;
};

typedef struct parser {
    const wn_list_spec *spec;
    wn_span             line;             /* the one at hand */
    uint32_t            number;           /* of it */
    column              columns[COLUMNS]; /* as the header names them */
    size_t              column_count;
    bool                issuer, appeal;
    entry              *entries;
    size_t              count;
} parser;

/* --- Errors --------------------------------------------------------------------------------- */

/* The place of a field in its line. */
static uint32_t column_at(const parser *p, wn_span field)
{
    return (uint32_t)(field.ptr - p->line.ptr) + 1;
}

/* A field for use in a message: short, and nothing in it but printable ASCII. */
static const char *shown(wn_span field, char dst[33])
{
    size_t len = field.len < 32 ? field.len : 32;

    for (size_t i = 0; i < len; i++)
        dst[i] = isprint(field.ptr[i]) ? (char)field.ptr[i] : '?';
    dst[len] = '\0';
    return dst;
}

#define FAIL(p, field, err, ...)                                                                   \
    wn_fail_at((err), WN_E_FORMAT, (p)->spec->file, (p)->number, column_at((p), (field)),          \
               __VA_ARGS__)

/* --- The header ----------------------------------------------------------------------------- */

static bool all_hex(wn_span field)
{
    for (size_t i = 0; i < field.len; i++)
        if (!isxdigit(field.ptr[i]))
            return false;
    return true;
}

static wn_code fail_column(const parser *p, wn_span field, wn_err *err)
{
    char        name[33];
    const char *nearest = wn_nearest_name(shown(field, name), column_names, COLUMNS);

    if (field.len >= MD5_DIGITS && all_hex(field))
        return FAIL(p, field, err,
                    "the header line is missing: the first line must name the columns, "
                    "tab-separated: hash, and optionally algorithm, max_distance, note");
    if (nearest != NULL)
        return FAIL(p, field, err, "unknown column '%s'; did you mean '%s'?", name, nearest);
    return FAIL(p, field, err,
                "unknown column '%s'; a list of hashes has: hash, algorithm, max_distance, note",
                name);
}

static wn_code parse_header(parser *p, wn_err *err)
{
    wn_span rest = p->line, field;
    bool    seen[COLUMNS] = { false };

    while (wn_next_field(&rest, &field, '\t')) {
        size_t c = 0;

        field = wn_trim(field);
        while (c < COLUMNS && !wn_span_is(field, column_names[c]))
            c++;
        if (c == COLUMNS)
            return fail_column(p, field, err);
        if (seen[c])
            return FAIL(p, field, err, "column '%s' is named twice", column_names[c]);
        seen[c] = true;
        p->columns[p->column_count++] = (column)c;
    }
    if (!seen[COL_HASH])
        return FAIL(p, p->line, err, "there is no column 'hash'");
    return WN_OK;
}

/* --- Entries -------------------------------------------------------------------------------- */

static wn_code fail_digits(const parser *p, wn_span field, wn_err *err)
{
    const char *kind = field.len == MD5_DIGITS ? "MD5" : field.len == SHA1_DIGITS ? "SHA-1" : NULL;

    if (field.len == 0)
        return FAIL(p, field, err, "the entry has no hash");
    if (!all_hex(field))
        return FAIL(p, field, err, "a hash is written in hexadecimal digits, 0-9 and a-f");
    if (kind != NULL)
        return FAIL(p, field, err,
                    "a hash of %zu digits is an %s digest, which this version cannot match; use "
                    "sha256 or pdq",
                    field.len, kind);
    return FAIL(p, field, err, "the hash has %zu digits; sha256 and pdq have %d", field.len,
                DIGITS);
}

static wn_code parse_hash(const parser *p, wn_span field, entry *e, wn_err *err)
{
    uint64_t all = UINT64_MAX, any = 0;

    if (!wn_pdq_parse(field, e->words))
        return fail_digits(p, field, err);
    for (int i = 0; i < 4; i++) {
        all &= e->words[i];
        any |= e->words[i];
    }
    if (any == 0 || all == UINT64_MAX)
        return FAIL(p, field, err, "a hash of only %ss stands for no content; remove the line",
                    any == 0 ? "0" : "f");
    return WN_OK;
}

static wn_code parse_algorithm(const parser *p, wn_span field, entry *e, wn_err *err)
{
    static const char *const names[] = { "sha256", "pdq", "md5", "sha1" };
    char                     name[33];
    const char              *nearest;

    if (field.len == 0)
        return WN_OK;
    if (wn_span_is(field, "sha256"))
        e->algorithms = ALG_SHA256;
    else if (wn_span_is(field, "pdq"))
        e->algorithms = ALG_PDQ;
    else if (wn_span_is(field, "md5") || wn_span_is(field, "sha1"))
        return FAIL(p, field, err, "this version cannot match %s; use sha256 or pdq",
                    shown(field, name));
    else {
        shown(field, name);
        for (char *c = name; *c != '\0'; c++)
            *c = (char)tolower((unsigned char)*c);
        nearest = wn_nearest_name(name, names, sizeof names / sizeof names[0]);
        if (nearest != NULL)
            return FAIL(p, field, err, "unknown algorithm; did you mean '%s'?", nearest);
        return FAIL(p, field, err, "unknown algorithm '%s'; use sha256 or pdq", name);
    }
    return WN_OK;
}

static wn_code parse_distance(const parser *p, wn_span field, entry *e, wn_err *err)
{
    uint64_t distance;

    if (field.len == 0)
        return WN_OK;
    if (!wn_parse_u64(field, &distance) || distance > WN_PDQ_MAX_DISTANCE)
        return FAIL(p, field, err,
                    "max_distance is a whole number from 0 to %d: further apart, PDQ hashes are "
                    "of different pictures",
                    WN_PDQ_MAX_DISTANCE);
    if (e->algorithms == ALG_SHA256 && distance > 0)
        return FAIL(p, field, err,
                    "a sha256 digest matches exactly or not at all: leave "
                    "max_distance empty");
    e->max_distance = (uint16_t)distance;
    return WN_OK;
}

static wn_code parse_entry(parser *p, wn_err *err)
{
    wn_span rest = p->line, fields[COLUMNS], field;
    entry  *e = &p->entries[p->count];
    size_t  n = 0;

    /* What a short line leaves out is empty, at its end. */
    for (size_t c = 0; c < COLUMNS; c++)
        fields[c] = (wn_span){ p->line.ptr + p->line.len, 0 };
    while (wn_next_field(&rest, &field, '\t')) {
        if (n == p->column_count)
            return FAIL(p, field, err, "the line has more fields than the header has columns (%zu)",
                        p->column_count);
        fields[p->columns[n++]] = wn_trim(field);
    }
    *e = (entry){ .line = p->number,
                  .algorithms = ALG_BOTH,
                  .max_distance = (uint16_t)p->spec->max_distance };
    WN_TRY(parse_hash(p, fields[COL_HASH], e, err));
    WN_TRY(parse_algorithm(p, fields[COL_ALGORITHM], e, err));
    WN_TRY(parse_distance(p, fields[COL_MAX_DISTANCE], e, err));
    p->count++;
    return WN_OK;
}

/* --- The whole file ------------------------------------------------------------------------- */

/* "# issuer: ..." and "# appeal: ..." */
static void parse_comment(parser *p)
{
    wn_span rest = { p->line.ptr + 1, p->line.len - 1 }, key;

    if (!wn_next_field(&rest, &key, ':') || rest.ptr == NULL || wn_trim(rest).len == 0)
        return;
    key = wn_trim(key);
    p->issuer |= wn_span_is(key, "issuer");
    p->appeal |= wn_span_is(key, "appeal");
}

static wn_code parse_lines(parser *p, wn_span text, wn_err *err)
{
    while (wn_next_line(&text, &p->line)) {
        p->number++;
        if (p->line.len > 0 && p->line.ptr[0] == '#')
            parse_comment(p);
        else if (wn_trim(p->line).len == 0)
            continue;
        else if (p->column_count == 0)
            WN_TRY(parse_header(p, err));
        else
            WN_TRY(parse_entry(p, err));
    }
    if (p->column_count == 0)
        return wn_fail_at(err, WN_E_FORMAT, p->spec->file, 1, 1,
                          "the list is empty: its first line must name the columns, tab-separated: "
                          "hash, and optionally algorithm, max_distance, note");
    return WN_OK;
}

/* What the policy may ask of a list of violent extremism, and what the list must state. */
static wn_code check_extremism(const parser *p, wn_err *err)
{
    const wn_list_spec *spec = p->spec;

    if (spec->category != WN_CAT_VIOLENT_EXTREMISM)
        return WN_OK;
    if (spec->action > WN_ACTION_REVIEW)
        return wn_fail_at(err, WN_E_FORMAT, spec->policy_file, spec->line, 0,
                          "list '%s': a list of violent-extremism leads to `review` at most, so "
                          "that a person decides",
                          spec->id);
    if (!p->issuer || !p->appeal)
        return wn_fail_at(err, WN_E_FORMAT, spec->file, 1, 1,
                          "a list of violent-extremism must state who issued it and where one can "
                          "appeal: add lines '# issuer: NAME' and '# appeal: CONTACT'");
    return WN_OK;
}

static int compare_words(const uint64_t a[4], const uint64_t b[4])
{
    for (int i = 3; i >= 0; i--)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static int compare_entries(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    int          order = compare_words(x->words, y->words);

    return order != 0 ? order : x->line < y->line ? -1 : x->line > y->line;
}

/* Copy the entries that an algorithm compares to the list, sorted; each hash must stand once. */
static wn_code take_entries(const parser *p, unsigned algorithm, wn_arena *arena, entry **ret,
                            size_t *ret_count, wn_err *err)
{
    const entry *again = NULL, *before = NULL;
    size_t       count = 0;
    entry       *sorted;

    for (size_t i = 0; i < p->count; i++)
        count += (p->entries[i].algorithms & algorithm) != 0;
    sorted = wn_arena_alloc(arena, count, sizeof *sorted);
    if (sorted == NULL)
        return wn_arena_fail(arena, err);
    count = 0;
    for (size_t i = 0; i < p->count; i++)
        if (p->entries[i].algorithms & algorithm)
            sorted[count++] = p->entries[i];
    qsort(sorted, count, sizeof *sorted, compare_entries);
    for (size_t i = 1; i < count; i++)
        if (compare_words(sorted[i - 1].words, sorted[i].words) == 0 &&
            (again == NULL || sorted[i].line < again->line)) {
            again = &sorted[i];
            before = &sorted[i - 1];
        }
    if (again != NULL)
        return wn_fail_at(err, WN_E_FORMAT, p->spec->file, again->line, 1,
                          "the hash stands twice, in lines %u and %u; remove one of them",
                          before->line, again->line);
    *ret = sorted;
    *ret_count = count;
    return WN_OK;
}

static wn_code parse_into(parser *p, wn_span text, wn_arena *scratch, wn_arena *arena,
                          wn_hashlist *list, wn_err *err)
{
    static const uint8_t bom[3] = { 0xEF, 0xBB, 0xBF };
    size_t               lines = 1;

    list->digest = wn_sha256(text);
    if (text.len >= sizeof bom && memcmp(text.ptr, bom, sizeof bom) == 0) {
        text.ptr += sizeof bom;
        text.len -= sizeof bom;
    }
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n';
    p->entries = wn_arena_alloc(scratch, lines, sizeof *p->entries);
    if (p->entries == NULL)
        return wn_arena_fail(scratch, err);
    WN_TRY(parse_lines(p, text, err));
    WN_TRY(check_extremism(p, err));
    WN_TRY(take_entries(p, ALG_SHA256, arena, &list->sha256, &list->sha256_count, err));
    return take_entries(p, ALG_PDQ, arena, &list->pdq, &list->pdq_count, err);
}

static wn_code parse_with(wn_arena *scratch, wn_arena *arena, const wn_list_spec *spec,
                          wn_span text, const wn_hashlist **ret, wn_err *err)
{
    parser       p = { .spec = spec };
    wn_hashlist *list = WN_ARENA_NEW(arena, wn_hashlist);

    if (list == NULL)
        return wn_arena_fail(arena, err);
    list->spec = spec;
    WN_TRY(parse_into(&p, text, scratch, arena, list, err));
    *ret = list;
    return WN_OK;
}

wn_code wn_hashlist_parse(wn_arena *arena, const wn_list_spec *spec, wn_span text,
                          const wn_hashlist **ret, wn_err *err)
{
    wn_arena *scratch = wn_arena_new((size_t)SCRATCH_MIB << 20);
    wn_code   code;

    if (scratch == NULL)
        return wn_fail_nomem(err);
    code = parse_with(scratch, arena, spec, text, ret, err);
    wn_arena_free(scratch);
    return code;
}

wn_code wn_hashlist_load(wn_arena *arena, const wn_list_spec *spec, const wn_hashlist **ret,
                         wn_err *err)
{
    wn_arena *scratch = wn_arena_new((size_t)SCRATCH_MIB << 20);
    wn_span   text = { NULL, 0 };
    wn_code   code;

    if (scratch == NULL)
        return wn_fail_nomem(err);
    code = wn_file_read(scratch, spec->file, (uint64_t)MAX_FILE_MIB << 20, &text, err);
    if (code == WN_OK)
        code = parse_with(scratch, arena, spec, text, ret, err);
    wn_arena_free(scratch);
    return code;
}

const wn_list_spec *wn_hashlist_spec(const wn_hashlist *list)
{
    return list->spec;
}

wn_digest wn_hashlist_digest(const wn_hashlist *list)
{
    return list->digest;
}

size_t wn_hashlist_sha256_count(const wn_hashlist *list)
{
    return list->sha256_count;
}

size_t wn_hashlist_pdq_count(const wn_hashlist *list)
{
    return list->pdq_count;
}

/* --- Searching ------------------------------------------------------------------------------ */

wn_hash_hit wn_hashlist_find_sha256(const wn_hashlist *list, const wn_digest *digest)
{
    uint64_t words[4] = { 0 };
    size_t   low = 0, high = list->sha256_count;

    for (int i = 0; i < 32; i++)
        words[3 - i / 8] = words[3 - i / 8] << 8 | digest->bytes[i];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int    order = compare_words(list->sha256[middle].words, words);

        if (order == 0)
            return (wn_hash_hit){ .entries = 1 };
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return (wn_hash_hit){ .entries = 0 };
}

/* Inlined into functions for processors with and without an instruction for counting bits. */
__attribute__((always_inline)) static inline wn_hash_hit scan(const entry *e, size_t count,
                                                              const uint64_t words[4])
{
    wn_hash_hit hit = { 0, UINT32_MAX };

    for (size_t i = 0; i < count; i++) {
        uint32_t d = 0;

        for (int k = 0; k < 4; k++)
            d += (uint32_t)__builtin_popcountll(e[i].words[k] ^ words[k]);
        if (d <= e[i].max_distance) {
            hit.entries++;
            if (d < hit.distance)
                hit.distance = d;
        }
    }
    return hit.entries > 0 ? hit : (wn_hash_hit){ 0, 0 };
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static wn_hash_hit scan_popcnt(const entry *e, size_t count,
                                                                 const uint64_t words[4])
{
    return scan(e, count, words);
}
#endif

wn_hash_hit wn_hashlist_find_pdq(const wn_hashlist *list, const uint64_t words[4])
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("popcnt"))
        return scan_popcnt(list->pdq, list->pdq_count, words);
#endif
    return scan(list->pdq, list->pdq_count, words);
}
