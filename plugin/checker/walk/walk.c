/* explore.c - walks the feasible paths of one function.
 *
 * A state at the start of a block is walked once.  What no later branch, lock or result
 * depends on is forgotten first, so that paths that differ in nothing that matters meet
 * again.  More states than the budget are joined: facts on which they differ are given up,
 * and a claim that such a state leads to is made only when its path, walked again alone with
 * all its facts, gets there too.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/explore.h"

#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"

int explore_node(struct analysis *a, const struct state *state, int v)
{
	const struct lockprog_value *value = &a->function->values[v];
	int node;

	switch (value->expr) {
	case LOCKPROG_CONST:
		return sym_const(a->syms, value->type, value->constant);
	case LOCKPROG_OBJECT:
		return sym_object(a->syms, value->object, a->unit->objects[value->object].is_local);
	case LOCKPROG_PARAM:
		return sym_leaf(a->syms, value->type, a->number, v);
	default:
		node = state_binding(state, v);
		return node >= 0 ? node : sym_leaf(a->syms, value->type, a->number, v);
	}
}

/* A new unknown for V. */
int explore_fresh_leaf(struct analysis *a, struct state *state, int v)
{
	int leaf = sym_leaf(a->syms, a->function->values[v].type, a->number, v);

	state_redefine(state, a->syms, leaf);
	state_bind(state, v, leaf);
	return leaf;
}

struct step *explore_step(struct analysis *a, struct state *state, struct check_event event)
{
	struct step *step = alloc_zeroed(sizeof *step);

	step->before = state->last;
	step->event = event;
	step->address = step->saved = -1;
	step->choice = -1;
	a->steps = alloc_grow(a->steps, a->n_all_steps, &a->max_all_steps, sizeof *a->steps);
	a->steps[a->n_all_steps++] = step;
	state->last = step;
	return step;
}

/* ---- claims ---- */

static struct state *entry_state(struct analysis *a)
{
	struct state *state = state_new();

	/* Who calls another function may let go what it leaves held. */
	if (a->is_callback)
		state->unnamed = sym_leaf(a->syms, a->function->values[a->split->unnamed].type, a->number, a->split->unnamed);
	if (a->function->enters_with_cancel_lock) {
		struct lock_record *lock = state_add_lock(state, a->cancel_lock);
		struct step *step = explore_step(a, state, (struct check_event){
			.kind = CHECK_ENTRY_HELD, .place = a->function->place, .op = -1, .text = "the cancel spin lock" });

		step->is_event = true;
		step->address = a->cancel_lock;
		lock->state = SPINRULE_STATE_HELD;
		/* To who calls it by its name: it must be held. */
		lock->first = SPINRULE_EVENT_RELEASE;
		lock->first_ddi = spinrule_ddi_by_name("IoReleaseCancelSpinLock");
		lock->group = SPINRULE_GROUP_CANCEL;
		lock->text = step->event.text;
		lock->acquired = lock->touched = step;
	}
	return state;
}

/* Walk STATE's path again, alone, for what REPLAY is about. */
static void walk_again(struct analysis *a, const struct state *state, struct replay *replay)
{
	int n = 0;

	for (const struct step *step = state->last; step; step = step->before)
		n += step->choice >= 0;
	replay->path = alloc_zeroed(n * sizeof *replay->path);
	replay->n = n;
	for (const struct step *step = state->last; step; step = step->before)
		if (step->choice >= 0)
			replay->path[--n] = step;
	a->replay = replay;
	replay->next = entry_state(a);
	while (replay->next) {
		struct state *at = replay->next;

		replay->next = NULL;
		explore_run(a, at, replay->next_block, 0);
	}
	a->replay = NULL;
	free(replay->path);
}

/* True if STATE's path, walked alone, gets to the violation; else it is said why nothing is claimed. */
static bool confirm(struct analysis *a, const struct state *state, enum spinrule_violation violation, int block, int op)
{
	struct replay replay = { .violation = violation, .block = block, .op = op };

	walk_again(a, state, &replay);
	if (!replay.is_confirmed && (replay.is_explained || !state->is_joined))
		a->doubted = true;
	else if (!replay.is_confirmed)
		a->unconfirmed = true;
	return replay.is_confirmed;
}

