/* budget.c - how much work the check of a unit may take.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/budget.h"

#include "limits.h"
#include "lockprog/work.h"

/* Operations, edges and statements of FUNCTION: what the compiler's work is in proportion
 * to. */
static unsigned long long size_of(const struct lockprog_function *function)
{
	unsigned long long size = 1;

	for (int b = 0; b < function->n_blocks; b++)
		size += 1 + function->blocks[b].n_ops + function->blocks[b].n_succ;
	return size;
}

/* The same, as it counts for the share: what FUNCTION calls is looked at again for it,
 * and at its cost.  A compile has no patience for that. */
static unsigned long long counted_size(const struct lockprog_function *function, int patience)
{
	return size_of(function) + WORK_OF_CALLEES * (patience - 1);
}

unsigned long long budget_share(const struct lockprog_function *function, int patience)
{
	return WORK_SHARE * patience * counted_size(function, patience);
}

unsigned long long budget_hasty(const struct lockprog_function *function, int patience)
{
	return WORK_HASTY + WORK_HASTY_SHARE * patience * size_of(function);
}

void budget_start(struct budget *budget, const struct lockprog_unit *unit, int max_steps,
		  int patience)
{
	budget->patience = patience;
	budget->pool = WORK_POOL;
	for (int f = 0; f < unit->n_functions; f++)
		budget->pool += WORK_POOL_SHARE * size_of(unit->functions[f]);
	/* Who asks for more steps than usual is ready to wait for them. */
	if (max_steps > EFFORT_STEPS)
		budget->pool *= max_steps / EFFORT_STEPS + 1;
}

void budget_begin(struct budget *budget, const struct lockprog_function *function)
{
	const unsigned long long size = size_of(function);
	const unsigned long long small = WORK_POOL_SIZE * budget->patience;
	unsigned long long most = budget->pool / 2;

	if (size > small)
		most = most / size * small;
	budget->own = budget_share(function, budget->patience);
	budget->start = work_done;
	budget->end = work_done + budget->own + most;
}

void budget_end(struct budget *budget)
{
	const unsigned long long used = work_done - budget->start;

	if (used > budget->own)
		budget->pool -= used - budget->own < budget->pool ? used - budget->own
								  : budget->pool;
}
