/* run.c - walks the feasible paths of one function.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/run.h"

#include <stdlib.h>

#include "limits.h"
#include "lockprog/alloc.h"
#include "lockprog/work.h"
#include "shape/live.h"
#include "value/address.h"
#include "walk/alias.h"
#include "walk/edge.h"
#include "walk/leave.h"
#include "walk/op.h"
#include "walk/promise.h"
#include "walk/prune.h"
#include "walk/replay.h"
#include "walk/rounds.h"
#include "walk/state-join.h"
#include "walk/state-name.h"
#include "walk/state-same.h"
#include "walk/trace.h"

/* Count the edge SUCC (-1: entry, or no acyclic path) from the state at the start of the
 * last block to AS, the state that is walked. */
static void count_arrival(struct walk *walk, const struct state *state, int succ,
			  const struct state *as)
{
	if (walk->count && succ >= 0 && !state_has(state, DOUBT_MEMORY))
		count_add_edge(walk->count, state->counted, succ, as->counted, state->breaks_rule);
}

/* The same, with AS as a new state at the start of BLOCK. */
static void count_new_state(struct walk *walk, struct state *state, int succ, int block)
{
	struct state as = *state;

	if (!walk->count)
		return;
	as.counted = count_add_state(walk->count, block);
	count_arrival(walk, state, succ, &as);
	state->counted = as.counted;
	state->breaks_rule = false;
}

/* The node of one of the function's own variables, if NODE is a pointer to it or is
 * computed from one; or -1. */
static int own_of(const struct walk *walk, int node)
{
	const struct sym *sym = sym_at(walk->syms, node);
	int own;

	if (sym->kind == SYM_OBJECT)
		return sym->is_local ? node : -1;
	if (sym->kind != SYM_OP || sym_is_comparison(sym))
		return -1;
	own = own_of(walk, sym->a);
	return own >= 0 || sym->b < 0 ? own : own_of(walk, sym->b);
}

/* True if STATE leads to OWN in the same way as OTHER does, or by a lock. */
static bool leads_alike(const struct walk *walk, const struct state *state,
			const struct state *other, int own)
{
	bool is_stale;

	for (int i = 0; i < state->n_bindings; i++)
		if (sym_contains(walk->syms, state->bindings[i].node, own) &&
		    state_binding(other, state->bindings[i].value) == state->bindings[i].node)
			return true;
	for (int i = 0; i < state->memory.n_cells; i++) {
		const struct cell *cell = &state->memory.cells[i];

		if (sym_contains(walk->syms, cell->node, own) &&
		    memory_cell(&other->memory, cell->address, cell->class_, &is_stale) ==
			    cell->node)
			return true;
	}
	return state_locks_mention(state, walk->syms, own);
}

/* A pointer leads to OWN, a variable, in STATE or OTHER, and to something else in the
 * other one.  True if code from BLOCK on may get at OWN in another way as well, so that
 * it matters where the pointer leads. */
static bool is_reached_otherwise(const struct walk *walk, const struct state *state,
				 const struct state *other, int block, int own)
{
	return live_has_object(walk->flow, block, sym_at(walk->syms, own)->a) ||
	       leads_alike(walk, state, other, own) || leads_alike(walk, other, state, own);
}

/* True if a pointer leads to one of the function's own variables in STATE, and to
 * something else in OTHER, and code from BLOCK on may find out. */
static bool leads_elsewhere(const struct walk *walk, const struct state *state,
			    const struct state *other, int block)
{
	bool is_stale;

	for (int i = 0; i < state->n_bindings; i++) {
		const struct binding *binding = &state->bindings[i];
		const int own = own_of(walk, binding->node);

		if (own >= 0 && state_binding(other, binding->value) != binding->node &&
		    is_reached_otherwise(walk, state, other, block, own))
			return true;
	}
	for (int i = 0; i < state->memory.n_cells; i++) {
		const struct cell *cell = &state->memory.cells[i];
		const int own = own_of(walk, cell->node);

		if (own >= 0 &&
		    memory_cell(&other->memory, cell->address, cell->class_, &is_stale) !=
			    cell->node &&
		    is_reached_otherwise(walk, state, other, block, own))
			return true;
	}
	return false;
}

/* True if callers may find in memory of STATE what the acquire of LOCK saved.  That it is
 * the current IRQL again does not help them. */
static bool leaves_irql(const struct state *state, const struct lock_record *lock,
			const void *data)
{
	const struct walk *walk = data;

	if (walk->is_callback || lock->state != SPINRULE_STATE_FREE || lock->hold.saved < 0)
		return false;
	for (int i = 0; i < state->memory.n_cells; i++) {
		const struct cell *cell = &state->memory.cells[i];

		if (memory_likely(&state->memory, walk->syms, cell->node) == lock->hold.saved &&
		    !lockprog_class_is_irql(&walk->unit->classes[cell->class_]) &&
		    !address_is_local(walk->syms, cell->address))
			return true;
	}
	return false;
}