bool explore_exit_alone(struct analysis *a, const struct exit_point *exit, struct exit_point *alone)
{
	struct replay replay = { .violation = SPINRULE_NONE, .block = exit->block, .op = exit->op, .left = alone };

	alone->state = NULL;
	walk_again(a, exit->state, &replay);
	return alone->state != NULL;
}

/* So many paths to one claim are walked again in vain before nothing more is tried. */
#define MAX_FAILED 12

/* How often that was for VIOLATION at an operation. */
static int *failed_of(struct analysis *a, enum spinrule_violation violation, int block, int op)
{
	for (int i = 0; i < a->n_failed; i++)
		if (a->failed[i].violation == violation && a->failed[i].block == block && a->failed[i].op == op)
			return &a->failed[i].n;
	a->failed = alloc_grow(a->failed, a->n_failed, &a->max_failed, sizeof *a->failed);
	a->failed[a->n_failed] = (struct failed){ violation, block, op, 0 };
	return &a->failed[a->n_failed++].n;
}

bool explore_is_claimed(const struct analysis *a, enum spinrule_violation violation, const struct lock_event *event,
			const struct step *since)
{
	for (int i = 0; i < a->n_claimed; i++) {
		const struct claimed *claimed = &a->claimed[i];

		if (claimed->violation != violation || claimed->block != event->block || claimed->op != event->op)
			continue;
		if ((violation != SPINRULE_HELD_AT_RETURN && event->kind != CHECK_CALL) || claimed->address == event->address)
			return true;
		/* One acquire, of other locks in other rounds of a loop. */
		if (violation == SPINRULE_HELD_AT_RETURN && since && claimed->since &&
		    since->event.block == claimed->since->event.block && since->event.op == claimed->since->event.op &&
		    !strcmp(since->event.text, claimed->since->event.text))
			return true;
	}
	return false;
}

void explore_claim(struct analysis *a, struct state *state, enum spinrule_violation violation,
		   const struct lock_event *event, const struct step *since)
{
	struct check_violation *claim;

	if (a->is_first_look) {
		a->gave_up = REASON_CLOSER_LOOK;
		return;
	}
	if (state->is_doubtful) {
		a->doubted = true;
		return;
	}
	if (state->is_vague) {
		a->is_over_in_callee = true;
		return;
	}
	if (a->replay) {
		if (a->replay->violation == violation && a->replay->block == event->block &&
		    a->replay->op == event->op && a->replay->at == a->replay->n) {
			if (owner_explains(a, state, violation))
				a->replay->is_explained = true;
			else
				a->replay->is_confirmed = true;
		}
		return;
	}
	if (explore_is_claimed(a, violation, event, since)) {
		state->breaks_rule = true;
		return;
	}
	if (state->is_joined || owner_is_noted(a)) {
		int *n_failed = failed_of(a, violation, event->block, event->op);

		if (*n_failed >= MAX_FAILED) {
			a->unconfirmed = true;
			return;
		}
		if (!confirm(a, state, violation, event->block, event->op)) {
			++*n_failed;
			return;
		}
	}
	state->breaks_rule = true;
	a->claimed = alloc_grow(a->claimed, a->n_claimed, &a->max_claimed, sizeof *a->claimed);
	a->claimed[a->n_claimed++] = (struct claimed){ violation, event->block, event->op, event->address, since };
	a->violations = alloc_grow(a->violations, a->n_violations, &a->max_violations, sizeof *a->violations);
	claim = &a->violations[a->n_violations++];
	*claim = (struct check_violation){
		.violation = violation, .ddi = event->ddi, .group = event->group, .place = event->place,
		.lock = event->text, .written = event->written, .function = a->function->name,
		.acquired_by = event->acquired_by, .irql_of = event->irql_of, .irql = event->irql,
	};
	path_events(a, claim, state, since, event);
}

/* What the states of one function may take: a compile must not run out of memory for a warning. */
#define MAX_BYTES (512l << 20)

