/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped text model: scores, explanations that add up, and files that are refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/arena.h"
#include "src/base/asset.h"
#include "src/base/mem.h"
#include "src/model/linear.h"

static wn_linear *model;
static wn_arena  *arena;

static int set_up(void **state)
{
    wn_err err;

    (void)state;
    arena = wn_arena_new(256 << 20);
    if (arena == NULL)
        return -1;
    return wn_linear_load(wn_asset_get(WN_ASSET_TEXT_MODEL), &model, &err) == WN_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    wn_linear_free(model);
    wn_arena_free(arena);
    return 0;
}

static const wn_text *normal(const char *s, size_t len)
{
    const wn_text *text = NULL;
    wn_err         err;

    assert_int_equal(wn_text_normalize(arena, (wn_span){ (const uint8_t *)s, len }, &text, &err),
                     WN_OK);
    return text;
}

static float score_of(const char *s, wn_category category)
{
    wn_linear_result result;

    wn_linear_score(model, normal(s, strlen(s)), &result);
    for (size_t i = 0; i < result.count; i++)
        if (wn_linear_category(model, i) == category)
            return result.score[i];
    fail_msg("the model has no such category");
    return 0;
}

static void plain_cases_are_told_apart(void **state)
{
    (void)state;
    assert_true(score_of("see you at the library on Thursday", WN_CAT_HARASSMENT) < 0.2f);
    assert_true(score_of("you are a pathetic worthless idiot", WN_CAT_HARASSMENT) > 0.8f);
    assert_true(score_of("Congratulations, you have won! Claim your free cash prize now, call",
                         WN_CAT_SPAM) > 0.5f);
    assert_true(score_of("The meeting has been moved to Thursday at ten.", WN_CAT_SPAM) < 0.3f);
    /* No word at all, and nothing but the identity token. */
    assert_true(score_of("", WN_CAT_HATE) < 0.2f);
    assert_true(score_of("Uyghurs", WN_CAT_HATE) < 0.3f);
}

static void explanations_add_up(void **state)
{
    static const char *const texts[] = {
        "you are a pathetic worthless idiot, go away",
        "WIN a FREE prize!!! call 0800 now now now",
        "I hate you all",
        "\xE4\xBD\xA0\xE4\xBB\xAC\xE9\x83\xBD\xE6\x98\xAF\xE5\x9E\x83\xE5\x9C\xBE",
    };

    (void)state;
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
        const wn_text   *text = normal(texts[t], strlen(texts[t]));
        wn_linear_result result;

        wn_linear_score(model, text, &result);
        for (size_t i = 0; i < result.count; i++) {
            wn_linear_explanation why;
            int64_t               units = 0;
            wn_err                err;

            assert_int_equal(wn_linear_explain(model, text, &result, i, 3, arena, &why, &err),
                             WN_OK);
            for (size_t k = 0; k < why.part_count; k++) {
                assert_true(why.parts[k].end <= text->norm.len);
                assert_true(why.parts[k].start < why.parts[k].end);
                assert_true(why.parts[k].share > 0 && why.parts[k].share <= 1);
                units += why.parts[k].units;
            }
            assert_true(fabs((double)why.bias + why.step * (double)(units + why.rest) -
                             (double)why.raw) < 1e-4 * (1 + fabs((double)why.raw)));
            assert_true(why.raw == result.raw[i]);
        }
    }
}

static void naming_another_group_changes_nothing(void **state)
{
    static const char *const swaps[][2] = {
        { "I am Uyghur.", "I am a Black man." },
        { "kill all Uyghurs now", "kill all Christians now" },
        { "my neighbour is Deaf", "my neighbour is an atheist" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof swaps / sizeof swaps[0]; i++) {
        wn_linear_result a, b;

        wn_linear_score(model, normal(swaps[i][0], strlen(swaps[i][0])), &a);
        wn_linear_score(model, normal(swaps[i][1], strlen(swaps[i][1])), &b);
        assert_memory_equal(a.score, b.score, a.count * sizeof a.score[0]);
    }
}

/* One offence in a long text is found in its window. */
static void long_texts_are_read_in_windows(void **state)
{
    enum { LEN = 200000 };
    static const char filler[] = "see you at the library on thursday ";
    static const char insult[] = "you are a pathetic worthless idiot and a stupid loser ";
    char             *s = wn_arena_alloc(arena, LEN, 1);
    wn_linear_result  result;

    (void)state;
    assert_non_null(s);
    for (size_t i = 0; i < LEN; i++)
        s[i] = filler[i % (sizeof filler - 1)];
    for (size_t at = 120000; at < 122500; at += sizeof insult - 1)
        memcpy(s + at, insult, sizeof insult - 1);
    wn_linear_score(model, normal(s, LEN), &result);
    for (size_t i = 0; i < result.count; i++)
        if (wn_linear_category(model, i) == WN_CAT_HARASSMENT)
            assert_true(result.score[i] > 0.8f);
}

static void damaged_files_are_refused(void **state)
{
    wn_span    file = wn_asset_get(WN_ASSET_TEXT_MODEL);
    uint8_t   *copy = wn_malloc(file.len);
    wn_linear *other = NULL;

    (void)state;
    assert_non_null(copy);
    memcpy(copy, file.ptr, file.len);
    for (size_t len = 0; len < 800; len += 37)
        assert_int_equal(wn_linear_load((wn_span){ copy, len }, &other, NULL), WN_E_FORMAT);
    assert_int_equal(wn_linear_load((wn_span){ copy, file.len - 1 }, &other, NULL), WN_E_FORMAT);
    copy[0] ^= 1;
    assert_int_equal(wn_linear_load((wn_span){ copy, file.len }, &other, NULL), WN_E_FORMAT);
    copy[0] ^= 1;
    copy[4] ^= 0x40; /* features of another version */
    assert_int_equal(wn_linear_load((wn_span){ copy, file.len }, &other, NULL), WN_E_FORMAT);
    assert_null(other);
    wn_free(copy);
}

static void the_shipped_model_passes_the_gate(void **state)
{
    wn_err err = { 0 };

    (void)state;
    if (wn_linear_neutral_gate(model, WN_LINEAR_NEUTRAL_SCORE, "the model", NULL, &err) != WN_OK)
        fail_msg("%s", err.msg);
    /* And the gate can refuse: at a threshold of nearly nothing every model flags. */
    assert_int_equal(wn_linear_neutral_gate(model, 0.001f, "the model", NULL, &err), WN_E_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_cases_are_told_apart),
        cmocka_unit_test(explanations_add_up),
        cmocka_unit_test(naming_another_group_changes_nothing),
        cmocka_unit_test(long_texts_are_read_in_windows),
        cmocka_unit_test(damaged_files_are_refused),
        cmocka_unit_test(the_shipped_model_passes_the_gate),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
