/* stmt.h - statements and comparisons.
 *
 * What a statement computes becomes a value if a lock program can compute it, and an
 * unknown if it cannot.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef STMT_H
#define STMT_H

#include "lower/function.h"

/* Parameters: values, and those that live in memory stored there. */
void lower_params (function_lowering &l);

void lower_phi (function_lowering &l, gphi *phi);

/* False if what follows STMT is not reached. */
bool lower_stmt (function_lowering &l, gimple *stmt);

/* The truth value of A CODE B. */
int lower_comparison (function_lowering &l, tree_code code, tree a, tree b);

#endif
