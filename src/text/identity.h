/* SPDX-License-Identifier: Apache-2.0 */
/* The identity list: used to forget who a text names, and to refuse what targets a group. */
#ifndef WN_TEXT_IDENTITY_H
#define WN_TEXT_IDENTITY_H

#include <stdbool.h>

#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

/*
 * Whether a term or a name that an operator wrote contains an identity term, as
 * the normaliser would find it. Words joined by '-', '_', '.' or '/' are looked
 * at one by one, and CamelCase is taken apart. WN_E_LIMIT or WN_E_NOMEM.
 * Thread-safe.
 */
WN_NODISCARD wn_code wn_identity_names_group(wn_span name, bool *ret, wn_err *err);

#endif
