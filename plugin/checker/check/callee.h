/* callee.h - where the functions that a path calls do what its events say.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CALLEE_H
#define CALLEE_H

#include "check/check.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Calls in calls that are shown. */
enum { CALLEE_MAX_STEPS = 8 };

/* A unit, and how to see to it that a function has its body; LOAD is NULL if all have
 * theirs. */
struct callee_unit {
	const struct lockprog_unit *unit;
	void (*load)(void *context, int function);
	void *context;
};

/* An operation of function number FUNCTION. */
struct callee_step {
	int function;
	const struct lockprog_op *op;
};

/* Find what EVENT of VIOLATION's path, in function number FUNCTION, does to a lock by a
 * call: the calls to it, and the operation that acquires or else releases the lock.
 * Returns the number of STEPS, 0 if it is no such event, or if several operations may be
 * meant. */
int callee_find(const struct callee_unit *unit, int function,
		const struct check_violation *violation, const struct path_event *event,
		struct callee_step steps[CALLEE_MAX_STEPS]);

/* The words of STEP: "'Enter' calls 'Lock'", "'ext->lock' acquired here, by
 * 'KeAcquireSpinLock', in 'Lock'".  Returns BUFFER. */
const char *callee_words(const struct callee_unit *unit, const struct callee_step *step,
			 char *buffer, int size);

#ifdef __cplusplus
}
#endif

#endif
