/* lock.c - the rule on one lock of a path.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/lock.h"

#include "limits.h"
#include "value/address.h"
#include "value/sym-op.h"
#include "walk/alias.h"
#include "walk/claim.h"
#include "walk/irql.h"
#include "walk/rounds.h"
#include "walk/token.h"
#include "walk/walk.h"

static int count_held(const struct state *state)
{
	int n = 0;

	for (int i = 0; i < state->n_locks; i++)
		n += state->locks[i].state == SPINRULE_STATE_HELD;
	return n;
}

/* The lock at ADDRESS was acquired: its address differs from those of all held locks. */
static void learn_apart(struct walk *walk, struct state *state, int address, int class_)
{
	if (count_held(state) > LOCK_MAX_APART)
		return;
	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *lock = &state->locks[i];

		if (lock->address == address || lock->state != SPINRULE_STATE_HELD ||
		    lock->is_loose ||
		    address_is_distinct(walk->syms, lock->address, lock->class_, address, class_) ||
		    sym_is_deep(walk->syms, lock->address) ||
		    sym_is_deep(walk->syms, address))
			continue;
		facts_assume(&state->facts, walk->syms,
			     sym_op(walk->syms, LOCKPROG_EQ, sym_truth_type, lock->address,
				    address),
			     false);
	}
}

/* True if LOCK is held, but not by the queue handle of EVENT. */
static bool is_held_otherwise(const struct walk *walk, const struct lock_record *lock,
			      const struct lock_event *event)
{
	if (!event->is_handle || lock->state != SPINRULE_STATE_HELD ||
	    lock->hold.group == SPINRULE_GROUP_ANY)
		return false;
	if (!spinrule_is_by_handle(lock->hold.group))
		return true;
	return lock->handle >= 0 &&
	       address_is_distinct(walk->syms, lock->handle, -1, event->address, -1);
}

/* True if LOCK may be the lock of EVENT, and may be held. */
static bool may_be_held_as(struct walk *walk, struct state *state, const struct lock_record *lock,
			   const struct lock_event *event)
{
	return lock->state != SPINRULE_STATE_FREE &&
	       !address_is_distinct(walk->syms, lock->address, lock->class_, event->address,
				    event->class_) &&
	       !is_held_otherwise(walk, lock, event) &&
	       alias_is_possible(walk, state, lock->address, event->address);
}

/* EVENT releases a lock that is not known to be held: make the state unknown of all locks
 * except BUT that may be it.  If one of them is it, provided that memory did not change,
 * only that one.  False if there are none. */
static bool lose_possible_holders(struct walk *walk, struct state *state,
				  const struct lock_event *event, const struct lock_record *but)
{
	struct lock_record *likely =
		state_lock(state, memory_likely(&state->memory, walk->syms, event->address));
	bool found = false;

	if (likely && likely != but && likely->state == SPINRULE_STATE_HELD) {
		lock_set_state(likely, SPINRULE_STATE_UNKNOWN);
		return true;
	}
	for (int i = 0; i < state->n_locks; i++)
		if (&state->locks[i] != but &&
		    may_be_held_as(walk, state, &state->locks[i], event)) {
			lock_set_state(&state->locks[i], SPINRULE_STATE_UNKNOWN);
			found = true;
		}
	return found;
}

struct step *lock_step(struct walk *walk, struct state *state, const struct lock_event *event)
{
	struct step *step = walk_step(walk, state,
				      (struct path_event){ .kind = event->kind,
							   .place = event->place,
							   .block = event->block,
							   .op = event->op,
							   .text = event->text,
							   .written = event->written,
							   .call_acquires = event->call_acquires });

	step->address = event->address;
	step->is_event = true;
	return step;
}

/* EVENT releases LOCK.  In a loop that releases another lock in each round, LOCK may be
 * one that another such loop acquired; and each held lock of such a loop may be one that
 * this loop releases. */
static void release_round(struct walk *walk, struct state *state, const struct lock_event *event,
			  struct lock_record *lock, bool is_new)
{
	int loop = rounds_loop(walk, event->block, event->op);

	if (loop < 0 || !rounds_elsewhere(walk, event->class_, loop, true))
		return;
	if (is_new) {
		lock_set_state(lock, SPINRULE_STATE_UNKNOWN);
		walk_note(walk, REASON_SAME_LOCKS);
	}
	for (int i = 0; i < state->n_locks; i++)
		if (&state->locks[i] != lock && state->locks[i].hold.loop >= 0 &&
		    state->locks[i].hold.loop != loop && state->locks[i].class_ == event->class_ &&
		    state->locks[i].state == SPINRULE_STATE_HELD)
			state->locks[i].is_loose = true;
}

