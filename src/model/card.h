/* SPDX-License-Identifier: Apache-2.0 */
/* The model card: what a text model was made of, how good it is, and what it cannot do. */
#ifndef WN_MODEL_CARD_H
#define WN_MODEL_CARD_H

#include <winnow/error.h>
#include <winnow/export.h>

#include "src/base/buf.h"
#include "src/base/digest.h"
#include "src/model/eval.h"
#include "src/model/linear.h"
#include "src/model/train.h"

/* What a model does to the neutral corpus, by kind of sentence. */
typedef struct wn_neutral_kind {
    char   name[16];
    size_t sentences, at_half, at_seven_tenths;
    float  highest;
} wn_neutral_kind;

enum { WN_NEUTRAL_KINDS = 8 };

typedef struct wn_card {
    const char            *command; /* that makes the model again */
    uint64_t               seed;
    const wn_linear       *model;
    wn_digest              digest; /* of the model file */
    const wn_trained      *trained;
    const wn_eval         *eval;
    const wn_neutral_kind *neutral; /* WN_NEUTRAL_KINDS; unused ones have no name */
} wn_card;

/* Score the neutral corpus. WN_E_NOMEM, WN_E_LIMIT. */
WN_NODISCARD wn_code wn_card_neutral(const wn_linear *model, wn_neutral_kind ret[WN_NEUTRAL_KINDS],
                                     wn_err *err);

/* Write the card as Markdown. The same training gives the same bytes. */
void wn_card_print(wn_buf *out, const wn_card *card);

#endif
