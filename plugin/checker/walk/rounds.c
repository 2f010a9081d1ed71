/* rounds.c - what differs from round to round of a loop: values, and the locks that each
 * round acquires or releases.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/rounds.h"

#include <stdlib.h>

#include "lockprog/alloc.h"
#include "shape/endless.h"
#include "shape/root.h"

struct round_op {
	int class_, loop;	/* of the lock; the block that starts the loop */
	bool acquires;
};

/* Memory that may change: of any class, or of some. */
struct written {
	bool is_any;
	struct class_set classes;
};

struct rounds {
	bool *moves;		/* value: it is loaded from memory, and differs in each round */
	bool *is_stored;	/* class: some loop stores to it */
	bool *changes;		/* value: it is defined inside a loop */
	bool *has_locks;	/* block that starts a loop: locks are acquired or released in it */
	/* Block that starts a loop: values computed in it are used after it. */
	bool *has_result;
	bool *may_be_endless;	/* block that starts a loop */
	struct written *written;	/* block that starts a loop: what its rounds change */
	int n_blocks;
	int n, max;
	struct round_op *ops;
};

static bool op_moves(const struct rounds *rounds, int v)
{
	return v >= 0 && rounds->moves[v];
}

/* True if V, defined in BLOCK of a loop, moves. */
static bool value_moves(const struct walk *walk, const struct rounds *rounds, int v, int block)
{
	const struct lockprog_value *value = &walk->function->values[v];

	switch (value->expr) {
	case LOCKPROG_UNKNOWN:
		return true;
	case LOCKPROG_LOAD:
		return rounds->is_stored[value->class_] || op_moves(rounds, value->a);
	case LOCKPROG_PHI:
		for (int i = 0; i < value->n_phi; i++)
			if (op_moves(rounds, value->phi[i].value) &&
			    (loops_header(&walk->flow->loops, block) != block ||
			     flow_is_back_edge(walk->flow, value->phi[i].block, block)))
				return true;
		return false;
	default:
		return op_moves(rounds, value->a) || op_moves(rounds, value->b);
	}
}

/* True if V leads back to PHI through a load: "node = node->next" in a PHI of its own
 * loop is a load at an address that depends on the PHI.  Such PHIs start the search for
 * values that move. */
static bool leads_back(const struct walk *walk, int v, int phi, int depth, bool through_load)
{
	const struct lockprog_value *value = &walk->function->values[v];

	if (v == phi)
		return through_load;
	if (depth == 0 || value->expr == LOCKPROG_CONST || value->expr == LOCKPROG_PARAM ||
	    value->expr == LOCKPROG_OBJECT)
		return false;
	if (value->expr == LOCKPROG_PHI) {
		for (int i = 0; i < value->n_phi; i++)
			if (leads_back(walk, value->phi[i].value, phi, depth - 1, through_load))
				return true;
		return false;
	}
	through_load |= value->expr == LOCKPROG_LOAD;
	return (value->a >= 0 && leads_back(walk, value->a, phi, depth - 1, through_load)) ||
	       (value->b >= 0 && leads_back(walk, value->b, phi, depth - 1, through_load));
}

/* From one entry of a list to the next there are few steps. */
#define MAX_STEPS 6

static bool walks(const struct walk *walk, int v, int block)
{
	const struct lockprog_value *value = &walk->function->values[v];

	if (value->expr != LOCKPROG_PHI || loops_header(&walk->flow->loops, block) != block)
		return false;
	for (int i = 0; i < value->n_phi; i++)
		if (flow_is_back_edge(walk->flow, value->phi[i].block, block) &&
		    leads_back(walk, value->phi[i].value, v, MAX_STEPS, false))
			return true;
	return false;
}

static void find_moving(const struct walk *walk, struct rounds *rounds)
{
	bool changed = true, is_first = true;

	while (changed) {
		changed = false;
		for (int rank = 0; rank < walk->flow->n_reached; rank++) {
			int block = walk->flow->order[rank];
			const struct lockprog_block *at = &walk->function->blocks[block];

			for (int i = 0;
			     loops_header(&walk->flow->loops, block) >= 0 && i < at->n_ops; i++) {
				int v = at->ops[i].value;

				if (at->ops[i].kind == LOCKPROG_STORE || v < 0 || rounds->moves[v])
					continue;
				if (at->ops[i].kind != LOCKPROG_DEFINE ||
				    (is_first && walks(walk, v, block)) ||
				    value_moves(walk, rounds, v, block))
					changed = rounds->moves[v] = true;
			}
		}
		is_first = false;
	}
}

static void add_op(struct rounds *rounds, int class_, int loop, bool acquires)
{
	for (int i = 0; i < rounds->n; i++)
		if (rounds->ops[i].class_ == class_ && rounds->ops[i].loop == loop &&
		    rounds->ops[i].acquires == acquires)
			return;
	rounds->ops = alloc_grow(rounds->ops, rounds->n, &rounds->max, sizeof *rounds->ops);
	rounds->ops[rounds->n++] = (struct round_op){ class_, loop, acquires };
}

