/* SPDX-License-Identifier: Apache-2.0 */
/* Writing the model card. */
#include "src/model/card.h"

#include <inttypes.h>
#include <string.h>

#include "src/base/err.h"
#include "src/text/neutral.h"

static wn_neutral_kind *find_kind(wn_neutral_kind kinds[WN_NEUTRAL_KINDS], wn_span name)
{
    for (size_t i = 0; i < WN_NEUTRAL_KINDS; i++) {
        if (kinds[i].name[0] == '\0' && name.len < sizeof kinds[i].name)
            memcpy(kinds[i].name, name.ptr, name.len);
        if (strlen(kinds[i].name) == name.len && memcmp(kinds[i].name, name.ptr, name.len) == 0)
            return &kinds[i];
    }
    return &kinds[WN_NEUTRAL_KINDS - 1];
}

wn_code wn_card_neutral(const wn_linear *model, wn_neutral_kind ret[WN_NEUTRAL_KINDS], wn_err *err)
{
    wn_neutral_kind kinds[WN_NEUTRAL_KINDS] = { { .sentences = 0 } };
    wn_arena       *arena = wn_arena_new((size_t)1 << 20);
    wn_neutral      sentence;
    size_t          at = 0;
    wn_code         code = WN_OK;

    if (arena == NULL)
        return wn_fail_nomem(err);
    while (code == WN_OK && wn_neutral_next(&at, &sentence)) {
        wn_neutral_kind *kind = find_kind(kinds, sentence.kind);
        const wn_text   *text = NULL;
        wn_linear_result result;
        float            most = 0;

        code = wn_text_normalize(arena, sentence.text, &text, err);
        if (code != WN_OK)
            break;
        wn_linear_score(model, text, &result);
        for (size_t i = 0; i < result.count; i++)
            most = result.score[i] > most ? result.score[i] : most;
        kind->sentences++;
        kind->at_half += most >= 0.5f;
        kind->at_seven_tenths += most >= 0.7f;
        kind->highest = most > kind->highest ? most : kind->highest;
        wn_arena_reset(arena);
    }
    wn_arena_free(arena);
    if (code == WN_OK)
        memcpy(ret, kinds, sizeof kinds);
    return code;
}

static void print_head(wn_buf *out, const wn_card *card)
{
    const wn_examples *ex = &card->trained->examples;
    char               hex[65];

    wn_hex(card->digest.bytes, sizeof card->digest.bytes, hex);
    wn_buf_printf(out,
                  "# Model card: text-%s\n\n"
                  "A linear multi-label text classifier for content moderation. Written by the "
                  "trainer; do not edit.\n\n"
                  "| | |\n|---|---|\n"
                  "| file | %zu bytes, SHA-256 `%s` |\n"
                  "| made again by | `%s` |\n"
                  "| seed | %" PRIu64 " |\n"
                  "| weights' licence | CC-BY-SA-4.0 (trained on CC-BY-SA data among others; see "
                  "Sources) |\n"
                  "| features | version %u: %zu kept of %zu seen at least 4 times |\n"
                  "| training windows | %zu |\n\n",
                  wn_linear_version(card->model), card->trained->file.len, hex, card->command,
                  card->seed, WN_FEATURES_VERSION, ex->kept, ex->candidates, ex->count);
}

static void print_what(wn_buf *out)
{
    wn_buf_puts(
        out,
        "## What it is\n\n"
        "Words, pairs of words and character n-grams of the normalised text, each looked up in a "
        "table of int8 weights, one weight a category. A score is a sum, so the evidence shown "
        "for it is exact: each word's own share. Before the model reads a text, every phrase that "
        "names a group of people has become one and the same token, which alone weighs nothing; "
        "texts that differ only in which group they name have the same score to the last bit. "
        "Features that were not seen in training weigh nothing but count in the length, so a text "
        "that the model does not know stays near its lowest score. Long texts are read in windows "
        "of about 2,000 bytes; the highest counts.\n\n"
        "In training, every language is brought down to the same highest share of positives (25 "
        "%), "
        "so that a language by itself is no evidence; word-list entries count as words, not as "
        "their "
        "pieces; positives of a language without "
        "negatives of the category are left out; word-list entries that name a group are left "
        "out; rows with the same normalised text share one weight (1/√n each); positives whose "
        "label follows from provenance (`weak`) weigh half.\n\n");
}

