/* SPDX-License-Identifier: Apache-2.0 */
/* Choosing the features that a text model keeps. */
#ifndef WN_MODEL_SELECT_H
#define WN_MODEL_SELECT_H

#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>

#include "src/base/arena.h"
#include "src/model/examples.h"

/*
 * Of the features that stand in enough examples, keep those whose presence
 * tells the classes apart most surely, as many as `lines` lines hold, and look
 * up every example's kept features: fills lines, slot_hash, candidates, kept,
 * slots, slot_count, and first and count of the examples. WN_E_LIMIT
 * (interrupted), WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_select_features(wn_arena *arena, wn_examples *ex, uint32_t lines,
                                        const wn_watch *watch, wn_err *err);

#endif
