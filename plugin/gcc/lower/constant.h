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

/* An address that a pointer may be, and what a load through it gives then. */
struct chosen_constant {
	tree address, value;
};

/* What a load of REF, through a pointer that is one of several addresses, gives for each:
 * empty if that is not known for all.  *POINTER: what is one of these addresses. */
std::vector<chosen_constant> chosen_constants (tree ref, tree *pointer);

/* Forget what was found out about variables, before the next unit. */
void constants_end ();

#endif
