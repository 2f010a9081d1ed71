/* exec.c - what one operation of a lock program does to a state.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/explore.h"

#include <stdlib.h>

#include "lockprog/alloc.h"

/* ---- the rule on one lock ---- */

/* True if a branch, or waiting for one while the other was held, has shown that the addresses differ. */
static bool are_known_apart(struct analysis *a, const struct state *state, int x, int y)
{
	static const struct lockprog_type truth_type = { 1, false, false };
	struct fact fact;

	if (sym_at(a->syms, x)->depth >= SYM_MAX_DEPTH || sym_at(a->syms, y)->depth >= SYM_MAX_DEPTH)
		return false;
	fact = facts_of(&state->facts, a->syms, sym_op(a->syms, LOCKPROG_EQ, truth_type, x, y));
	return fact_is_zero(&fact, truth_type);
}

/* The lock at ADDRESS was acquired: it is none of those that are held. */
static void learn_apart(struct analysis *a, struct state *state, int address, int class_)
{
	static const struct lockprog_type truth_type = { 1, false, false };

	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *lock = &state->locks[i];

		if (lock->address == address || lock->state != SPINRULE_STATE_HELD || lock->is_loose ||
		    addresses_distinct(a->syms, lock->address, lock->class_, address, class_) ||
		    sym_at(a->syms, lock->address)->depth >= SYM_MAX_DEPTH ||
		    sym_at(a->syms, address)->depth >= SYM_MAX_DEPTH)
			continue;
		facts_assume(&state->facts, a->syms, sym_op(a->syms, LOCKPROG_EQ, truth_type, lock->address, address), false);
	}
}

/* True if LOCK is held, and not by the queue handle of EVENT: by another one, or by none. */
static bool is_held_otherwise(const struct analysis *a, const struct lock_record *lock, const struct lock_event *event)
{
	if (!event->is_handle || lock->state != SPINRULE_STATE_HELD || lock->group == SPINRULE_GROUP_ANY)
		return false;
	if (lock->group != SPINRULE_GROUP_QUEUED && lock->group != SPINRULE_GROUP_QUEUED_DPC)
		return true;
	return lock->handle >= 0 && addresses_distinct(a->syms, lock->handle, -1, event->address, -1);
}

/* True if LOCK may be the one that EVENT happens to, and may be held. */
static bool may_be_held_as(struct analysis *a, struct state *state, const struct lock_record *lock,
			   const struct lock_event *event)
{
	return lock->state != SPINRULE_STATE_FREE &&
	       !addresses_distinct(a->syms, lock->address, lock->class_, event->address, event->class_) &&
	       !is_held_otherwise(a, lock, event) && !are_known_apart(a, state, lock->address, event->address);
}

/* EVENT releases a lock that is not known to be held: locks other than BUT that may be it are
 * no longer known; but if one of them is it unless memory changed, only that one.  False if there are none. */