/* A second and third look at a function that could not be decided keep so many times the states,
 * and take at most so many steps. */
#define MORE_STATES 8
#define MOST_STATES 64
#define DEEP_STEPS 30000l

/* A look at a function that is over the budget otherwise keeps so few. */
#define COARSE_STATES 4

/* A first look takes so many steps a block: most are walked once, those of loops until nothing changes. */
#define FIRST_STEPS 8

static void heap_push(struct analysis *a, int rank)
{
	int i = a->n_heap++;

	for (; i > 0 && a->heap[(i - 1) / 2] > rank; i = (i - 1) / 2)
		a->heap[i] = a->heap[(i - 1) / 2];
	a->heap[i] = rank;
}

static int heap_pop(struct analysis *a)
{
	int top = a->heap[0], last = a->heap[--a->n_heap], i = 0;

	for (;;) {
		int child = 2 * i + 1;

		if (child >= a->n_heap)
			break;
		if (child + 1 < a->n_heap && a->heap[child + 1] < a->heap[child])
			child++;
		if (a->heap[child] >= last)
			break;
		a->heap[i] = a->heap[child];
		i = child;
	}
	a->heap[i] = last;
	return top;
}

/* STATE, which was seen at the start of BLOCK, is to be walked. */
static void make_pending(struct analysis *a, int block, struct state *state)
{
	struct block_states *states = &a->blocks[block];

	states->pending = alloc_grow(states->pending, states->n_pending, &states->max_pending, sizeof *states->pending);
	states->pending[states->n_pending++] = state;
	if (!states->is_queued) {
		states->is_queued = true;
		heap_push(a, a->flow->rank[block]);
	}
}

static void add_pending(struct analysis *a, int block, struct state *state)
{
	struct block_states *states = &a->blocks[block];

	a->n_bytes += state_size(state);
	if (a->n_bytes > MAX_BYTES)
		a->gave_up = REASON_MORE_MEMORY;

	states->seen = alloc_grow(states->seen, states->n, &states->max, sizeof *states->seen);
	states->seen[states->n++] = state;
	make_pending(a, block, state);
}

/* The state that came along SUCC (-1: entry, or no acyclic path) from where STATE began is AS now, which is walked. */
static void count_arrival(struct analysis *a, const struct state *state, int succ, const struct state *as)
{
	if (a->count && succ >= 0 && !state->is_doubtful)
		count_add_edge(a->count, state->counted, succ, as->counted, state->breaks_rule);
}

/* The same, and AS is a new one at the start of BLOCK. */
static void count_new_state(struct analysis *a, struct state *state, int succ, int block)
{
	struct state as = *state;

	if (!a->count)
		return;
	as.counted = count_add_state(a->count, block);
	count_arrival(a, state, succ, &as);
	state->counted = as.counted;
	state->breaks_rule = false;
}

void explore_stop(struct analysis *a, const struct state *state)
{
	if (a->count && !a->replay && !state->is_doubtful)
		count_add_end(a->count, state->counted, state->breaks_rule);
}

/* True if a pointer leads to a variable of the function's own in STATE, and in OTHER to something else. */
static bool leads_elsewhere(const struct analysis *a, const struct state *state, const struct state *other)
{
	for (int i = 0; i < state->n_bindings; i++)
		if (state_binding(other, state->bindings[i].value) != state->bindings[i].node &&
		    summary_has_local_object(a->syms, state->bindings[i].node))
			return true;
	for (int i = 0; i < state->n_cells; i++) {
		const struct cell *cell = &state->cells[i];
		bool is_stale;

		if (summary_has_local_object(a->syms, cell->node) &&
		    state_cell(other, cell->address, cell->class_, &is_stale) != cell->node)
			return true;
	}
	return false;
}

/* True if STATE and OTHER differ in what is given up where they are joined, and would not be missed: an IRQL that was saved, and
 * that a pointer leads to a variable of the function's own, which no other pointer does. */
static bool differ_unnoticed(const struct analysis *a, const struct state *state, const struct state *other)
{
	return !state_same_irqls(state, other) || leads_elsewhere(a, state, other) || leads_elsewhere(a, other, state);
}

