/* walk.c - the data of a walk.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/walk.h"

#include "lockprog/alloc.h"
#include "shape/root.h"
#include "walk/replay.h"
#include "walk/state-name.h"

int walk_node(const struct walk *walk, const struct state *state, int v)
{
	const struct lockprog_value *value = &walk->function->values[v];
	int node;

	switch (value->expr) {
	case LOCKPROG_CONST:
		return sym_const(walk->syms, value->type, value->constant);
	case LOCKPROG_OBJECT:
		return sym_object(walk->syms, value->type, value->object,
				  &walk->unit->objects[value->object]);
	default:
		node = state_binding(state, v);
		return node >= 0 ? node : sym_leaf(walk->syms, value->type, walk->number, v);
	}
}

int walk_fresh_leaf(struct walk *walk, struct state *state, int v)
{
	const int n_nodes = walk->syms->n;
	int leaf = sym_leaf(walk->syms, walk->function->values[v].type, walk->number, v);

	/* Nothing mentions a new node. */
	if (leaf < n_nodes)
		state_redefine(state, walk->syms, leaf);
	state_bind(state, v, leaf);
	return leaf;
}

struct step *walk_step(struct walk *walk, struct state *state, struct path_event event)
{
	const int piece = walk->n_steps / WALK_STEPS, i = walk->n_steps % WALK_STEPS;
	struct step *step;

	work_count(WORK_OF_COPY);
	if (!i) {
		walk->steps =
			alloc_grow(walk->steps, piece, &walk->max_pieces, sizeof *walk->steps);
		walk->steps[piece] = alloc_zeroed(WALK_STEPS * sizeof *step);
	}
	walk->n_steps++;
	step = &walk->steps[piece][i];
	*step = (struct step){ .before = state->last,
			       .event = event,
			       .address = -1,
			       .saved = -1,
			       .choice = -1 };
	state->last = step;
	return step;
}

struct state *walk_entry_state(struct walk *walk)
{
	struct state *state = state_new();

	/* Callers of functions that are no callbacks may release locks that these leave
	 * held. */
	if (walk->is_callback)
		state->unnamed =
			sym_leaf(walk->syms, walk->function->values[walk->pieces->unnamed].type,
				 walk->number, walk->pieces->unnamed);
	if (walk->function->enters_with_cancel_lock) {
		struct lock_record *lock = state_add_lock(state, walk->cancel_lock);
		struct step *step = walk_step(walk, state,
					      (struct path_event){ .kind = EVENT_ENTRY_HELD,
								   .place = walk->function->place,
								   .op = -1,
								   .text = LOCKPROG_CANCEL_LOCK });

		step->is_event = true;
		step->address = walk->cancel_lock;
		lock_set_state(lock, SPINRULE_STATE_HELD);
		lock_set_hold(lock, SPINRULE_GROUP_CANCEL, NULL, step->event.text, step);
		/* Code that calls it by name must hold the lock. */
		lock->first.event = SPINRULE_EVENT_RELEASE;
		lock->first.ddi = spinrule_ddi_by_name("IoReleaseCancelSpinLock");
		lock->touched = step;
	}
	return state;
}

void walk_end_path(struct walk *walk, const struct state *state)
{
	if (walk->count && !walk->replay && !state_has(state, DOUBT_MEMORY))
		count_add_end(walk->count, state->counted, state->breaks_rule);
}

struct lockprog_place walk_end_place(const struct walk *walk, int block, int op)
{
	const struct lockprog_block *at = &walk->function->blocks[block];
	struct lockprog_place place = op >= 0 ? at->ops[op].place : at->place;

	return place.file ? place : walk->function->place;
}

/* True if V is the function's first parameter. */
static bool is_first_param(const struct walk *walk, int v)
{
	const int root = v >= 0 ? root_of(walk->function, v, ROOT_COPIES, NULL) : -1;

	return root >= 0 && walk->function->values[root].expr == LOCKPROG_PARAM &&
	       walk->function->values[root].constant == 0;
}

/* True if the function branches on its first parameter. */
static bool asks_first_param(const struct walk *walk)
{
	const struct lockprog_function *function = walk->function;

	for (int v = 0; v < function->n_values; v++) {
		const struct lockprog_value *value = &function->values[v];

		if ((value->expr == LOCKPROG_EQ || value->expr == LOCKPROG_NE) &&
		    (is_first_param(walk, value->a) || is_first_param(walk, value->b)))
			return true;
	}
	for (int b = 0; b < function->n_blocks; b++)
		if (function->blocks[b].exit == LOCKPROG_IF &&
		    is_first_param(walk, function->blocks[b].value))
			return true;
	return false;
}

/* True if FUNCTION is entered with a lock held besides the cancel spin lock. */
static bool is_entered_with_lock(const struct lockprog_function *function)
{
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];

			if (op->kind == LOCKPROG_PROMISE && op->promise == LOCKPROG_ENTERS &&
			    op->is_held && op->address >= 0)
				return true;
		}
	return false;
}

bool walk_leaves_locks_alone(const struct walk *walk)
{
	return walk->is_callback &&
	       !(walk->function->enters_with_cancel_lock && asks_first_param(walk)) &&
	       !is_entered_with_lock(walk->function);
}

enum reason walk_reason(const struct walk *walk)
{
	if (walk->stopped)
		return walk->stopped;
	/* The enum lists the reasons in the order of their priority. */
	for (int reason = REASON_NONE + 1; reason < REASONS; reason++)
		if (walk->reasons >> reason & 1)
			return (enum reason)reason;
	return REASON_NONE;
}

bool walk_is_clean(const struct walk *walk)
{
	return !walk->claims.n && !walk->stopped && !walk->reasons;
}
