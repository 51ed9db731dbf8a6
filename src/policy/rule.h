/* SPDX-License-Identifier: Apache-2.0 */
/* The rule language: expressions over scores, counts and context; typed, total and without loops.
 */
#ifndef WN_POLICY_RULE_H
#define WN_POLICY_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnow/category.h>
#include <winnow/error.h>
#include <winnow/export.h>
#include <winnow/span.h>

#include "src/base/arena.h"
#include "src/content/list.h"
#include "src/content/scan.h"

/* The closed list of facts about the context of an item (docs/SCOPE.md). */
typedef enum wn_fact {
    WN_FACT_ACCOUNT_AGE_DAYS,
    WN_FACT_PRIOR_VIOLATIONS,
    WN_FACT_REPORT_COUNT,
    WN_FACT_TRUSTED, /* the only one that is true or false */
} wn_fact;

enum { WN_FACTS = 4 };

/* Their names, by wn_fact. */
extern const char *const wn_fact_names[WN_FACTS];

/* Bounds of an expression, and the most lists a policy may have. */
enum {
    WN_RULE_MAX_BYTES = 4096,
    WN_RULE_MAX_OPS = 512,
    WN_RULE_MAX_DEPTH = 32,
    WN_RULE_MAX_STACK = 128,
    WN_RULE_MAX_LISTS = WN_MAX_LIST_HITS,
};

/* The names that an expression may use, besides the closed ones. */
typedef struct wn_rule_scope {
    const wn_list_spec *lists;
    size_t              list_count;
    const char *const  *surfaces;
    size_t              surface_count;
} wn_rule_scope;

typedef struct wn_rule_op wn_rule_op;

/* A compiled expression: instructions for a small stack. */
typedef struct wn_rule_program {
    const wn_rule_op *ops;
    size_t            op_count;
    wn_category_set   categories;                    /* named directly */
    uint64_t          lists[WN_RULE_MAX_LISTS / 64]; /* bit per list named in hits() */
    unsigned          facts;                         /* bit per wn_fact named */
} wn_rule_program;

/* What is wrong with an expression, and at which of its bytes. */
typedef struct wn_rule_mistake {
    size_t offset;
    char   msg[300];
} wn_rule_mistake;

/* What an expression is evaluated over. */
typedef struct wn_rule_facts {
    double        scores[WN_CATEGORIES];
    double        counts[WN_COUNTS];
    const double *hits;    /* by list */
    int           media;   /* wn_rule_media of the item's class */
    int           surface; /* index, -1 for none */
    double        facts[WN_FACTS];
} wn_rule_facts;

/*
 * Check and compile an expression. The program lives in `arena`. WN_E_FORMAT
 * with `bad` filled, or WN_E_NOMEM; `ret` is written only on success.
 */
WN_NODISCARD wn_code wn_rule_compile(wn_arena *arena, const wn_rule_scope *scope, wn_span text,
                                     wn_rule_program *ret, wn_rule_mistake *bad);

/* Whether the expression holds. The facts it names must be present. Thread-safe. */
bool wn_rule_holds(const wn_rule_program *program, const wn_rule_facts *facts);

/* The number by which programs know a class of media ("image", ...); -1 for no such class. */
int wn_rule_media(const char *media_class);

/* Whether hits() of list number `list` is named. */
static inline bool wn_rule_names_list(const wn_rule_program *program, size_t list)
{
    return (program->lists[list / 64] >> (list % 64)) & 1u;
}

#endif
