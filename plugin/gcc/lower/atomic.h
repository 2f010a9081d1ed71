/* atomic.h - calls that read a word of memory and write it in one step: the Interlocked
 * functions and GCC's builtins, which are rows of atomic.def.
 *
 * They become a load, what is computed, and a store.  Other threads may change the word
 * between two of them, as they may change any memory: what is found there is as likely
 * what was left there as with plain loads and stores.  Words of system structs
 * (Irp->CancelRoutine) are left out: these are exchanged just because the system does the
 * same at any time.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ATOMIC_H
#define ATOMIC_H

#include "lower/function.h"

/* What one call does to the word that it is handed the address of, as in atomic.def. */
struct atomic {
	enum { COMPUTE, EXCHANGE, COMPARE } what;
	lockprog_expr expr;	/* COMPUTE: the word becomes itself EXPR the operand */
	int operand;		/* the argument that is written or computed with, or -1 */
	int comparand;		/* COMPARE: the argument that the word must be equal to */
	enum { OLD, NEW, TRUTH } gives;
};

/* What CALL does, if it is such a call.  *WORD is what it does that to. */
bool atomic_of_call (gimple *call, atomic *found, tree *word);

/* True if FNDECL is one of GCC's builtins for atomic operations, also of those without a
 * row. */
bool is_atomic_builtin (tree fndecl);

/* A call of one.  False if CALL is another call, or one whose word is not one cell. */
bool lower_atomic (function_lowering &l, gcall *call);

#endif
