/* SPDX-License-Identifier: Apache-2.0 */
/* What each code point becomes and what it is: tables that tools/gen-unicode.py makes. */
#ifndef WN_TEXT_UNICODE_H
#define WN_TEXT_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An entry: the low 16 bits say where in wn_uc_pool its mapping stands (0: it stays), the rest: */
enum {
    WN_UC_WORD = 1u << 16,    /* letter, number or mark */
    WN_UC_DIGIT = 1u << 17,   /* decimal digit */
    WN_UC_NOSPACE = 1u << 18, /* of a script that is written without spaces */
    WN_UC_PICTO = 1u << 19,   /* emoji and other pictographs */
    WN_UC_TRAIL = 1u << 22,   /* may join the character before it */
    WN_UC_COMPAT = 1u << 26,  /* a dressed-up Latin letter */
    WN_UC_DROP = 1u << 27,    /* invisible: it goes */
    WN_UC_JOINER = 1u << 28,  /* with WN_UC_DROP: ordinary text of some script has it */
    WN_UC_SPACE = 1u << 29,
    WN_UC_CONF = 1u << 30, /* in the table of look-alikes */
};
#define WN_UC_ORDERED (1u << 31) /* combining class other than 0 */

typedef enum wn_uc_mark {
    WN_UC_NO_MARK,
    WN_UC_DIACRITIC, /* goes, unless it makes a Cyrillic letter */
    WN_UC_POINT,     /* vowel points of Arabic and Hebrew: go */
    WN_UC_KEPT,      /* a mark that its script needs */
} wn_uc_mark;

typedef enum wn_uc_script {
    WN_UC_OTHER,
    WN_UC_LATIN,
    WN_UC_CYRILLIC,
    WN_UC_GREEK,
    WN_UC_LOOKALIKE, /* a letter of another script that looks Latin */
    WN_UC_HANGUL,
} wn_uc_script;

/* Canonical pairs that are composed, sorted by first and second; a class other than 0; a
 * look-alike. */
typedef struct wn_uc_pair {
    uint32_t first, second, whole;
} wn_uc_pair;
typedef struct wn_uc_order {
    uint32_t cp;
    uint8_t  order;
} wn_uc_order;
typedef struct wn_uc_look {
    uint32_t cp;
    char     latin[4];
} wn_uc_look;

extern const uint16_t    wn_uc_stage1[];
extern const uint32_t    wn_uc_stage2[];
extern const uint32_t    wn_uc_pool[]; /* length, then code points */
extern const wn_uc_pair  wn_uc_pairs[];
extern const size_t      wn_uc_pair_count;
extern const wn_uc_order wn_uc_orders[];
extern const size_t      wn_uc_order_count;
extern const wn_uc_look  wn_uc_looks[];
extern const size_t      wn_uc_look_count;
extern const uint32_t    wn_uc_flags[26]; /* bit b of row a: regional indicators a, b are a flag */

/* The entry of a code point below 0x110000. */
static inline uint32_t wn_uc_entry(uint32_t cp)
{
    return wn_uc_stage2[((uint32_t)wn_uc_stage1[cp >> 6] << 6) + (cp & 63)];
}

static inline wn_uc_mark wn_uc_mark_of(uint32_t entry)
{
    return (wn_uc_mark)(entry >> 20 & 3);
}

static inline wn_uc_script wn_uc_script_of(uint32_t entry)
{
    return (wn_uc_script)(entry >> 23 & 7);
}

/* The code point at `p` of well-formed UTF-8 (a normalised text), and its length. */
static inline uint32_t wn_uc_at(const uint8_t *p, size_t *n)
{
    if (p[0] < 0x80) {
        *n = 1;
        return p[0];
    }
    if (p[0] < 0xE0) {
        *n = 2;
        return (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
    }
    if (p[0] < 0xF0) {
        *n = 3;
        return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    }
    *n = 4;
    return (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
}

/* Canonical combining class. */
uint8_t wn_uc_order_of(uint32_t cp);

/* The composed form of two code points, or 0. Hangul included. */
uint32_t wn_uc_compose(uint32_t first, uint32_t second);

/* Take a composed code point apart into two; false when it is not one of wn_uc_pairs or Hangul. */
bool wn_uc_decompose(uint32_t cp, uint32_t *first, uint32_t *second);

/* The Latin letters that a code point passes for, or NULL. */
const char *wn_uc_latin(uint32_t cp);

#endif