static bool lose_possible_holders(struct analysis *a, struct state *state, const struct lock_event *event,
				  const struct lock_record *but)
{
	struct lock_record *likely = state_lock(state, explore_likely(a, state, event->address));
	bool found = false;

	if (likely && likely != but && likely->state == SPINRULE_STATE_HELD) {
		likely->state = SPINRULE_STATE_UNKNOWN;
		return true;
	}
	for (int i = 0; i < state->n_locks; i++)
		if (&state->locks[i] != but && may_be_held_as(a, state, &state->locks[i], event)) {
			state->locks[i].state = SPINRULE_STATE_UNKNOWN;
			found = true;
		}
	return found;
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

/* LOCK is released.  In a loop whose rounds have locks of their own, which another such loop acquires, it may be
 * one of those; and so may each of those that are held be one that this loop releases. */
static void release_round(struct analysis *a, struct state *state, const struct lock_event *event,
			  struct lock_record *lock, bool is_new)
{
	int loop = rounds_loop(a, event->block, event->op);

	if (loop < 0 || !rounds_elsewhere(a, event->class_, loop, true))
		return;
	if (is_new) {
		lock->state = SPINRULE_STATE_UNKNOWN;
		a->aliased = true;
	}
	for (int i = 0; i < state->n_locks; i++)
		if (&state->locks[i] != lock && state->locks[i].loop >= 0 && state->locks[i].loop != loop &&
		    state->locks[i].class_ == event->class_ && state->locks[i].state == SPINRULE_STATE_HELD)
			state->locks[i].is_loose = true;
}

/* What the rule says when EVENT happens to LOCK, which may have another name that is held. */
static enum spinrule_violation judge(struct analysis *a, struct state *state, const struct lock_event *event,
				     struct lock_record *lock, bool is_new)
{
	if (is_new)
		lock->state = a->is_callback ? SPINRULE_STATE_FREE : SPINRULE_STATE_UNKNOWN;
	if (event->event == SPINRULE_EVENT_RELEASE)
		release_round(a, state, event, lock, is_new);
	if ((event->event == SPINRULE_EVENT_RELEASE || event->event == SPINRULE_EVENT_NEED_HELD) &&
	    lock->state != SPINRULE_STATE_HELD) {
		/* It may be another name of one of those: nothing is claimed of either. */
		bool is_other = lose_possible_holders(a, state, event, lock);

		if (is_other || state->lost_held) {
			a->aliased = true;
			lock->state = SPINRULE_STATE_UNKNOWN;
		}
	}
	return spinrule_step(&lock->state, event->event);
}

/* ---- kinds and IRQLs that belong together ---- */

/* True if point X of STATE's path came after Y. */
static bool is_later(const struct state *state, const struct step *x, const struct step *y)
{
	for (const struct step *step = state->last; step; step = step->before)
		if (step == x || step == y)
			return step == x;
	return false;
}

static bool is_held_with(const struct lock_record *lock, int irql)
{
	return lock->state == SPINRULE_STATE_HELD && (lock->saved == irql || lock->also == irql);
}

/* True if GIVEN was saved by another acquire and is the same IRQL all the same. */
static bool is_same_level(const struct state *state, const struct lock_record *lock, int given)
{
	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *other = &state->locks[i];

		if (other->saved == given && other->also >= 0 && (other->also == lock->saved || other->also == lock->also))
			return true;
	}
	return false;
}

/* True if the facts say that the two nodes are one number. */
static bool are_equal(struct analysis *a, const struct state *state, int x, int y)
{
	struct fact fact_x = facts_of(&state->facts, a->syms, x), fact_y = facts_of(&state->facts, a->syms, y);

	return fact_x.n == 1 && fact_x.spans[0].low == fact_x.spans[0].high && fact_equal(&fact_x, &fact_y);
}

/* Released in the order of the acquires, two locks change IRQLs: the first release has to stay at the level at
 * which the second lock was acquired, and the second goes back to where the first began. */
static bool change_irqls(struct state *state, struct lock_record *lock, int given)
{
	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *other = &state->locks[i];

		if (other == lock || !is_held_with(other, given) || !is_later(state, other->acquired, lock->acquired))
			continue;
		other->saved = lock->saved;
		other->also = lock->also;
		return true;
	}
	return false;
}

/* What a field held when a lock was acquired is what it holds while nobody who is seen writes to it. */
int explore_likely_once(struct analysis *a, const struct state *state, int node)
{
	int made = node;

	for (int i = 0; i < state->n_doubts; i++)
		if (sym_contains(a->syms, node, state->doubts[i].atom))
			made = sym_replace(a->syms, made, state->doubts[i].atom, state->doubts[i].node);
	return made;
}

int explore_likely(struct analysis *a, const struct state *state, int node)
{
	for (int depth = 0; depth < 4; depth++)
		node = explore_likely_once(a, state, node);
	return node;
}