static void print_classes(wn_buf *out, const wn_card *card)
{
    const wn_examples *ex = &card->trained->examples;

    wn_buf_printf(
        out,
        "## Categories\n\n"
        "A category is trained when it has at least %d positives that are neither "
        "authored templates nor word-list entries, in sources that have negatives of it "
        "too (else a model would only tell sources apart). One that is missing here is not "
        "scored at all. Scores are called calibrated when the dev split has at least %d "
        "positives and negatives of it from at least 2 sources and the calibration error "
        "is at most %.2f.\n\n"
        "| category | positives | of them real | negatives | rate | scores |\n"
        "|---|---|---|---|---|---|\n",
        WN_TRAIN_POSITIVES, WN_CALIBRATED_ROWS, WN_CALIBRATED_ECE);
    for (size_t c = 0; c < ex->classes; c++)
        wn_buf_printf(out, "| %s | %zu | %zu | %zu | %g | %s |\n",
                      wn_category_name(ex->category[c]), ex->positives[c], ex->real[c],
                      ex->negatives[c], (double)card->trained->class[c].rate,
                      wn_linear_calibrated(card->model, c) ? "calibrated" : "not calibrated");
    wn_buf_printf(
        out,
        "\nLeft out of training: %zu word-list entries that name a group; %zu word-list "
        "entries of several words in languages without sentences; %zu rows without words; "
        "%zu positive labels in languages without negatives.\n\n",
        ex->left_out.group_entries, ex->left_out.bare_entries, ex->left_out.empty,
        ex->left_out.one_sided);
}

static void print_neutral(wn_buf *out, const wn_card *card)
{
    wn_buf_puts(out,
                "## Neutrality\n\nThe neutral corpus (never trained on): sentences that reach a "
                "score in any category. A model that flags more than a trace is refused, here "
                "and whenever one is loaded.\n\n"
                "| sentences | number | at 0.5 or more | at 0.7 or more | highest score |\n"
                "|---|---|---|---|---|\n");
    for (size_t i = 0; i < WN_NEUTRAL_KINDS && card->neutral[i].name[0] != '\0'; i++) {
        const wn_neutral_kind *k = &card->neutral[i];

        wn_buf_printf(out, "| %s | %zu | %zu | %zu | %.3f |\n", k->name, k->sentences, k->at_half,
                      k->at_seven_tenths, (double)k->highest);
    }
    wn_buf_putc(out, '\n');
}

static void print_limits(wn_buf *out)
{
    wn_buf_puts(
        out,
        "## Known limits\n\n"
        "- It reads words, not meaning: quotation, irony, reclaimed words, counter-speech and "
        "context outside of the text are judged by their words. Scores order texts for people; "
        "they are no finding about an author.\n"
        "- Most positives are English, Chinese, Portuguese, German and Korean. Where the tables "
        "below have no figures for a language, its quality is not known. A language is neither "
        "detected nor used.\n"
        "- `self-harm`, `violence` and `violence/graphic`, `harassment/threatening`, `illicit` and "
        "`phishing` have no honest training data in the shipped set (questions to assistants and "
        "authored templates, without negatives beside them) and are not scored by it. Authored "
        "templates (`synthetic`) are left out of all totals below.\n"
        "- `hate/threatening` comes from two English sources. `sexual` is in good part adult "
        "sites' "
        "addresses and word lists. `spam` and `phishing` addresses are partly dead.\n"
        "- `sexual/minors`, `violent-extremism`: never trained, by rule.\n"
        "- Dialect fairness: keyword-sampled tweet sets, `davidson` among them, are known to "
        "over-flag African American English. None of the data say in which dialect a text is "
        "written, and guessing it from words would be the inference about people that Winnow "
        "refuses, so a false-alarm rate by dialect could **not** be measured. What can be seen is "
        "the false-alarm rate on the harmless tweets of `davidson` in the tables below, beside "
        "other sources'. Let a person decide about hate, harassment and profanity.\n"
        "- The dev split comes from the same sources as the training split; on other texts expect "
        "less. \"AUC within a source\" is the fairer figure, as it cannot profit from telling "
        "sources apart.\n\n");
}

static void print_sources(wn_buf *out, const wn_dataset *set)
{
    wn_buf_puts(out,
                "## Sources\n\nLicences and attributions: the data set's own README. Among them "
                "CC-BY-SA (4.0 and 3.0), CC-BY, CC0, MIT and Apache-2.0.\n\n"
                "| source | rows | lines refused | SHA-256 of the file |\n|---|---|---|---|\n");
    for (size_t i = 0; i < set->source_count; i++) {
        char hex[65];

        wn_hex(set->sources[i].sha256.bytes, sizeof set->sources[i].sha256.bytes, hex);
        wn_buf_printf(out, "| %s | %zu | %zu | `%s` |\n", set->sources[i].name,
                      set->sources[i].count, set->sources[i].refused, hex);
    }
}

void wn_card_print(wn_buf *out, const wn_card *card)
{
    print_head(out, card);
    print_what(out);
    print_classes(out, card);
    print_neutral(out, card);
    print_limits(out);
    wn_buf_puts(out, "## Quality on the dev split\n\n");
    wn_eval_print(out, card->eval);
    wn_buf_putc(out, '\n');
    print_sources(out, card->eval->set);
}