/* Apply EVENT to LOCK; returns the violation. */
static enum spinrule_violation step_rule(struct lock_record *lock, enum spinrule_event event)
{
	enum spinrule_state state = lock->state;
	enum spinrule_violation violation = spinrule_step(&state, event);

	lock_set_state(lock, state);
	return violation;
}

/* The violation when EVENT happens to LOCK, which may be a held lock with another
 * name. */
static enum spinrule_violation judge(struct walk *walk, struct state *state,
				     const struct lock_event *event, struct lock_record *lock,
				     bool is_new)
{
	const bool may_be_lost = lock_may_be_lost(walk, state, event);

	if (is_new)
		lock_set_state(lock, walk->is_callback && !may_be_lost ? SPINRULE_STATE_FREE
								       : SPINRULE_STATE_UNKNOWN);
	if (is_new && may_be_lost)
		walk_note(walk, state_why_lost(state));
	if (event->event == SPINRULE_EVENT_RELEASE)
		release_round(walk, state, event, lock, is_new);
	if (event->event == SPINRULE_EVENT_RELEASE && lock->state == SPINRULE_STATE_FREE &&
	    (is_new ? token_is_from_unseen(walk, state, event)
		    : token_is_of_another(walk, state, lock, event)))
		lock_set_state(lock, SPINRULE_STATE_UNKNOWN);
	if ((event->event == SPINRULE_EVENT_RELEASE || event->event == SPINRULE_EVENT_NEED_HELD) &&
	    lock->state != SPINRULE_STATE_HELD) {
		/* It may be another name of a lock that may be held: nothing is claimed
		 * about either. */
		bool is_other = lose_possible_holders(walk, state, event, lock);

		if (is_other || may_be_lost) {
			walk_note(walk, is_other ? REASON_SAME_LOCKS : state_why_lost(state));
			lock_set_state(lock, SPINRULE_STATE_UNKNOWN);
		}
	}
	return step_rule(lock, event->event);
}

/* True if EVENT, which must not happen to a held lock, may happen to one that is held
 * under another name. */
static bool may_be_held_already(const struct walk *walk, const struct state *state,
				const struct lock_event *event)
{
	if (event->event == SPINRULE_EVENT_RELEASE || event->event == SPINRULE_EVENT_NEED_HELD)
		return false;
	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *lock = &state->locks[i];

		if (lock->address != event->address && lock->state != SPINRULE_STATE_FREE &&
		    !address_is_distinct(walk->syms, lock->address, lock->class_, event->address,
					 event->class_))
			return true;
	}
	return false;
}

/* EVENT is the first one of LOCK, or the first that needs LOCK in some state: it is what
 * LOCK's callers must provide. */
static void note_first(struct lock_record *lock, const struct lock_event *event, bool is_new,
		       bool was_unknown)
{
	struct first_event *first = &lock->first;

	first->event = event->event == SPINRULE_EVENT_MOMENTARY ? SPINRULE_EVENT_ACQUIRE
								: (signed char)event->event;
	if (first->event == SPINRULE_EVENT_RELEASE) {
		first->ddi = event->ddi;
		first->given = event->given_is_likely ? -1 : event->given;
	}
	/* If the release followed a failed or ignored try, the claim is made here:
	 * callers do not repeat it. */
	first->is_try = event->kind == EVENT_TRIED || event->is_try ||
			(event->event == SPINRULE_EVENT_RELEASE && !is_new &&
			 (!was_unknown || first->is_try));
}

/* EVENT releases LOCK, which callers hold as an annotation states: they learn how it is
 * released. */
static void note_release(struct lock_record *lock, const struct lock_event *event)
{
	struct first_event *first = &lock->first;
	const enum path_event_kind since = lock->hold.step->event.kind;

	if (first->ddi || (since != EVENT_ENTRY_HELD && since != EVENT_REQUIRED) ||
	    (first->event != SPINRULE_EVENT_NEED_HELD && first->event != SPINRULE_EVENT_RELEASE))
		return;
	first->ddi = event->ddi;
	if (first->given < 0 && !event->given_is_likely)
		first->given = event->given;
}

/* EVENT acquires a lock with a level: claim it if a lock is held whose level comes
 * later. */
