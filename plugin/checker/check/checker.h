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
	struct summary *summaries;	/* of each function; those of callees are made before those of callers */
	struct check_result *result;
	bool *is_called;		/* function: by functions of the unit, or through a pointer that may reach it */
	bool *decides;			/* function: what it returns may decide about locks in a caller */
	int n_asking;			/* depth of the chain of callees that are looked at again, each for its caller */
};

/* A walk of function number F of CHECKER's unit, to be walked as PIECES has it; nothing is walked yet. */
struct walk checker_walk(struct checker *checker, int f, const struct pieces *pieces);

#endif
