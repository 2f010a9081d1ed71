/* preimage.h - which operands give a result: an operation on sets of values, backward.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef PREIMAGE_H
#define PREIMAGE_H

#include "value/range.h"

/* Remove from A and B values that give no value in RESULT.  False if no values are
 * left. */
bool preimage_narrow(enum lockprog_expr expr, const struct operand *result, struct operand *a,
		     struct operand *b);

#endif