static void check_level(struct walk *walk, struct state *state, struct lock_event *event)
{
	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *lock = &state->locks[i];

		if (lock->state != SPINRULE_STATE_HELD || lock->is_loose || !lock->level ||
		    lock->address == event->address ||
		    !lockprog_level_is_before(walk->unit, event->level, lock->level))
			continue;
		event->after = lock->text;
		event->after_level = lock->level;
		claim_make(walk, state, SPINRULE_LEVEL_ORDER, event, lock->hold.step);
		return;
	}
}

/* LOCK is acquired with HANDLE: the handle no longer stands for a lock that was acquired
 * with it before. */
static void leave_handle(struct state *state, const struct lock_record *lock, int handle)
{
	for (int i = 0; i < state->n_locks && handle >= 0; i++)
		if (&state->locks[i] != lock && state->locks[i].handle == handle)
			state->locks[i].handle = -1;
}

/* EVENT, which did not end the path, happened to LOCK: update its record. */
static void move_on(struct walk *walk, struct state *state, struct lock_record *lock,
		    const struct lock_event *event, bool was_held)
{
	struct step *step = lock_step(walk, state, event);

	if (lock->class_ < 0)
		lock->class_ = event->class_;
	if (!lock->text)
		lock->text = event->text;
	lock->touched = step;
	lock->is_loose = lock->may_be_untouched = false;
	if (event->event == SPINRULE_EVENT_RELEASE)
		lock->hold.has_run_unseen = false;
	if (state->owed && !state->owed->release)
		state->owed->release = step;
	if (event->event == SPINRULE_EVENT_ACQUIRE) {
		lock_set_hold(lock, event->group, event->ddi, event->text, step);
		lock->hold.loop = rounds_loop(walk, event->block, event->op);
		leave_handle(state, lock, event->handle);
		lock->handle = event->handle;
		learn_apart(walk, state, event->address, lock->class_);
	} else if (event->event == SPINRULE_EVENT_NEED_HELD && !was_held) {
		lock->hold.step = step;
		lock->hold.group = event->group;
	}
}

/* Each time that a thread holds a lock that nests is a lock of its own, so far from the
 * one before that no field lies there. */
#define LEVEL_OFFSET 0x20000000
#define MAX_LEVELS 4

/* The lock of EVENT may be held several times by one thread: find the one that is
 * acquired or released. */
static void find_level(struct walk *walk, struct state *state, struct lock_event *event)
{
	const bool acquires = event->event == SPINRULE_EVENT_ACQUIRE ||
			      event->event == SPINRULE_EVENT_MOMENTARY;
	const struct lock_record *lock = state_lock(state, event->address);
	int address = event->address;

	if (acquires ? !spinrule_nests(event->group) : event->event != SPINRULE_EVENT_RELEASE)
		return;
	for (int level = 0; level < MAX_LEVELS && lock && lock->state == SPINRULE_STATE_HELD &&
			    spinrule_nests(lock->hold.group);
	     level++) {
		if (!acquires) {
			event->address = address;
			if (event->handle >= 0 && event->handle == lock->handle)
				return;
		}
		address = sym_op(walk->syms, LOCKPROG_ADD, sym_at(walk->syms, address)->type,
				 address,
				 sym_const(walk->syms, sym_at(walk->syms, address)->type,
					   LEVEL_OFFSET));
		lock = state_lock(state, address);
	}
	if (acquires)
		event->address = address;
}

/* True if EVENT is the first one of LOCK on ways that joined others, on which LOCK was
 * acquired first: callers would be told another one. */
static bool is_another_first(const struct walk *walk, const struct lock_record *lock,
			     const struct lock_event *event)
{
	if (!lock->may_be_untouched || walk->is_callback)
		return false;
	if (event->event == SPINRULE_EVENT_ACQUIRE)
		return event->kind == EVENT_TRIED || event->is_try;
	return event->event != SPINRULE_EVENT_MOMENTARY;
}

