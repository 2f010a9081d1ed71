/* budget.h - how much work the check of a unit may take: in proportion to its size.
 *
 * Each function has a share for its own size.  What it needs beyond that comes from the
 * pool of the unit, of which it may take half, so that something is left for those after
 * it.  A function that needs more is "unknown".
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef BUDGET_H
#define BUDGET_H

#include "lockprog/lockprog.h"

struct budget {
	unsigned long long pool;
	int patience;			/* struct check_options has it */
	/* Of the function that is checked now. */
	unsigned long long start, own;
	unsigned long long end;		/* what work_done may reach */
};

/* The share of FUNCTION for its own size. */
unsigned long long budget_share(const struct lockprog_function *function, int patience);

/* The work of a walk of FUNCTION in haste, for a caller that may not need it. */
unsigned long long budget_hasty(const struct lockprog_function *function, int patience);

/* The budget of the whole UNIT; MAX_STEPS and PATIENCE are the options. */
void budget_start(struct budget *budget, const struct lockprog_unit *unit, int max_steps,
		  int patience);

/* Start and end work on FUNCTION. */
void budget_begin(struct budget *budget, const struct lockprog_function *function);
void budget_end(struct budget *budget);

#endif
