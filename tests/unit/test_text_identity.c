/* SPDX-License-Identifier: Apache-2.0 */
/* Whom a text names is forgotten: every form of the identity list, in carrier sentences, is one
 * token. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/arena.h"
#include "src/base/asset.h"
#include "src/base/str.h"
#include "src/text/identity.h"
#include "src/text/neutral.h"
#include "src/text/normalize.h"

static wn_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = wn_arena_new(256 << 20);
    return arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    wn_arena_free(arena);
    return 0;
}

static wn_span normal(const char *s, size_t len)
{
    const wn_text *text = NULL;
    wn_err         err;

    assert_int_equal(wn_text_normalize(arena, (wn_span){ (const uint8_t *)s, len }, &text, &err),
                     WN_OK);
    return text->norm;
}

static void becomes(const char *raw, const char *norm)
{
    wn_span n = normal(raw, strlen(raw));

    if (!wn_span_is(n, norm))
        fail_msg("\"%s\" became \"%.*s\"", raw, (int)n.len, (const char *)n.ptr);
}

static void phrases_become_one_token(void **state)
{
    (void)state;
    becomes("I am Uyghur", "i am " WN_IDENTITY_TOKEN);
    becomes("I am a Black man", "i am " WN_IDENTITY_TOKEN);
    becomes("I am an atheist", "i am " WN_IDENTITY_TOKEN);
    becomes("I am Deaf", "i am " WN_IDENTITY_TOKEN);
    becomes("#Uyghurs are here", WN_IDENTITY_TOKEN " are here");
    becomes("the Deaf community met", WN_IDENTITY_TOKEN " met");
    becomes("\xE6\x88\x91\xE6\x98\xAF\xE7\xBB\xB4\xE5\x90\xBE\xE5\xB0\x94\xE6\x97\x8F",
            "\xE6\x88\x91\xE6\x98\xAF" WN_IDENTITY_TOKEN);
    /* Words that are no group stay, and so does what is said about one. */
    becomes("I am not sure", "i am not sure");
    becomes("kill all Uyghurs now", "kill all " WN_IDENTITY_TOKEN " now");
    becomes("die, Jews", "die, " WN_IDENTITY_TOKEN);
}

static void phrases_have_edges(void **state)
{
    (void)state;
    becomes("I am a Black Muslim woman", "i am " WN_IDENTITY_TOKEN);
    becomes("I am African-American", "i am " WN_IDENTITY_TOKEN);
    becomes("I am 12", "i am 12");
    becomes("Uyghur's food", WN_IDENTITY_TOKEN "'s food");
    becomes("the Muslims and the Jews", WN_IDENTITY_TOKEN " and " WN_IDENTITY_TOKEN);
    becomes("LGBT+ people are here", WN_IDENTITY_TOKEN " are here");
    becomes("the house of a friend", "the house of a friend");
    becomes("Jews. People say", WN_IDENTITY_TOKEN ". people say");
}

static void languages_have_their_own_ways(void **state)
{
    (void)state;
    becomes("위구르인은 좋다", WN_IDENTITY_TOKEN "은 좋다");
    becomes("les personnes noires", WN_IDENTITY_TOKEN);
    becomes("j'aime l'Arabe", "j'aime " WN_IDENTITY_TOKEN);
    becomes("je suis français", "je suis " WN_IDENTITY_TOKEN);
    becomes("คนจีนดี", WN_IDENTITY_TOKEN "ดี");
    /* Without their diacritics, short words of one language are other words of another. */
    becomes("it is not so, no", "it is not so, no");
}

/* An article in German, a threat in English; whom it is aimed at makes no difference. */
static void die_is_an_article_in_german_only(void **state)
{
    (void)state;
    becomes("die muslims", "die " WN_IDENTITY_TOKEN);
    becomes("die hindu", "die " WN_IDENTITY_TOKEN);
    becomes("ich mag die Muslime", "ich mag " WN_IDENTITY_TOKEN);
    becomes("ich mag die Uiguren", "ich mag " WN_IDENTITY_TOKEN);
}

static void pictures_of_flags_are_forgotten(void **state)
{
    (void)state;
    becomes("go \U0001F1EB\U0001F1F7", "go " WN_IDENTITY_TOKEN);
    becomes("go \U0001F1E8\U0001F1F3\U0001F1EB\U0001F1F7",
            "go " WN_IDENTITY_TOKEN WN_IDENTITY_TOKEN);
}

static void phrases_lead_back(void **state)
{
    static const char raw[] = "kill all the Black people now";
    const wn_text    *text = NULL;
    uint64_t          start, end;

    (void)state;
    assert_int_equal(
        wn_text_normalize(arena, (wn_span){ (const uint8_t *)raw, sizeof raw - 1 }, &text, NULL),
        WN_OK);
    assert_int_equal(text->token_count, 4);
    assert_int_equal(text->tokens[2].kind, WN_TOKEN_IDENTITY);
    wn_text_to_raw(text, text->tokens[2].start, text->tokens[2].end, &start, &end);
    assert_int_equal(start, 9);
    assert_int_equal(end, 25);
    wn_text_to_raw(text, text->tokens[3].start, text->tokens[3].end, &start, &end);
    assert_int_equal(start, 26);
    assert_int_equal(end, 29);
}

