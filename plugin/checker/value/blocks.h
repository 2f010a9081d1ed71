/* blocks.h - operations on the bits of sets of values.
 *
 * A set is cut into blocks: a number, and lower bits of it that have any value.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef BLOCKS_H
#define BLOCKS_H

#include "value/collect.h"

/* Add to ALL the results of EXPR, which is AND, OR or XOR, for A and B; possibly more. */
void blocks_collect(struct collected *all, enum lockprog_expr expr, const struct operand *a,
		    const struct operand *b);

#endif