/* The IRQL given back is GIVEN, which is not the one that LOCK's acquire saved.  Whose is it?  False if nobody knows. */
static bool find_saver(struct analysis *a, const struct state *state, const struct lock_record *lock, int given,
		       struct lock_event *event)
{
	for (const struct step *step = state->last; step; step = step->before)
		if (step->saved == given && step != lock->acquired) {
			event->irql_of = step->event.text;
			event->irql_saved = step;
			break;
		}
	if (sym_at(a->syms, given)->kind == SYM_CONST) {
		if (event->gives_constant)
			event->irql_of = NULL, event->irql_saved = NULL;
		event->irql = sym_at(a->syms, given)->constant;
		return true;
	}
	if (event->irql_of)
		return true;
	for (int i = 0; i < state->n_locks; i++)
		if (&state->locks[i] != lock && state->locks[i].saved == given) {
			event->irql_of = state->locks[i].text;
			return event->irql_of != NULL;
		}
	/* Its own, saved above another lock that is released by now: that one's is what gets back. */
	if (lock->acquired->saved == given && given != lock->saved) {
		event->irql_of = lock->text;
		event->irql_saved = lock->acquired;
	}
	return event->irql_of != NULL;
}

/* A release of LOCK, which is held: is it of the kind that acquired it, and is the IRQL the one saved? */
static void check_pair(struct analysis *a, struct state *state, struct lock_record *lock, struct lock_event *event)
{
	static const struct lockprog_type irql_type = { 8, false, false };
	int given = event->given >= 0 ? explore_likely(a, state, sym_op(a->syms, LOCKPROG_COPY, irql_type, event->given, -1)) : -1;
	bool is_last = true;

	if (lock->is_loose)
		return;
	for (int i = 0; i < state->n_locks; i++)
		is_last &= &state->locks[i] == lock || state->locks[i].state != SPINRULE_STATE_HELD;
	if (lock->group != event->group && lock->group != SPINRULE_GROUP_ANY && event->group != SPINRULE_GROUP_ANY) {
		event->acquired_by = lock->ddi;
		explore_claim(a, state, SPINRULE_MISMATCHED_RELEASE, event, lock->acquired);
	} else if (given >= 0 && lock->saved >= 0 && !is_held_with(lock, given) &&
		   !is_same_level(state, lock, given) && !are_equal(a, state, given, lock->saved) && !change_irqls(state, lock, given) &&
		   /* The last one takes it back to where it was before the first. */
		   !(is_last && given == state->irql) &&
		   (a->is_first_look || find_saver(a, state, lock, given, event))) {
		explore_claim(a, state, SPINRULE_WRONG_IRQL, event, lock->acquired);
		given = lock->saved;	/* said once */
	}
	if (!is_last)
		return;
	state->irql = given == lock->saved && lock->also >= 0 ? lock->also : given;
	if (state->irql >= 0 && sym_at(a->syms, state->irql)->kind == SYM_CONST)
		state->irql = -1;
}

void explore_saved_irql(struct analysis *a, struct state *state, struct lock_record *lock, int node)
{
	bool is_nested = false;

	for (int i = 0; i < state->n_locks; i++)
		is_nested |= &state->locks[i] != lock && state->locks[i].state == SPINRULE_STATE_HELD;
	lock->saved = node;
	lock->also = is_nested ? sym_const(a->syms, (struct lockprog_type){ 8, false, false }, SPINRULE_DISPATCH_LEVEL)
			       : state->irql;
	if (lock->also == node)
		lock->also = -1;
	if (state->irql < 0 && !is_nested)
		state->irql = node;
	((struct step *)lock->acquired)->saved = node;
}

/* True if EVENT, which a lock that is held must not meet, happens to one that may be a lock that is held by another name. */
static bool may_be_held_already(const struct analysis *a, const struct state *state, const struct lock_event *event)
{
	if (event->event == SPINRULE_EVENT_RELEASE || event->event == SPINRULE_EVENT_NEED_HELD)
		return false;
	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *lock = &state->locks[i];

		if (lock->address != event->address && lock->state != SPINRULE_STATE_FREE &&
		    !addresses_distinct(a->syms, lock->address, lock->class_, event->address, event->class_))
			return true;
	}
	return false;
}

