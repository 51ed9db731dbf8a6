#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write the normaliser's tables: gen-unicode.py UCD_DIR CONFUSABLES OUTPUT.c.

Reads the Unicode character database as distributions ship it (unicode-data) and writes, for every
code point, what it becomes and what it is (src/text/unicode.h documents the layout).
"""
import os
import re
import sys

UCD, CONFUSABLES, OUTPUT = sys.argv[1:]
MAX = 0x110000

# Layout of an entry; keep in step with src/text/unicode.h.
WORD, DIGIT, NOSPACE, PICTO = 1 << 16, 1 << 17, 1 << 18, 1 << 19
MARK_SHIFT, TRAIL, SCRIPT_SHIFT = 20, 1 << 22, 23
COMPAT, DROP, JOINER, SPACE, CONF, ORDERED = (1 << n for n in range(26, 32))
DIACRITIC, POINT, KEPT = 1, 2, 3
LATIN, CYRILLIC, GREEK, LOOKALIKE, HANGUL = 1, 2, 3, 4, 5

NO_SPACES = {"Han", "Hiragana", "Katakana", "Bopomofo", "Thai", "Lao", "Khmer", "Myanmar",
             "Tibetan", "Tai_Le", "New_Tai_Lue", "Tai_Tham", "Tai_Viet", "Javanese", "Balinese",
             "Yi", "Nushu", "Tangut"}


def lines(name):
    with open(os.path.join(UCD, name), encoding="utf-8") as f:
        for line in f:
            line = line.split("#")[0].strip()
            if line:
                yield [x.strip() for x in line.split(";")]


def span(field):
    ends = field.split("..")
    return range(int(ends[0], 16), int(ends[-1], 16) + 1)


def load_data():
    """name, general category, combining class, decomposition per assigned code point."""
    name, category, ccc, decomposition = {}, {}, {}, {}
    first = None
    for field in lines("UnicodeData.txt"):
        cp = int(field[0], 16)
        if field[1].endswith("First>"):
            first = cp
            continue
        for c in range(first, cp + 1) if field[1].endswith("Last>") else (cp,):
            name[c], category[c] = field[1], field[2]
            if field[3] != "0":
                ccc[c] = int(field[3])
        if field[5]:
            decomposition[cp] = field[5]
    return name, category, ccc, decomposition


NAME, CATEGORY, CCC, DECOMPOSITION = load_data()
SCRIPT = {c: f[1] for f in lines("Scripts.txt") for c in span(f[0])}
EXTENSIONS = {c: f[1].split() for f in lines("ScriptExtensions.txt") for c in span(f[0])}
SHORT = {f[1]: f[2] for f in lines("PropertyValueAliases.txt") if f[0] == "sc"}
CASEFOLD = {}
EXCLUDED = set()
for f in lines("DerivedNormalizationProps.txt"):
    if f[1] == "NFKC_CF":
        for c in span(f[0]):
            CASEFOLD[c] = [int(x, 16) for x in f[2].split()]
    elif f[1] == "Full_Composition_Exclusion":
        EXCLUDED.update(span(f[0]))
PICTOGRAPH = {c for f in lines("emoji/emoji-data.txt") if f[1] == "Extended_Pictographic"
              for c in span(f[0])}
FLAGS = [[int(x, 16) - 0x1F1E6 for x in f[0].split()] for f in lines("emoji/emoji-sequences.txt")
         if f[1] == "RGI_Emoji_Flag_Sequence"]
LOOK = {}
with open(CONFUSABLES, encoding="utf-8") as table:
    for line in table:
        if not line.startswith("#"):
            code, latin, _ = line.rstrip("\n").split("\t")
            LOOK[int(code, 16)] = latin

# What people type for one another; beyond Unicode's own foldings.
EXTRA = {0xE6: "ae", 0x153: "oe", 0x131: "i", 0x237: "j", 0x251: "a", 0x261: "g", 0x269: "i",
         0x2019: "'", 0x2018: "'", 0x201B: "'", 0x2032: "'", 0x2BC: "'", 0x2BB: "'", 0x2B9: "'",
         0xB4: "'", 0x201C: '"', 0x201D: '"', 0x201E: '"', 0x201F: '"', 0x2033: '"',
         0x2010: "-", 0x2011: "-", 0x2012: "-", 0x2013: "-", 0x2014: "-", 0x2015: "-",
         0x2212: "-", 0x5BE: "-", 0x5F3: "'", 0x5F4: '"', 0x0B: " ", 0x0C: " ", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
# The same sign for people of any kind, so that pictures of people weigh alike.
PEOPLE = {0x1F468: 0x1F9D1, 0x1F469: 0x1F9D1, 0x1F466: 0x1F9D2, 0x1F467: 0x1F9D2,
          0x1F474: 0x1F9D3, 0x1F475: 0x1F9D3}
SKIN_TONES = range(0x1F3FB, 0x1F400)
ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def diacritic(c):
    """A mark that no script here needs: it is dropped unless it makes a Cyrillic letter."""
    return CATEGORY.get(c) in ("Mn", "Me") and c not in (0x3099, 0x309A) and (
        0x300 <= c < 0x370 or 0x483 <= c < 0x48A or 0x1AB0 <= c < 0x1B00 or 0x1DC0 <= c < 0x1E00
        or 0x20D0 <= c < 0x2100 or 0x2DE0 <= c < 0x2E00 or 0xA66F <= c < 0xA6A0
        or 0xFE20 <= c < 0xFE30)


def point(c):
    """Vowel points of Arabic and Hebrew, which most people leave out."""
    return CATEGORY.get(c) == "Mn" and (
        0x591 <= c < 0x5C8 or 0x610 <= c < 0x61B or 0x64B <= c < 0x653 or 0x656 <= c < 0x660
        or c == 0x670 or 0x6D6 <= c < 0x6EE or 0x8CA <= c < 0x900 or c == 0xFB1E)


def canonical(c):
    d = DECOMPOSITION.get(c)
    return [int(x, 16) for x in d.split()] if d and not d.startswith("<") else None


def hangul(c):
    s = c - 0xAC00
    if not 0 <= s < 11172:
        return None
    parts = [0x1100 + s // 588, 0x1161 + s % 588 // 28, 0x11A7 + s % 28]
    return parts if s % 28 else parts[:2]


def nfd(cps):
    out = []
    for c in cps:
        parts = canonical(c) or hangul(c)
        out += nfd(parts) if parts else [c]
    return out


def ordered(cps):
    out, i = [], 0
    while i < len(cps):
        j = i + 1
        while j < len(cps) and CCC.get(cps[j], 0):
            j += 1
        if CCC.get(cps[i], 0):
            out += sorted(cps[i:j], key=lambda c: CCC[c])
        else:
            out += [cps[i]] + sorted(cps[i + 1:j], key=lambda c: CCC[c])
        i = j
    return out


def composition_pairs():
    """Canonical pairs that are composed: not Latin or Greek, and not what people leave out."""
    pairs = {}
    for c in DECOMPOSITION:
        parts = canonical(c)
        if parts is None or len(parts) != 2 or c in EXCLUDED:
            continue
        a, b = parts
        if diacritic(b) and SCRIPT.get(a) != "Cyrillic":
            continue
        if a == 0x435 or (a == 0x438 and b == 0x300) or point(b):
            continue  # ye with two dots or grave, i with grave: written without as often as with
        if c in CASEFOLD:
            continue  # capitals
        pairs[a, b] = c
    return pairs


PAIRS = composition_pairs()


def compose(cps):
    """Canonical composition by PAIRS and Hangul arithmetic; then what is left of diacritics goes."""
    out, starter, last = [], None, 0
    for c in cps:
        k = CCC.get(c, 0)
        if starter is not None and (last < k or (last == 0 and starter == len(out) - 1)):
            a = out[starter]
            made = PAIRS.get((a, c))
            if made is None and 0x1100 <= a < 0x1113 and 0x1161 <= c < 0x1176:
                made = 0xAC00 + ((a - 0x1100) * 21 + c - 0x1161) * 28
            if made is None and hangul(a) and len(hangul(a)) == 2 and 0x11A8 <= c < 0x11C3:
                made = a + c - 0x11A7
            if made is not None:
                out[starter] = made
                continue
        if diacritic(c):
            continue
        if k == 0:
            starter, last = len(out), 0
        else:
            last = k
        out.append(c)
    return out


def plain_letters():
    """The a to z that decorated and small-capital Latin letters stand for."""
    found = {}
    for c, name in NAME.items():
        m = "LATIN" in name and c > 0x7F and (
            re.fullmatch(r"LATIN (?:SMALL LETTER|LETTER SMALL CAPITAL) ([A-Z])(?: WITH .*)?", name)
            or re.fullmatch(r"NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER ([A-Z])", name))
        if m:
            found[c] = m.group(1).lower()
    return found


LETTERS = plain_letters()


def fold(c):
    """What a code point becomes, as a list of code points."""
    if c in EXTRA:
        return [ord(x) for x in EXTRA[c]]
    if c in PEOPLE:
        return [PEOPLE[c]]
    if CATEGORY.get(c) == "Zs":
        return [0x20]
    out = []
    for x in nfd(CASEFOLD.get(c, [c])):
        if (point(x) or x == 0x640) and x != c:
            continue
        out += [ord(y) for y in EXTRA.get(x, LETTERS.get(x, chr(x)))]
    return compose(ordered(out)) if not diacritic(c) else [c]


def dropped(c, to):
    if c == 0xE000 or c in SKIN_TONES or c in (0x640, 0x200B, 0xFEFF):
        return True
    if CATEGORY.get(c) == "Cc":
        return c not in (9, 10, 13, 0x0B, 0x0C, 0x85)
    return to == [] and c in CASEFOLD


def joiner(c):
    """Dropped characters that ordinary text of some script contains."""
    return (0x200B <= c < 0x2010 or 0x2060 <= c < 0x2065 or 0x2066 <= c < 0x206A or c == 0xFEFF
            or 0xFE00 <= c < 0xFE10 or 0x180B <= c < 0x1810 or 0xE0000 <= c < 0xE1000
            or c in SKIN_TONES or c in (0x640, 0x34F, 0x61C, 0x17B4, 0x17B5))


def compat(c, to):
    """Letters that dress up as others: full-width, mathematical, circled, small capitals, ..."""
    if not to or not any(x < 0x80 and chr(x) in ALPHABET for x in to):
        return False
    if c in (0xAA, 0xBA, 0x2122, 0x2120):
        return False
    kind = DECOMPOSITION.get(c, "").split()[0] if c in DECOMPOSITION else ""
    return kind in ("<font>", "<wide>", "<circle>", "<square>", "<super>", "<sub>") or \
        re.match(r"LATIN LETTER SMALL CAPITAL|NEGATIVE ", NAME.get(c, "")) is not None


def script_class(c):
    script = SCRIPT.get(c)
    known = {"Latin": LATIN, "Cyrillic": CYRILLIC, "Greek": GREEK, "Hangul": HANGUL}
    if script in known and CATEGORY.get(c, "")[0] == "L":
        return known[script]
    return LOOKALIKE if c in LOOK else 0


def no_spaces(c):
    if SCRIPT.get(c) in NO_SPACES:
        return True
    return c in EXTENSIONS and all(SHORT.get(s, s) in NO_SPACES for s in EXTENSIONS[c])


def mark_kind(c):
    if diacritic(c):
        return DIACRITIC
    if point(c):
        return POINT
    return KEPT if CATEGORY.get(c, "") in ("Mn", "Mc", "Me") else 0


TRAILS = {b for _, b in PAIRS} | set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3))
pool, pool_index = [0], {}


def entry(c):
    if c not in NAME and c not in CASEFOLD or 0xE001 <= c < 0xF900 or c >= 0xF0000:
        return 0
    to = fold(c)
    category = CATEGORY.get(c, "Cn")
    bits = script_class(c) << SCRIPT_SHIFT
    if dropped(c, to):
        return DROP | (JOINER if joiner(c) else 0)
    head = to[0] if to else c
    mark = mark_kind(head)
    bits |= mark << MARK_SHIFT
    if category[0] in "LNM":
        bits |= WORD
        if category == "Nd":
            bits |= DIGIT
        if no_spaces(c):
            bits |= NOSPACE
    if c in PICTOGRAPH and c > 0xFF or c in range(0x1F1E6, 0x1F200):
        bits |= PICTO
    if head in TRAILS:
        bits |= TRAIL
    if CCC.get(head, 0):
        bits |= ORDERED
    if compat(c, to):
        bits |= COMPAT
    if category in ("Zs", "Zl", "Zp") or c in (9, 10, 11, 12, 13, 0x85):
        bits |= SPACE
    if c in LOOK:
        bits |= CONF
    if to != [c] and mark not in (DIACRITIC, POINT):
        key = tuple(to)
        if key not in pool_index:
            pool_index[key] = len(pool)
            pool.extend([len(to)] + to)
        bits |= pool_index[key]
    return bits


def rows(values, fmt, per):
    return "\n".join("    " + " ".join(fmt % v + "," for v in values[i:i + per])
                     for i in range(0, len(values), per))


def main():
    blocks, stage1, stage2 = {}, [], []
    for base in range(0, MAX, 64):
        block = tuple(entry(c) for c in range(base, base + 64))
        if block not in blocks:
            blocks[block] = len(stage2) // 64
            stage2.extend(block)
        stage1.append(blocks[block])
    assert len(pool) < 1 << 16, len(pool)
    for c in range(MAX):  # what comes out must stay as it is
        at = stage2[stage1[c >> 6] * 64 + (c & 63)] & 0xFFFF
        for x in pool[at + 1:at + 1 + pool[at]] if at else ():
            e = stage2[stage1[x >> 6] * 64 + (x & 63)]
            assert e & 0xFFFF == 0 and not e & DROP, (hex(c), hex(x))
    pairs = sorted((a, b, c) for (a, b), c in PAIRS.items())
    order = sorted((c, k) for c, k in CCC.items())
    flags = [0] * 26
    for a, b in FLAGS:
        flags[a] |= 1 << b
    look = sorted(LOOK.items())
    with open(OUTPUT, "w", encoding="utf-8") as out:
        out.write(f"""/* SPDX-License-Identifier: Apache-2.0 */
/* Made by tools/gen-unicode.py from the Unicode character database; not edited. */
#include "src/text/unicode.h"

const uint16_t wn_uc_stage1[] = {{
{rows(stage1, "%d", 20)}
}};
const uint32_t wn_uc_stage2[] = {{
{rows(stage2, "0x%X", 10)}
}};
const uint32_t wn_uc_pool[] = {{
{rows(pool, "0x%X", 12)}
}};
const wn_uc_pair wn_uc_pairs[] = {{
{rows([p for p in pairs], "{ 0x%X, 0x%X, 0x%X }", 4)}
}};
const size_t wn_uc_pair_count = {len(pairs)};
const wn_uc_order wn_uc_orders[] = {{
{rows(order, "{ 0x%X, %d }", 6)}
}};
const size_t wn_uc_order_count = {len(order)};
const wn_uc_look wn_uc_looks[] = {{
{rows([(c, t) for c, t in look], '{ 0x%X, "%s" }', 4)}
}};
const size_t wn_uc_look_count = {len(look)};
const uint32_t wn_uc_flags[26] = {{
{rows(flags, "0x%X", 8)}
}};
""")


main()
