/* choice.h - calls through pointers to functions of the unit, for the check.
 *
 * Where a pointer may lead to functions that change locks, a choice function stands for
 * them: it calls one of them and returns what that returns.  What all of them do alike is
 * what the call does; what only some do is doubted by its callers.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CHOICE_H
#define CHOICE_H

#include "lockprog/lockprog.h"

struct checker;

struct choices {
	/* The unit with the choice functions at the end, and calls of them. */
	struct lockprog_unit unit;
	const struct lockprog_unit *of;
	int n_before;			/* functions of OF */
	bool *is_copied;		/* function: its blocks are not those of OF */
	/* The calls that the choice functions were made for, in their order. */
	int n_made, max_made;
	const struct lockprog_op **made;
};

/* Make CHOICES for UNIT, which stays as it is. */
void choices_make(struct choices *choices, const struct lockprog_unit *unit);
void choices_free(struct choices *choices);

/* Function number F of CHECKER has its summary.  If it is a choice function that leaves
 * locks alone, or about which nothing is known, its calls are again calls of a function
 * that is not seen. */
void choices_settle(struct choices *choices, const struct checker *checker, int f);

#endif
