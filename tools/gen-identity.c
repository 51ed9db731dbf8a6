/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the table of the identity list at build time: gen-identity LIST OUTPUT. */
#include <stdio.h>
#include <string.h>

#include "src/base/arena.h"
#include "src/base/mem.h"
#include "src/text/forget.h"
#include "src/text/matcher.h"
#include "src/text/phrase.h"

enum {
    LIST_MAX = 64 << 20,
    MARKED_MAX =
        8, /* bytes of a form that counts only with its diacritics; longer ones are rare words */
};

typedef struct table {
    wn_phrase_slot *slots;
    uint64_t       *hashes; /* of the slots, in full */
    size_t          slot_count, used, passed_over;
    uint8_t        *keys;
    size_t          key_len, key_cap;
    uint8_t         filter[(1u << WN_PHRASE_FILTER_BITS) / 2];
} table;

static void add_to_filter(table *m, uint64_t hash, unsigned what)
{
    size_t at = wn_phrase_filter_index(hash);

    m->filter[at / 2] = (uint8_t)(m->filter[at / 2] | what << at % 2 * 4);
}

static size_t find(const table *m, const wn_phrase *k)
{
    for (size_t i = k->hash & (m->slot_count - 1);; i = (i + 1) & (m->slot_count - 1)) {
        const wn_phrase_slot *s = &m->slots[i];

        if (s->len == 0 || (m->hashes[i] == k->hash && s->len == k->len &&
                            memcmp(m->keys + s->key, k->bytes, k->len) == 0))
            return i;
    }
}

static bool grow(table *m)
{
    size_t          count = m->slot_count ? 2 * m->slot_count : (size_t)1 << 12;
    wn_phrase_slot *slots = wn_calloc(count, sizeof *slots);
    uint64_t       *hashes = wn_calloc(count, sizeof *hashes);

    if (slots == NULL || hashes == NULL) {
        wn_free(slots);
        wn_free(hashes);
        return false;
    }
    for (size_t i = 0; i < m->slot_count; i++) {
        size_t at = m->hashes[i] & (count - 1);

        if (m->slots[i].len == 0)
            continue;
        while (slots[at].len)
            at = (at + 1) & (count - 1);
        slots[at] = m->slots[i];
        hashes[at] = m->hashes[i];
    }
    wn_free(m->slots);
    wn_free(m->hashes);
    m->slots = slots;
    m->hashes = hashes;
    m->slot_count = count;
    return true;
}

/* Mark the phrase, whose bytes stand at `offset` in keys, as a form of `classes`. */
static bool insert(table *m, const wn_phrase *k, size_t offset, unsigned classes)
{
    size_t at;

    if (4 * m->used >= 3 * m->slot_count && !grow(m))
        return false;
    at = find(m, k);
    if (m->slots[at].len == 0) {
        m->used++;
        m->hashes[at] = k->hash;
        m->slots[at] =
            (wn_phrase_slot){ (uint32_t)(k->hash >> 32), (uint32_t)offset, (uint8_t)k->len, 0, 0 };
    }
    m->slots[at].classes = (uint8_t)(m->slots[at].classes | classes);
    return true;
}

/*
 * Short words that lost their diacritics are words of other languages too
 * (Hungarian nőt, "woman", is no English "not"): they count only with them.
 */
static unsigned mark_class(const wn_text *text, size_t from, size_t to, unsigned class)
{
    uint32_t start = text->tokens[from].start, end = text->tokens[to - 1].end;

    for (uint32_t i = start; i < end; i++)
        if (text->norm.ptr[i] >= 0x80)
            return class;
    return end - start <= MARKED_MAX && wn_phrase_has_marks(text, start, end)
               ? class << WN_PHRASE_MARKED
               : class;
}

/* Add the form that tokens [from, to) make. What is not a phrase is passed over. */
static bool add_form(table *m, const wn_text *text, size_t from, size_t to, unsigned class)
{
    const wn_token *last = &text->tokens[to - 1];
    size_t          offset = m->key_len;
    wn_phrase       whole, k;

    if (to - from > WN_PHRASE_WORDS || !wn_phrase_of(text, from, to, &whole)) {
        m->passed_over++;
        return true;
    }
    if (class == WN_MATCH_ARTICLE && text->norm.ptr[last->end] == '\'')
        (void)wn_phrase_add(&whole, '\'', text->norm.ptr, 0);
    if (m->key_cap - m->key_len < whole.len)
        return true; /* cannot be: the keys are no longer than the list */
    memcpy(m->keys + m->key_len, whole.bytes, whole.len);
    m->key_len += whole.len;
    for (size_t i = from + 1; i < to; i++) {
        (void)wn_phrase_of(text, from, i, &k);
        if (!insert(m, &k, offset, WN_PHRASE_PREFIX))
            return false;
    }
    if (class != WN_MATCH_TERM) {
        add_to_filter(m, wn_phrase_word_hash(text, to - 1), WN_PHRASE_BEFORE);
    } else if (to - from == 1) {
        add_to_filter(m, wn_phrase_word_hash(text, from), WN_PHRASE_ALONE);
    } else {
        add_to_filter(m, wn_phrase_word_hash(text, from), WN_PHRASE_FIRST);
        add_to_filter(m, wn_phrase_pair_hash(text, from), WN_PHRASE_PAIR);
    }
    return insert(m, &whole, offset, mark_class(text, from, to, class));
}