/* True if STATE and OTHER differ in something that a join gives up without a trace: the
 * IRQL that a release has to give back or callers find, or that a pointer leads to one of
 * the function's own variables.  Without a second name of an IRQL more releases look
 * wrong, which ends a first look; so does a lock that seems to be held at the end, as
 * nobody seems to know where its IRQL is kept. */
static bool differ_unnoticed(const struct walk *walk, const struct state *state,
			     const struct state *other, int block)
{
	if (!state_same_owed(state, other))
		return true;
	for (int i = 0; i < state->n_locks; i++)
		if ((state->locks[i].state == SPINRULE_STATE_HELD ||
		     leaves_irql(state, &state->locks[i], walk)) &&
		    state_join_loses_irql(state, other, i))
			return true;
	for (int i = 0; i < other->n_locks; i++)
		if (leaves_irql(other, &other->locks[i], walk) &&
		    state_join_loses_irql(other, state, i))
			return true;
	return leads_elsewhere(walk, state, other, block) ||
	       leads_elsewhere(walk, other, state, block);
}

/* Add STATE, which is new at the start of BLOCK, to the worklist; takes STATE over. */
static void add(struct walk *walk, int block, struct state *state)
{
	worklist_add(&walk->work, block, state);
	if (walk->work.n_bytes > WALK_MAX_BYTES)
		walk_stop(walk, REASON_MORE_MEMORY);
}

/* The value of WALK's function that ATOM is a name for, or -1. */
static int value_of(const struct walk *walk, int atom)
{
	const struct sym *sym = atom >= 0 ? sym_at(walk->syms, atom) : NULL;

	return sym && sym->kind == SYM_LEAF && sym->b == walk->number ? sym->a : -1;
}

/* STATE will join OTHER at BLOCK, and has the same locks.  What it has saved for them
 * gets OTHER's names, where these have no meaning in STATE: which acquire saved it makes
 * no difference from here on. */
static void take_names(struct walk *walk, struct state *state, struct state *other, int block)
{
	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *same = state_lock(other, state->locks[i].address);
		const int old = state->locks[i].hold.saved;
		const int name = same ? same->hold.saved : old;

		if (old != name && value_of(walk, old) >= 0 && value_of(walk, name) >= 0 &&
		    !live_has_value(walk->flow, block, value_of(walk, name)) &&
		    !state_mentions(state, walk->syms, name))
			state_unite(state, walk->syms, walk->number, old, name);
	}
}

/* The path of STATE comes to where that of OTHER, which goes on for both, is: note that
 * it is one of several.  False if it is the same path. */
static bool meet_paths(const struct state *state, const struct state *other)
{
	if (!state->last || !other->last || state->last == other->last)
		return false;
	other->last->is_met = true;
	return true;
}

/* STATE arrives at BLOCK in a walk without facts from branches: it joins all states with
 * the same locks, whether or not others were acquired and released before.  Those that
 * differ in what a join would give up without a trace stay apart, if they are few. */
static void arrive_first(struct walk *walk, struct state *state, int block)
{
	struct block_states *states = &walk->work.blocks[block];
	int n_apart = 0;

	for (int i = 0; i < states->n; i++) {
		struct state *seen = states->seen[i];

		if (!(walk->effort.joins_balanced
			      ? state_same_but_balanced(state, seen, leaves_irql, walk)
			      : state_same_locks(state, seen)))
			continue;
		take_names(walk, state, seen, block);
		if (!state_covers(seen, state)) {
			if (differ_unnoticed(walk, state, seen, block)) {
				if (++n_apart < EFFORT_FIRST_APART)
					continue;
				walk_stop(walk, REASON_CLOSER_LOOK);
			}
			walk->joined_balanced |= !state_same_locks(state, seen);
			if (state_join(seen, state, walk->syms, walk->number, walk->function))
				worklist_add_again(&walk->work, block, seen);
		} else {
			meet_paths(state, seen);
		}
		state_free(state);
		return;
	}
	add(walk, block, state);
}

/* True if STATE may join OTHER: their locks are the same, and so is the IRQL that is
 * owed, which a join would forget. */
static bool are_alike(const struct state *state, const struct state *other)
{
	return state_same_locks(state, other) && state_same_owed(state, other);
}

/* STATE is over the limit of the effort at BLOCK: join it with JOINED, which is alike, or
 * with all such states if JOINED is NULL.  Takes STATE over. */