bool lock_happens(struct walk *walk, struct state *state, struct lock_event *event)
{
	find_level(walk, state, event);
	alias_note(walk, state, event);

	struct lock_record *lock = state_lock(state, event->address);
	const bool is_new = !lock;
	enum spinrule_violation violation;
	const struct step *since;
	bool was_unknown, was_held;

	/* With facts from branches, the two addresses may turn out to be one. */
	if (!walk->effort.branches_teach && may_be_held_already(walk, state, event))
		walk_stop(walk, REASON_CLOSER_LOOK);
	if (lock && is_another_first(walk, lock, event))
		walk_stop(walk, REASON_CLOSER_LOOK);
	if (is_new)
		lock = state_add_lock(state, event->address);
	/* It may be held on another path, for which this is claimed already: then this
	 * path ends here. */
	if (event->event == SPINRULE_EVENT_ACQUIRE && lock->is_lost &&
	    lock->state == SPINRULE_STATE_UNKNOWN) {
		state->doubts |= DOUBT_MEMORY;
		walk_note(walk, REASON_SAME_LOCKS);
	}
	since = lock->state == SPINRULE_STATE_HELD ? lock->hold.step : lock->touched;
	if (event->event == SPINRULE_EVENT_RELEASE && lock->state == SPINRULE_STATE_HELD)
		irql_check_release(walk, state, lock, event);
	if (event->event == SPINRULE_EVENT_RELEASE)
		token_given(walk, state, event);
	was_unknown = lock->state == SPINRULE_STATE_UNKNOWN;
	was_held = lock->state == SPINRULE_STATE_HELD;
	if (event->event == SPINRULE_EVENT_RELEASE && was_held)
		note_release(lock, event);
	violation = judge(walk, state, event, lock, is_new);
	event->is_violation = violation != SPINRULE_NONE;
	if (violation)
		claim_make(walk, state, violation, event, since);
	/* After a double acquire the processor spins. */
	if (violation == SPINRULE_DOUBLE_ACQUIRE) {
		walk_end_path(walk, state);
		return false;
	}
	if (event->level && event->kind != EVENT_TRIED && !event->is_try &&
	    (event->event == SPINRULE_EVENT_ACQUIRE ||
	     event->event == SPINRULE_EVENT_MOMENTARY))
		check_level(walk, state, event);
	if (event->level)
		lock->level = event->level;
	if (is_new || lock->first.event < 0)
		note_first(lock, event, is_new, was_unknown);
	if (is_new)
		lock->is_handle = event->is_handle;
	move_on(walk, state, lock, event, was_held);
	if (event->event == SPINRULE_EVENT_ACQUIRE && count_held(state) > WALK_MAX_HELD)
		walk_stop(walk, REASON_MORE_LOCKS);
	return true;
}

struct lock_record *lock_of_handle(struct state *state, int handle)
{
	struct lock_record *found = NULL;

	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *lock = &state->locks[i];

		if (lock->handle != handle)
			continue;
		if (lock->state == SPINRULE_STATE_HELD)
			return lock;
		if (!found || state_is_later(state, lock->touched, found->touched))
			found = lock;
	}
	return found;
}

int lock_class(const struct walk *walk, int address, int class_, bool is_handle)
{
	if (is_handle)
		return LOST_ANY;
	if (address == walk->cancel_lock)
		return LOST_CANCEL;
	if (address >= 0 && sym_at(walk->syms, address)->kind == SYM_CONST)
		return LOST_NUMBER;
	return class_ < 0 ? LOST_ANY : class_;
}

bool lock_is_among(const struct walk *walk, const struct lock_record *lock,
		   const struct class_set *classes)
{
	return state_lost_has(classes, lock_class(walk, lock->address, lock->class_,
						  lock->is_handle));
}

bool lock_may_be_lost(const struct walk *walk, const struct state *state,
		      const struct lock_event *event)
{
	return state_may_have_lost(state, lock_class(walk, event->address, event->class_,
						     event->is_handle));
}

void lock_lose(struct walk *walk, struct state *state, const struct class_set *classes)
{
	if (class_set_is_empty(classes))
		return;
	/* Else it is undecided only where it matters: where such a lock is used, and
	 * where a callback ends. */
	if (class_set_has(classes, LOST_ANY) || state->owed) {
		walk_note(walk, REASON_CALLEE);
		walk->has_lost_all = true;
	}
	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *lock = &state->locks[i];

		if (!lock_is_among(walk, lock, classes))
			continue;
		if (lock->state != SPINRULE_STATE_UNKNOWN) {
			walk_note(walk, REASON_CALLEE);
			walk->has_lost_all = true;
		}
		lock_set_state(lock, SPINRULE_STATE_UNKNOWN);
	}
	class_set_add_all(&state->lost, classes);
	state_forget_owed(state);
}

bool lock_may_be_held(const struct state *state, int class_)
{
	for (int i = 0; i < state->n_locks; i++)
		if (state->locks[i].state != SPINRULE_STATE_FREE &&
		    (class_ < 0 || state->locks[i].class_ < 0 || state->locks[i].class_ == class_))
			return true;
	return false;
}
