/* SPDX-License-Identifier: Apache-2.0 */
/* Making and passing on errors. */
#ifndef WN_BASE_ERR_H
#define WN_BASE_ERR_H

#include <stdint.h>

#include <winnow/error.h>

/*
 * Fill `err` (may be NULL) and return `code`. The message says what is wrong
 * and what to do; it never holds content under review. Clears the position.
 */
wn_code wn_fail(wn_err *err, wn_code code, const char *fmt, ...) WN_PRINTF(3, 4);

/* The same with a position in a file that a person wrote. `file` may be NULL. */
wn_code wn_fail_at(wn_err *err, wn_code code, const char *file, uint32_t line, uint32_t column,
                   const char *fmt, ...) WN_PRINTF(6, 7);

/* Fill `err` for refused memory and return WN_E_NOMEM. */
wn_code wn_fail_nomem(wn_err *err);

/* Return a failed code upward. The only macro that returns. */
#define WN_TRY(expr)                                                                               \
    do {                                                                                           \
        wn_code wn_try_code_ = (expr);                                                             \
        if (wn_try_code_ != WN_OK)                                                                 \
            return wn_try_code_;                                                                   \
    } while (0)

#endif