static void join(struct walk *walk, struct state *state, const struct state *joined, int block)
{
	struct block_states *states = &walk->work.blocks[block];

	walk->has_joined = walk->is_limited = true;
	if (walk->keeps_entry_facts) {
		/* The walk starts again without facts about the entry. */
		state_free(state);
		return;
	}
	if (joined) {
		struct state *next = state_copy(joined);
		bool is_new = state_join(next, state, walk->syms, walk->number, walk->function);

		next->last = state->last;
		state_free(state);
		if (is_new)
			add(walk, block, next);
		else
			state_free(next);
		return;
	}
	for (int i = 0; i < states->n; i++)
		if (are_alike(state, states->seen[i]))
			state_join(state, states->seen[i], walk->syms, walk->number,
				   walk->function);
	add(walk, block, state);
}

/* STATE is not walked, as OTHER is the same: note at OTHER's path that STATE's comes to
 * it. */
static void merge_paths(const struct state *state, const struct state *other)
{
	if (!meet_paths(state, other) || state_has(state, DOUBT_JOINED))
		return;
	state->last->next_merged = other->last->merged;
	other->last->merged = state->last;
}

/* STATE arrives along edge SUCC (-1: entry, or no acyclic path) at the start of BLOCK.
 * Takes STATE over. */
static void arrive(struct walk *walk, struct state *state, int succ, int block)
{
	struct block_states *states = &walk->work.blocks[block];
	struct state *joined = NULL;
	int n_alike = 0;

	if (walk->replay) {
		replay_go_on(walk->replay, state, block);
		return;
	}
	prune_state(walk, state, block);
	if (!walk->effort.branches_teach) {
		arrive_first(walk, state, block);
		return;
	}
	for (int i = 0; i < states->n; i++) {
		struct state *other = states->seen[i];

		if (!are_alike(state, other))
			continue;
		if (state_covers(other, state)) {
			count_arrival(walk, state, succ, other);
			merge_paths(state, other);
			state_free(state);
			return;
		}
		if (state_has(other, DOUBT_JOINED))
			joined = other;
		n_alike++;
	}
	if (n_alike >= walk->effort.max_states) {
		join(walk, state, joined, block);
		return;
	}
	if (states->n >= WALK_MAX_LOCK_SETS * walk->effort.max_states) {
		walk_stop(walk, REASON_MORE_LOCKS);
		state_free(state);
		return;
	}
	count_new_state(walk, state, succ, block);
	add(walk, block, state);
}

static void go_on(struct walk *walk, struct state *state, int block)
{
	const struct lockprog_block *from = &walk->function->blocks[block];

	if (!from->n_succ)
		walk_end_path(walk, state);
	for (int succ = 0; succ < from->n_succ; succ++) {
		bool is_back = flow_is_back_edge(walk->flow, block, from->succ[succ].block);
		struct state *way;
		struct step *step;

		if (is_back && walk->effort.leaves_out_back_edges)
			continue;
		if (walk->replay) {
			if (walk->replay->at == walk->replay->n)
				break;
			if (walk->replay->path[walk->replay->at]->choice != succ)
				continue;
			walk->replay->at++;
		}
		way = succ + 1 < from->n_succ ? state_copy(state) : state;
		if (way == state)
			state = NULL;
		if (!edge_take(walk, way, block, succ)) {
			trace_infeasible(walk, block, succ);
			state_free(way);
			continue;
		}
		step = walk_step(walk, way,
				 (struct path_event){ .kind = EVENT_BRANCH,
						      .place = from->place,
						      .block = block,
						      .op = -1,
						      .succ = succ });
		step->choice = succ;
		step->is_event = from->n_succ > 1;
		if (is_back)
			edge_go_round(walk, way, from->succ[succ].block);
		edge_bind_phis(walk, way, block, from->succ[succ].block);
		arrive(walk, way, is_back ? -1 : succ, from->succ[succ].block);
		if (walk->replay)
			break;
	}
	state_free(state);
}

/* Walk BLOCK from operation I on; takes STATE over. */
static void run(struct walk *walk, struct state *state, int block, int i)
{
	const struct lockprog_block *at = &walk->function->blocks[block];

	trace_state(walk, state, block, i);
	state_check(state, walk->unit, walk->syms);
	for (; i < at->n_ops; i++) {
		const struct lockprog_op *op = &at->ops[i];

		work_count(WORK_OF_OP);
		if (!walk_has_budget(walk)) {
			state_free(state);
			return;
		}
		switch (op->kind) {
		case LOCKPROG_DEFINE:
			if (walk->flow->is_needed[op->value] ? op_define(walk, state, op->value)
							     : op_use(walk, state, op->value))
				break;
			state_free(state);
			return;
		case LOCKPROG_STORE:
			if (op_store(walk, state, op))
				break;
			state_free(state);
			return;
		case LOCKPROG_CLOBBER:
			if (op->class_ >= 0 && !walk->flow->is_read[op->class_])
				break;
			memory_drop(&state->memory, walk->syms, op->class_, -1);
			memory_mark_written(&state->memory, op->class_);
			break;
		case LOCKPROG_LOCKOP:
			if (!op_lock(walk, state, block, i))
				return;
			break;
		case LOCKPROG_CALL:
			if (!op_call(walk, state, block, i))
				return;
			break;
		case LOCKPROG_ASSUME:
			if (op_assume(walk, state, op))
				break;
			state_free(state);
			return;
		case LOCKPROG_PROMISE:
			promise_happens(walk, state, block, i);
			break;
		}
	}
	if (at->exit == LOCKPROG_RETURN)
		walk_leave(walk, state, block, -1, ENDS_RETURN);
	else
		go_on(walk, state, block);
}

