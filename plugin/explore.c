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

#include "explore.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* A path to walk again: the choices and edges of STEPS, in order. */
struct replay {
	const struct step **path;
	int n, at;
	enum spinrule_violation violation;
	int block, op;
	bool is_confirmed;
	struct state *next;		/* at the start of NEXT_BLOCK; NULL at the end of the path */
	int next_block;
};

static void run(struct analysis *a, struct state *state, int block, int i);

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
static int fresh_leaf(struct analysis *a, struct state *state, int v)
{
	int leaf = sym_leaf(a->syms, a->function->values[v].type, a->number, v);

	state_redefine(state, a->syms, leaf);
	state_bind(state, v, leaf);
	return leaf;
}

struct step *explore_step(struct analysis *a, struct state *state, struct check_event event)
{
	struct step *step = memory_zeroed(sizeof *step);

	step->before = state->last;
	step->event = event;
	step->address = -1;
	step->choice = -1;
	a->steps = memory_grow(a->steps, a->n_all_steps, &a->max_all_steps, sizeof *a->steps);
	a->steps[a->n_all_steps++] = step;
	state->last = step;
	return step;
}

/* ---- claims ---- */

static struct state *entry_state(struct analysis *a)
{
	struct state *state = memory_zeroed(sizeof *state);

	if (a->function->enters_with_cancel_lock) {
		struct lock_record *lock = state_add_lock(state, a->cancel_lock);
		struct step *step = explore_step(a, state, (struct check_event){
			.kind = CHECK_ENTRY_HELD, .place = a->function->place, .op = -1, .text = "the cancel spin lock" });

		step->is_event = true;
		step->address = a->cancel_lock;
		lock->state = SPINRULE_STATE_HELD;
		lock->group = SPINRULE_GROUP_CANCEL;
		lock->text = step->event.text;
		lock->acquired = lock->touched = step;
	}
	return state;
}

/* True if STATE's path, walked alone, gets to the violation. */
static bool confirm(struct analysis *a, const struct state *state, enum spinrule_violation violation, int block, int op)
{
	struct replay replay = { .violation = violation, .block = block, .op = op };
	int n = 0;

	for (const struct step *step = state->last; step; step = step->before)
		n += step->choice >= 0;
	replay.path = memory_zeroed(n * sizeof *replay.path);
	replay.n = n;
	for (const struct step *step = state->last; step; step = step->before)
		if (step->choice >= 0)
			replay.path[--n] = step;
	a->replay = &replay;
	replay.next = entry_state(a);
	while (replay.next) {
		struct state *at = replay.next;

		replay.next = NULL;
		run(a, at, replay.next_block, 0);
	}
	a->replay = NULL;
	free(replay.path);
	return replay.is_confirmed;
}

void explore_claim(struct analysis *a, struct state *state, enum spinrule_violation violation,
		   const struct lock_event *event, const struct step *since)
{
	struct check_violation *claim;

	state->had_violation = true;
	if (state->is_doubtful) {
		a->doubted = true;
		return;
	}
	if (a->replay) {
		if (a->replay->violation == violation && a->replay->block == event->block &&
		    a->replay->op == event->op && a->replay->at == a->replay->n)
			a->replay->is_confirmed = true;
		return;
	}
	for (int i = 0; i < a->n_claimed; i++)
		if (a->claimed[i].violation == violation && a->claimed[i].block == event->block &&
		    a->claimed[i].op == event->op && (event->op >= 0 || a->claimed[i].address == event->address))
			return;
	if (state->is_joined && !confirm(a, state, violation, event->block, event->op)) {
		a->gave_up = "more states than the budget";
		return;
	}
	a->claimed = memory_grow(a->claimed, a->n_claimed, &a->max_claimed, sizeof *a->claimed);
	a->claimed[a->n_claimed++] = (struct claimed){ violation, event->block, event->op, event->address };
	a->violations = memory_grow(a->violations, a->n_violations, &a->max_violations, sizeof *a->violations);
	claim = &a->violations[a->n_violations++];
	*claim = (struct check_violation){
		.violation = violation, .ddi = event->ddi, .group = event->group, .place = event->place,
		.lock = event->text, .written = event->written, .function = a->function->name,
	};
	path_events(a, claim, state, since, event->address, event->block, event->op);
}

/* ---- the rule on one lock ---- */

/* A lock that may be the one at ADDRESS, and may be held. */
static struct lock_record *possible_holder(struct analysis *a, struct state *state, int address, int class_,
					   struct lock_record *but)
{
	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *lock = &state->locks[i];