/* Every term of the list in every carrier: the same bytes whichever it is. */
static void every_term_is_forgotten(void **state)
{
    static const char *const before[] = { "x ",    "we saw ",   "(",  "hello, ",
                                          "",      "kill all ", "\"", "my friend is ",
                                          "i am ", "we love " };
    static const char *const after[] = { " y", " there.", ")",         "!", "",
                                         "",   "\"",      " and kind", ".", ", really" };
    wn_span                  rest = wn_asset_get(WN_ASSET_IDENTITY), line;
    size_t                   terms = 0, missed = 0;

    (void)state;
    while (wn_next_line(&rest, &line)) {
        wn_span lang, class, form;
        char    text[400];

        if (!wn_next_field(&line, &lang, '\t') || !wn_next_field(&line, &class, '\t') ||
            !wn_next_field(&line, &form, '\t') || !wn_span_is(class, "term"))
            continue;
        terms++;
        for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
            char    want[64];
            int     len = snprintf(text, sizeof text, "%s%.*s%s", before[i], (int)form.len,
                                   (const char *)form.ptr, after[i]);
            wn_span n = normal(text, (size_t)len);

            (void)snprintf(want, sizeof want, "%s%s%s", before[i], WN_IDENTITY_TOKEN, after[i]);
            if (!wn_span_is(n, want) && missed++ < 10)
                print_message("%.*s: \"%s\" became \"%.*s\"\n", (int)lang.len,
                              (const char *)lang.ptr, text, (int)n.len, (const char *)n.ptr);
        }
        wn_arena_reset(arena);
    }
    assert_true(terms > 50000);
    assert_int_equal(missed, 0);
}

static bool names(const char *s)
{
    bool   yes = false;
    wn_err err;

    assert_int_equal(
        wn_identity_names_group((wn_span){ (const uint8_t *)s, strlen(s) }, &yes, &err), WN_OK);
    return yes;
}

static void names_are_taken_apart(void **state)
{
    (void)state;
    assert_true(names("uyghur-watch"));
    assert_true(names("muslim_forum"));
    assert_true(names("StopImmigrants"));
    assert_true(names("no.refugees"));
    assert_true(names("roma/terms"));
    assert_false(names("house-terms"));
    assert_false(names("link-spam"));
    assert_false(names("avatar"));
}

static int flags_nothing(void *ctx, wn_span text)
{
    (void)ctx;
    (void)text;
    return 0;
}

static int flags_the(void *ctx, wn_span text)
{
    (void)ctx;
    return memmem(text.ptr, text.len, " the ", 5) != NULL;
}

/* Everyday words of one small language alone are too much, however many other sentences pass. */
static int flags_one_language(void *ctx, wn_span text)
{
    wn_neutral n;
    size_t     at = 0;

    while (wn_neutral_next(&at, &n))
        if (n.text.ptr == text.ptr)
            return wn_span_is(n.lang, ctx);
    return 0;
}

static int runs_out(void *ctx, wn_span text)
{
    (void)ctx;
    (void)text;
    return -1;
}

static void the_gate_refuses_everyday_language(void **state)
{
    char   ug[] = "ug";
    wn_err err = { 0 };

    (void)state;
    assert_int_equal(wn_neutral_gate(flags_nothing, NULL, "the list", "l.tsv", 3, &err), WN_OK);
    assert_int_equal(wn_neutral_gate(flags_the, NULL, "the list", "l.tsv", 3, &err), WN_E_FORMAT);
    assert_string_equal(err.file, "l.tsv");
    assert_int_equal(err.line, 3);
    assert_int_equal(wn_neutral_gate(flags_one_language, ug, "the list", NULL, 0, &err),
                     WN_E_FORMAT);
    assert_int_equal(wn_neutral_gate(runs_out, NULL, "the list", NULL, 0, &err), WN_E_NOMEM);
}

/* The corpus keeps its breadth: many languages, many groups, and nothing flagged twice. */
static void the_corpus_is_broad(void **state)
{
    size_t     at = 0, languages = 0, mentions = 0;
    wn_span    seen[256];
    wn_neutral n;

    (void)state;
    while (wn_neutral_next(&at, &n)) {
        size_t i = 0;

        while (i < languages &&
               (seen[i].len != n.lang.len || memcmp(seen[i].ptr, n.lang.ptr, n.lang.len) != 0))
            i++;
        if (i == languages && languages < 256)
            seen[languages++] = n.lang;
        mentions += wn_span_is(n.kind, "mention") && wn_span_is(n.lang, "en");
    }
    assert_true(languages >= 40);
    assert_true(mentions >= 150);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phrases_become_one_token),
        cmocka_unit_test(phrases_have_edges),
        cmocka_unit_test(languages_have_their_own_ways),
        cmocka_unit_test(die_is_an_article_in_german_only),
        cmocka_unit_test(pictures_of_flags_are_forgotten),
        cmocka_unit_test(phrases_lead_back),
        cmocka_unit_test(every_term_is_forgotten),
        cmocka_unit_test(names_are_taken_apart),
        cmocka_unit_test(the_gate_refuses_everyday_language),
        cmocka_unit_test(the_corpus_is_broad),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
