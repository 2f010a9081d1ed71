/* assume.h - assumptions, which are calls of functions that do not exist.
 *
 *     _Analysis_assume_(n > 0 && p);      __spinrule_assume (n > 0 && p);
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ASSUME_H
#define ASSUME_H

#include "lockprog/lockprog.h"

enum assumption {
	ASSUMPTION_NONE,
	ASSUMPTION_FACT,	/* __spinrule_assume (condition) */
	ASSUMPTION_LOCK		/* __spinrule_assume_lock ("macro", "text", is it held, lock) */
};

/* True if a call of FNDECL is an assumption. */
bool is_assumption (tree fndecl);

/* What the statement STMT assumes. */
assumption assumption_of (gimple *stmt);

/* Take all assumptions out of the unit's code, with what only they use. */
void assumptions_remove ();

/* An assumption of the unit.  USED: it stands in a function with locks, so the checker
 * uses it. */
struct assumption_use {
	const char *kind;		/* "assume", "assume-lock" */
	lockprog_place place;
	int used;
};

/* Note one; all that were noted, in the order of the code. */
void assumption_note_use (const char *kind, lockprog_place place, int used);
const std::vector<assumption_use> &assumption_uses ();

#endif