		if (lock != but && lock->state != SPINRULE_STATE_FREE &&
		    !addresses_distinct(a->syms, lock->address, lock->class_, address, class_))
			return lock;
	}
	return NULL;
}

static struct step *lock_step(struct analysis *a, struct state *state, const struct lock_event *event)
{
	struct step *step = explore_step(a, state, (struct check_event){
		.kind = event->kind, .place = event->place, .block = event->block, .op = event->op, .text = event->text,
		.written = event->written, .call_acquires = event->call_acquires });

	step->address = event->address;
	step->is_event = true;
	return step;
}

/* What the rule says when EVENT happens to LOCK, which may have another name that is held. */
static enum spinrule_violation judge(struct analysis *a, struct state *state, const struct lock_event *event,
				     struct lock_record *lock, bool is_new)
{
	struct lock_record *other;

	if (is_new)
		lock->state = a->is_callback ? SPINRULE_STATE_FREE : SPINRULE_STATE_UNKNOWN;
	if (event->event == SPINRULE_EVENT_RELEASE && lock->state != SPINRULE_STATE_HELD) {
		other = possible_holder(a, state, event->address, event->class_, lock);
		if (other || state->lost_held) {
			/* It may be another name of that one: nothing is claimed of either. */
			for (; other; other = possible_holder(a, state, event->address, event->class_, lock)) {
				if (other->state == SPINRULE_STATE_UNKNOWN)
					break;
				other->state = SPINRULE_STATE_UNKNOWN;
			}
			a->aliased = true;
			lock->state = SPINRULE_STATE_UNKNOWN;
		}
	}
	return spinrule_step(&lock->state, event->event);
}

bool explore_lock_event(struct analysis *a, struct state *state, const struct lock_event *event)
{
	struct lock_record *lock = state_lock(state, event->address);
	bool is_new = !lock;
	enum spinrule_violation violation;
	const struct step *since;

	if (is_new)
		lock = state_add_lock(state, event->address);
	since = lock->state == SPINRULE_STATE_HELD ? lock->acquired : lock->touched;
	violation = judge(a, state, event, lock, is_new);
	if (violation)
		explore_claim(a, state, violation, event, since);
	/* After a double acquire the processor spins. */
	if (violation == SPINRULE_DOUBLE_ACQUIRE)
		return false;
	if (is_new || lock->first < 0) {
		if (event->event == SPINRULE_EVENT_MOMENTARY)
			lock->first = SPINRULE_EVENT_ACQUIRE;
		else if (is_new || event->event != SPINRULE_EVENT_RELEASE)
			lock->first = event->event;
	}
	if (lock->class_ < 0)
		lock->class_ = event->class_;
	lock->touched = lock_step(a, state, event);
	lock->is_loose = false;
	if (event->event == SPINRULE_EVENT_ACQUIRE) {
		lock->acquired = lock->touched;
		lock->group = event->group;
		lock->ddi = event->ddi;
		lock->text = event->text;
		lock->handle = event->handle;
	}
	return true;
}

/* Others may write to shared data while a lock is waited for or a call is out: what memory
 * held is only likely from here on.  Pointers are taken to stay. */
static void doubt_memory(struct analysis *a, struct state *state, bool by_driver)
{
	state->data_changed = true;
	state->driver_changed |= by_driver;
	for (int i = 0; i < state->n_cells; i++) {
		const struct lockprog_class *class_ = &a->unit->classes[state->cells[i].class_];

		if (!class_->is_private && (by_driver ? !(class_->is_pointer && class_->is_system) : !class_->is_pointer))
			state->cells[i].is_stale = true;
	}
}

/* What is read, written or locked through a pointer shows that it is not null; false when it
 * is known to be: the path ends there. */
static bool dereference(struct analysis *a, struct state *state, int address)
{
	enum sym_kind kind;
	long long offset;
	int base;

	sym_split(a->syms, address, &base, &offset);
	kind = sym_at(a->syms, base)->kind;
	if ((kind != SYM_LEAF && kind != SYM_INITIAL) || !sym_at(a->syms, base)->type.is_pointer)
		return true;
	return facts_assume(&state->facts, a->syms, base, true);
}

