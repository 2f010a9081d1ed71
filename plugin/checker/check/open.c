/* open.c - violations that may be none, depending on functions that are not seen.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/open.h"

#include <stdlib.h>

#include "lockprog/alloc.h"

/* True if OP calls a function of the driver without a program, or one that MAY_CALL
 * marks.  What annotations describe is no such function. */
static bool is_open_call(const struct lockprog_op *op, const bool *may_call)
{
	return op->kind == LOCKPROG_CALL && op->callee >= 0 ? may_call[op->callee]
							    : lockprog_calls_unseen(op);
}

static bool has_open_call(const struct lockprog_function *function, const bool *may_call)
{
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++)
			if (is_open_call(&function->blocks[b].ops[i], may_call))
				return true;
	return false;
}

bool *open_find(const struct lockprog_unit *unit)
{
	bool *may_call = alloc_zeroed(unit->n_functions + 1), has_changed = true;

	while (has_changed) {
		has_changed = false;
		for (int f = 0; f < unit->n_functions; f++)
			if (!may_call[f] && has_open_call(unit->functions[f], may_call))
				may_call[f] = has_changed = true;
	}
	return may_call;
}

bool open_is(const struct lockprog_unit *unit, int f, const struct check_violation *violation,
	     const bool *may_call)
{
	const struct lockprog_function *function = unit->functions[f];
	const struct path_event *last = &violation->events[violation->n_events - 1];
	bool *leads = alloc_zeroed(function->n_blocks + 1), has_changed = true, is_open = false;

	/* Blocks that lead to that of the violation. */
	while (has_changed) {
		has_changed = false;
		for (int b = 0; b < function->n_blocks; b++)
			for (int s = 0; s < function->blocks[b].n_succ && !leads[b]; s++) {
				const int to = function->blocks[b].succ[s].block;

				if (to == last->block || leads[to])
					leads[b] = has_changed = true;
			}
	}
	for (int b = 0; b < function->n_blocks && !is_open; b++) {
		const struct lockprog_block *block = &function->blocks[b];
		/* What stands behind the violation comes before it only in a loop. */
		const int end = leads[b] || (b == last->block && last->op < 0) ? block->n_ops
				: b == last->block			       ? last->op + 1
									       : 0;

		for (int i = 0; i < end && !is_open; i++)
			is_open = is_open_call(&block->ops[i], may_call);
	}
	free(leads);
	return is_open;
}
