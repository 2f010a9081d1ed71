/* effort.h - how closely one walk looks at a function, and what callers need to know of a
 * function.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef EFFORT_H
#define EFFORT_H

#include "value/class-set.h"

/* The rungs of the ladder (check/ladder.c) are efforts. */
struct effort {
	const char *name;		/* of the rung, for traces */
	/* States with the same locks that are kept at one block before they are
	 * joined. */
	int max_states;
	long max_steps;			/* blocks to walk before the walk stops */
	unsigned long long max_work;	/* in units of lockprog/work.h */
	/* Block, by its rank: the work of an earlier walk with the same flow, which this
	 * one takes at least; or NULL. */
	const unsigned long long *least_work;
	/* False: both edges of a branch are taken unless facts decide the branch. */
	bool branches_teach;
	/* Without that: states join although locks are balanced in one and untouched in
	 * the other. */
	bool joins_balanced;
	/* Values that change in loops without lock operations are kept for some rounds
	 * too. */
	bool follows_all_loops;
	bool leaves_out_back_edges;	/* only acyclic paths */
};

/* What a caller needs to know of a function besides its effects on locks; or what a
 * summary has of that. */
struct question {
	bool ways;			/* under which conditions each outcome happens */
	bool end;			/* on which paths the function does not return */
	bool result;
	struct class_set memory;	/* the values that it leaves in memory of these classes */
};

#endif
