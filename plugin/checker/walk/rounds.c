/* rounds.c - loops whose rounds have locks of their own.
 *
 *     for (node = list; node; node = node->next)
 *             KeAcquireSpinLockAtDpcLevel(&node->lock);
 *
 * How many such locks are held afterwards, and how many another loop along the list releases, nobody counts.
 * Indexes that only count are not meant: such rounds are walked one by one.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/explore.h"

#include <stdlib.h>

#include "lockprog/alloc.h"

struct round_op {
	int class_, loop;	/* of the lock; the block that starts the loop */
	bool acquires;
};

struct rounds {
	int *loop_of;		/* block: that which starts the innermost loop around it, or -1 */
	bool *moves;		/* value: memory says what it is, another in each round */
	bool *is_stored;	/* class: some loop stores to it */
	int n, max;
	struct round_op *ops;
};

/* LOOP_OF the blocks from which the back edge FROM - TO is reached without passing TO is TO. */
static void mark_loop(const struct analysis *a, struct rounds *rounds, int from, int to, int *pending)
{
	int n = 0;

	rounds->loop_of[to] = to;
	if (rounds->loop_of[from] != to) {
		rounds->loop_of[from] = to;
		pending[n++] = from;
	}
	while (n) {
		int block = pending[--n];

		for (int i = 0; i < a->flow->n_preds[block]; i++) {
			int before = a->flow->preds[block][i];

			if (rounds->loop_of[before] == to || a->flow->rank[before] < a->flow->rank[to])
				continue;
			rounds->loop_of[before] = to;
			pending[n++] = before;
		}
	}
}

/* Outer loops first: those inside are marked over them. */
static bool find_loops(const struct analysis *a, struct rounds *rounds)
{
	int *pending = alloc_zeroed((a->function->n_blocks + 1) * sizeof *pending);
	bool any = false;

	for (int b = 0; b < a->function->n_blocks; b++)
		rounds->loop_of[b] = -1;
	for (int rank = 0; rank < a->flow->n_reached; rank++) {
		int to = a->flow->order[rank];

		for (int i = 0; i < a->flow->n_preds[to]; i++)
			if (flow_is_back_edge(a->flow, a->flow->preds[to][i], to)) {
				mark_loop(a, rounds, a->flow->preds[to][i], to, pending);
				any = true;
			}
	}
	free(pending);
	return any;
}

static bool op_moves(const struct rounds *rounds, int v)
{
	return v >= 0 && rounds->moves[v];
}

/* Does V, defined in BLOCK, a block of a loop, move? */
static bool value_moves(const struct analysis *a, const struct rounds *rounds, int v, int block)
{
	const struct lockprog_value *value = &a->function->values[v];

	switch (value->expr) {
	case LOCKPROG_UNKNOWN:
		return true;
	case LOCKPROG_LOAD:
		return rounds->is_stored[value->class_] || op_moves(rounds, value->a);
	case LOCKPROG_PHI:
		for (int i = 0; i < value->n_phi; i++)
			if (op_moves(rounds, value->phi[i].value) &&
			    (rounds->loop_of[block] != block || flow_is_back_edge(a->flow, value->phi[i].block, block)))
				return true;
		return false;
	default:
		return op_moves(rounds, value->a) || op_moves(rounds, value->b);
	}
}

/* What NODE, which moves, walks along: "node = node->next" in a PHI of its own loop is a load at an address that
 * holds the PHI.  So PHIs that a load leads back to are taken to move first. */
static bool leads_back(const struct analysis *a, int v, int phi, int depth, bool through_load)
{
	const struct lockprog_value *value = &a->function->values[v];

	if (v == phi)
		return through_load;
	if (depth == 0 || value->expr == LOCKPROG_CONST || value->expr == LOCKPROG_PARAM || value->expr == LOCKPROG_OBJECT)
		return false;
	if (value->expr == LOCKPROG_PHI) {
		for (int i = 0; i < value->n_phi; i++)
			if (leads_back(a, value->phi[i].value, phi, depth - 1, through_load))
				return true;
		return false;
	}
	through_load |= value->expr == LOCKPROG_LOAD;
	return (value->a >= 0 && leads_back(a, value->a, phi, depth - 1, through_load)) ||
	       (value->b >= 0 && leads_back(a, value->b, phi, depth - 1, through_load));
}

