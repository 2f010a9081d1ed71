/* effort.h - how closely one walk looks at a function, and what a function is asked for.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef EFFORT_H
#define EFFORT_H

#include "value/class-set.h"

/* The rungs of the ladder (check/ladder.c) are efforts. */
struct effort {
	const char *name;		/* of the rung, for traces */
	int max_states;			/* states with the same locks kept apart at one block, before they are joined */
	long max_steps;			/* blocks walked, before the walk stops */
	bool branches_teach;		/* else both edges of a branch are taken unless what is known of it decides */
	bool follows_all_loops;		/* values that change in loops without locks are followed for some rounds too */
	bool leaves_out_back_edges;	/* only acyclic paths */
};

/* What a caller wants to know of a function besides what it does to locks; or what a summary has of that. */
struct question {
	bool ways;			/* under which conditions of the caller's it does what */
	bool end;			/* when it does not come back */
	bool result;
	struct class_set memory;	/* ... what it leaves in memory of these classes */
};

#endif
