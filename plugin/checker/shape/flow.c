/* flow.c - the shape of one function.
 *
 * SPDX-License-Identifier: MIT
 */

#include "shape/flow.h"

#include <stdlib.h>

#include "lockprog/alloc.h"
#include "lockprog/order.h"
#include "shape/root.h"
#include "runtime/rule.h"

static void find_preds(struct flow *flow)
{
	const struct lockprog_function *function = flow->function;
	int n = 0;

	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_succ; i++, n++)
			flow->n_preds[function->blocks[b].succ[i].block]++;
	flow->all_preds = alloc_zeroed(n * sizeof *flow->all_preds);
	n = 0;
	for (int b = 0; b < function->n_blocks; b++) {
		flow->preds[b] = flow->all_preds + n;
		n += flow->n_preds[b];
		flow->n_preds[b] = 0;
	}
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_succ; i++) {
			const int to = function->blocks[b].succ[i].block;

			flow->preds[to][flow->n_preds[to]++] = b;
		}
}

bool flow_gives_irql(const struct lockprog_op *op)
{
	return op->irql >= 0 &&
	       (op->kind == LOCKPROG_PROMISE ||
		(op->kind == LOCKPROG_LOCKOP && op->ddi->irql == SPINRULE_IRQL_GIVEN));
}

bool flow_split_address(const struct lockprog_function *function, int address, int *root,
			long long *offset)
{
	int v = root_of(function, address, ROOT_SUMS, offset);

	if (v < 0 || (function->values[v].expr != LOCKPROG_PARAM &&
		      function->values[v].expr != LOCKPROG_OBJECT))
		return false;
	*root = function->values[v].expr == LOCKPROG_PARAM
			? v
			: function->n_values + function->values[v].object;
	return true;
}

bool flow_is_own(const struct flow *flow, int address)
{
	int root;
	long long offset;

	return flow_split_address(flow->function, address, &root, &offset) &&
	       root >= flow->function->n_values &&
	       flow->unit->objects[root - flow->function->n_values].is_local;
}

struct flow *flow_new(const struct lockprog_function *function)
{
	struct flow *flow = alloc_zeroed(sizeof *flow);
	int n = function->n_blocks;

	flow->function = function;
	flow->order = alloc_zeroed(n * sizeof *flow->order);
	flow->rank = alloc_zeroed(n * sizeof *flow->rank);
	flow->preds = alloc_zeroed(n * sizeof *flow->preds);
	flow->n_preds = alloc_zeroed(n * sizeof *flow->n_preds);
	flow->live = alloc_zeroed(n * sizeof *flow->live);
	flow->n_reached = order_find(function, flow->order, flow->rank);
	find_preds(flow);
	loops_find(flow);
	return flow;
}

void flow_free(struct flow *flow)
{
	if (!flow)
		return;
	for (int b = 0; b < flow->function->n_blocks; b++)
		free(flow->live[b]);
	loops_free(&flow->loops);
	free(flow->order);
	free(flow->rank);
	free(flow->n_preds);
	free(flow->preds);
	free(flow->all_preds);
	free(flow->is_needed);
	free(flow->is_decisive);
	free(flow->is_read);
	free(flow->is_read_elsewhere);
	free(flow->is_compared);
	free(flow->n_live);
	free(flow->live);
	free(flow->is_loaded);
	free(flow->last_load);
	free(flow->loads);
	free(flow);
}

bool flow_is_back_edge(const struct flow *flow, int from, int to)
{
	return flow->rank[to] <= flow->rank[from];
}
