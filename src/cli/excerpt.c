/* SPDX-License-Identifier: Apache-2.0 */
/* Showing spans of a text in place, safely on any terminal. */
#include "src/cli/excerpt.h"

#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "src/base/utf8.h"

enum {
    CONTEXT = 30,     /* characters shown on each side of a mark */
    LINE_CHARS = 100, /* most characters of one excerpt */
};

#define MARK_ON "\033[4;31m"
#define MARK_OFF "\033[0m"

/* Characters that would move the cursor, reorder the line or hide: shown as a dot. */
static bool unsafe(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0xAD || cp == 0x61C ||
           (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x2028 && cp <= 0x202E) ||
           (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF || (cp >= 0xE000 && cp <= 0xF8FF) ||
           cp >= 0xE0000;
}

/* Print one character; returns the columns it takes. */
static int put_char(FILE *out, wn_span text, size_t *at)
{
    uint32_t cp;
    bool     bad = false;
    size_t   n = wn_utf8_decode(text.ptr + *at, text.len - *at, &cp, &bad);
    int      width;

    if (bad)
        (void)fputs("\xEF\xBF\xBD", out);
    else if (unsafe(cp))
        (void)fputs("\xC2\xB7", out);
    else
        (void)fwrite(text.ptr + *at, 1, n, out);
    *at += n;
    if (bad || unsafe(cp))
        return 1;
    width = wcwidth((wchar_t)cp);
    return width < 0 ? 1 : width;
}

void wn_excerpt_safe(FILE *out, wn_span text)
{
    size_t at = 0;

    while (at < text.len)
        (void)put_char(out, text, &at);
}

static bool continues(uint8_t c)
{
    return (c & 0xC0) == 0x80;
}

/* `chars` characters back from `at`, not over the start of the line. */
static size_t step_back(wn_span text, size_t at, int chars)
{
    while (chars-- > 0 && at > 0 && text.ptr[at - 1] != '\n') {
        at--;
        while (at > 0 && continues(text.ptr[at]))
            at--;
    }
    return at;
}

/* `chars` characters forward from `at`, not over the end of the line. */
static size_t step_forward(wn_span text, size_t at, int chars)
{
    while (chars-- > 0 && at < text.len && text.ptr[at] != '\n') {
        at++;
        while (at < text.len && continues(text.ptr[at]))
            at++;
    }
    return at;
}

static bool marked(const wn_mark *marks, size_t count, size_t at)
{
    for (size_t i = 0; i < count; i++)
        if (at >= marks[i].start && at < marks[i].end)
            return true;
    return false;
}

/* The excerpt [start, end) with its marks in colour, or with carets below. */
static void print_part(FILE *out, wn_span text, size_t start, size_t end, const wn_mark *marks,
                       size_t count, const char *indent, bool colour)
{
    char   carets[2 * LINE_CHARS + 8];
    size_t columns = 0, at = start;
    bool   on = false;
    bool   cut = start > 0 && text.ptr[start - 1] != '\n';

    (void)fprintf(out, "%s%s", indent, cut ? "..." : "");
    if (cut)
        while (columns < 3)
            carets[columns++] = ' ';
    while (at < end) {
        bool mark = marked(marks, count, at);
        int  width;

        if (colour && mark != on)
            (void)fputs(mark ? MARK_ON : MARK_OFF, out);
        on = mark;
        width = put_char(out, text, &at);
        while (width-- > 0 && columns < sizeof carets - 1)
            carets[columns++] = mark ? '^' : ' ';
    }
    cut = end < text.len && text.ptr[end] != '\n';
    (void)fprintf(out, "%s%s\n", colour && on ? MARK_OFF : "", cut ? "..." : "");
    while (columns > 0 && carets[columns - 1] == ' ')
        columns--;
    if (!colour && columns > 0)
        (void)fprintf(out, "%s%.*s\n", indent, (int)columns, carets);
}

size_t wn_excerpt_print(FILE *out, wn_span text, const wn_mark *marks, size_t count,
                        size_t max_parts, const char *indent, bool colour)
{
    size_t i = 0;

    while (i < count && marks[i].start < text.len && max_parts-- > 0) {
        size_t start = step_back(text, marks[i].start, CONTEXT);
        size_t longest = step_forward(text, start, LINE_CHARS);
        size_t first = i, end;

        /* Marks that fit on the same line are shown together. */
        do
            end = step_forward(text, marks[i++].end, CONTEXT);
        while (i < count && marks[i].start < longest);
        end = end < longest ? end : longest;
        print_part(out, text, start, end, marks + first, i - first, indent, colour);
    }
    return count - i;
}