/* Steps from one entry of a list to the next are few. */
#define MAX_STEPS 6

static bool walks(const struct analysis *a, const struct rounds *rounds, int v, int block)
{
	const struct lockprog_value *value = &a->function->values[v];

	if (value->expr != LOCKPROG_PHI || rounds->loop_of[block] != block)
		return false;
	for (int i = 0; i < value->n_phi; i++)
		if (flow_is_back_edge(a->flow, value->phi[i].block, block) &&
		    leads_back(a, value->phi[i].value, v, MAX_STEPS, false))
			return true;
	return false;
}

static void find_moving(const struct analysis *a, struct rounds *rounds)
{
	bool changed = true, is_first = true;

	while (changed) {
		changed = false;
		for (int rank = 0; rank < a->flow->n_reached; rank++) {
			int block = a->flow->order[rank];
			const struct lockprog_block *at = &a->function->blocks[block];

			for (int i = 0; rounds->loop_of[block] >= 0 && i < at->n_ops; i++) {
				int v = at->ops[i].value;

				if (at->ops[i].kind == LOCKPROG_STORE || v < 0 || rounds->moves[v])
					continue;
				if (at->ops[i].kind != LOCKPROG_DEFINE || (is_first && walks(a, rounds, v, block)) ||
				    value_moves(a, rounds, v, block))
					changed = rounds->moves[v] = true;
			}
		}
		is_first = false;
	}
}

static void add_op(struct rounds *rounds, int class_, int loop, bool acquires)
{
	for (int i = 0; i < rounds->n; i++)
		if (rounds->ops[i].class_ == class_ && rounds->ops[i].loop == loop && rounds->ops[i].acquires == acquires)
			return;
	rounds->ops = alloc_grow(rounds->ops, rounds->n, &rounds->max, sizeof *rounds->ops);
	rounds->ops[rounds->n++] = (struct round_op){ class_, loop, acquires };
}

/* The loop in whose rounds operation OP of BLOCK has a lock of its own, or -1. */
static int loop_of_op(const struct rounds *rounds, int block, const struct lockprog_op *op)
{
	if (rounds->loop_of[block] < 0)
		return -1;
	if (op->kind == LOCKPROG_LOCKOP)
		return op_moves(rounds, op->address) ? rounds->loop_of[block] : -1;
	for (int i = 0; op->kind == LOCKPROG_CALL && i < op->n_args; i++)
		if (op_moves(rounds, op->args[i]))
			return rounds->loop_of[block];
	return -1;
}

static void add_effects(struct rounds *rounds, const struct summary *summary, int loop)
{
	for (int o = 0; o < summary->n_outcomes; o++)
		for (int e = 0; e < summary->outcomes[o].n_effects; e++) {
			const struct effect *effect = &summary->outcomes[o].effects[e];

			if (effect->class_ >= 0 && effect->state == SPINRULE_STATE_HELD)
				add_op(rounds, effect->class_, loop, true);
			if (effect->class_ >= 0 && effect->state == SPINRULE_STATE_FREE &&
			    effect->first == SPINRULE_EVENT_RELEASE)
				add_op(rounds, effect->class_, loop, false);
		}
}

static void find_ops(const struct analysis *a, struct rounds *rounds)
{
	for (int block = 0; block < a->function->n_blocks; block++)
		for (int i = 0; i < a->function->blocks[block].n_ops; i++) {
			const struct lockprog_op *op = &a->function->blocks[block].ops[i];
			int loop = loop_of_op(rounds, block, op);

			if (loop < 0)
				continue;
			if (op->kind == LOCKPROG_CALL && op->callee >= 0)
				add_effects(rounds, &a->summaries[op->callee], loop);
			if (op->kind != LOCKPROG_LOCKOP || op->class_ < 0)
				continue;
			if (op->ddi->op == SPINRULE_OP_ACQUIRE || op->ddi->op == SPINRULE_OP_TRY)
				add_op(rounds, op->class_, loop, true);
			if (op->ddi->op == SPINRULE_OP_RELEASE)
				add_op(rounds, op->class_, loop, false);
		}
}

