/* worklist.c - the states that arrived at each block, and the blocks with states that are
 * not walked yet.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/worklist.h"

#include <assert.h>
#include <stdlib.h>

#include "lockprog/alloc.h"

void worklist_start(struct worklist *work, const struct flow *flow,
		    const unsigned long long *least_work)
{
	*work = (struct worklist){ .flow = flow, .n_blocks = flow->function->n_blocks };
	work->blocks = alloc_zeroed(work->n_blocks * sizeof *work->blocks);
	work->heap = alloc_zeroed((flow->n_reached + 1) * sizeof *work->heap);
	work->spent = alloc_zeroed((flow->n_reached + 1) * sizeof *work->spent);
	work->to_come = alloc_zeroed((flow->n_reached + 1) * sizeof *work->to_come);
	for (int rank = 0; least_work && rank < flow->n_reached; rank++) {
		work->to_come[rank] = least_work[rank];
		work->rest += least_work[rank];
	}
}

/* Free the states of BLOCK. */
static void drop(struct worklist *work, int block)
{
	struct block_states *states = &work->blocks[block];

	for (int i = 0; i < states->n; i++) {
		work->n_bytes -= state_size(states->seen[i]);
		state_free(states->seen[i]);
	}
	for (int i = 0; states->is_complete && i < states->n_pending; i++)
		state_free(states->pending[i]);
	free(states->seen);
	free(states->pending);
	*states = (struct block_states){ 0 };
}

void worklist_free(struct worklist *work)
{
	for (int b = 0; b < work->n_blocks; b++)
		drop(work, b);
	free(work->blocks);
	free(work->heap);
	free(work->spent);
	free(work->to_come);
	*work = (struct worklist){ 0 };
}

static void push(struct worklist *work, int rank)
{
	int i = work->n_heap++;

	assert(rank >= 0 && work->n_heap <= work->flow->n_reached);
	for (; i > 0 && work->heap[(i - 1) / 2] > rank; i = (i - 1) / 2)
		work->heap[i] = work->heap[(i - 1) / 2];
	work->heap[i] = rank;
}

static int pop(struct worklist *work)
{
	int top = work->heap[0], last = work->heap[--work->n_heap], i = 0;

	for (;;) {
		int child = 2 * i + 1;

		if (child >= work->n_heap)
			break;
		if (child + 1 < work->n_heap && work->heap[child + 1] < work->heap[child])
			child++;
		if (work->heap[child] >= last)
			break;
		work->heap[i] = work->heap[child];
		i = child;
	}
	work->heap[i] = last;
	return top;
}

/* No more of what the block at RANK will take, but N. */
static void expect(struct worklist *work, int rank, unsigned long long n)
{
	work->rest -= work->to_come[rank] - n;
	work->to_come[rank] = n;
}

static void make_pending(struct worklist *work, int block, struct state *state)
{
	struct block_states *states = &work->blocks[block];

	states->pending = alloc_grow(states->pending, states->n_pending, &states->max_pending,
				     sizeof *states->pending);
	states->pending[states->n_pending++] = state;
	if (!states->is_queued) {
		states->is_queued = true;
		push(work, work->flow->rank[block]);
	}
}

void worklist_add(struct worklist *work, int block, struct state *state)
{
	struct block_states *states = &work->blocks[block];

	assert(!states->is_complete);
	work->n_bytes += state_size(state);
	states->seen = alloc_grow(states->seen, states->n, &states->max, sizeof *states->seen);
	states->seen[states->n++] = state;
	make_pending(work, block, state);
}

void worklist_add_again(struct worklist *work, int block, struct state *state)
{
	struct block_states *states = &work->blocks[block];

	for (int i = 0; i < states->n_pending; i++)
		if (states->pending[i] == state)
			return;
	make_pending(work, block, state);
}

int worklist_next(struct worklist *work)
{
	const int *last_before = work->flow->loops.last_before;
	struct block_states *states;
	int rank, block;

	if (!work->n_heap)
		return -1;
	rank = pop(work);
	/* All states that will still be walked are at RANK or behind it. */
	while (work->n_dropped < rank && last_before[work->n_dropped] < rank) {
		expect(work, work->n_dropped, 0);
		drop(work, work->flow->order[work->n_dropped++]);
	}
	block = work->flow->order[rank];
	states = &work->blocks[block];
	states->is_queued = false;
	if (last_before[rank] == rank && work->flow->loops.innermost[block] < 0) {
		assert(states->n == states->n_pending);
		for (int i = 0; i < states->n; i++)
			work->n_bytes -= state_size(states->seen[i]);
		states->n = 0;
		states->is_complete = true;
	}
	return block;
}

void worklist_note(struct worklist *work, int block, unsigned long long spent)
{
	const int rank = work->flow->rank[block];
	const unsigned long long to_come = work->to_come[rank];

	work->spent[rank] += spent;
	expect(work, rank, spent < to_come ? to_come - spent : 0);
}

struct state *worklist_take(struct worklist *work, int block)
{
	struct block_states *states = &work->blocks[block];
	struct state *state;

	if (!states->n_pending)
		return NULL;
	state = states->pending[--states->n_pending];
	return states->is_complete ? state : state_copy(state);
}
