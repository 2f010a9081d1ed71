/* loops.c - finds the loops of a function.
 *
 * SPDX-License-Identifier: MIT
 */

#include "shape/loops.h"

#include <assert.h>
#include <stdlib.h>

#include "lockprog/alloc.h"
#include "lockprog/work.h"
#include "shape/flow.h"

struct finder {
	struct flow *flow;
	int *mark;		/* block: the last loop in which it was found; -1 */
	int *pending;
};

/* Add BLOCK to loop number LOOP; its predecessors are still to be visited. */
static void add_block(struct finder *f, int loop, int block, int *n_pending)
{
	if (f->mark[block] == loop)
		return;
	f->mark[block] = loop;
	f->pending[(*n_pending)++] = block;
}

/* List the blocks of LOOP, those with its mark, by rank. */
static void list_blocks(struct finder *f, int number, struct loop *loop)
{
	const int *order = f->flow->order;
	int n = 0;

	loop->blocks = alloc_zeroed(loop->n_blocks * sizeof *loop->blocks);
	for (int rank = f->flow->rank[loop->header]; n < loop->n_blocks; rank++) {
		if (f->mark[order[rank]] != number)
			continue;
		loop->blocks[n++] = order[rank];
		loop->last_rank = rank;
		f->flow->loops.innermost[order[rank]] = number;
	}
	work_count(n);
	assert(loop->blocks[0] == loop->header);
}

/* True if an edge enters LOOP elsewhere than at its header. */
static bool is_entered_elsewhere(const struct finder *f, int number, const struct loop *loop)
{
	for (int i = 1; i < loop->n_blocks; i++)
		for (int p = 0; p < f->flow->n_preds[loop->blocks[i]]; p++) {
			int before = f->flow->preds[loop->blocks[i]][p];

			if (f->flow->rank[before] >= 0 && f->mark[before] != number)
				return true;
		}
	return false;
}

/* Find the loop of the back edges to HEADER, if there are any. */
static void find_loop(struct finder *f, int header)
{
	struct flow *flow = f->flow;
	struct loops *loops = &flow->loops;
	struct loop loop = { .header = header };
	int n_pending = 0;

	for (int p = 0; p < flow->n_preds[header]; p++)
		if (flow->rank[flow->preds[header][p]] >= flow->rank[header]) {
			f->mark[header] = loops->n;
			add_block(f, loops->n, flow->preds[header][p], &n_pending);
		}
	if (f->mark[header] != loops->n)
		return;
	/* Visited blocks stay in PENDING. */
	for (int i = 0; i < n_pending; i++)
		for (int p = 0; p < flow->n_preds[f->pending[i]]; p++) {
			int before = flow->preds[f->pending[i]][p];

			/* An irreducible loop may be entered from blocks before its
			 * header. */
			if (flow->rank[before] >= flow->rank[header])
				add_block(f, loops->n, before, &n_pending);
		}
	loop.n_blocks = n_pending + 1;
	loop.parent = loops->innermost[header];
	loop.depth = loop.parent < 0 ? 0 : loops->list[loop.parent].depth + 1;
	list_blocks(f, loops->n, &loop);
	loop.is_irreducible = is_entered_elsewhere(f, loops->n, &loop);
	loops->list = alloc_grow(loops->list, loops->n, &loops->max, sizeof *loops->list);
	loops->list[loops->n++] = loop;
}

/* A block that stands, in the order, between the first and the last block of a loop may
 * be reachable from that last block, even if it is not in the loop: the order may place
 * blocks that follow a loop between its blocks.  Loops overlap in the order. */
static void find_last_before(struct flow *flow)
{
	struct loops *loops = &flow->loops;
	bool changed = loops->n > 0;

	for (int rank = 0; rank < flow->n_reached; rank++)
		loops->last_before[rank] = rank;
	while (changed) {
		changed = false;
		for (int i = loops->n; i-- > 0; ) {
			const struct loop *loop = &loops->list[i];
			int before = loops->last_before[loop->last_rank];

			for (int rank = flow->rank[loop->header]; rank <= loop->last_rank; rank++)
				if (loops->last_before[rank] < before) {
					loops->last_before[rank] = before;
					changed = true;
				}
		}
	}
}

void loops_find(struct flow *flow)
{
	int n = flow->function->n_blocks;
	struct finder f = { .flow = flow };

	flow->loops.innermost = alloc_zeroed((n + 1) * sizeof *flow->loops.innermost);
	flow->loops.last_before = alloc_zeroed((n + 1) * sizeof *flow->loops.last_before);
	f.mark = alloc_zeroed((n + 1) * sizeof *f.mark);
	f.pending = alloc_zeroed((n + 1) * sizeof *f.pending);
	for (int b = 0; b < n; b++)
		flow->loops.innermost[b] = f.mark[b] = -1;
	for (int rank = 0; rank < flow->n_reached; rank++)
		find_loop(&f, flow->order[rank]);
	find_last_before(flow);
	free(f.mark);
	free(f.pending);
}

void loops_free(struct loops *loops)
{
	for (int i = 0; i < loops->n; i++)
		free(loops->list[i].blocks);
	free(loops->list);
	free(loops->innermost);
	free(loops->last_before);
}

bool loops_contain(const struct flow *flow, int loop, int block)
{
	const struct loop *in = &flow->loops.list[loop];
	int low = 0, high = in->n_blocks;

	if (flow->rank[block] < flow->rank[in->header] || flow->loops.innermost[block] < loop)
		return false;
	if (flow->loops.innermost[block] == loop)
		return true;
	while (low < high) {
		int middle = (low + high) / 2;

		if (in->blocks[middle] == block)
			return true;
		if (flow->rank[in->blocks[middle]] < flow->rank[block])
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

int loops_header(const struct loops *loops, int block)
{
	return loops->innermost[block] < 0 ? -1 : loops->list[loops->innermost[block]].header;
}
