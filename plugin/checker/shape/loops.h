/* loops.h - the loops of a function.
 *
 * A loop is known by its header, the block that a back edge leads to.  It has all blocks
 * from which a path reaches a back edge to the header without passing the header: a
 * natural loop.  Two back edges to one header make one loop.
 *
 *     b0 -> b1;  b1 -> b2 b4;  b2 -> b1 b3;  b3 -> b1  one loop: header b1, body b1 b2 b3
 *
 * A loop that an edge enters elsewhere than at its header is irreducible.  Its header is
 * the block that the depth-first order reached first, and it may overlap with another
 * such loop; all others are nested.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LOOPS_H
#define LOOPS_H

#include <stdbool.h>

struct flow;

struct loop {
	int header;		/* block */
	int parent;		/* the innermost loop that contains this one, or -1 */
	int depth;		/* number of loops that contain this one */
	bool is_irreducible;
	int n_blocks;
	int *blocks;		/* by rank; the header is the first */
	/* Rank of its last block.  Blocks that follow the loop may have lower ranks. */
	int last_rank;
};

struct loops {
	int n, max;
	/* Sorted by the rank of their headers: an outer loop stands before its inner
	 * loops. */
	struct loop *list;
	int *innermost;		/* of each block: the innermost loop that contains it, or -1 */
	/* Of each rank: the highest rank of a block from which a path may lead to it, or
	 * the rank itself. */
	int *last_before;
};

/* Find the loops of FLOW, whose order and predecessors are filled in. */
void loops_find(struct flow *flow);
void loops_free(struct loops *loops);

/* True if BLOCK is in loop number LOOP. */
bool loops_contain(const struct flow *flow, int loop, int block);

/* The header of the innermost loop around BLOCK, or -1. */
int loops_header(const struct loops *loops, int block);

#endif
