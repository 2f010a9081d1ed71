/* order.c - depth-first order and dominators of the blocks of a function.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lockprog/order.h"

#include <assert.h>
#include <stdlib.h>

#include "lockprog/alloc.h"

/* Without recursion: functions may have ten thousands of blocks in a row. */
int order_find(const struct lockprog_function *function, int *order, int *rank)
{
	int n = function->n_blocks, depth = 0, finished = n;
	int *stack = alloc_zeroed((n + 1) * sizeof *stack),
	    *next = alloc_zeroed((n + 1) * sizeof *next);
	int *post = alloc_zeroed((n + 1) * sizeof *post);
	bool *seen = alloc_zeroed(n + 1);

	if (n) {
		stack[depth++] = 0;
		seen[0] = true;
	}
	while (depth) {
		int b = stack[depth - 1];
		const struct lockprog_block *block = &function->blocks[b];

		if (next[b] < block->n_succ) {
			/* Last successor first, so that the first comes first in the
			 * reversed order. */
			int to = block->succ[block->n_succ - 1 - next[b]++].block;

			if (!seen[to]) {
				seen[to] = true;
				stack[depth++] = to;
			}
		} else {
			post[--finished] = b;
			depth--;
		}
	}
	for (int b = 0; b < n; b++)
		rank[b] = -1;
	for (int i = finished; i < n; i++) {
		order[i - finished] = post[i];
		rank[post[i]] = i - finished;
	}
	free(stack);
	free(next);
	free(seen);
	free(post);
	return n - finished;
}

/* The last block that dominates both X and Y, according to DOMINATORS so far. */
static int meet(const int *dominators, const int *rank, int x, int y)
{
	while (x != y) {
		while (rank[x] > rank[y])
			x = dominators[x];
		while (rank[y] > rank[x])
			y = dominators[y];
	}
	return x;
}

/* The edges from reached blocks, as indexes in FROM: those into block B are FIRST[B] to
 * FIRST[B + 1]. */
static void find_preds(const struct lockprog_function *function, const int *order, int n_reached,
		       int *first, int **from)
{
	int *next = alloc_zeroed((function->n_blocks + 1) * sizeof *next);

	for (int i = 0; i < n_reached; i++)
		for (int s = 0; s < function->blocks[order[i]].n_succ; s++)
			first[function->blocks[order[i]].succ[s].block + 1]++;
	for (int b = 0; b < function->n_blocks; b++) {
		first[b + 1] += first[b];
		next[b] = first[b];
	}
	*from = alloc_zeroed((first[function->n_blocks] + 1) * sizeof **from);
	for (int i = 0; i < n_reached; i++)
		for (int s = 0; s < function->blocks[order[i]].n_succ; s++)
			(*from)[next[function->blocks[order[i]].succ[s].block]++] = order[i];
	free(next);
}

/* Cooper, Harvey and Kennedy: the meet of the predecessors' dominators, until nothing
 * changes. */
int *order_dominators(const struct lockprog_function *function, const int *order, const int *rank,
		      int n_reached)
{
	int *dominators = alloc_zeroed((function->n_blocks + 1) * sizeof *dominators);
	int *first = alloc_zeroed((function->n_blocks + 1) * sizeof *first), *from;
	bool changed = n_reached > 0;

	find_preds(function, order, n_reached, first, &from);
	for (int b = 0; b < function->n_blocks; b++)
		dominators[b] = -1;
	if (n_reached)
		dominators[0] = 0;
	while (changed) {
		changed = false;
		for (int i = 1; i < n_reached; i++) {
			int b = order[i], made = -1;

			for (int e = first[b]; e < first[b + 1]; e++)
				if (dominators[from[e]] >= 0)
					made = made < 0 ? from[e]
							: meet(dominators, rank, made, from[e]);
			if (made != dominators[b]) {
				dominators[b] = made;
				changed = true;
			}
		}
	}
	free(first);
	free(from);
	return dominators;
}

bool order_dominates(const int *dominators, const int *rank, int by, int block)
{
	assert(rank[block] >= 0 && rank[by] >= 0);
	while (rank[block] > rank[by])
		block = dominators[block];
	return block == by;
}
