/* image.h - what an operation makes of sets of values.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef IMAGE_H
#define IMAGE_H

#include "value/collect.h"

/* What EXPR makes of A and B (NULL for a cast) in TYPE, for all but comparisons.  Sums,
 * differences and products of signed types do not leave their type, those of unsigned
 * ones wrap around.  N is 0 if the result is empty. */
struct fact image_of(enum lockprog_expr expr, struct lockprog_type type, const struct operand *a,
		     const struct operand *b);

/* Add the sums, or differences, of A and B to ALL. */
void image_add_sum(struct collected *all, enum lockprog_expr expr, const struct operand *a,
		   const struct operand *b);

#endif