bool explore_lock_event(struct analysis *a, struct state *state, struct lock_event *event)
{
	struct lock_record *lock = state_lock(state, event->address);
	bool is_new = !lock;
	enum spinrule_violation violation;
	const struct step *since;
	bool was_unknown, was_held;

	/* Way by way the two names may be one. */
	if (a->is_first_look && may_be_held_already(a, state, event))
		a->gave_up = REASON_CLOSER_LOOK;
	if (is_new)
		lock = state_add_lock(state, event->address);
	/* It may be held by another way that was told already: then this path ends here. */
	if (event->event == SPINRULE_EVENT_ACQUIRE && lock->is_lost && lock->state == SPINRULE_STATE_UNKNOWN)
		state->is_doubtful = a->aliased = true;
	since = lock->state == SPINRULE_STATE_HELD ? lock->acquired : lock->touched;
	if (event->event == SPINRULE_EVENT_RELEASE && lock->state == SPINRULE_STATE_HELD)
		check_pair(a, state, lock, event);
	was_unknown = lock->state == SPINRULE_STATE_UNKNOWN;
	was_held = lock->state == SPINRULE_STATE_HELD;
	violation = judge(a, state, event, lock, is_new);
	if (violation)
		explore_claim(a, state, violation, event, since);
	/* After a double acquire the processor spins. */
	if (violation == SPINRULE_DOUBLE_ACQUIRE) {
		explore_stop(a, state);
		return false;
	}
	if (is_new || lock->first < 0) {
		if (event->event == SPINRULE_EVENT_MOMENTARY)
			lock->first = SPINRULE_EVENT_ACQUIRE;
		else
			lock->first = event->event;
		if (lock->first == SPINRULE_EVENT_RELEASE) {
			lock->first_ddi = event->ddi;
			lock->given = event->given;
		}
		/* A release after a try that failed, or was ignored, was said: not again by who calls this function. */
		lock->first_is_try = event->kind == CHECK_TRIED || event->is_try ||
				     (event->event == SPINRULE_EVENT_RELEASE && !is_new && (!was_unknown || lock->first_is_try));
	}
	if (lock->class_ < 0)
		lock->class_ = event->class_;
	if (is_new)
		lock->is_handle = event->is_handle;
	if (!lock->text)
		lock->text = event->text;
	lock->touched = lock_step(a, state, event);
	lock->is_loose = false;
	if (event->event == SPINRULE_EVENT_ACQUIRE) {
		lock->loop = rounds_loop(a, event->block, event->op);
		lock->acquired = lock->touched;
		lock->group = event->group;
		lock->ddi = event->ddi;
		lock->text = event->text;
		lock->handle = event->handle;
		lock->saved = lock->also = -1;
		learn_apart(a, state, event->address, lock->class_);
	} else if (event->event == SPINRULE_EVENT_NEED_HELD && !was_held) {
		lock->acquired = lock->touched;
		lock->group = event->group;
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

	if (a->is_first_look)
		return true;
	sym_split(a->syms, address, &base, &offset);
	kind = sym_at(a->syms, base)->kind;
	if ((kind != SYM_LEAF && kind != SYM_INITIAL) || !sym_at(a->syms, base)->type.is_pointer)
		return true;
	return facts_assume(&state->facts, a->syms, base, true);
}

struct lock_record *explore_lock_of_handle(struct state *state, int handle)
{
	struct lock_record *found = NULL;

	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *lock = &state->locks[i];

		if (lock->handle != handle)
			continue;
		if (lock->state == SPINRULE_STATE_HELD)
			return lock;
		if (!found || is_later(state, lock->touched, found->touched))
			found = lock;
	}
	return found;
}

