/* belief.h - whether the programmer believes that a call leaves a held lock alone.
 *
 * A call of a function of the driver that is not seen can release a lock that it gets at.
 * If the caller releases the lock after the call, the programmer believes that the call
 * does not.  That is found from the text of the function, without its values.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef BELIEF_H
#define BELIEF_H

#include "lockprog/lockprog.h"

/* A lock, as far as operations name it. */
struct named_lock {
	bool is_cancel;
	bool has_handle;	/* it was acquired with a queue handle */
	int class_;		/* or -1 */
	const char *text;	/* as written; or NULL */
	int object;		/* the variable that it lies in, or -1: unknown */
	long long offset;	/* in OBJECT */
};

/* How a called function leaves locks. */
struct belief_callees {
	/* Call VISIT for each class of locks that function number CALLEE leaves acquired,
	 * or released. */
	void (*each_class)(const void *data, int callee,
			   void (*visit)(int class_, bool is_acquired, void *to), void *to);
	const void *data;
};

/* What an operation does to a lock, as far as its text says. */
enum touch { TOUCH_NONE, TOUCH_ACQUIRE, TOUCH_RELEASE };

/* The lock of OP, a lock operation of FUNCTION. */
struct named_lock belief_lock_of(const struct lockprog_function *function,
				 const struct lockprog_op *op);

enum touch belief_touch(const struct lockprog_function *function, const struct lockprog_op *op,
			const struct named_lock *lock, const struct belief_callees *callees);

/* True if on some path from operation I of BLOCK on a release of LOCK follows, with no
 * acquire between that it may belong to. */
bool belief_is_released_after(const struct lockprog_function *function, int block, int i,
			      const struct named_lock *lock,
			      const struct belief_callees *callees);

#endif