/* The loop that has another lock in each round at operation OP of BLOCK, or -1. */
static int loop_of_op(const struct walk *walk, const struct rounds *rounds, int block,
		      const struct lockprog_op *op)
{
	if (loops_header(&walk->flow->loops, block) < 0)
		return -1;
	if (op->kind == LOCKPROG_LOCKOP)
		return op_moves(rounds, op->address) ? loops_header(&walk->flow->loops, block) : -1;
	for (int i = 0; op->kind == LOCKPROG_CALL && i < op->n_args; i++)
		if (op_moves(rounds, op->args[i]))
			return loops_header(&walk->flow->loops, block);
	return -1;
}

struct adding {
	struct rounds *rounds;
	int loop;
};

static void add_class(int class_, bool is_acquired, void *to)
{
	struct adding *adding = to;

	add_op(adding->rounds, class_, adding->loop, is_acquired);
}

static void find_ops(const struct walk *walk, struct rounds *rounds)
{
	for (int block = 0; block < walk->function->n_blocks; block++)
		for (int i = 0; i < walk->function->blocks[block].n_ops; i++) {
			const struct lockprog_op *op = &walk->function->blocks[block].ops[i];
			int loop = loop_of_op(walk, rounds, block, op);

			if (loop < 0)
				continue;
			if (op->kind == LOCKPROG_CALL && op->callee >= 0)
				walk->callees.each_class(walk->callees.data, op->callee, add_class,
							 &(struct adding){ rounds, loop });
			if (op->kind != LOCKPROG_LOCKOP || op->class_ < 0)
				continue;
			if (op->ddi->op == SPINRULE_OP_ACQUIRE || op->ddi->op == SPINRULE_OP_TRY)
				add_op(rounds, op->class_, loop, true);
			if (op->ddi->op == SPINRULE_OP_RELEASE)
				add_op(rounds, op->class_, loop, false);
		}
}

/* ---- what the walk asks of any loop ---- */

/* The functions below take as the blocks of a loop all blocks from its header to its last
 * block in the order, including some that follow the loop.  Without these, values that
 * leave the loop there would be kept longer, which decides a little more and costs
 * states. */

/* True if LOOP has to do with locks. */
static bool has_locks_inside(const struct walk *walk, const struct loop *loop)
{
	for (int rank = walk->flow->rank[loop->header]; rank <= loop->last_rank; rank++) {
		const struct lockprog_block *block =
			&walk->function->blocks[walk->flow->order[rank]];

		for (int i = 0; i < block->n_ops; i++) {
			const struct lockprog_op *op = &block->ops[i];

			if (op->kind == LOCKPROG_LOCKOP)
				return true;
			if (op->kind == LOCKPROG_CALL && op->callee >= 0 &&
			    walk->callees.has_locks(walk->callees.data, op->callee))
				return true;
		}
	}
	return false;
}

/* True if a value computed in LOOP is live where an edge leaves LOOP. */
static bool leaves_result(const struct walk *walk, const struct rounds *rounds,
			  const struct loop *loop)
{
	for (int rank = walk->flow->rank[loop->header]; rank <= loop->last_rank; rank++) {
		const struct lockprog_block *block =
			&walk->function->blocks[walk->flow->order[rank]];

		for (int s = 0; s < block->n_succ; s++) {
			int to = block->succ[s].block;

			if (walk->flow->rank[to] >= walk->flow->rank[loop->header] &&
			    walk->flow->rank[to] <= loop->last_rank)
				continue;
			for (int i = 0; i < walk->flow->n_live[to]; i++) {
				int v = walk->flow->live[to][i];
				enum lockprog_expr expr = walk->function->values[v].expr;

				if (rounds->changes[v] && expr != LOCKPROG_LOAD &&
				    expr != LOCKPROG_UNKNOWN)
					return true;
			}
		}
	}
	return false;
}

/* Find what the rounds of LOOP change: INTO. */
static void find_written(const struct walk *walk, const struct loop *loop, struct written *into)
{
	for (int rank = walk->flow->rank[loop->header]; rank <= loop->last_rank; rank++) {
		const struct lockprog_block *block =
			&walk->function->blocks[walk->flow->order[rank]];

		for (int i = 0; i < block->n_ops; i++) {
			const struct lockprog_op *op = &block->ops[i];

			if (op->kind == LOCKPROG_DEFINE)
				continue;
			if ((op->kind == LOCKPROG_STORE || op->kind == LOCKPROG_CLOBBER) &&
			    op->class_ >= 0)
				class_set_add(&into->classes, op->class_);
			else
				into->is_any = true;
		}
	}
}

static void find_kinds(const struct walk *walk, struct rounds *rounds)
{
	for (int l = 0; l < walk->flow->loops.n; l++) {
		const struct loop *loop = &walk->flow->loops.list[l];

		rounds->has_locks[loop->header] = has_locks_inside(walk, loop);
		rounds->has_result[loop->header] = leaves_result(walk, rounds, loop);
		find_written(walk, loop, &rounds->written[loop->header]);
	}
}

