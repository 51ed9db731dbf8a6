/* SPDX-License-Identifier: Apache-2.0 */
/* Words, numbers and pictographs of a normalised text, and the boundaries between words. */
#include "src/text/tokens.h"

#include <endian.h>
#include <string.h>

#include "src/base/err.h"
#include "src/text/unicode.h"

/* What a byte is: the classes of ASCII, and the leads of everything else. */
enum { NONE, LETTER, DIGIT, BEYOND };

/* Normalised text has no capitals. */
static const uint8_t classes[256] = {
    ['0' ... '9'] = DIGIT,
    ['a' ... 'z'] = LETTER,
    [128 ... 255] = BEYOND,
};

typedef struct token_list {
    wn_arena *arena;
    wn_token *tokens;
    size_t    count, cap;
} token_list;

static bool grow(token_list *list)
{
    size_t    cap = 2 * list->cap;
    wn_token *tokens = wn_arena_alloc(list->arena, cap, sizeof *tokens);

    if (tokens == NULL)
        return false;
    memcpy(tokens, list->tokens, list->count * sizeof *tokens);
    list->tokens = tokens;
    list->cap = cap;
    return true;
}

static uint32_t entry_at(wn_span norm, size_t at, size_t *n)
{
    return wn_uc_entry(wn_uc_at(norm.ptr + at, n));
}

/* The end of the word that goes on at `at`; tells whether all of it is digits. */
static size_t word_end(wn_span norm, size_t at, bool *digits)
{
    while (at < norm.len) {
        uint8_t class = classes[norm.ptr[at]];
        uint32_t entry;
        size_t   n;

        if (class == LETTER || class == DIGIT) {
            *digits = *digits && class == DIGIT;
            at++;
            continue;
        }
        if (class == NONE)
            break;
        entry = entry_at(norm, at, &n);
        if (!(entry & WN_UC_WORD) ||
            (entry & WN_UC_NOSPACE && wn_uc_mark_of(entry) == WN_UC_NO_MARK))
            break;
        *digits = *digits && (entry & WN_UC_DIGIT) != 0;
        at += n;
    }
    return at;
}

static size_t marks_end(wn_span norm, size_t at)
{
    while (at < norm.len && classes[norm.ptr[at]] == BEYOND) {
        size_t n;

        if (wn_uc_mark_of(entry_at(norm, at, &n)) == WN_UC_NO_MARK)
            break;
        at += n;
    }
    return at;
}

static bool is_identity(wn_span norm, size_t at)
{
    return norm.len - at >= 3 && memcmp(norm.ptr + at, WN_IDENTITY_TOKEN, 3) == 0;
}

/* The token that begins at `at`, where a character that is not ASCII stands; false when none does.
 */
static bool token_beyond(wn_span norm, size_t at, wn_token *ret)
{
    size_t   n, end;
    bool     digits = true;
    uint32_t entry = entry_at(norm, at, &n);

    ret->start = (uint32_t)at;
    ret->end = (uint32_t)(at + n);
    if (is_identity(norm, at)) {
        ret->kind = WN_TOKEN_IDENTITY;
        return true;
    }
    if (entry & WN_UC_PICTO) {
        ret->kind = WN_TOKEN_SYMBOL;
        return true;
    }
    if (!(entry & WN_UC_WORD))
        return false;
    if (entry & WN_UC_NOSPACE) {
        ret->end = (uint32_t)marks_end(norm, at + n);
        ret->kind = WN_TOKEN_WORD;
        return true;
    }
    end = word_end(norm, at, &digits);
    ret->end = (uint32_t)end;
    ret->kind = digits ? WN_TOKEN_NUMBER : WN_TOKEN_WORD;
    return true;
}

static bool token_at(wn_span norm, size_t at, uint8_t class, wn_token *ret)
{
    size_t end = at + 1;
    bool   digits = class == DIGIT;

    if (class == BEYOND)
        return token_beyond(norm, at, ret);
    while (end < norm.len && classes[norm.ptr[end]] == class)
        end++;
    /* Most words are one kind of ASCII to the end; the rest goes on in the slow loop. */
    if (end < norm.len && classes[norm.ptr[end]] != NONE)
        end = word_end(norm, end, &digits);
    ret->start = (uint32_t)at;
    ret->end = (uint32_t)end;
    ret->kind = digits ? WN_TOKEN_NUMBER : WN_TOKEN_WORD;
    return true;
}

#define BYTES(b) (UINT64_C(0x0101010101010101) * (b))
#define BLOCK 64

