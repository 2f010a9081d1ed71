/* atomic.h - calls that read a word of memory and write it in one step: the Interlocked functions and GCC's builtins.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ATOMIC_H
#define ATOMIC_H

#include "lockprog/lockprog.h"

/* What one call does to the word that it is handed the address of. */
struct atomic {
	enum { COMPUTE, EXCHANGE, COMPARE } what;
	lockprog_expr expr;	/* COMPUTE: the word becomes itself EXPR the operand */
	int operand;		/* the argument that is written or computed with; -1: 1, or 0 for an EXCHANGE */
	int comparand;		/* COMPARE: the argument that the word must be equal to, or nothing is written */
	enum { OLD, NEW, TRUTH } gives;	/* the word as it was, as it is now; COMPARE: whether it was written */
};

/* What CALL does, if it is one.  *WORD is what it does that to. */
bool atomic_of_call (gimple *call, atomic *found, tree *word);

#endif
