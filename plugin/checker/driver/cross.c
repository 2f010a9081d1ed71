/* cross.c - where the functions that a path calls do what its events say.
 *
 * The checker's summaries do not keep operations.  Where a function has one operation
 * that can be meant, that is it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "driver/cross.h"

/* Functions to search for one event: longer chains of calls do not help a reader. */
enum { CROSS_MAX_SEARCHED = 1000 };

static bool does(const struct lockprog_op *op, bool acquires)
{
	if (op->kind != LOCKPROG_LOCKOP)
		return false;
	if (acquires)
		return op->ddi->op == SPINRULE_OP_ACQUIRE || op->ddi->op == SPINRULE_OP_TRY;
	return op->ddi->op == SPINRULE_OP_RELEASE;
}

/* Find the one operation that function number F does itself, or that functions which it
 * calls do.  Returns the number of steps; -1 if there are several, or the search is over
 * its BUDGET. */
static int find_in(struct link_result *linked, int f, bool acquires,
		   struct cross_step *steps, int depth, int *budget)
{
	const struct lockprog_function *function = linked->unit->functions[f];
	int n = 0;

	if (depth == CROSS_MAX_STEPS)
		return 0;
	if (--*budget < 0)
		return -1;
	link_load(linked, f);
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];
			struct cross_step below[CROSS_MAX_STEPS];
			int n_below = 0;

			if (does(op, acquires))
				n_below = 1;
			else if (op->kind == LOCKPROG_CALL && op->callee >= 0 && op->callee != f)
				n_below = find_in(linked, op->callee, acquires, below + 1,
						  depth + 1, budget);
			if (n_below == 0)
				continue;
			if (n_below < 0 || n > 0)
				return -1;
			below[0] = (struct cross_step){ f, op };
			n = op->kind == LOCKPROG_CALL ? n_below + 1 : 1;
			for (int k = 0; k < n; k++)
				steps[k] = below[k];
		}
	return n;
}

int cross_find(struct link_result *linked, int function, const struct path_event *event,
	       bool acquires, struct cross_step *steps)
{
	const struct lockprog_op *op;
	int n, budget = CROSS_MAX_SEARCHED;

	if (event->op < 0)
		return 0;
	op = &linked->unit->functions[function]->blocks[event->block].ops[event->op];
	if (op->kind != LOCKPROG_CALL || op->callee < 0)
		return 0;
	n = find_in(linked, op->callee, acquires, steps, 0, &budget);
	return n > 0 ? n : 0;
}