/* The lock that OP means, in *ADDRESS; a release by handle looks for its acquire. */
static void find_operand(struct analysis *a, struct state *state, const struct lockprog_op *op, struct lock_event *event)
{
	const struct lock_record *lock;

	event->handle = op->handle >= 0 ? explore_node(a, state, op->handle) : -1;
	event->given = -1;
	if (op->ddi->irql == SPINRULE_IRQL_GIVEN && op->irql >= 0) {
		event->given = explore_node(a, state, op->irql);
		event->gives_constant = a->function->values[op->irql].expr == LOCKPROG_CONST;
	}
	if (op->address >= 0) {
		event->address = explore_node(a, state, op->address);
		return;
	}
	if (op->ddi->group == SPINRULE_GROUP_CANCEL) {
		event->address = a->cancel_lock;
		return;
	}
	event->address = event->handle;
	lock = explore_lock_of_handle(state, event->handle);
	if (lock) {
		event->address = lock->address;
		event->text = lock->text;
	}
	event->is_handle = !lock || lock->is_handle;
}


/* A try: one path on which it succeeded, one on which it did not.  True if STATE goes on;
 * else it is taken over. */
static bool run_try(struct analysis *a, struct state *state, int block, int i, struct lock_event *event)
{
	const struct lockprog_op *op = &a->function->blocks[block].ops[i];
	bool is_ignored = op->value < 0 || !a->function->values[op->value].used, is_chosen;
	int leaf;

	if (is_ignored) {
		struct lock_record *lock = state_add_lock(state, event->address);

		explore_claim(a, state, SPINRULE_TRY_IGNORED, event, NULL);
		lock->state = SPINRULE_STATE_UNKNOWN;
		lock->first_is_try |= lock->first < 0;
		lock->class_ = event->class_;
		if (op->value >= 0)
			explore_fresh_leaf(a, state, op->value);
		return true;
	}
	leaf = explore_fresh_leaf(a, state, op->value);
	is_chosen = replay_is_chosen(a);
	for (int success = 1; success >= 0; success--) {
		struct state *way;
		struct lock_record *lock;

		if (!replay_takes(a, success))
			continue;
		way = state_copy(state);
		lock = state_lock(way, event->address);
		replay_advance(a);
		/* Its owner cannot succeed. */
		if ((success && lock && lock->state == SPINRULE_STATE_HELD) ||
		    !facts_assume_ranges(&way->facts, a->syms, leaf, &(struct lockprog_range){ success, success }, 1, true)) {
			state_free(way);
			if (is_chosen)
				break;
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
			if (lock->first < 0 && lock->state != SPINRULE_STATE_HELD && !lock->is_lost)
				lock->state = SPINRULE_STATE_FREE;
		}
		((struct step *)way->last)->choice = success;
		explore_run(a, way, block, i + 1);
		if (is_chosen)
			break;
	}
	state_free(state);
	return false;
}

/* What the operations that have one outcome are to the rule, and in a path. */
static const struct {
	enum spinrule_event event;
	enum check_event_kind kind;
} happens[SPINRULE_OPS] = {
	[SPINRULE_OP_ACQUIRE] = { SPINRULE_EVENT_ACQUIRE, CHECK_ACQUIRED },
	[SPINRULE_OP_RELEASE] = { SPINRULE_EVENT_RELEASE, CHECK_RELEASED },
	[SPINRULE_OP_INIT] = { SPINRULE_EVENT_INIT, CHECK_RELEASED },
	[SPINRULE_OP_MOMENTARY] = { SPINRULE_EVENT_MOMENTARY, CHECK_RELEASED },
};

/* A lock operation.  True if STATE goes on; else it is taken over. */
bool exec_lockop(struct analysis *a, struct state *state, int block, int i)
{
	const struct lockprog_op *op = &a->function->blocks[block].ops[i];
	struct lock_event event = {
		.class_ = op->class_, .ddi = op->ddi, .group = op->ddi->group, .text = op->text, .written = op->written,
		.place = op->place, .block = block, .op = i,
	};

	if (op->ddi->op == SPINRULE_OP_LEAVE) {
		explore_leave(a, state, block, i, ENDS_EXCEPTION);
		return false;
	}
	find_operand(a, state, op, &event);
	if (event.address >= 0 && !dereference(a, state, event.address)) {
		state_free(state);
		return false;
	}
	doubt_memory(a, state, false);
	if (op->ddi->op == SPINRULE_OP_TRY)
		return run_try(a, state, block, i, &event);
	event.event = happens[op->ddi->op].event;
	event.kind = happens[op->ddi->op].kind;
	if (!explore_lock_event(a, state, &event)) {
		explore_leave(a, state, block, i, ENDS_SPINNING);
		return false;
	}
	if (op->value >= 0 && op->ddi->op == SPINRULE_OP_ACQUIRE) {
		int saved = explore_fresh_leaf(a, state, op->value);

		explore_saved_irql(a, state, state_lock(state, event.address), saved);
	}
	return true;
}