/* The same on a first look: there is one state with these locks. */
static void arrive_first(struct analysis *a, struct state *state, int block)
{
	struct block_states *states = &a->blocks[block];

	for (int i = 0; i < states->n; i++) {
		struct state *seen = states->seen[i];
		bool is_changed;

		if (!state_same_locks(state, seen))
			continue;
		if (state_equal(state, seen)) {
			state_free(state);
			return;
		}
		if (differ_unnoticed(a, state, seen))
			a->gave_up = REASON_CLOSER_LOOK;
		is_changed = state_join(seen, state, a->syms, a->number, a->function);
		state_free(state);
		for (int j = 0; j < states->n_pending; j++)
			if (states->pending[j] == seen)
				return;
		if (is_changed)
			make_pending(a, block, seen);
		return;
	}
	add_pending(a, block, state);
}

/* STATE arrives along edge SUCC (-1: entry, or no acyclic path) at the start of BLOCK; it is taken over. */
static void arrive(struct analysis *a, struct state *state, int succ, int block)
{
	struct block_states *states = &a->blocks[block];
	struct state *joined = NULL;
	int n_alike = 0;

	if (a->replay) {
		a->replay->next = state;
		a->replay->next_block = block;
		return;
	}
	edge_prune(a, state, block);
	if (a->is_first_look) {
		arrive_first(a, state, block);
		return;
	}
	for (int i = 0; i < states->n; i++) {
		struct state *other = states->seen[i];

		if (!state_same_locks(state, other))
			continue;
		if (state_equal(state, other)) {
			count_arrival(a, state, succ, other);
			state_free(state);
			return;
		}
		if (other->is_joined)
			joined = other;
		n_alike++;
	}
	if (n_alike < a->max_states) {
		if (states->n >= 64 * a->max_states) {
			a->gave_up = REASON_MORE_LOCKS;
			state_free(state);
			return;
		}
		count_new_state(a, state, succ, block);
		add_pending(a, block, state);
		return;
	}
	/* One state for all that have these locks. */
	a->ran_over = true;
	if (a->keep_entry_facts) {
		/* explore () starts again without them */
		state_free(state);
		return;
	}
	if (joined) {
		struct state *next = state_copy(joined);

		if (!state_join(next, state, a->syms, a->number, a->function)) {
			state_free(next);
			state_free(state);
			return;
		}
		next->last = state->last;
		state_free(state);
		add_pending(a, block, next);
		return;
	}
	for (int i = 0; i < states->n; i++)
		if (state_same_locks(state, states->seen[i]))
			state_join(state, states->seen[i], a->syms, a->number, a->function);
	add_pending(a, block, state);
}

/* ---- leaving ---- */

static void add_exit(struct analysis *a, struct exit_point exit)
{
	if (a->replay) {
		struct replay *replay = a->replay;

		if (replay->left && replay->at == replay->n && exit.block == replay->block && exit.op == replay->op)
			*replay->left = exit;
		else
			state_free(exit.state);
		return;
	}
	a->exits = alloc_grow(a->exits, a->n_exits, &a->max_exits, sizeof *a->exits);
	a->exits[a->n_exits++] = exit;
}

/* Where the path ends: the return, or operation OP. */
static struct lockprog_place end_place(const struct analysis *a, int block, int op)
{
	const struct lockprog_block *at = &a->function->blocks[block];
	struct lockprog_place place = op >= 0 ? at->ops[op].place : at->place;

	return place.file ? place : a->function->place;
}

void explore_claim_held(struct analysis *a, struct state *state, int block, int op)
{
	if (state->lost_held)
		a->aliased = true;
	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *lock = &state->locks[i];
		struct lock_event event = {
			.event = SPINRULE_EVENT_RETURN, .address = lock->address, .class_ = lock->class_, .ddi = lock->ddi,
			.group = lock->group, .text = lock->text, .place = end_place(a, block, op), .block = block,
			.op = op,
		};
		enum spinrule_state held = lock->state;
		enum spinrule_violation violation = spinrule_step(&held, SPINRULE_EVENT_RETURN);

		/* In a function that is no callback only what it acquired itself counts. */
		if (!violation || (!a->is_callback && lock->first != SPINRULE_EVENT_ACQUIRE) ||
		    promise_allows_held(lock))
			continue;
		if (lock->is_loose)
			a->aliased = true;
		else
			explore_claim(a, state, violation, &event, lock->acquired);
	}
}