static unsigned class_of(const wn_text *text, const wn_token *t)
{
    static const struct {
        const char *name;
        unsigned class;
    } classes[] = { { "article", WN_MATCH_ARTICLE },
                    { "term", WN_MATCH_TERM },
                    { "noun", WN_MATCH_NOUN } };

    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (strlen(classes[i].name) == t->end - t->start &&
            memcmp(classes[i].name, text->norm.ptr + t->start, t->end - t->start) == 0)
            return classes[i].class;
    return 0;
}

/* `text` is the whole list, normalised: lines of language, class and form, apart by tabs. */
static bool add_list(table *m, const wn_text *text)
{
    const uint8_t *p = text->norm.ptr;
    size_t         at = 0, n = text->token_count;

    for (size_t line = 0; line < text->norm.len;) {
        const uint8_t *nl = memchr(p + line, '\n', text->norm.len - line);
        size_t         end = nl ? (size_t)(nl - p) : text->norm.len, from;
        const uint8_t *tab = memchr(p + line, '\t', end - line);
        unsigned class = 0;

        if (tab != NULL)
            while (at < n && text->tokens[at].start < (size_t)(tab - p))
                at++;
        if (tab != NULL && at < n && text->tokens[at].end < end && p[text->tokens[at].end] == '\t')
            class = class_of(text, &text->tokens[at++]);
        from = at;
        while (at < n && text->tokens[at].start < end)
            at++;
        if (class && at > from && !add_form(m, text, from, at, class))
            return false;
        line = end + 1;
    }
    return true;
}

static bool write_table(const table *m, FILE *f)
{
    wn_phrase_head head = { WN_PHRASE_MAGIC, (uint32_t)m->slot_count, (uint32_t)m->key_len, 0 };

    return fwrite(&head, sizeof head, 1, f) == 1 &&
           fwrite(m->slots, sizeof *m->slots, m->slot_count, f) == m->slot_count &&
           fwrite(m->filter, 1, sizeof m->filter, f) == sizeof m->filter &&
           fwrite(m->keys, 1, m->key_len, f) == m->key_len;
}

static bool make_table(wn_arena *arena, wn_span list, table *m)
{
    wn_text text;
    wn_err  err;

    if (wn_text_prepare(arena, list, &text, &err) != WN_OK)
        return false;
    m->key_cap = text.norm.len + text.token_count; /* a gap may be nothing in the list */
    m->keys = wn_malloc(m->key_cap + 1);
    return m->keys != NULL && grow(m) && add_list(m, &text);
}

static bool read_list(wn_arena *arena, const char *path, wn_span *ret)
{
    FILE    *f = fopen(path, "rb");
    uint8_t *bytes = wn_arena_alloc(arena, LIST_MAX, 1);
    size_t   n;

    if (f == NULL || bytes == NULL) {
        if (f != NULL)
            (void)fclose(f);
        return false;
    }
    n = fread(bytes, 1, LIST_MAX, f);
    (void)fclose(f);
    *ret = (wn_span){ bytes, n };
    return n < LIST_MAX;
}

int main(int argc, char **argv)
{
    wn_arena *arena = wn_arena_new((size_t)1 << 30);
    table    *m = wn_calloc(1, sizeof *m);
    FILE     *f = argc == 3 ? fopen(argv[2], "wb") : NULL;
    wn_span   list;
    bool      done = false;

    if (arena != NULL && m != NULL && f != NULL)
        done = read_list(arena, argv[1], &list) && make_table(arena, list, m) && write_table(m, f);
    if (f != NULL)
        done = fclose(f) == 0 && done;
    if (done && m->passed_over > 0)
        (void)fprintf(stderr, "gen-identity: %zu forms are no phrases\n", m->passed_over);
    if (!done)
        (void)fprintf(stderr, "gen-identity: cannot make the table\n");
    if (m != NULL) {
        wn_free(m->slots);
        wn_free(m->hashes);
        wn_free(m->keys);
    }
    wn_free(m);
    wn_arena_free(arena);
    return done ? 0 : 1;
}