/* ---- the whole function ---- */

/* Forget the results of an earlier walk. */
static void forget(struct walk *walk)
{
	worklist_free(&walk->work);
	for (int i = 0; i < walk->n_exits; i++)
		state_free(walk->exits[i].state);
	walk->n_exits = 0;
	alias_forget(walk);
	for (int i = 0; i < walk->n_steps; i += WALK_STEPS)
		free(walk->steps[i / WALK_STEPS]);
	walk->n_steps = 0;
	claims_clear(&walk->claims);
	walk->to_unseen.n = walk->reached.n = walk->held_back.n = 0;
	if (walk->count)
		count_restart(walk->count);
	walk->has_joined = walk->joined_balanced = walk->gave_up_entry = false;
	walk->counts_doubtful = walk->has_lost_all = walk->is_limited = false;
	walk->is_hasty = walk->is_rough = false;
	walk->stopped = REASON_NONE;
	walk->reasons = 0;
}

/* True if walking on is useless: joined states make the result worthless. */
static bool is_in_vain(const struct walk *walk)
{
	return walk->has_joined && (walk->keeps_entry_facts || walk->count);
}

static void walk_once(struct walk *walk)
{
	struct state *state;
	int block;

	forget(walk);
	trace_walk(walk);
	worklist_start(&walk->work, walk->flow, walk->effort.least_work);
	arrive(walk, walk_entry_state(walk), -1, 0);
	while (!walk->stopped && !is_in_vain(walk) && (block = worklist_next(&walk->work)) >= 0) {
		while (!walk->stopped && (state = worklist_take(&walk->work, block))) {
			const unsigned long long before = work_done;

			if (walk->work.n_steps++ >= walk->effort.max_steps ||
			    (walk->work.rest && work_done + walk->work.rest > walk->walk_end))
				walk_stop(walk, REASON_MORE_STEPS);
			run(walk, state, block, 0);
			worklist_note(&walk->work, block, work_done - before);
		}
	}
}

void walk_function(struct walk *walk, struct effort effort)
{
	walk->effort = effort;
	walk->walk_end = work_done + effort.max_work;
	walk->go_on = run;
	if (!walk->rounds)
		walk->rounds = rounds_new(walk);
	walk->keeps_entry_facts = walk->tells_callers && effort.branches_teach;
	walk_once(walk);
	/* Facts about the entry cost many states: walk without them before giving up
	 * more. */
	if (walk->has_joined && walk->keeps_entry_facts && !walk->stopped) {
		walk->keeps_entry_facts = false;
		walk_once(walk);
	}
	/* Replays of its paths may take the rest. */
	walk->walk_end = walk->work_end;
}

static void free_results(struct walk *walk)
{
	forget(walk);
	free(walk->exits);
	free(walk->aliases);
	free(walk->steps);
	claims_free(&walk->claims);
	class_set_free(&walk->to_unseen);
	class_set_free(&walk->reached);
	class_set_free(&walk->held_back);
}

void walk_set_aside(struct walk *walk, struct walk *kept)
{
	*kept = *walk;
	walk->work = (struct worklist){ 0 };
	walk->n_steps = walk->max_pieces = walk->n_exits = walk->max_exits = 0;
	walk->n_aliases = walk->max_aliases = 0;
	walk->steps = NULL;
	walk->exits = NULL;
	walk->aliases = NULL;
	walk->claims = (struct claims){ 0 };
	walk->to_unseen = walk->reached = walk->held_back = (struct class_set){ 0 };
	if (walk->count)
		walk->count = count_new();
}

void walk_take_back(struct walk *walk, struct walk *kept)
{
	struct walk back = *kept;

	/* All walks of a function share these. */
	back.marks = walk->marks;
	back.n_marks = walk->n_marks;
	back.mark = walk->mark;
	*kept = *walk;
	*walk = back;
	walk_drop(kept);
}

void walk_drop(struct walk *kept)
{
	free_results(kept);
	if (kept->count)
		count_free(kept->count);
}

void walk_free(struct walk *walk)
{
	free_results(walk);
	class_set_free(&walk->asked);
	free(walk->marks);
	rounds_free(walk->rounds);
}
