/* constant.h - variables that no code writes to, and what they hold.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CONSTANT_H
#define CONSTANT_H

/* True if DECL is a variable that no code writes to: a constant, or a static one that
 * functions of the unit only load from.  Functions have their bodies and references. */
bool is_constant_variable (tree decl);

/* What a load of REF gives, if it is known: a number of a constant, or an address in any
 * such variable.  Or NULL_TREE. */
tree constant_at (tree ref);

/* Forget what was found out about variables, before the next unit. */
void constants_end ();

#endif
