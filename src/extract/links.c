/* SPDX-License-Identifier: Apache-2.0 */
/* Extractor "links": counts the links of a text for rules such as `links >= 3`. */
#include "src/extract/registry.h"

#include <ctype.h>
#include <string.h>

#include "src/text/normalize.h"

static bool begins(const uint8_t *p, const uint8_t *end, const char *with)
{
    size_t len = strlen(with);

    return (size_t)(end - p) > len && memcmp(p, with, len) == 0;
}

/* The end of a link that starts at `p`: white space, or a sign that no link holds. */
static const uint8_t *link_end(const uint8_t *p, const uint8_t *end)
{
    while (p < end && p[0] > ' ' && p[0] != '<' && p[0] != '>' && p[0] != '"')
        p++;
    return p;
}

static uint32_t count_links(wn_span norm)
{
    const uint8_t *p = norm.ptr, *end = norm.ptr + norm.len;
    bool           in_word = false;
    uint32_t       count = 0;

    while (p < end) {
        if (!in_word &&
            (begins(p, end, "http://") || begins(p, end, "https://") || begins(p, end, "www."))) {
            count++;
            p = link_end(p, end);
            continue;
        }
        in_word = isalnum(*p) || *p >= 0x80;
        p++;
    }
    return count;
}

static wn_code links_run(void *state, wn_scan *scan, const wn_view *view, wn_err *err)
{
    (void)state;
    (void)err;
    wn_scan_add_count(scan, WN_COUNT_LINKS, count_links(view->text->norm));
    wn_scan_ran(scan, wn_extract_links.name);
    return WN_OK;
}

const wn_part wn_extract_links = {
    .name = "links",
    .version = "1",
    .about = "web addresses in texts, counted for rules",
    .reads = WN_VIEW_BIT(WN_VIEW_TEXT),
    .run = links_run,
};