void explore_leave(struct analysis *a, struct state *state, int block, int op, enum ending ending)
{
	int value = a->function->blocks[block].value;
	struct exit_point exit = { state, ending, block, op, -1 };

	if (ending == ENDS_EXCEPTION || (ending == ENDS_RETURN && a->is_callback))
		explore_claim_held(a, state, block, op);
	if (ending == ENDS_RETURN && value >= 0)
		exit.result = explore_node(a, state, value);
	add_exit(a, exit);
}

static void go_on(struct analysis *a, struct state *state, int block)
{
	const struct lockprog_block *from = &a->function->blocks[block];

	if (!from->n_succ)
		explore_stop(a, state);
	for (int succ = 0; succ < from->n_succ; succ++) {
		bool is_back = flow_is_back_edge(a->flow, block, from->succ[succ].block);
		struct state *way;
		struct step *step;

		if (is_back && a->leaves_out_loops)
			continue;
		if (a->replay) {
			if (a->replay->at == a->replay->n)
				break;
			if (a->replay->path[a->replay->at]->choice != succ)
				continue;
			a->replay->at++;
		}
		way = state_copy(state);
		if (!edge_take(a, way, block, succ)) {
			state_free(way);
			continue;
		}
		step = explore_step(a, way, (struct check_event){
			.kind = CHECK_BRANCH, .place = from->place, .block = block, .op = -1, .succ = succ });
		step->choice = succ;
		step->is_event = from->n_succ > 1;
		if (is_back)
			edge_go_round(a, way, from->succ[succ].block);
		edge_bind_phis(a, way, block, from->succ[succ].block);
		arrive(a, way, is_back ? -1 : succ, from->succ[succ].block);
		if (a->replay)
			break;
	}
	state_free(state);
}

/* Walk BLOCK from operation I on; takes STATE over. */
void explore_run(struct analysis *a, struct state *state, int block, int i)
{
	const struct lockprog_block *at = &a->function->blocks[block];

	for (; i < at->n_ops; i++) {
		const struct lockprog_op *op = &at->ops[i];

		switch (op->kind) {
		case LOCKPROG_DEFINE:
			if (a->flow->is_needed[op->value] ? exec_define(a, state, op->value) : exec_use(a, state, op->value))
				break;
			state_free(state);
			return;
		case LOCKPROG_STORE:
			if (exec_store(a, state, op))
				break;
			state_free(state);
			return;
		case LOCKPROG_CLOBBER:
			if (op->class_ >= 0 && !a->flow->is_read[op->class_])
				break;
			state_drop_cells(state, a->syms, op->class_, -1);
			state_mark_changed(state, op->class_);
			break;
		case LOCKPROG_LOCKOP:
			if (!exec_lockop(a, state, block, i))
				return;
			break;
		case LOCKPROG_CALL:
			if (!exec_call(a, state, block, i))
				return;
			break;
		case LOCKPROG_ASSUME:
			if (facts_assume(&state->facts, a->syms, explore_node(a, state, op->args[0]), true))
				break;
			state_free(state);
			return;
		case LOCKPROG_PROMISE:
			promise_exec(a, state, block, i);
			break;
		}
	}
	if (at->exit == LOCKPROG_RETURN)
		explore_leave(a, state, block, -1, ENDS_RETURN);
	else
		go_on(a, state, block);
}

/* ---- the whole function ---- */

