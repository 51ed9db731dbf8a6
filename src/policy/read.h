/* SPDX-License-Identifier: Apache-2.0 */
/* Typed reading of YAML nodes: every mistake is said with its place and the nearest valid name. */
#ifndef WN_POLICY_READ_H
#define WN_POLICY_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/category.h>
#include <winnow/error.h>
#include <winnow/export.h>

#include "src/base/arena.h"
#include "src/policy/yaml.h"

/* What reading needs besides the node. */
typedef struct wn_reader {
    const char *file;  /* as errors call it */
    wn_arena   *arena; /* what strings are copied to */
    wn_err     *err;   /* may be NULL */
} wn_reader;

/* Room for a word of the file as an error quotes it. */
typedef char wn_quoted[72];

/* WN_E_FORMAT at a node. */
wn_code wn_read_fail(const wn_reader *r, const wn_yaml *node, const char *fmt, ...) WN_PRINTF(3, 4);

/* A word as an error shows it: cut to a readable length, control characters replaced. */
const char *wn_read_quote(wn_span text, wn_quoted dst);

/* " (did you mean 'x'?)" in `dst`, or "" when nothing is near. Returns `dst`. */
const char *wn_read_hint(const char *word, const char *const *names, size_t count, wn_quoted dst);

/* Fail unless the node is a map or a list; `what` names it in the error. */
WN_NODISCARD wn_code wn_read_map(const wn_reader *r, const wn_yaml *node, const char *what);
WN_NODISCARD wn_code wn_read_list(const wn_reader *r, const wn_yaml *node, const char *what);

/*
 * Take a map apart: values[i] is the value of names[i], NULL when it is absent.
 * Unknown and repeated keys are refused, and the absence of any of the first
 * `required` names.
 */
WN_NODISCARD wn_code wn_read_fields(const wn_reader *r, const wn_yaml *node, const char *what,
                                    const char *const *names, size_t count, size_t required,
                                    const wn_yaml **values);

/* Text of any kind; text that could be read as a number or a truth value must stand in quotes. */
WN_NODISCARD wn_code wn_read_text(const wn_reader *r, const wn_yaml *node, const char *what,
                                  wn_span *ret);

/* The same as a C string: a 0 inside is refused. */
WN_NODISCARD wn_code wn_read_string(const wn_reader *r, const wn_yaml *node, const char *what,
                                    const char **ret);

/* A name: [a-z0-9][a-z0-9-_.]{0,63} that names no group of people. */
WN_NODISCARD wn_code wn_read_name(const wn_reader *r, const wn_yaml *node, const char *what,
                                  const char **ret);

/* A decimal number in [min, max], and a whole one. */
WN_NODISCARD wn_code wn_read_number(const wn_reader *r, const wn_yaml *node, const char *what,
                                    double min, double max, double *ret);
WN_NODISCARD wn_code wn_read_integer(const wn_reader *r, const wn_yaml *node, const char *what,
                                     uint32_t min, uint32_t max, uint32_t *ret);

/* true or false. */
WN_NODISCARD wn_code wn_read_bool(const wn_reader *r, const wn_yaml *node, const char *what,
                                  bool *ret);

/* One of `names`; `ret` is its index. */
WN_NODISCARD wn_code wn_read_choice(const wn_reader *r, const wn_yaml *node, const char *what,
                                    const char *const *names, size_t count, size_t *ret);

/* A category of the closed list. */
WN_NODISCARD wn_code wn_read_category(const wn_reader *r, const wn_yaml *node, wn_category *ret);

#endif
