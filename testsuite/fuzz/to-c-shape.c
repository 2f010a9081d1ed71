/* to-c-shape.c - the shape of a function: which block comes before which on every way, and where loops are.
 *
 * SPDX-License-Identifier: MIT
 */

#include "to-c.h"

#include <stdlib.h>

static void walk(int block, bool *seen)
{
	seen[block] = true;
	for (int e = f->blocks[block].n_succ; e-- > 0; )
		if (!seen[f->blocks[block].succ[e].block])
			walk(f->blocks[block].succ[e].block, seen);
	order[n_order++] = block;
}

static int common_dominator(const int *number, int a, int b)
{
	while (a != b) {
		while (number[a] > number[b])
			a = dominator[a];
		while (number[b] > number[a])
			b = dominator[b];
	}
	return a;
}

void find_dominators(void)
{
	bool *seen = zeroed(f->n_blocks, sizeof *seen), changed;
	int *number = zeroed(f->n_blocks, sizeof *number);

	n_order = 0;
	walk(0, seen);
	for (int i = 0; i < n_order / 2; i++) {
		int other = order[i];

		order[i] = order[n_order - 1 - i];
		order[n_order - 1 - i] = other;
	}
	for (int i = 0; i < n_order; i++)
		number[order[i]] = i;
	for (int b = 0; b < f->n_blocks; b++)
		dominator[b] = -1;
	dominator[0] = 0;
	do {
		changed = false;
		for (int i = 0; i < n_order; i++)
			for (int e = 0; e < f->blocks[order[i]].n_succ; e++) {
				int from = order[i], to = f->blocks[from].succ[e].block, is;

				if (!to || dominator[from] < 0)
					continue;
				is = dominator[to] < 0 ? from : common_dominator(number, dominator[to], from);
				changed |= is != dominator[to];
				dominator[to] = is;
			}
	} while (changed);
	free(number);
	free(seen);
}

bool dominates(int a, int b)
{
	while (b != a && b)
		b = dominator[b];
	return a == b;
}

bool is_loop_head(int block)
{
	for (int b = 0; b < f->n_blocks; b++)
		for (int e = 0; e < f->blocks[b].n_succ; e++)
			if (f->blocks[b].succ[e].block == block && dominator[b] >= 0 && dominates(block, b))
				return true;
	return false;
}
