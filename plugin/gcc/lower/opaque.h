/* opaque.h - what lock programs cannot compute.
 *
 * The same operator of the same operands gives the same result.  A value that is no word
 * is represented by a word that is unknown.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef OPAQUE_H
#define OPAQUE_H

#include "lower/function.h"

/* Make VALUE the result of OP of A and B. */
void lower_opaque (function_lowering &l, int value, const char *op, int a, int b);

/* The word that stands for VALUE, which need not be one. */
int opaque_operand (function_lowering &l, tree value);

/* The truth value of A CODE B in a type that is no word. */
int opaque_comparison (function_lowering &l, tree_code code, tree a, tree b);

/* Make VALUE what REF holds: a private variable that is no word, or bits of one.  False
 * if it is something else. */
bool opaque_load (function_lowering &l, int value, tree ref);

/* Make VALUE what ASSIGN computes, of which something is no word. */
void opaque_assign (function_lowering &l, int value, gassign *assign);

/* Define what STMT computes that is no word and that no other function here has defined:
 * unknown. */
void define_others (function_lowering &l, gimple *stmt);

#endif
