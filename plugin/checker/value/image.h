/* image.h - the results of an operation on sets of values.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef IMAGE_H
#define IMAGE_H

#include "value/collect.h"

/* The results of EXPR for A and B (NULL for a cast) in TYPE, except for comparisons.
 * Sums, differences and products of signed types stay in their type, those of unsigned
 * types wrap around.  N is 0 if there is no result. */
struct fact image_of(enum lockprog_expr expr, struct lockprog_type type, const struct operand *a,
		     const struct operand *b);

/* Add the sums, or differences, of A and B to ALL. */
void image_add_sum(struct collected *all, enum lockprog_expr expr, const struct operand *a,
		   const struct operand *b);

#endif
