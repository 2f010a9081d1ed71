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
	/* States with the same locks kept apart at one block, before they are joined. */
	int max_states;
	long max_steps;			/* blocks walked, before the walk stops */
	/* Else both edges of a branch are taken unless what is known of it decides. */
	bool branches_teach;
	/* Values that change in loops without locks are followed for some rounds too. */
	bool follows_all_loops;
	bool leaves_out_back_edges;	/* only acyclic paths */
};

/* What a caller wants to know of a function besides what it does to locks; or what a
 * summary has of that. */
struct question {
	bool ways;			/* under which conditions of the caller's it does what */
	bool end;			/* when it does not come back */
	bool result;
	struct class_set memory;	/* ... what it leaves in memory of these classes */
};

#endif