static void forget_walk(struct analysis *a)
{
	for (int b = 0; a->blocks && b < a->function->n_blocks; b++) {
		for (int i = 0; i < a->blocks[b].n; i++)
			state_free(a->blocks[b].seen[i]);
		free(a->blocks[b].seen);
		free(a->blocks[b].pending);
	}
	free(a->blocks);
	free(a->heap);
	a->blocks = NULL;
	a->heap = NULL;
	a->n_heap = 0;
	for (int i = 0; i < a->n_exits; i++)
		state_free(a->exits[i].state);
	a->n_exits = 0;
	for (int i = 0; i < a->n_all_steps; i++)
		free(a->steps[i]);
	a->n_all_steps = 0;
	for (int i = 0; i < a->n_violations; i++)
		free(a->violations[i].events);
	a->n_violations = a->n_claimed = a->n_failed = 0;
	a->handed.n = 0;
	if (a->count)
		count_restart(a->count);
	a->n_steps = a->n_bytes = 0;
	a->gave_up = REASON_NONE;
	a->gave_up_on_callee = NULL;
	a->aliased = a->doubted = a->unconfirmed = a->is_over_in_callee = a->ran_over = false;
}

/* A block of the loop between a back edge's ends that has to do with locks. */
static bool has_locks_between(const struct analysis *a, int first_rank, int last_rank)
{
	for (int rank = first_rank; rank <= last_rank; rank++) {
		const struct lockprog_block *block = &a->function->blocks[a->flow->order[rank]];

		for (int i = 0; i < block->n_ops; i++) {
			const struct lockprog_op *op = &block->ops[i];

			if (op->kind == LOCKPROG_LOCKOP)
				return true;
			if (op->kind == LOCKPROG_CALL && op->callee >= 0 &&
			    (a->summaries[op->callee].has_effects || a->summaries[op->callee].is_unknown ||
			     !a->summaries[op->callee].is_done))
				return true;
		}
	}
	return false;
}

/* True if a value that is computed inside is still used where an edge leaves the loop. */
static bool has_result_between(const struct analysis *a, int first_rank, int last_rank)
{
	for (int rank = first_rank; rank <= last_rank; rank++) {
		const struct lockprog_block *block = &a->function->blocks[a->flow->order[rank]];

		for (int s = 0; s < block->n_succ; s++) {
			int to = block->succ[s].block;

			if (a->flow->rank[to] >= first_rank && a->flow->rank[to] <= last_rank)
				continue;
			for (int i = 0; i < a->flow->n_live[to]; i++) {
				int v = a->flow->live[to][i];
				enum lockprog_expr expr = a->function->values[v].expr;

				if (a->in_loop[v] && expr != LOCKPROG_LOAD && expr != LOCKPROG_UNKNOWN)
					return true;
			}
		}
	}
	return false;
}

static void find_loops(struct analysis *a)
{
	a->loop_has_locks = alloc_zeroed(a->function->n_blocks);
	a->loop_has_result = alloc_zeroed(a->function->n_blocks);
	for (int rank = 0; rank < a->flow->n_reached; rank++) {
		int from = a->flow->order[rank];

		for (int i = 0; i < a->function->blocks[from].n_succ; i++) {
			int to = a->function->blocks[from].succ[i].block;

			if (!flow_is_back_edge(a->flow, from, to))
				continue;
			a->loop_has_locks[to] |= has_locks_between(a, a->flow->rank[to], rank);
			a->loop_has_result[to] |= has_result_between(a, a->flow->rank[to], rank);
		}
	}
}

/* A value changes from round to round when its block lies between a back edge's ends. */
static void find_loop_values(struct analysis *a)
{
	const struct lockprog_function *function = a->function;
	bool *is_in_loop = flow_loop_blocks(a->flow);

	a->in_loop = alloc_zeroed(function->n_values);
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; is_in_loop[b] && i < function->blocks[b].n_ops; i++)
			if (function->blocks[b].ops[i].kind != LOCKPROG_STORE && function->blocks[b].ops[i].value >= 0)
				a->in_loop[function->blocks[b].ops[i].value] = true;
	free(is_in_loop);
	find_loops(a);
	rounds_find(a);
}