/* 64 bytes as three sets of bits, one bit a byte. */
typedef struct block {
    uint64_t words, digits, beyond;
} block;

/* The top bits of eight bytes as the lowest eight bits, in the order of the bytes. */
static uint64_t gather(uint64_t x)
{
    return (x >> 7 & BYTES(1)) * UINT64_C(0x0102040810204080) >> 56;
}

/* The top bit of each byte from `lo` to `hi`; meaningless for bytes beyond ASCII. */
static uint64_t in_range(uint64_t low7, uint8_t lo, uint8_t hi)
{
    return (low7 + BYTES(0x80u - lo)) & ~(low7 + BYTES(0x7Fu - hi));
}

static block read_block(const uint8_t *p)
{
    block b = { 0, 0, 0 };

    for (unsigned i = 0; i < BLOCK; i += 8) {
        uint64_t x, low7, digit;

        memcpy(&x, p + i, 8);
        x = le64toh(x);
        low7 = x & BYTES(0x7F);
        digit = in_range(low7, '0', '9');
        b.digits |= gather(digit) << i;
        b.words |= gather(digit | in_range(low7, 'a', 'z')) << i;
        b.beyond |= gather(x) << i;
    }
    return b;
}

/*
 * Add the tokens that end in the ASCII block at `at`, of which `list` has room
 * for all; where to go on: behind the block, or at a token that it cuts.
 */
static size_t take_block(token_list *list, const block *b, size_t at)
{
    uint64_t starts = b->words & ~(b->words << 1), ends = ~b->words & b->words << 1;

    while (starts) {
        unsigned  start = (unsigned)__builtin_ctzll(starts), end;
        wn_token *token = &list->tokens[list->count];
        uint64_t  range;

        if (ends == 0)
            return at + start;
        end = (unsigned)__builtin_ctzll(ends);
        range = (UINT64_C(1) << end) - (UINT64_C(1) << start);
        token->start = (uint32_t)(at + start);
        token->end = (uint32_t)(at + end);
        token->kind = (b->digits & range) == range ? WN_TOKEN_NUMBER : WN_TOKEN_WORD;
        list->count++;
        starts &= starts - 1;
        ends &= ends - 1;
    }
    return at + BLOCK;
}

/* Tokens one by one, until at least `to`. False when there is no memory. */
static bool take_slowly(token_list *list, wn_span norm, size_t *at, size_t to)
{
    while (*at < to) {
        uint8_t class = classes[norm.ptr[*at]];
        wn_token *token = &list->tokens[list->count];

        if (class == NONE) {
            ++*at;
            continue;
        }
        if (token_at(norm, *at, class, token))
            list->count++;
        if (list->count == list->cap && !grow(list))
            return false;
        *at = token->end; /* also past a character that belongs to no token */
    }
    return true;
}

wn_code wn_text_tokenize(wn_arena *arena, wn_text *text, wn_err *err)
{
    token_list list = { .arena = arena, .cap = text->norm.len / 5 + BLOCK };
    wn_span    norm = text->norm;
    size_t     at = 0;

    list.tokens = wn_arena_alloc(arena, list.cap, sizeof *list.tokens);
    if (list.tokens == NULL)
        return wn_arena_fail(arena, err);
    while (at < norm.len) {
        block  b = read_block(norm.ptr + at);
        size_t next = at;

        if (list.cap - list.count < BLOCK && !grow(&list))
            return wn_arena_fail(arena, err);
        if (b.beyond == 0)
            next = take_block(&list, &b, at);
        if (next == at &&
            !take_slowly(&list, norm, &at, at + BLOCK < norm.len ? at + BLOCK : norm.len))
            return wn_arena_fail(arena, err);
        if (next > at)
            at = next;
    }
    text->tokens = list.tokens;
    text->token_count = list.count;
    return WN_OK;
}

/* The entry of the character that ends at `at` > 0. */
static uint32_t entry_before(wn_span norm, size_t at)
{
    size_t start = at - 1, n;

    while (start > 0 && at - start < 4 && (norm.ptr[start] & 0xC0) == 0x80)
        start--;
    return entry_at(norm, start, &n);
}

bool wn_text_boundary(wn_span norm, size_t at)
{
    uint32_t before, after;
    size_t   n;

    if (at == 0 || at >= norm.len)
        return true;
    before = entry_before(norm, at);
    after = entry_at(norm, at, &n);
    if (!(before & WN_UC_WORD) || !(after & WN_UC_WORD))
        return true;
    if (wn_uc_mark_of(after) != WN_UC_NO_MARK)
        return false;
    return ((before | after) & WN_UC_NOSPACE) != 0;
}
