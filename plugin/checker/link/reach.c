/* reach.c - which functions of a driver can matter to a lock.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/reach.h"

#include <stdlib.h>

#include "lockprog/alloc.h"

void reach_add(struct reach_calls *calls, int caller, int callee)
{
	if (callee < 0)
		return;
	calls->list = alloc_grow(calls->list, calls->n, &calls->max, sizeof *calls->list);
	calls->list[calls->n++] = (struct reach_call){ caller, callee };
}

/* Mark in IS_MARKED whatever CALLS lead to from what is marked: from callers to callees,
 * or with BACKWARDS from callees to callers. */
static void spread(const struct reach_calls *calls, int n, bool backwards, bool *is_marked)
{
	int *first = alloc_zeroed((n + 2) * sizeof *first),
	    *to = alloc_zeroed((calls->n + 1) * sizeof *to),
	    *pending = alloc_zeroed((n + 1) * sizeof *pending), n_pending = 0;

	for (int i = 0; i < calls->n; i++)
		first[(backwards ? calls->list[i].callee : calls->list[i].caller) + 2]++;
	for (int f = 0; f < n; f++)
		first[f + 1] += first[f];
	for (int i = 0; i < calls->n; i++) {
		const struct reach_call *call = &calls->list[i];

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

void reach_spread(const struct reach_calls *calls, int n, bool *is_marked)
{
	spread(calls, n, true, is_marked);
	spread(calls, n, false, is_marked);
}

/* The first of what I belongs to. */
static int root(int *first, int i)
{
	while (first[i] != i)
		i = first[i] = first[first[i]];
	return i;
}

int reach_parts(const struct reach_calls *calls, int n, int *part)
{
	int *first = alloc_zeroed((n + 1) * sizeof *first), n_parts = 0;

	for (int i = 0; i < n; i++)
		first[i] = i;
	for (int i = 0; i < calls->n; i++) {
		const int x = root(first, calls->list[i].caller),
			  y = root(first, calls->list[i].callee);

		first[x > y ? x : y] = x > y ? y : x;
	}
	/* The first of each stands before the others. */
	for (int i = 0; i < n; i++)
		part[i] = first[i] == i ? n_parts++ : part[root(first, i)];
	free(first);
	return n_parts;
}