/* The lock that OP means, in *ADDRESS; a release by handle looks for its acquire. */
static void find_operand(struct analysis *a, struct state *state, const struct lockprog_op *op, struct lock_event *event)
{
	event->handle = op->handle >= 0 ? explore_node(a, state, op->handle) : -1;
	if (op->address >= 0) {
		event->address = explore_node(a, state, op->address);
		return;
	}
	if (op->ddi->group == SPINRULE_GROUP_CANCEL) {
		event->address = a->cancel_lock;
		return;
	}
	event->address = event->handle;
	for (int i = 0; i < state->n_locks; i++)
		if (state->locks[i].handle == event->handle && state->locks[i].state == SPINRULE_STATE_HELD) {
			event->address = state->locks[i].address;
			event->text = state->locks[i].text;
		}
}

static void leave(struct analysis *a, struct state *state, int block, int op);

/* A try: one path on which it succeeded, one on which it did not.  True if STATE goes on;
 * else it is taken over. */
static bool run_try(struct analysis *a, struct state *state, int block, int i, struct lock_event *event)
{
	const struct lockprog_op *op = &a->function->blocks[block].ops[i];
	bool is_ignored = op->value < 0 || !a->function->values[op->value].used;
	int leaf;

	if (is_ignored) {
		struct lock_record *lock = state_add_lock(state, event->address);

		explore_claim(a, state, SPINRULE_TRY_IGNORED, event, NULL);
		lock->state = SPINRULE_STATE_UNKNOWN;
		lock->class_ = event->class_;
		if (op->value >= 0)
			fresh_leaf(a, state, op->value);
		return true;
	}
	leaf = fresh_leaf(a, state, op->value);
	for (int success = 1; success >= 0; success--) {
		struct state *way;
		struct lock_record *lock;

		if (a->replay && a->replay->at < a->replay->n && a->replay->path[a->replay->at]->choice != success)
			continue;
		way = state_copy(state);
		lock = state_lock(way, event->address);
		if (a->replay && a->replay->at < a->replay->n)
			a->replay->at++;
		/* Its owner cannot succeed. */
		if ((success && lock && lock->state == SPINRULE_STATE_HELD) ||
		    !facts_assume_ranges(&way->facts, a->syms, leaf, &(struct lockprog_range){ success, success }, 1, true)) {
			state_free(way);
			continue;
		}
		event->kind = success ? CHECK_TRIED : CHECK_TRY_FAILED;
		if (success) {
			event->event = SPINRULE_EVENT_ACQUIRE;
			explore_lock_event(a, way, event);
		} else {
			if (!lock)
				lock = state_add_lock(way, event->address);
			if (lock->class_ < 0)
				lock->class_ = event->class_;
			lock->touched = lock_step(a, way, event);
			if (lock->first < 0 && lock->state != SPINRULE_STATE_HELD)
				lock->state = SPINRULE_STATE_FREE;
		}
		((struct step *)way->last)->choice = success;
		run(a, way, block, i + 1);
	}
	state_free(state);
	return false;
}

/* A lock operation.  True if STATE goes on; else it is taken over. */
static bool run_lockop(struct analysis *a, struct state *state, int block, int i)
{
	const struct lockprog_op *op = &a->function->blocks[block].ops[i];
	struct lock_event event = {
		.class_ = op->class_, .ddi = op->ddi, .group = op->ddi->group, .text = op->text, .written = op->written,
		.place = op->place, .block = block, .op = i,
	};
	bool goes_on = true;

	if (op->ddi->op == SPINRULE_OP_LEAVE) {
		leave(a, state, block, i);
		return false;
	}
	find_operand(a, state, op, &event);
	if (event.address >= 0 && !dereference(a, state, event.address)) {
		state_free(state);
		return false;
	}
	doubt_memory(a, state, false);
	switch (op->ddi->op) {
	case SPINRULE_OP_TRY:
		return run_try(a, state, block, i, &event);
	case SPINRULE_OP_ACQUIRE:
		event.event = SPINRULE_EVENT_ACQUIRE;
		event.kind = CHECK_ACQUIRED;
		goes_on = explore_lock_event(a, state, &event);
		break;
	case SPINRULE_OP_RELEASE:
		event.event = SPINRULE_EVENT_RELEASE;
		event.kind = CHECK_RELEASED;
		goes_on = explore_lock_event(a, state, &event);
		break;
	case SPINRULE_OP_INIT:
		event.event = SPINRULE_EVENT_INIT;
		event.kind = CHECK_RELEASED;
		goes_on = explore_lock_event(a, state, &event);
		break;
	case SPINRULE_OP_MOMENTARY:
		event.event = SPINRULE_EVENT_MOMENTARY;
		event.kind = CHECK_RELEASED;
		goes_on = explore_lock_event(a, state, &event);
		break;
	case SPINRULE_OP_LEAVE:
	case SPINRULE_OPS:
		break;
	}
	if (!goes_on) {
		state_free(state);
		return false;
	}
	if (op->value >= 0)
		fresh_leaf(a, state, op->value);
	return true;
}

