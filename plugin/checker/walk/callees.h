/* callees.h - what a walk asks of the functions that its function calls.
 *
 * Summaries are made of walks, and walks apply summaries.  So that the walk stands below
 * them, it knows callees by this struct alone; call/apply.c fills it in.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CALLEES_H
#define CALLEES_H

#include "lockprog/lockprog.h"

struct state;
struct walk;

/* How a call goes on. */
enum call_end {
	CALL_RETURNS,
	/* It does not come back this way: a fact contradicts, or a try of a held lock
	 * fails. */
	CALL_INFEASIBLE,
	CALL_ENDS		/* the path ends in the callee: by an exception, or spinning */
};

struct callees {
	const void *data;

	/* The number of ways in which the call OP may come back; -1: nothing is known of
	 * the callee. */
	int (*ways)(const struct walk *walk, const struct lockprog_op *op);

	/* The call at operation I of BLOCK comes back in way number WAY: apply that to
	 * STATE.  WAITS_FOR_EVER: the call comes back in no way, so a try of a lock that
	 * is held is a wait for it. */
	enum call_end (*apply)(struct walk *walk, struct state *state, int block, int i, int way,
			       bool waits_for_ever);

	/* True if the call OP waits for a lock by trying, in some way. */
	bool (*may_wait)(const struct walk *walk, const struct lockprog_op *op);

	/* True if the pointer that OP calls may point to a function of the unit that
	 * leaves locks otherwise than it found them. */
	bool (*targets_change_locks)(const struct walk *walk, const struct lockprog_op *op);

	/* True if function number CALLEE may have to do with locks. */
	bool (*has_locks)(const void *data, int callee);

	/* True if function number CALLEE may release a lock of CLASS_. */
	bool (*may_release)(const void *data, int callee, int class_);

	/* Call VISIT for each class of locks that function number CALLEE leaves acquired,
	 * or released. */
	void (*each_class)(const void *data, int callee,
			   void (*visit)(int class_, bool is_acquired, void *to), void *to);
};

#endif
