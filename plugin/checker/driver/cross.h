/* cross.h - where the functions that a path calls do what its events say.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DRIVER_CROSS_H
#define DRIVER_CROSS_H

#include "check/check.h"
#include "link/link.h"

/* Calls in calls that are shown. */
enum { CROSS_MAX_STEPS = 8 };

/* An operation of function number FUNCTION. */
struct cross_step {
	int function;
	const struct lockprog_op *op;
};

/* Find what the call at EVENT, in function number FUNCTION of LINKED, does to a lock: the
 * calls to it, and the operation that acquires or else releases the lock.  Returns the
 * number of STEPS, 0 if several operations may be meant. */
int cross_find(struct link_result *linked, int function, const struct path_event *event,
	       bool acquires, struct cross_step *steps);

#endif