/* ---- values and memory ---- */

static void load(struct analysis *a, struct state *state, int v)
{
	const struct lockprog_value *value = &a->function->values[v];
	const struct lockprog_class *class_ = &a->unit->classes[value->class_];
	int address = explore_node(a, state, value->a), node, initial, leaf, old;
	bool is_stale, is_changed, is_doubtful;

	node = state_cell(state, address, value->class_, &is_stale);
	if (node >= 0 && !is_stale) {
		state_bind(state, v, node);
		return;
	}
	is_changed = state_is_changed(state, value->class_);
	is_doubtful = !class_->is_private &&
		      ((state->data_changed && !class_->is_pointer) ||
		       (state->driver_changed && !(class_->is_pointer && class_->is_system)) ||
		       class_set_has(&state->maybe_changed, value->class_));
	if (node < 0 && !is_changed && !is_doubtful && sym_at(a->syms, address)->depth < SYM_MAX_DEPTH) {
		state_bind(state, v, sym_initial(a->syms, value->type, address, value->class_));
		return;
	}
	leaf = fresh_leaf(a, state, v);
	/* The address may have been told in terms of the old leaf. */
	address = explore_node(a, state, value->a);
	if (sym_contains(a->syms, address, leaf))
		return;
	old = state_cell(state, address, value->class_, &is_stale);
	if (old < 0 && node < 0 && !is_changed && sym_at(a->syms, address)->depth < SYM_MAX_DEPTH) {
		initial = sym_initial(a->syms, value->type, address, value->class_);
		state_add_doubt(state, leaf, initial);
	} else if (old >= 0 && is_stale && !sym_contains(a->syms, old, leaf)) {
		state_add_doubt(state, leaf, old);
	}
	state_set_cell(state, address, value->class_, leaf);
}

/* False where the path ends. */
static bool define(struct analysis *a, struct state *state, int v)
{
	const struct lockprog_value *value = &a->function->values[v];
	int x, y, node;

	if (value->expr == LOCKPROG_PHI)
		return true;
	if (value->expr == LOCKPROG_LOAD) {
		if (!dereference(a, state, explore_node(a, state, value->a)))
			return false;
		load(a, state, v);
		return true;
	}
	if (value->expr == LOCKPROG_UNKNOWN || value->a < 0) {
		fresh_leaf(a, state, v);
		return true;
	}
	x = explore_node(a, state, value->a);
	y = value->b >= 0 ? explore_node(a, state, value->b) : -1;
	if (sym_at(a->syms, x)->depth >= SYM_MAX_DEPTH || (y >= 0 && sym_at(a->syms, y)->depth >= SYM_MAX_DEPTH)) {
		fresh_leaf(a, state, v);
		return true;
	}
	node = sym_op(a->syms, value->expr, value->type, x, y);
	state_bind(state, v, node);
	return true;
}

/* False where the path ends. */
static bool store(struct analysis *a, struct state *state, const struct lockprog_op *op)
{
	int address = op->address >= 0 ? explore_node(a, state, op->address) : -1;

	if (address >= 0 && !dereference(a, state, address))
		return false;
	state_drop_cells(state, a->syms, op->class_, address);
	state_mark_changed(state, op->class_);
	if (op->class_ >= 0 && address >= 0 && op->value >= 0)
		state_set_cell(state, address, op->class_, explore_node(a, state, op->value));
	return true;
}

/* ---- calls ---- */

static bool hand_out(int atom, void *data)
{
	struct analysis *a = data;

	class_set_add(&a->handed, atom);
	return false;
}

/* A function that nobody sees here leaves locks alone (RULE), unless it is handed the lock
 * itself: then it may well be a helper that acquires or releases it. */
static void call_unseen(struct analysis *a, struct state *state, const struct lockprog_op *op)
{
	doubt_memory(a, state, !op->is_system);
	for (int i = 0; i < op->n_args; i++) {
		struct lock_record *lock;
		int argument = op->args[i] >= 0 ? explore_node(a, state, op->args[i]) : -1;

		if (argument < 0)
			continue;
		sym_any_atom(a->syms, argument, hand_out, a);
		if (op->is_system || i >= 64 || !(op->lock_args >> i & 1))
			continue;
		lock = state_add_lock(state, argument);
		lock->state = SPINRULE_STATE_UNKNOWN;
		a->aliased = true;
	}
}