/* ---- values and memory ---- */

/* NODE is going to be forgotten: what is known of it is known of what it likely is.  Where that cannot be, nothing is claimed. */
static void hand_down(struct analysis *a, struct state *state, int node, int likely)
{
	struct fact fact = facts_of(&state->facts, a->syms, node);

	fact.node = likely;
	if (!facts_meet_or_keep(&state->facts, a->syms, &fact))
		state->is_doubtful = true;
}

int explore_read(struct analysis *a, struct state *state, int address, int class_number, struct lockprog_type type, int v)
{
	const struct lockprog_class *class_ = &a->unit->classes[class_number];
	int node, initial, leaf, old, by, likely;
	bool is_stale, is_changed, is_doubtful;

	node = state_cell(state, address, class_number, &is_stale);
	if (node >= 0 && !is_stale)
		return node;
	is_changed = state_is_changed(state, class_number);
	is_doubtful = !class_->is_private &&
		      ((state->data_changed && !class_->is_pointer) ||
		       (state->driver_changed && !(class_->is_pointer && class_->is_system)) ||
		       class_set_has(&state->maybe_changed, class_number));
	if (node < 0 && !is_changed && !is_doubtful && sym_at(a->syms, address)->depth < SYM_MAX_LOAD_DEPTH)
		return sym_initial(a->syms, type, address, class_number);
	leaf = sym_leaf(a->syms, type, a->number, v);
	/* In a loop what it held may be the leaf of the round before, which is known by what it likely was. */
	likely = node >= 0 ? explore_likely(a, state, node) : -1;
	if (node == leaf && likely != leaf)
		hand_down(a, state, node, likely);
	/* The address may be told in terms of the old leaf. */
	by = state_redefine(state, a->syms, leaf);
	if (by >= 0)
		address = sym_replace(a->syms, address, leaf, by);
	if (sym_contains(a->syms, address, leaf))
		return leaf;
	old = state_cell(state, address, class_number, &is_stale);
	if (old < 0 && node < 0 && !is_changed && sym_at(a->syms, address)->depth < SYM_MAX_LOAD_DEPTH) {
		initial = sym_initial(a->syms, type, address, class_number);
		state_add_doubt(state, leaf, initial);
	} else if (old >= 0 && is_stale && !sym_contains(a->syms, old, leaf)) {
		state_add_doubt(state, leaf, old);
	} else if (old < 0 && likely >= 0 && !sym_contains(a->syms, likely, leaf)) {
		state_add_doubt(state, leaf, likely);
	}
	state_set_cell(state, address, class_number, leaf, false);
	return leaf;
}

static void load(struct analysis *a, struct state *state, int v)
{
	const struct lockprog_value *value = &a->function->values[v];
	int address = explore_node(a, state, value->a);

	state_bind(state, v, explore_read(a, state, address, value->class_, value->type, v));
}

/* False where the path ends. */
bool exec_define(struct analysis *a, struct state *state, int v)
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
		explore_fresh_leaf(a, state, v);
		return true;
	}
	x = explore_node(a, state, value->a);
	y = value->b >= 0 ? explore_node(a, state, value->b) : -1;
	if (sym_at(a->syms, x)->depth >= SYM_MAX_DEPTH || (y >= 0 && sym_at(a->syms, y)->depth >= SYM_MAX_DEPTH)) {
		/* After so many rounds nobody knows what this has to do with the first; without them the path may do. */
		if (a->in_loop[v] && a->replay)
			state->is_doubtful = true;
		else
			state->is_joined |= a->in_loop[v];
		explore_fresh_leaf(a, state, v);
		return true;
	}
	node = sym_op(a->syms, value->expr, value->type, x, y);
	state_bind(state, v, node);
	return true;
}

