/* paths.c - the acyclic paths of one function, by number.
 *
 * SPDX-License-Identifier: MIT
 */

#include "paths.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_PATHS = 2000, MAX_BLOCKS = 1000, MAX_SUCC = 64 };

static const struct lockprog_function *function;
static int numbers[MAX_BLOCKS];				/* block: how many paths lead from it to an end */
static bool is_back[MAX_BLOCKS][MAX_SUCC];
static enum { NEW, ON_THE_WAY, DONE } visits[MAX_BLOCKS];
static unsigned char broken[MAX_PATHS];			/* 1: maybe, 2: for sure */

/* An edge to a block that is on the way to where it starts goes back.  Last edges first, as the checker does: in
 * code with gotos into loops it makes a difference. */
static void visit(int block)
{
	const struct lockprog_block *at = &function->blocks[block];
	int number = at->n_succ == 0;

	visits[block] = ON_THE_WAY;
	for (int succ = at->n_succ; succ-- > 0; ) {
		int to = at->succ[succ].block;

		is_back[block][succ] = visits[to] == ON_THE_WAY;
		if (is_back[block][succ])
			continue;
		if (visits[to] == NEW)
			visit(to);
		number += numbers[to];
		if (number > MAX_PATHS)
			number = MAX_PATHS + 1;
	}
	numbers[block] = number;
	visits[block] = DONE;
}

bool paths_begin(const struct lockprog_function *f)
{
	function = f;
	if (f->n_blocks > MAX_BLOCKS)
		return false;
	for (int b = 0; b < f->n_blocks; b++)
		if (f->blocks[b].n_succ > MAX_SUCC)
			return false;
	memset(visits, 0, sizeof visits);
	memset(broken, 0, sizeof broken);
	visit(0);
	return numbers[0] <= MAX_PATHS;
}

int paths_step(int path, int block, int succ)
{
	const struct lockprog_block *at = &function->blocks[block];

	if (path == NO_PATH || is_back[block][succ] || !numbers[at->succ[succ].block])
		return NO_PATH;
	for (int before = 0; before < succ; before++)
		if (!is_back[block][before])
			path += numbers[at->succ[before].block];
	return path;
}

void paths_break(int path, int block, bool for_sure)
{
	if (path == NO_PATH)
		return;
	for (int i = path; i < path + numbers[block]; i++)
		if (broken[i] < 1 + for_sure)
			broken[i] = 1 + for_sure;
}

int paths_numbers(int *low, int *high)
{
	*low = *high = 0;
	for (int i = 0; i < MAX_PATHS; i++) {
		*low += broken[i] == 2;
		*high += broken[i] != 0;
	}
	return numbers[0];
}
