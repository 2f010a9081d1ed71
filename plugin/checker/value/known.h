/* known.h - the values of a node that facts allow: by its own fact, and by those of its
 * operands.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef KNOWN_H
#define KNOWN_H

#include "value/facts.h"

/* NODE as an operand: its type and the values that facts allow. */
struct operand known_operand(const struct facts *facts, const struct sym_table *table, int node);

/* The values of NODE that the facts about its operands allow, without its own fact. */
struct fact known_from_parts(const struct facts *facts, const struct sym_table *table, int node);

/* True if keys of both types can be compared. */
bool known_same_keys(struct lockprog_type a, struct lockprog_type b);

/* True if SYM is the smaller / the larger of its two operands. */
bool known_is_least(const struct sym *sym);
bool known_is_greatest(const struct sym *sym);

/* The truth of the comparison of A and B by EXPR, EQ or LT: 0, 1, or -1 if the sets do
 * not decide it. */
int known_truth(enum lockprog_expr expr, const struct operand *a, const struct operand *b);

#endif
