/* sym-op.h - expressions, simplified when they are made.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SYM_OP_H
#define SYM_OP_H

#include "value/sym.h"

/* A EXPR B in TYPE, simplified; a cast of A for COPY. */
int sym_op(struct sym_table *table, enum lockprog_expr expr, struct lockprog_type type, int a,
	   int b);

/* The expression LIKE, an OP, with A and B as its operands. */
int sym_same_op(struct sym_table *table, const struct sym *like, int a, int b);

/* NODE with ATOM replaced by BY. */
int sym_replace(struct sym_table *table, int node, int atom, int by);

#endif
