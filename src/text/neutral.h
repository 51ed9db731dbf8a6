/* SPDX-License-Identifier: Apache-2.0 */
/* The neutral corpus, built in: everyday sentences that no list and no model may flag. */
#ifndef WN_TEXT_NEUTRAL_H
#define WN_TEXT_NEUTRAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

typedef struct wn_neutral {
    wn_span lang; /* BCP 47; used only to spread the limit over languages, never in a verdict */
    wn_span kind; /* "everyday", "mention" or "innocent" */
    wn_span text;
} wn_neutral;

/* Walk the corpus: start with `*at` = 0; false at the end. Thread-safe. */
bool wn_neutral_next(size_t *at, wn_neutral *ret);

/*
 * The gate. Calls `flags(ctx, sentence)` for each sentence and refuses
 * (WN_E_FORMAT) what flags, of everyday sentences and mentions of groups, more
 * than 0.5 % overall or more than 2 and 2 % in any one language, or more than
 * 10 % of the innocent sentences (harmless senses of words that lists may well
 * contain), with up to three of the sentences in `err`. An error
 * of `flags` (a negative return; 0 no, 1 yes) is passed on as WN_E_NOMEM.
 * `what`, `file` and `line` name the list or model under test.
 */
WN_NODISCARD wn_code wn_neutral_gate(int (*flags)(void *ctx, wn_span text), void *ctx,
                                     const char *what, const char *file, uint32_t line,
                                     wn_err *err);

#endif