/* False where the path ends. */
bool exec_use(struct analysis *a, struct state *state, int v)
{
	const struct lockprog_value *value = &a->function->values[v];

	if (value->expr != LOCKPROG_LOAD || !a->flow->is_needed[value->a])
		return true;
	return dereference(a, state, explore_node(a, state, value->a));
}

/* False where the path ends. */
bool exec_store(struct analysis *a, struct state *state, const struct lockprog_op *op)
{
	int address = op->address >= 0 ? explore_node(a, state, op->address) : -1;

	if (address >= 0 && !dereference(a, state, address))
		return false;
	if (op->class_ >= 0 && !a->flow->is_read[op->class_])
		return true;
	if (address < 0 || op->class_ < 0 || op->value < 0 || a->unit->classes[op->class_].is_private) {
		state_drop_cells(state, a->syms, op->class_, address);
		state_mark_changed(state, op->class_);
	} else {
		/* Most likely it is another object than those that other pointers lead to. */
		state_doubt_cells(state, a->syms, op->class_, address);
		class_set_add(&state->maybe_changed, op->class_);
	}
	if (op->class_ >= 0 && address >= 0 && op->value >= 0)
		state_set_cell(state, address, op->class_, explore_node(a, state, op->value), false);
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

/* The call at operation I of BLOCK comes back in none of its N ways, and ends in none: where a lock that is held is what a way
 * waits for, it is acquired twice. */
static void claim_waiting(struct analysis *a, struct state *state, int block, int i, int n)
{
	a->tries_for_ever = true;
	for (int choice = 0; choice < n; choice++) {
		struct state *way = state_copy(state);

		summary_apply(a, way, block, i, choice);
		state->breaks_rule |= way->breaks_rule;
		state_free(way);
	}
	a->tries_for_ever = false;
}

/* True if STATE goes on; else it is taken over. */
bool exec_call(struct analysis *a, struct state *state, int block, int i)
{
	const struct lockprog_op *op = &a->function->blocks[block].ops[i];
	bool comes_back = false, is_feasible, was_doubtful = state->is_doubtful, is_chosen = replay_is_chosen(a);
	int n = summary_choices(a, op);

	if (n < 0) {
		call_unseen(a, state, op);
		if (summary_targets_change_locks(a->summaries, op)) {
			state->touches_unknown = true;
			summary_lose_track(a, state);
		}
		if (op->value >= 0)
			explore_fresh_leaf(a, state, op->value);
		return true;
	}
	a->call_ends = false;
	if (n == 1) {
		struct state *before = NULL;

		if (summary_may_wait(a, op))
			before = state_copy(state);
		if (summary_apply(a, state, block, i, 0)) {
			state_free(before);
			return true;
		}
		state->is_doubtful = was_doubtful;
		if (before && !a->call_ends) {
			claim_waiting(a, before, block, i, n);
			state->breaks_rule |= before->breaks_rule;
		}
		state_free(before);
		explore_stop(a, state);
		state_free(state);
		return false;
	}
	for (int choice = 0; choice < n; choice++) {
		struct state *way;
		struct step *step;

		if (!replay_takes(a, choice))
			continue;
		way = state_copy(state);
		step = explore_step(a, way, (struct check_event){ .block = block, .op = i });
		step->choice = choice;
		replay_advance(a);
		comes_back |= is_feasible = summary_apply(a, way, block, i, choice);
		if (is_feasible)
			explore_run(a, way, block, i + 1);
		else
			state_free(way);
		if (is_chosen)
			break;
	}
	/* Called so, it spins or stops. */
	if (!comes_back) {
		if (!is_chosen && !a->call_ends && summary_may_wait(a, op))
			claim_waiting(a, state, block, i, n);
		explore_stop(a, state);
	}
	state_free(state);
	return false;
}