/* True if STATE goes on; else it is taken over. */
static bool run_call(struct analysis *a, struct state *state, int block, int i)
{
	const struct lockprog_op *op = &a->function->blocks[block].ops[i];
	int n = summary_choices(a, op);

	if (n < 0) {
		call_unseen(a, state, op);
		if (op->value >= 0)
			fresh_leaf(a, state, op->value);
		return true;
	}
	if (n == 1) {
		if (summary_apply(a, state, block, i, 0))
			return true;
		state_free(state);
		return false;
	}
	for (int choice = 0; choice < n; choice++) {
		struct state *way;
		struct step *step;

		if (a->replay && a->replay->at < a->replay->n && a->replay->path[a->replay->at]->choice != choice)
			continue;
		way = state_copy(state);
		step = explore_step(a, way, (struct check_event){ .block = block, .op = i });
		step->choice = choice;
		if (a->replay && a->replay->at < a->replay->n)
			a->replay->at++;
		if (summary_apply(a, way, block, i, choice))
			run(a, way, block, i + 1);
		else
			state_free(way);
	}
	state_free(state);
	return false;
}

/* ---- from block to block ---- */

struct relevant {
	struct analysis *a;
	int n, max, *atoms;
};

static bool add_atom(int atom, void *data)
{
	struct relevant *relevant = data;
	for (int j = 0; j < relevant->n; j++)
		if (relevant->atoms[j] == atom)
			return false;
	relevant->atoms = memory_grow(relevant->atoms, relevant->n, &relevant->max, sizeof *relevant->atoms);
	relevant->atoms[relevant->n++] = atom;
	return false;
}

/* True if ATOM is part of what the caller knows: a parameter or what memory held at entry. */
static bool is_entry_atom(const struct analysis *a, int atom)
{
	const struct sym *sym = sym_at(a->syms, atom);

	return sym->kind == SYM_INITIAL ||
	       (sym->kind == SYM_LEAF && a->function->values[sym->a].expr == LOCKPROG_PARAM);
}

static bool is_irrelevant_atom(int atom, void *data)
{
	struct relevant *relevant = data;
	struct analysis *a = relevant->a;

	if (a->keep_entry_facts && (is_entry_atom(a, atom) || class_set_has(&a->handed, atom)))
		return false;
	for (int i = 0; i < relevant->n; i++)
		if (relevant->atoms[i] == atom)
			return false;
	return true;
}

static bool is_relevant_fact(int node, void *data)
{
	struct relevant *relevant = data;

	return !sym_any_atom(relevant->a->syms, node, is_irrelevant_atom, data);
}

/* True if a load after BLOCK may read what memory held at entry at this cell. */
static void add_later_loads(struct analysis *a, struct relevant *relevant, const struct state *state, int block)
{
	const bool *is_loaded = a->flow->is_loaded + (size_t)block * a->flow->n_classes;

	for (int i = 0; i < state->facts.n; i++) {
		const struct sym *sym = sym_at(a->syms, state->facts.list[i].node);

		while (sym->kind == SYM_OP)
			sym = sym_at(a->syms, sym->a);
		if (sym->kind == SYM_INITIAL && is_loaded[sym->b] && !state_is_changed(state, sym->b))
			sym_any_atom(a->syms, state->facts.list[i].node, add_atom, relevant);
	}
}

/* Forget what nothing from the start of BLOCK on depends on. */
static void prune(struct analysis *a, struct state *state, int block)
{
	const bool *is_loaded = a->flow->is_loaded + (size_t)block * a->flow->n_classes;
	struct relevant relevant = { .a = a };
	int n = 0;

	for (int i = 0; i < state->n_bindings; i++)
		if (flow_is_live(a->flow, block, state->bindings[i].value)) {
			state->bindings[n++] = state->bindings[i];
			sym_any_atom(a->syms, state->bindings[i].node, add_atom, &relevant);
		}
	state->n_bindings = n;
	for (int i = 0; i < a->flow->n_live[block]; i++) {
		/* a live value without a binding stands for itself */
		int v = a->flow->live[block][i];

		if (state_binding(state, v) < 0)
			add_atom(sym_leaf(a->syms, a->function->values[v].type, a->number, v), &relevant);
	}
	n = 0;
	for (int i = 0; i < state->n_cells; i++)
		if (is_loaded[state->cells[i].class_] || a->keep_entry_facts) {
			state->cells[n++] = state->cells[i];
			sym_any_atom(a->syms, state->cells[i].node, add_atom, &relevant);
		}
	state->n_cells = n;
	n = 0;
	for (int i = 0; i < state->n_doubts; i++)
		if (!is_irrelevant_atom(state->doubts[i].atom, &relevant))
			state->doubts[n++] = state->doubts[i];
	state->n_doubts = n;
	for (int i = 0; i < n; i++)
		sym_any_atom(a->syms, state->doubts[i].node, add_atom, &relevant);
	add_later_loads(a, &relevant, state, block);
	facts_filter(&state->facts, is_relevant_fact, &relevant);
	free(relevant.atoms);
}

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

