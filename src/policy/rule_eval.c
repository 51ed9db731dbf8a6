/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluates compiled rules. */
#include <string.h>

#include "src/policy/rule.h"
#include "src/policy/rule_ops.h"

static bool compare(wn_rule_code code, double a, double b)
{
    switch (code) {
    case WN_RULE_LT:
        return a < b;
    case WN_RULE_LE:
        return a <= b;
    case WN_RULE_GT:
        return a > b;
    case WN_RULE_GE:
        return a >= b;
    case WN_RULE_EQ:
        return a == b;
    case WN_RULE_NE:
        return a != b;
    case WN_RULE_AND:
        return a != 0 && b != 0;
    default: /* WN_RULE_OR */
        return a != 0 || b != 0;
    }
}

static double load(const wn_rule_op *op, const wn_rule_facts *facts)
{
    switch (op->code) {
    case WN_RULE_SCORE:
        return facts->scores[op->arg];
    case WN_RULE_COUNT:
        return facts->counts[op->arg];
    case WN_RULE_HITS:
        return facts->hits[op->arg];
    case WN_RULE_FACT:
        return facts->facts[op->arg];
    case WN_RULE_MEDIA:
        return facts->media;
    case WN_RULE_SURFACE:
        return facts->surface;
    default: /* WN_RULE_NUMBER */
        return op->number;
    }
}

bool wn_rule_holds(const wn_rule_program *program, const wn_rule_facts *facts)
{
    double stack[WN_RULE_MAX_STACK];
    size_t top = 0; /* the compiler has proved that it stays in bounds */

    for (size_t i = 0; i < program->op_count; i++) {
        const wn_rule_op *op = &program->ops[i];

        if (op->code < WN_RULE_LT) {
            stack[top++] = load(op, facts);
        } else if (op->code == WN_RULE_NOT) {
            stack[top - 1] = stack[top - 1] == 0;
        } else {
            top--;
            stack[top - 1] = compare(op->code, stack[top - 1], stack[top]);
        }
    }
    return top == 1 && stack[0] != 0;
}
