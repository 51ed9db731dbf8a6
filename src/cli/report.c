/* SPDX-License-Identifier: Apache-2.0 */
/* A verdict for people: the action, why, and the evidence marked in place. */
#include "src/cli/report.h"

#include <inttypes.h>
#include <string.h>

#include "src/cli/excerpt.h"

enum { MAX_MARKS = 64, MAX_PARTS = 3 };

static const char *const action_colours[] = {
    [WN_ACTION_ALLOW] = "\033[32m",   [WN_ACTION_LABEL] = "\033[36m",
    [WN_ACTION_REVIEW] = "\033[33m",  [WN_ACTION_BLOCK] = "\033[1;31m",
    [WN_ACTION_ERROR] = "\033[1;35m",
};

static void put_action(FILE *out, wn_action action, bool colour)
{
    if (colour)
        (void)fprintf(out, "%s%-6s\033[0m", action_colours[action], wn_action_name(action));
    else
        (void)fprintf(out, "%-6s", wn_action_name(action));
}

/* What one reason rests on besides places in the text, each said once: "pdq distance 3". */
static void put_notes(FILE *out, const wn_verdict *v, size_t reason, size_t count)
{
    const char *last = "";

    for (size_t i = 0; i < count; i++) {
        wn_evidence_info e;

        if (wn_verdict_evidence(v, reason, i, &e) != WN_OK || e.note[0] == '\0' ||
            strcmp(e.note, last) == 0)
            continue;
        (void)fprintf(out, "%s%s", last[0] ? "; " : "        evidence: ", e.note);
        if (e.place.kind == WN_PLACE_BOX)
            (void)fprintf(out, " at (%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 ")", e.place.x,
                          e.place.y, e.place.width, e.place.height);
        last = e.note;
    }
    if (last[0])
        (void)fputc('\n', out);
}

/* The marks of one reason, sorted by where they start. */
static size_t collect_marks(const wn_verdict *v, size_t reason, size_t count, wn_mark *marks)
{
    size_t n = 0;

    for (size_t i = 0; i < count && n < MAX_MARKS; i++) {
        wn_evidence_info e;
        size_t           at;

        if (wn_verdict_evidence(v, reason, i, &e) != WN_OK || e.place.kind != WN_PLACE_BYTES)
            continue;
        for (at = n++; at > 0 && marks[at - 1].start > e.place.start; at--)
            marks[at] = marks[at - 1];
        marks[at] = (wn_mark){ (size_t)e.place.start, (size_t)e.place.end };
    }
    return n;
}

static void put_reason(FILE *out, const wn_verdict *v, size_t index, wn_span text, bool colour)
{
    wn_reason_info r;
    wn_mark        marks[MAX_MARKS];
    size_t         count, hidden;

    if (wn_verdict_reason(v, index, &r) != WN_OK)
        return;
    (void)fprintf(out, "        %s: %s %.2f by %s, %s%s\n", wn_action_name(r.action),
                  wn_category_name(r.category), (double)r.score, r.detector, r.rule,
                  /* A hit of a list is a fact, not a probability. */
                  r.calibrated || strncmp(r.rule, "list:", 5) == 0 ? "" : " (not calibrated)");
    put_notes(out, v, index, r.evidence_count);
    count = collect_marks(v, index, r.evidence_count, marks);
    if (count == 0 || text.len == 0)
        return;
    hidden = wn_excerpt_print(out, text, marks, count, MAX_PARTS, "          ", colour);
    if (hidden > 0)
        (void)fprintf(out, "          (and %zu more places)\n", hidden);
}

void wn_report_item(FILE *out, const wn_verdict *v, const char *name, wn_span text, bool colour)
{
    const wn_err *error = wn_verdict_error(v);

    put_action(out, wn_verdict_action(v), colour);
    (void)fputs("  ", out);
    wn_excerpt_safe(out, (wn_span){ (const uint8_t *)name, strlen(name) });
    (void)fputc('\n', out);
    if (error != NULL)
        (void)fprintf(out, "        could not be judged: %s\n", error->msg);
    for (size_t i = 0; i < wn_verdict_reason_count(v); i++)
        put_reason(out, v, i, text, colour);
}

void wn_report_summary(FILE *out, const wn_tally *tally, bool colour)
{
    uint64_t total = 0;

    for (size_t a = 0; a <= WN_ACTION_ERROR; a++)
        total += tally->actions[a];
    (void)fprintf(out, "\n%" PRIu64 " item%s:", total, total == 1 ? "" : "s");
    for (size_t a = 0; a <= WN_ACTION_ERROR; a++) {
        if (tally->actions[a] == 0)
            continue;
        if (colour)
            (void)fprintf(out, "  %s%s\033[0m %" PRIu64, action_colours[a],
                          wn_action_name((wn_action)a), tally->actions[a]);
        else
            (void)fprintf(out, "  %s %" PRIu64, wn_action_name((wn_action)a), tally->actions[a]);
    }
    if (tally->unjudged > tally->actions[WN_ACTION_ERROR])
        (void)fprintf(out, "  (%" PRIu64 " could not be judged)", tally->unjudged);
    (void)fputc('\n', out);
}
