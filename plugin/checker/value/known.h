/* known.h - what facts say of a symbolic value: its own fact, and what follows from its
 * operands.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef KNOWN_H
#define KNOWN_H

#include "value/facts.h"

/* NODE as an operand: its type and all that is known of it. */
struct operand known_operand(const struct facts *facts, const struct sym_table *table, int node);

/* What is known of NODE from its operands, without its own fact. */
struct fact known_from_parts(const struct facts *facts, const struct sym_table *table, int node);

/* True if keys of both types can be compared. */
bool known_same_keys(struct lockprog_type a, struct lockprog_type b);

/* The truth of the comparison of A and B by EXPR, EQ or LT: 0, 1, or -1 if the sets do
 * not decide it. */
int known_truth(enum lockprog_expr expr, const struct operand *a, const struct operand *b);

/* True if SYM compares two values; if it computes a number from others, which addresses
 * are not. */
bool known_is_comparison(const struct sym *sym);
bool known_is_arithmetic(const struct sym *sym);

#endif