static void add_pending(struct analysis *a, int block, struct state *state)
{
	struct block_states *states = &a->blocks[block];

	states->seen = memory_grow(states->seen, states->n, &states->max, sizeof *states->seen);
	states->seen[states->n++] = state;
	states->pending = memory_grow(states->pending, states->n_pending, &states->max_pending, sizeof *states->pending);
	states->pending[states->n_pending++] = state;
	if (!states->is_queued) {
		states->is_queued = true;
		heap_push(a, a->flow->rank[block]);
	}
}

/* STATE arrives at the start of BLOCK; it is taken over. */
static void arrive(struct analysis *a, struct state *state, int block)
{
	struct block_states *states = &a->blocks[block];
	struct state *joined = NULL;
	int n_alike = 0;

	if (a->replay) {
		a->replay->next = state;
		a->replay->next_block = block;
		return;
	}
	prune(a, state, block);
	for (int i = 0; i < states->n; i++) {
		struct state *other = states->seen[i];

		if (!state_same_locks(state, other))
			continue;
		if (state_equal(state, other)) {
			state_free(state);
			return;
		}
		if (other->is_joined)
			joined = other;
		n_alike++;
	}
	if (n_alike < a->options->max_states) {
		if (states->n >= 64 * a->options->max_states) {
			a->gave_up = "more locks held in more ways than the budget";
			state_free(state);
			return;
		}
		add_pending(a, block, state);
		return;
	}
	/* One state for all that have these locks. */
	a->ran_over = true;
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

/* What COND being TRUTH would mean if all that is only likely were so: false, then this path
 * needs a change behind the program's back. */
static bool is_likely(struct analysis *a, const struct state *state, int condition, const struct lockprog_edge *edge,
		      const struct lockprog_block *from, int succ)
{
	for (int depth = 0; depth < 4; depth++) {
		struct facts facts;
		int before = condition;
		bool feasible;

		for (int i = 0; i < state->n_doubts; i++)
			condition = sym_replace(a->syms, condition, state->doubts[i].atom, state->doubts[i].node);
		if (condition == before)
			return true;
		facts_copy(&facts, &state->facts);
		if (from->exit == LOCKPROG_IF)
			feasible = facts_assume(&facts, a->syms, condition, succ == 0);
		else
			feasible = edge->is_default || facts_assume_ranges(&facts, a->syms, condition, edge->ranges,
									   edge->n_ranges, true);
		facts_free(&facts);
		if (!feasible)
			return false;
	}
	return true;
}

/* Learn what taking edge SUCC of BLOCK means; false when it cannot be taken. */
static bool take_edge(struct analysis *a, struct state *state, int block, int succ)
{
	const struct lockprog_block *from = &a->function->blocks[block];
	const struct lockprog_edge *edge = &from->succ[succ];
	int condition;

	if (from->exit != LOCKPROG_IF && from->exit != LOCKPROG_SWITCH)
		return true;
	condition = explore_node(a, state, from->value);
	if (!is_likely(a, state, condition, edge, from, succ))
		state->is_doubtful = true;
	if (from->exit == LOCKPROG_IF)
		return facts_assume(&state->facts, a->syms, condition, succ == 0);
	if (!edge->is_default)
		return facts_assume_ranges(&state->facts, a->syms, condition, edge->ranges, edge->n_ranges, true);
	for (int i = 0; i < from->n_succ; i++)
		if (!facts_assume_ranges(&state->facts, a->syms, condition, from->succ[i].ranges,
					 from->succ[i].n_ranges, false))
			return false;
	return true;
}

/* A value that went round a loop is followed only where it cannot grow with each round. */
static bool may_go_round(struct analysis *a, int node, int arg)
{
	const struct sym *sym = sym_at(a->syms, node);
	enum lockprog_expr expr;

	while (a->function->values[arg].expr == LOCKPROG_COPY)
		arg = a->function->values[arg].a;
	expr = a->function->values[arg].expr;
	switch (sym->kind) {
	case SYM_CONST:
		return expr == LOCKPROG_CONST || expr == LOCKPROG_PHI || expr == LOCKPROG_LOAD;
	case SYM_LEAF:
	case SYM_OBJECT:
		return true;
	case SYM_INITIAL:
		return sym->depth <= 3;
	case SYM_OP:
		return false;
	}
	return false;
}

static void bind_phis(struct analysis *a, struct state *state, int from, int to)
{
	const struct lockprog_block *block = &a->function->blocks[to];
	bool is_back = flow_is_back_edge(a->flow, from, to);
	int n = 0, *values = NULL, *nodes = NULL, max = 0, max_nodes = 0;

	for (int i = 0; i < block->n_ops; i++) {
		int v = block->ops[i].value, arg = -1, node;
		const struct lockprog_value *value;

		if (block->ops[i].kind != LOCKPROG_DEFINE || a->function->values[v].expr != LOCKPROG_PHI)
			break;
		value = &a->function->values[v];
		for (int j = 0; j < value->n_phi && arg < 0; j++)
			if (value->phi[j].block == from)
				arg = value->phi[j].value;
		node = arg >= 0 ? explore_node(a, state, arg) : -1;
		if (node >= 0 && is_back && !may_go_round(a, node, arg))
			node = -1;
		values = memory_grow(values, n, &max, sizeof *values);
		nodes = memory_grow(nodes, n, &max_nodes, sizeof *nodes);
		values[n] = v;
		nodes[n++] = node;
	}
	/* All at once: first those that name what others forget. */
	for (int i = 0; i < n; i++)
		state_bind(state, values[i], nodes[i] >= 0 ? nodes[i]
							   : sym_const(a->syms, a->function->values[values[i]].type, 0));
	for (int i = 0; i < n; i++)
		if (nodes[i] < 0) {
			int leaf = sym_leaf(a->syms, a->function->values[values[i]].type, a->number, values[i]);

			state_redefine(state, a->syms, leaf);
			state_bind(state, values[i], leaf);
		}
	free(values);
	free(nodes);
}

/* ---- leaving ---- */

static void add_exit(struct analysis *a, struct state *state, int block, int op, int result)
{
	if (a->replay) {
		state_free(state);
		return;
	}
	a->exits = memory_grow(a->exits, a->n_exits, &a->max_exits, sizeof *a->exits);
	a->exits[a->n_exits++] = (struct exit_point){ state, block, op, result };
}

/* Claim each lock that is held when the function is left for good. */
static void claim_held(struct analysis *a, struct state *state, int block, int op, struct lockprog_place place)
{
	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *lock = &state->locks[i];
		struct lock_event event = {
			.event = SPINRULE_EVENT_RETURN, .address = lock->address, .class_ = lock->class_, .ddi = lock->ddi,
			.group = lock->group, .text = lock->text, .place = place, .block = block, .op = op,
		};
		enum spinrule_state held = lock->state;
		enum spinrule_violation violation = spinrule_step(&held, SPINRULE_EVENT_RETURN);

		/* In a function that is no callback only what it acquired itself counts. */
		if (!a->is_callback && lock->first != SPINRULE_EVENT_ACQUIRE)
			continue;
		if (violation && lock->is_loose) {
			a->aliased = true;
			continue;
		}

		if (violation)
			explore_claim(a, state, violation, &event, lock->acquired);
	}
}