static void walk(struct analysis *a, int max_states, long max_steps)
{
	a->max_states = max_states;
	forget_walk(a);
	if (!a->in_loop)
		find_loop_values(a);
	a->blocks = alloc_zeroed(a->function->n_blocks * sizeof *a->blocks);
	a->heap = alloc_zeroed((a->flow->n_reached + 1) * sizeof *a->heap);
	arrive(a, entry_state(a), -1, 0);
	while (a->n_heap && !a->gave_up && !(a->ran_over && (a->keep_entry_facts || a->count))) {
		int block = a->flow->order[heap_pop(a)];
		struct block_states *states = &a->blocks[block];

		states->is_queued = false;
		while (states->n_pending && !a->gave_up) {
			struct state *state = states->pending[--states->n_pending];

			if (a->n_steps++ >= max_steps)
				a->gave_up = REASON_MORE_STEPS;
			explore_run(a, state_copy(state), block, 0);
		}
	}
}

/* The whole function, with no more than MAX_STATES kept apart where the locks are the same. */
static void explore_with(struct analysis *a, int max_states, long max_steps)
{
	a->keep_entry_facts = a->tells_callers;
	walk(a, max_states, max_steps);
	/* What callers could tell apart is dear to keep: without it first, before giving up more. */
	if (a->ran_over && a->keep_entry_facts && !a->gave_up) {
		a->keep_entry_facts = false;
		walk(a, max_states, max_steps);
	}
}

static bool is_well(const struct analysis *a)
{
	return !a->n_violations && !a->gave_up && !a->gave_up_on_callee && !a->aliased && !a->doubted && !a->unconfirmed &&
	       !a->is_over_in_callee;
}

/* True if ATOM is one of several values, which one depends on the way. */
static bool is_chosen(int atom, void *data)
{
	const struct analysis *a = data;
	const struct sym *sym = sym_at(a->syms, atom);

	return sym->kind == SYM_LEAF && sym->b == a->number && sym->a < a->function->n_values &&
	       a->function->values[sym->a].expr == LOCKPROG_PHI && !a->in_loop[sym->a];
}

/* True if callers could not name some lock that is free again at EXIT, and way by way might. */
static bool has_chosen_lock(struct analysis *a, const struct exit_point *exit)
{
	for (int i = 0; i < exit->state->n_locks; i++)
		if (sym_any_atom(a->syms, exit->state->locks[i].address, is_chosen, a))
			return true;
	return false;
}

bool explore_first_look(struct analysis *a)
{
	a->is_first_look = true;
	a->keep_entry_facts = false;
	walk(a, 1, FIRST_STEPS * (a->flow->n_reached + 16l));
	a->is_first_look = false;
	/* A way out that is doubtful here may be one that is not. */
	for (int i = 0; i < a->n_exits; i++)
		if (a->exits[i].state->is_doubtful || (!a->is_callback && has_chosen_lock(a, &a->exits[i])))
			return false;
	return is_well(a);
}

void explore(struct analysis *a)
{
	int max_states = a->options->max_states;
	long max_steps = (long)a->options->max_steps * (a->flow->n_reached + 16);

	explore_with(a, max_states, max_steps);
	/* A claim that hangs on what was joined: keep more apart, for as long as that takes no more
	 * steps than giving up would. */
	for (int more = MORE_STATES; a->unconfirmed && more <= MOST_STATES; more *= MORE_STATES) {
		a->is_deep = true;
		explore_with(a, more * max_states, max_steps < DEEP_STEPS ? max_steps : DEEP_STEPS);
		a->is_deep = false;
		if (a->gave_up) {
			explore_with(a, max_states, max_steps);
			break;
		}
	}
	/* Where a close look is over the budget, what a coarser one claims is so too. */
	if (a->gave_up && max_states > COARSE_STATES && !a->count)
		explore_with(a, COARSE_STATES, max_steps);
}

void explore_free(struct analysis *a)
{
	forget_walk(a);
	free(a->exits);
	free(a->steps);
	free(a->claimed);
	free(a->failed);
	free(a->violations);
	free(a->handed.list);
	free(a->in_loop);
	rounds_free(a);
	free(a->loop_has_locks);
	free(a->loop_has_result);
}
