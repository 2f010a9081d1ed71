/* checker.h - what the check of one unit keeps.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CHECKER_H
#define CHECKER_H

#include "call/summary.h"
#include "check/check.h"

struct checker {
	const struct lockprog_unit *unit;
	const struct check_options *options;
	struct sym_table syms;
	/* Of each function; those of callees are made before those of callers. */
	struct summary *summaries;
	struct check_result *result;
	/* Function: by functions of the unit, or through a pointer that may reach it. */
	bool *is_called;
	/* Function: what it returns may decide about locks in a caller. */
	bool *decides;
	/* Depth of the chain of callees that are looked at again, each for its caller. */
	int n_asking;
};

/* A walk of function number F of CHECKER's unit, to be walked as PIECES has it; nothing
 * is walked yet. */
struct walk checker_walk(struct checker *checker, int f, const struct pieces *pieces);

#endif