/* A return (op < 0), or leaving by an exception; takes STATE over. */
static void leave(struct analysis *a, struct state *state, int block, int op)
{
	const struct lockprog_block *at = &a->function->blocks[block];
	struct lockprog_place place = op >= 0 ? at->ops[op].place : at->place;

	if (!place.file)
		place = a->function->place;
	if (a->is_callback || op >= 0)
		claim_held(a, state, block, op, place);
	add_exit(a, state, block, op, op < 0 && at->value >= 0 ? explore_node(a, state, at->value) : -1);
}

static bool changes_each_round(int atom, void *data)
{
	const struct analysis *a = data;
	const struct sym *sym = sym_at(a->syms, atom);

	return sym->kind == SYM_LEAF && a->in_loop[sym->a];
}

/* A new round of a loop: a lock of its own that an earlier round left held is released by
 * another loop of as many rounds, or not; nobody counts them here. */
static void loosen(struct analysis *a, struct state *state)
{
	for (int i = 0; i < state->n_locks; i++)
		if (state->locks[i].state == SPINRULE_STATE_HELD &&
		    sym_any_atom(a->syms, state->locks[i].address, changes_each_round, a))
			state->locks[i].is_loose = true;
}

static void go_on(struct analysis *a, struct state *state, int block)
{
	const struct lockprog_block *from = &a->function->blocks[block];

	for (int succ = 0; succ < from->n_succ; succ++) {
		struct state *way;
		struct step *step;

		if (a->replay) {
			if (a->replay->at == a->replay->n)
				break;
			if (a->replay->path[a->replay->at]->choice != succ)
				continue;
			a->replay->at++;
		}
		way = state_copy(state);
		if (!take_edge(a, way, block, succ)) {
			state_free(way);
			continue;
		}
		step = explore_step(a, way, (struct check_event){
			.kind = CHECK_BRANCH, .place = from->place, .block = block, .op = -1, .succ = succ });
		step->choice = succ;
		step->is_event = from->n_succ > 1;
		if (flow_is_back_edge(a->flow, block, from->succ[succ].block))
			loosen(a, way);
		bind_phis(a, way, block, from->succ[succ].block);
		arrive(a, way, from->succ[succ].block);
		if (a->replay)
			break;
	}
	state_free(state);
}

