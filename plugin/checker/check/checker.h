/* checker.h - the data of the check of one unit.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CHECKER_H
#define CHECKER_H

#include "call/summary.h"
#include "check/budget.h"
#include "check/check.h"

struct checker {
	const struct lockprog_unit *unit;
	const struct check_options *options;
	struct sym_table syms;
	struct budget budget;
	/* Of each function; those of callees are complete before those of callers. */
	struct summary *summaries;
	/* Function: the classes of the locks that it or what it calls may use. */
	struct class_set *reached;
	struct check_result *result;
	/* Function: other functions of the unit call it, or a pointer that may reach
	 * it. */
	bool *is_called;
	/* Function: its result may decide about locks in a caller. */
	bool *decides;
	/* Function: it is in a cycle of calls that is being checked, and is not walked
	 * again for a caller. */
	bool *is_unsettled;
	/* Depth of the chain of callees that are walked again, each for its caller. */
	int n_asking;
	/* Callees are walked again with as much work as is left, not with little. */
	bool is_thorough;
};

/* A walk, not started, of function number F of CHECKER's unit, cut into PIECES. */
struct walk checker_walk(struct checker *checker, int f, const struct pieces *pieces);

#endif
