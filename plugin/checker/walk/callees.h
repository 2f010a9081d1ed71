/* callees.h - what a walk needs from the functions that its function calls.
 *
 * Summaries are made from walks, and walks apply summaries.  So that walk/ stays below
 * call/, it knows callees only by this struct; call/answers.c fills it in.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CALLEES_H
#define CALLEES_H

#include "lockprog/lockprog.h"

struct class_set;
struct state;
struct walk;

/* How a path goes on after a call. */
enum call_end {
	CALL_RETURNS,
	/* The call cannot have this outcome: a fact contradicts it, or a try of a held
	 * lock fails. */
	CALL_INFEASIBLE,
	CALL_ENDS		/* the path ends in the callee: by an exception, or spinning */
};

struct callees {
	const void *data;

	/* The number of outcomes of the call OP; -1: the callee is unknown. */
	int (*ways)(const struct walk *walk, const struct lockprog_op *op);

	/* Apply outcome number WAY of the call at operation I of BLOCK to STATE.
	 * WAITS_FOR_EVER: no outcome is possible, so a try of a held lock is an endless
	 * wait for it. */
	enum call_end (*apply)(struct walk *walk, struct state *state, int block, int i, int way,
			       bool waits_for_ever);

	/* The call at operation I of BLOCK is about to happen in STATE: claim it if the
	 * callee acquires a lock that it holds then, as two of its locks are one here. */
	void (*claim_aliases)(struct walk *walk, struct state *state, int block, int i);

	/* True in a replay, if the call OP has ways that the path does not choose from:
	 * each is to be tried. */
	bool (*are_tried)(const struct walk *walk, const struct lockprog_op *op);

	/* True if the callee of OP was asked in haste, and more work may show more. */
	bool (*is_in_haste)(const struct walk *walk, const struct lockprog_op *op);

	/* True if some outcome of the call OP tries to acquire a lock. */
	bool (*may_wait)(const struct walk *walk, const struct lockprog_op *op);

	/* The classes of locks that function number CALLEE may leave in another state, as
	 * lock_class says. */
	const struct class_set *(*changed)(const void *data, int callee);

	/* True if function number CALLEE may do something to locks. */
	bool (*has_locks)(const void *data, int callee);

	/* True if function number CALLEE may release a lock of CLASS_. */
	bool (*may_release)(const void *data, int callee, int class_);

	/* Call VISIT for each class of locks that function number CALLEE leaves acquired,
	 * or released. */
	void (*each_class)(const void *data, int callee,
			   void (*visit)(int class_, bool is_acquired, void *to), void *to);
};

#endif