/* Find the values that change from round to round: their blocks are in a loop. */
static void find_changing(const struct walk *walk, struct rounds *rounds)
{
	const struct loops *loops = &walk->flow->loops;
	int next = 0, last_rank = -1;

	for (int rank = 0; rank < walk->flow->n_reached; rank++) {
		const struct lockprog_block *block =
			&walk->function->blocks[walk->flow->order[rank]];

		if (next < loops->n && loops->list[next].header == walk->flow->order[rank]) {
			if (last_rank < loops->list[next].last_rank)
				last_rank = loops->list[next].last_rank;
			next++;
		}
		for (int i = 0; rank <= last_rank && i < block->n_ops; i++)
			if (block->ops[i].kind != LOCKPROG_STORE && block->ops[i].value >= 0)
				rounds->changes[block->ops[i].value] = true;
	}
}

struct rounds *rounds_new(const struct walk *walk)
{
	struct rounds *rounds = alloc_zeroed(sizeof *rounds);

	rounds->moves = alloc_zeroed(walk->function->n_values);
	rounds->is_stored = alloc_zeroed(walk->unit->n_classes + 1);
	rounds->changes = alloc_zeroed(walk->function->n_values);
	rounds->has_locks = alloc_zeroed(walk->function->n_blocks);
	rounds->has_result = alloc_zeroed(walk->function->n_blocks);
	rounds->may_be_endless = alloc_zeroed(walk->function->n_blocks);
	rounds->written = alloc_zeroed(walk->function->n_blocks * sizeof *rounds->written);
	rounds->n_blocks = walk->function->n_blocks;
	find_changing(walk, rounds);
	find_kinds(walk, rounds);
	if (!walk->flow->loops.n)
		return rounds;
	for (int block = 0; block < walk->function->n_blocks; block++)
		for (int i = 0; i < walk->function->blocks[block].n_ops; i++) {
			const struct lockprog_op *op = &walk->function->blocks[block].ops[i];

			if (loops_header(&walk->flow->loops, block) >= 0 &&
			    op->kind == LOCKPROG_STORE && op->class_ >= 0)
				rounds->is_stored[op->class_] = true;
		}
	for (int l = 0; l < walk->flow->loops.n; l++)
		rounds->may_be_endless[walk->flow->loops.list[l].header] =
			endless_may_be(walk->flow, l);
	find_moving(walk, rounds);
	find_ops(walk, rounds);
	return rounds;
}

void rounds_free(struct rounds *rounds)
{
	if (!rounds)
		return;
	free(rounds->moves);
	free(rounds->is_stored);
	free(rounds->changes);
	free(rounds->has_locks);
	free(rounds->has_result);
	free(rounds->may_be_endless);
	for (int b = 0; b < rounds->n_blocks; b++)
		class_set_free(&rounds->written[b].classes);
	free(rounds->written);
	free(rounds->ops);
	free(rounds);
}

bool rounds_changes(const struct walk *walk, int v)
{
	return walk->rounds->changes[v];
}

bool rounds_has_locks(const struct walk *walk, int loop)
{
	return walk->rounds->has_locks[loop];
}

bool rounds_has_result(const struct walk *walk, int loop)
{
	return walk->rounds->has_result[loop];
}

bool rounds_may_be_endless(const struct walk *walk, int loop)
{
	return walk->rounds->may_be_endless[loop];
}

bool rounds_keeps(const struct walk *walk, int loop, int class_)
{
	const struct written *written = &walk->rounds->written[loop];

	return !written->is_any && !class_set_has(&written->classes, class_);
}

int rounds_loop(const struct walk *walk, int block, int op)
{
	return op >= 0 ? loop_of_op(walk, walk->rounds, block,
				    &walk->function->blocks[block].ops[op])
		       : -1;
}

bool rounds_elsewhere(const struct walk *walk, int class_, int loop, bool acquires)
{
	for (int i = 0; i < walk->rounds->n; i++)
		if (walk->rounds->ops[i].class_ == class_ && walk->rounds->ops[i].loop != loop &&
		    walk->rounds->ops[i].acquires == acquires)
			return true;
	return false;
}

bool rounds_may_release(const struct walk *walk, int class_, int v)
{
	const struct lockprog_function *function = walk->function;

	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];
			bool is_handed = false;

			if (op->kind == LOCKPROG_LOCKOP && op->ddi->op == SPINRULE_OP_RELEASE &&
			    op->ddi->group != SPINRULE_GROUP_CANCEL &&
			    (op->class_ < 0 || op->class_ == class_) &&
			    root_of(function, op->address, ROOT_OFFSETS, NULL) != v)
				return true;
			if (op->kind != LOCKPROG_CALL)
				continue;
			for (int k = 0; k < op->n_args; k++)
				is_handed |=
					root_of(function, op->args[k], ROOT_OFFSETS, NULL) == v;
			if (is_handed)
				continue;
			if (op->n_targets || op->lock_args ||
			    (op->callee >= 0 &&
			     walk->callees.may_release(walk->callees.data, op->callee, class_)))
				return true;
		}
	return false;
}
