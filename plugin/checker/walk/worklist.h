/* worklist.h - the states that arrived at each block, and the blocks with states that are
 * not walked yet.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef WORKLIST_H
#define WORKLIST_H

#include "shape/flow.h"
#include "walk/state.h"

/* The states that arrived at the start of a block. */
struct block_states {
	int n, max;
	struct state **seen;
	int n_pending, max_pending;
	struct state **pending;	/* of SEEN: not walked yet, the last first */
	bool is_queued;
	/* No further state arrives: SEEN is empty, and the states in PENDING are no one
	 * else's. */
	bool is_complete;
};

struct worklist {
	const struct flow *flow;
	int n_blocks;
	struct block_states *blocks;
	int n_heap, *heap;	/* ranks of blocks with pending states */
	int n_dropped;		/* blocks, by rank, whose states are freed */
	long n_steps;		/* blocks walked */
	/* Block, by its rank: the work that its walks took; and what they will still
	 * take, at least: REST in all. */
	unsigned long long *spent, *to_come, rest;
	long n_bytes;		/* of the states in BLOCKS */
};

/* An empty worklist for FLOW's function; LEAST_WORK as in struct effort. */
void worklist_start(struct worklist *work, const struct flow *flow,
		    const unsigned long long *least_work);
void worklist_free(struct worklist *work);

/* Keep STATE for BLOCK, to be walked; takes STATE over. */
void worklist_add(struct worklist *work, int block, struct state *state);

/* Walk STATE, which BLOCK keeps, again, unless it is pending already. */
void worklist_add_again(struct worklist *work, int block, struct state *state);

/* The next block with pending states, in the flow's order; -1: there is none.  Frees the
 * states of blocks that no path reaches any more. */
int worklist_next(struct worklist *work);

/* A walk of BLOCK took the work SPENT. */
void worklist_note(struct worklist *work, int block, unsigned long long spent);

/* A pending state of BLOCK, for the caller to change and free; NULL: there is none. */
struct state *worklist_take(struct worklist *work, int block);

#endif