void rounds_find(struct analysis *a)
{
	struct rounds *rounds = alloc_zeroed(sizeof *rounds);

	a->rounds = rounds;
	rounds->loop_of = alloc_zeroed(a->function->n_blocks * sizeof *rounds->loop_of);
	rounds->moves = alloc_zeroed(a->function->n_values);
	rounds->is_stored = alloc_zeroed(a->unit->n_classes + 1);
	if (!find_loops(a, rounds))
		return;
	for (int block = 0; block < a->function->n_blocks; block++)
		for (int i = 0; i < a->function->blocks[block].n_ops; i++) {
			const struct lockprog_op *op = &a->function->blocks[block].ops[i];

			if (rounds->loop_of[block] >= 0 && op->kind == LOCKPROG_STORE && op->class_ >= 0)
				rounds->is_stored[op->class_] = true;
		}
	find_moving(a, rounds);
	find_ops(a, rounds);
}

void rounds_free(struct analysis *a)
{
	if (!a->rounds)
		return;
	free(a->rounds->loop_of);
	free(a->rounds->moves);
	free(a->rounds->is_stored);
	free(a->rounds->ops);
	free(a->rounds);
}

int rounds_loop(const struct analysis *a, int block, int op)
{
	return op >= 0 ? loop_of_op(a->rounds, block, &a->function->blocks[block].ops[op]) : -1;
}

bool rounds_elsewhere(const struct analysis *a, int class_, int loop, bool acquires)
{
	for (int i = 0; i < a->rounds->n; i++)
		if (a->rounds->ops[i].class_ == class_ && a->rounds->ops[i].loop != loop &&
		    a->rounds->ops[i].acquires == acquires)
			return true;
	return false;
}

/* The value that ADDRESS (value) is, or lies beside. */
static int root_of(const struct lockprog_function *function, int address)
{
	while (address >= 0) {
		const struct lockprog_value *value = &function->values[address];
		bool is_beside = (value->expr == LOCKPROG_ADD || value->expr == LOCKPROG_SUB) && value->b >= 0 &&
				 function->values[value->b].expr == LOCKPROG_CONST;

		if (value->expr != LOCKPROG_COPY && !is_beside)
			break;
		address = value->a;
	}
	return address;
}

static bool releases_class(const struct summary *summary, int class_)
{
	for (int o = 0; o < summary->n_outcomes; o++) {
		const struct outcome *outcome = &summary->outcomes[o];

		if (outcome->touches_unknown || outcome->lost_held)
			return true;
		for (int e = 0; e < outcome->n_effects; e++)
			if ((outcome->effects[e].class_ < 0 || outcome->effects[e].class_ == class_) &&
			    outcome->effects[e].state != SPINRULE_STATE_HELD)
				return true;
	}
	return summary->is_unknown || !summary->is_done;
}

bool rounds_may_release(const struct analysis *a, int class_, int v)
{
	const struct lockprog_function *function = a->function;

	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];
			bool is_handed = false;

			if (op->kind == LOCKPROG_LOCKOP && op->ddi->op == SPINRULE_OP_RELEASE &&
			    op->ddi->group != SPINRULE_GROUP_CANCEL && (op->class_ < 0 || op->class_ == class_) && root_of(function, op->address) != v)
				return true;
			if (op->kind != LOCKPROG_CALL)
				continue;
			for (int k = 0; k < op->n_args; k++)
				is_handed |= root_of(function, op->args[k]) == v;
			if (is_handed)
				continue;
			if (op->n_targets || op->lock_args || (op->callee >= 0 && releases_class(&a->summaries[op->callee], class_)))
				return true;
		}
	return false;
}
