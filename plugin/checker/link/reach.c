/* reach.c - which functions of a driver can matter to a lock.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/reach.h"

#include <stdlib.h>

#include "lockprog/alloc.h"

struct call { int caller, callee; };

struct calls {
	int n, max;
	struct call *list;
};

static void add_call(struct calls *calls, int caller, int callee)
{
	if (callee < 0)
		return;
	calls->list = alloc_grow(calls->list, calls->n, &calls->max, sizeof *calls->list);
	calls->list[calls->n++] = (struct call){ caller, callee };
}

static void find_calls(const struct lockprog_unit *unit, struct calls *calls)
{
	for (int f = 0; f < unit->n_functions; f++)
		for (int b = 0; b < unit->functions[f]->n_blocks; b++) {
			const struct lockprog_block *block = &unit->functions[f]->blocks[b];

			for (int i = 0; i < block->n_ops; i++) {
				const struct lockprog_op *op = &block->ops[i];

				if (op->kind != LOCKPROG_CALL)
					continue;
				add_call(calls, f, op->callee);
				for (int t = 0; t < op->n_targets; t++)
					add_call(calls, f, op->targets[t].function);
			}
		}
}

/* Mark in IS_MARKED whatever CALLS lead to from what is marked: from callers to callees,
 * or with BACKWARDS from callees to callers. */
static void spread(const struct calls *calls, int n, bool backwards, bool *is_marked)
{
	int *first = alloc_zeroed((n + 2) * sizeof *first),
	    *to = alloc_zeroed((calls->n + 1) * sizeof *to),
	    *pending = alloc_zeroed((n + 1) * sizeof *pending), n_pending = 0;

	for (int i = 0; i < calls->n; i++)
		first[(backwards ? calls->list[i].callee : calls->list[i].caller) + 2]++;
	for (int f = 0; f < n; f++)
		first[f + 1] += first[f];
	for (int i = 0; i < calls->n; i++) {
		const struct call *call = &calls->list[i];

		to[first[(backwards ? call->callee : call->caller) + 1]++] =
			backwards ? call->caller : call->callee;
	}
	for (int f = 0; f < n; f++)
		if (is_marked[f])
			pending[n_pending++] = f;
	while (n_pending) {
		const int f = pending[--n_pending];

		for (int i = first[f]; i < first[f + 1]; i++)
			if (!is_marked[to[i]]) {
				is_marked[to[i]] = true;
				pending[n_pending++] = to[i];
			}
	}
	free(first);
	free(to);
	free(pending);
}

/* Give the functions that are kept new numbers, and drop the others. */
static int drop_unmarked(struct lockprog_unit *unit, struct link_origin *origins,
			 const bool *is_marked)
{
	int *numbers = alloc_zeroed((unit->n_functions + 1) * sizeof *numbers), n = 0, dropped = 0;

	for (int f = 0; f < unit->n_functions; f++)
		numbers[f] = is_marked[f] ? n++ : -1;
	for (int f = 0; f < unit->n_functions; f++) {
		struct lockprog_function *function = unit->functions[f];

		if (!is_marked[f]) {
			dropped += !function->is_external;
			lockprog_free_function(function);
			continue;
		}
		for (int b = 0; b < function->n_blocks; b++)
			for (int i = 0; i < function->blocks[b].n_ops; i++) {
				struct lockprog_op *op = &function->blocks[b].ops[i];

				if (op->callee >= 0)
					op->callee = numbers[op->callee];
				for (int t = 0; t < op->n_targets; t++)
					if (op->targets[t].function >= 0)
						op->targets[t].function =
							numbers[op->targets[t].function];
			}
		function->number = numbers[f];
		unit->functions[numbers[f]] = function;
		origins[numbers[f]] = origins[f];
	}
	unit->n_functions = n;
	free(numbers);
	return dropped;
}

int reach_drop(struct lockprog_unit *unit, struct link_origin *origins)
{
	const int n = unit->n_functions;
	struct calls calls = { 0 };
	bool *is_marked = alloc_zeroed(n + 1);
	int dropped;

	for (int f = 0; f < n; f++) {
		const struct lockprog_function *function = unit->functions[f];

		is_marked[f] = function->enters_with_cancel_lock ||
			       lockprog_has_op(function, LOCKPROG_LOCKOP) ||
			       lockprog_has_op(function, LOCKPROG_PROMISE);
	}
	find_calls(unit, &calls);
	spread(&calls, n, true, is_marked);
	spread(&calls, n, false, is_marked);
	dropped = drop_unmarked(unit, origins, is_marked);
	free(calls.list);
	free(is_marked);
	return dropped;
}
