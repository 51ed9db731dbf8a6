/* SPDX-License-Identifier: Apache-2.0 */
/* Walking the neutral corpus, and refusing what flags everyday sentences. */
#include "src/text/neutral.h"

#include <stdio.h>
#include <string.h>

#include "src/base/asset.h"
#include "src/base/err.h"
#include "src/base/str.h"

enum {
    LANGUAGES_MAX = 256,
    SHOWN = 3,
    SHOWN_BYTES = 60,  /* of a sentence in a message */
    LANGUAGE_FREE = 2, /* sentences of a language that may be flagged whatever their share */
    LANGUAGE_PERCENT = 2,
    OVERALL_PER_MILLE = 5,
    INNOCENT_PERCENT = 10,
};

typedef struct tally {
    wn_span  lang;
    uint32_t sentences, flagged;
} tally;

typedef struct outcome {
    tally  languages[LANGUAGES_MAX];
    size_t language_count;
    tally  all, innocent; /* all: but the innocent */
} outcome;

/* Which sentences a message is about. */
typedef struct selection {
    wn_span lang;     /* empty for any */
    bool    innocent; /* only these, or all but these */
} selection;

bool wn_neutral_next(size_t *at, wn_neutral *ret)
{
    wn_span corpus = wn_asset_get(WN_ASSET_NEUTRAL);
    wn_span rest, line;

    while (*at < corpus.len) {
        wn_neutral found;

        rest = (wn_span){ corpus.ptr + *at, corpus.len - *at };
        if (!wn_next_line(&rest, &line))
            break;
        *at = corpus.len - rest.len;
        if (line.len == 0 || line.ptr[0] == '#' || !wn_next_field(&line, &found.lang, '\t') ||
            wn_span_is(found.lang, "lang") || !wn_next_field(&line, &found.kind, '\t'))
            continue;
        found.text = line;
        *ret = found;
        return true;
    }
    *at = corpus.len;
    return false;
}

static bool same(wn_span a, wn_span b)
{
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

/* The tally of a language; those past LANGUAGES_MAX share the last one. */
static tally *tally_of(outcome *o, wn_span lang)
{
    for (size_t i = 0; i < o->language_count; i++)
        if (same(o->languages[i].lang, lang))
            return &o->languages[i];
    if (o->language_count == LANGUAGES_MAX)
        return &o->languages[LANGUAGES_MAX - 1];
    o->languages[o->language_count] = (tally){ .lang = lang };
    return &o->languages[o->language_count++];
}

static bool is_too_much(const tally *t)
{
    return t->flagged > LANGUAGE_FREE && t->flagged * 100 > t->sentences * LANGUAGE_PERCENT;
}

/* Bytes of `text` to show: cut between characters. */
static int shown_len(wn_span text)
{
    size_t n = text.len;

    if (n > SHOWN_BYTES) {
        n = SHOWN_BYTES;
        while (n > 0 && (text.ptr[n] & 0xC0) == 0x80)
            n--;
    }
    return (int)n;
}

static bool is_innocent(const wn_neutral *n)
{
    return wn_span_is(n->kind, "innocent");
}

/* The first flagged sentences of a selection as one string; how many, or -1. */
static int show(int (*flags)(void *, wn_span), void *ctx, selection only, char *dst, size_t cap)
{
    wn_neutral n;
    size_t     at = 0, len = 0;
    int        shown = 0;

    dst[0] = '\0';
    while (shown < SHOWN && wn_neutral_next(&at, &n)) {
        int hit, written;

        if (is_innocent(&n) != only.innocent || (only.lang.len && !same(n.lang, only.lang)))
            continue;
        hit = flags(ctx, n.text);
        if (hit < 0)
            return -1;
        if (hit == 0)
            continue;
        written =
            snprintf(dst + len, cap - len, "%s\"%.*s%s\"", shown ? ", " : "", shown_len(n.text),
                     (const char *)n.text.ptr, n.text.len > SHOWN_BYTES ? "..." : "");
        if (written < 0 || (size_t)written >= cap - len) {
            dst[len] = '\0'; /* no room: leave it out */
            break;
        }
        len += (size_t)written;
        shown++;
    }
    return shown;
}

/* The tally that goes too far, and what it is of; NULL when none does. */
static const tally *find_fault(const outcome *o, selection *of, const char **kind)
{
    const tally *worst = NULL;

    for (size_t i = 0; i < o->language_count; i++)
        if (is_too_much(&o->languages[i]))
            worst = &o->languages[i];
    *kind = "everyday sentences of one language";
    *of = (selection){ .innocent = false };
    if (worst != NULL) {
        of->lang = worst->lang;
        return worst;
    }
    *kind = "everyday sentences";
    if (o->all.flagged * 1000 > o->all.sentences * OVERALL_PER_MILLE)
        return &o->all;
    *kind = "harmless uses of such words";
    of->innocent = true;
    return o->innocent.flagged * 100 > o->innocent.sentences * INNOCENT_PERCENT ? &o->innocent
                                                                                : NULL;
}

wn_code wn_neutral_gate(int (*flags)(void *ctx, wn_span text), void *ctx, const char *what,
                        const char *file, uint32_t line, wn_err *err)
{
    outcome      o = { .language_count = 0 };
    const tally *fault;
    const char  *kind;
    selection    of;
    wn_neutral   n;
    size_t       at = 0;
    char         sentences[SHOWN * (SHOWN_BYTES + 8)];

    while (wn_neutral_next(&at, &n)) {
        tally *language = is_innocent(&n) ? NULL : tally_of(&o, n.lang);
        tally *whole = is_innocent(&n) ? &o.innocent : &o.all;
        int    hit = flags(ctx, n.text);

        if (hit < 0)
            return wn_fail_nomem(err);
        whole->sentences++;
        whole->flagged += hit > 0;
        if (language != NULL) {
            language->sentences++;
            language->flagged += hit > 0;
        }
    }
    fault = find_fault(&o, &of, &kind);
    if (fault == NULL)
        return WN_OK;
    if (show(flags, ctx, of, sentences, sizeof sentences) < 0)
        return wn_fail_nomem(err);
    return wn_fail_at(err, WN_E_FORMAT, file, line, 0,
                      "%s flags %u of %u %s: %s; take out what everyday speech contains", what,
                      fault->flagged, fault->sentences, kind, sentences);
}