/* Walk BLOCK from operation I on; takes STATE over. */
static void run(struct analysis *a, struct state *state, int block, int i)
{
	const struct lockprog_block *at = &a->function->blocks[block];

	for (; i < at->n_ops; i++) {
		const struct lockprog_op *op = &at->ops[i];

		switch (op->kind) {
		case LOCKPROG_DEFINE:
			if (!a->flow->is_needed[op->value] || define(a, state, op->value))
				break;
			state_free(state);
			return;
		case LOCKPROG_STORE:
			if (store(a, state, op))
				break;
			state_free(state);
			return;
		case LOCKPROG_CLOBBER:
			state_drop_cells(state, a->syms, op->class_, -1);
			state_mark_changed(state, op->class_);
			break;
		case LOCKPROG_LOCKOP:
			if (!run_lockop(a, state, block, i))
				return;
			break;
		case LOCKPROG_CALL:
			if (!run_call(a, state, block, i))
				return;
			break;
		}
	}
	if (at->exit == LOCKPROG_RETURN)
		leave(a, state, block, -1);
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
	a->n_violations = a->n_claimed = 0;
	a->handed.n = 0;
	a->n_steps = 0;
	a->gave_up = NULL;
	a->gave_up_on_callee = NULL;
	a->aliased = a->doubted = a->ran_over = false;
}

/* A value changes from round to round when its block lies between a back edge's ends. */
static void find_loop_values(struct analysis *a)
{
	const struct lockprog_function *function = a->function;
	bool *is_in_loop = flow_loop_blocks(a->flow);

	a->in_loop = memory_zeroed(function->n_values);
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; is_in_loop[b] && i < function->blocks[b].n_ops; i++)
			if (function->blocks[b].ops[i].kind != LOCKPROG_STORE && function->blocks[b].ops[i].value >= 0)
				a->in_loop[function->blocks[b].ops[i].value] = true;
	free(is_in_loop);
}

static void walk(struct analysis *a)
{
	long max_steps = (long)a->options->max_steps * (a->flow->n_reached + 16);

	forget_walk(a);
	if (!a->in_loop)
		find_loop_values(a);
	a->blocks = memory_zeroed(a->function->n_blocks * sizeof *a->blocks);
	a->heap = memory_zeroed((a->flow->n_reached + 1) * sizeof *a->heap);
	arrive(a, entry_state(a), 0);
	while (a->n_heap && !a->gave_up) {
		int block = a->flow->order[heap_pop(a)];
		struct block_states *states = &a->blocks[block];

		states->is_queued = false;
		while (states->n_pending && !a->gave_up) {
			struct state *state = states->pending[--states->n_pending];

			if (a->n_steps++ >= max_steps)
				a->gave_up = "more steps than the budget";
			run(a, state_copy(state), block, 0);
		}
	}
}

void explore(struct analysis *a)
{
	walk(a);
	/* What callers could tell apart is dear to keep: without it first, before giving up more. */
	if (a->ran_over && a->keep_entry_facts) {
		a->keep_entry_facts = false;
		walk(a);
	}
}

void explore_free(struct analysis *a)
{
	forget_walk(a);
	free(a->exits);
	free(a->steps);
	free(a->claimed);
	free(a->violations);
	free(a->handed.list);
	free(a->in_loop);
}
