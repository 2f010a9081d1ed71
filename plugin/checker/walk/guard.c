/* guard.c - writes to data that a lock guards.
 *
 * Only what is certain is claimed: no function that is not seen can have acquired the
 * lock, and the object is not one that is being set up.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/guard.h"

#include "value/address.h"
#include "walk/claim.h"

static bool is_within_reach(int atom, void *data)
{
	const struct walk *const *of = data, *walk = *of;

	return sym_at(walk->syms, atom)->kind == SYM_OBJECT ||
	       class_set_has(&walk->reached, atom);
}

/* True if a function of the driver that is not seen may have acquired the lock at
 * ADDRESS, to which it must have a way. */
static bool may_be_acquired_unseen(const struct walk *walk, const struct state *state, int address)
{
	if (state->memory.unseen & UNSEEN_ALL)
		return true;
	return (state->memory.unseen & UNSEEN_DRIVER) &&
	       sym_any_atom(walk->syms, address, is_within_reach, &walk);
}

/* True if the function initializes a lock of CLASS_: the object is being set up. */
static bool initializes(const struct walk *walk, int class_)
{
	for (int b = 0; b < walk->function->n_blocks; b++)
		for (int i = 0; i < walk->function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &walk->function->blocks[b].ops[i];

			if (op->kind == LOCKPROG_LOCKOP && op->ddi->op == SPINRULE_OP_INIT &&
			    (op->class_ == class_ || op->class_ < 0))
				return true;
		}
	return false;
}

/* True if the lock of EVENT may be held under another name. */
static bool may_be_held(const struct walk *walk, const struct state *state,
			const struct lock_event *event)
{
	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *lock = &state->locks[i];

		if (lock->address != event->address && lock->state != SPINRULE_STATE_FREE &&
		    !guard_is_all(&lock->first, lock->state) &&
		    !address_is_distinct(walk->syms, lock->address, lock->class_, event->address,
					 event->class_))
			return true;
	}
	return lock_may_be_lost(walk, state, event);
}

static bool note_reached(int atom, void *data)
{
	struct walk *walk = data;

	class_set_add(&walk->reached, atom);
	return false;
}

void guard_reaches(struct walk *walk, const struct state *state, const struct lockprog_op *op,
		   unsigned long long args)
{
	for (int i = 0; i < op->n_args; i++)
		if ((i >= 64 || (args >> i & 1)) && op->args[i] >= 0)
			sym_any_atom(walk->syms, walk_node(walk, state, op->args[i]), note_reached,
				     walk);
}

bool guard_is_all(const struct first_event *first, enum spinrule_state state)
{
	return first->guards && first->event < 0 && !first->is_try &&
	       state == SPINRULE_STATE_UNKNOWN;
}

void guard_write(struct walk *walk, struct state *state, const struct lock_event *event)
{
	struct lock_record *lock = state_lock(state, event->address);
	enum spinrule_state held = lock		       ? lock->state
				   : walk->is_callback ? SPINRULE_STATE_FREE
						       : SPINRULE_STATE_UNKNOWN;
	const bool is_as_at_entry = !lock || (lock->first.event < 0 && !lock->first.is_try);
	enum spinrule_violation violation = spinrule_step(&held, event->event);

	if (walk->function->is_alone || address_is_local(walk->syms, event->address) ||
	    may_be_acquired_unseen(walk, state, event->address))
		return;
	if (!violation) {
		if (held != SPINRULE_STATE_UNKNOWN || !is_as_at_entry ||
		    lock_may_be_lost(walk, state, event))
			return;
		lock = state_add_lock(state, event->address);
		lock->first.guards = true;
		if (!lock->text)
			lock->text = event->text;
		if (lock->class_ < 0)
			lock->class_ = event->class_;
		return;
	}
	if ((lock && lock->first.event == SPINRULE_EVENT_INIT) ||
	    initializes(walk, event->class_))
		return;
	if (may_be_held(walk, state, event))
		walk_note(walk, REASON_SAME_LOCKS);
	else
		claim_make(walk, state, violation, event, lock ? lock->touched : NULL);
}
