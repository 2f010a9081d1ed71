/* promise.c - what annotations state about locks.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/promise.h"

#include "walk/guard.h"
#include "walk/irql.h"

static int address_of(struct walk *walk, const struct state *state, const struct lockprog_op *op)
{
	return op->address >= 0 ? walk_node(walk, state, op->address) : walk->cancel_lock;
}

static enum spinrule_state state_of(const struct lockprog_op *op)
{
	return op->is_held ? SPINRULE_STATE_HELD : SPINRULE_STATE_FREE;
}

static enum spinrule_group group_of(const struct lockprog_op *op)
{
	return op->address >= 0 ? SPINRULE_GROUP_ANY : SPINRULE_GROUP_CANCEL;
}

/* Set LOCK to the state that OP states. */
static void believe(struct walk *walk, struct state *state, struct lock_record *lock,
		    const struct lockprog_op *op, enum path_event_kind kind, int block, int i)
{
	struct step *step = walk_step(
		walk, state,
		(struct path_event){ .kind = kind,
				     .place = op->place.file ? op->place : walk->function->place,
				     .block = block,
				     .op = i,
				     .text = op->text,
				     .written = op->written,
				     .call_acquires = op->is_held });

	step->address = lock->address;
	step->is_event = true;
	if (lock->class_ < 0)
		lock->class_ = op->class_;
	lock->text = op->text;
	if (op->level)
		lock->level = op->level;
	lock->touched = step;
	lock->is_loose = false;
	lock_set_state(lock, state_of(op));
	if (op->is_held) {
		lock_set_hold(lock, group_of(op), NULL, op->text, step);
		lock->handle = -1;
	}
}

/* The IRQL that OP saves or gives back, as a byte like those of DDIs. */
static int irql_of(struct walk *walk, const struct state *state, const struct lockprog_op *op)
{
	return op->irql >= 0 ? irql_node(walk, walk_node(walk, state, op->irql)) : -1;
}

/* ---- at the entry ---- */

static void enter(struct walk *walk, struct state *state, const struct lockprog_op *op, int block,
		  int i)
{
	struct lock_record *lock = state_add_lock(state, address_of(walk, state, op));
	bool is_required = op->promise == LOCKPROG_REQUIRES;

	believe(walk, state, lock, op, op->is_held ? EVENT_ENTRY_HELD : EVENT_ENTRY_FREE, block, i);
	/* If two annotations agree, a requirement explains the caller's mistake
	 * better. */
	if (lock->first.event < 0 || is_required)
		lock->first.event =
			op->is_held
				? (is_required ? SPINRULE_EVENT_NEED_HELD : SPINRULE_EVENT_RELEASE)
				: (is_required ? SPINRULE_EVENT_NEED_FREE : SPINRULE_EVENT_ACQUIRE);
	if (op->is_held)
		lock->first.given = irql_of(walk, state, op);
}

/* ---- at a return ---- */

/* True if no operation of the program touched LOCK since the entry. */
static bool is_untouched(const struct lock_record *lock)
{
	return !lock->touched || lock->touched->event.kind == EVENT_ENTRY_HELD ||
	       lock->touched->event.kind == EVENT_ENTRY_FREE;
}

/* True if something may have happened to a lock outside the operations of the
 * function. */
static bool may_hide_something(const struct walk *walk, const struct state *state)
{
	if (state->memory.unseen & (UNSEEN_DRIVER | UNSEEN_ALL))
		return true;
	/* CLOBBER is the only trace of assembly and atomic operations. */
	for (int b = 0; b < walk->function->n_blocks; b++)
		for (int i = 0; i < walk->function->blocks[b].n_ops; i++)
			if (walk->function->blocks[b].ops[i].kind == LOCKPROG_CLOBBER)
				return true;
	return false;
}

static void claim_broken(struct walk *walk, struct state *state, const struct lock_record *lock,
			 const struct lockprog_op *op, int block, int i)
{
	struct lock_event event = {
		.event = SPINRULE_EVENT_RETURN,
		.address = lock->address,
		.class_ = lock->class_,
		.text = op->text,
		.group = group_of(op),
		.written = op->written,
		.place = op->place.file ? op->place : walk->function->place,
		.block = block,
		.op = i,
	};
	struct claim *claim = claim_make(walk, state, SPINRULE_ANNOTATION_MISMATCH, &event,
					 op->is_held ? lock->touched : lock->hold.step);

	if (claim)
		claim->is_held = !op->is_held;
}

/* Callers get the state that the annotation states. */
static void leave_as_promised(struct walk *walk, struct state *state, struct lock_record *lock,
			      const struct lockprog_op *op, int block, int i)
{
	believe(walk, state, lock, op, EVENT_ASSUMED, block, i);
	if (op->is_held)
		irql_saved(walk, state, lock, irql_of(walk, state, op));
}

static void keep(struct walk *walk, struct state *state, const struct lockprog_op *op, int block,
		 int i)
{
	int address = address_of(walk, state, op),
	    entry = op->handle >= 0 ? walk_node(walk, state, op->handle) : address;
	struct lock_record *lock = state_lock(state, address);
	bool is_new = !lock;

	/* The expression for the lock may have changed on the way: accept either
	 * address. */
	if (entry != address && (is_new || lock->state != state_of(op)) &&
	    state_lock(state, entry)) {
		if (state_lock(state, entry)->state != state_of(op)) {
			walk_note(walk, REASON_SAME_LOCKS);
			return;
		}
		lock = state_lock(state, entry);
		is_new = false;
	}
	if (is_new)
		lock = state_add_lock(state, address);
	lock->is_promised = true;
	if (is_new || lock->state == SPINRULE_STATE_UNKNOWN) {
		if (lock->first.event < 0)
			lock->first.event =
				op->is_held ? SPINRULE_EVENT_ACQUIRE : SPINRULE_EVENT_RELEASE;
	} else if (lock->state == state_of(op)) {
		return;
	} else if (walk->function->is_external) {
		/* There is no body to compare with. */
	} else if (lock->is_loose ||
		   state_may_have_lost(state, lock_class(walk, address, lock->class_, false))) {
		walk_note(walk, REASON_SAME_LOCKS);
	} else if (!is_untouched(lock) || !may_hide_something(walk, state) || walk->replay) {
		claim_broken(walk, state, lock, op, block, i);
	} else {
		lock->broken = op;
		return;
	}
	/* If it is held after some calls and not after others, the function may be a try,
	 * which fails on a held lock. */
	if (walk->function->is_external && block != 0 &&
	    lock->first.event == SPINRULE_EVENT_ACQUIRE)
		lock->first.is_try = true;
	leave_as_promised(walk, state, lock, op, block, i);
}

bool promise_is_idle(const struct lock_record *lock)
{
	return lock->touched && is_untouched(lock) &&
	       lock->first.event != SPINRULE_EVENT_NEED_HELD &&
	       lock->first.event != SPINRULE_EVENT_NEED_FREE;
}

/* True if on some path an operation of the program acquires or releases the lock at
 * ADDRESS. */
static bool is_touched_somewhere(const struct walk *walk, int address)
{
	for (int i = 0; i < walk->n_exits; i++) {
		struct lock_record *lock = state_lock(walk->exits[i].state, address);

		if (lock && lock->touched && !is_untouched(lock) &&
		    lock->touched->event.kind != EVENT_ASSUMED)
			return true;
	}
	return false;
}

void promise_check_returns(struct walk *walk)
{
	for (int i = 0; i < walk->n_exits; i++) {
		struct exit_point *exit = &walk->exits[i];

		for (int j = 0; j < exit->state->n_locks; j++) {
			struct lock_record *lock = &exit->state->locks[j];
			const struct lockprog_op *op = lock->broken;

			if (!op)
				continue;
			lock->broken = NULL;
			if (is_touched_somewhere(walk, lock->address))
				for (int b = 0; b < walk->function->n_blocks; b++) {
					const struct lockprog_block *block =
						&walk->function->blocks[b];

					if (op >= block->ops && op < block->ops + block->n_ops)
						claim_broken(walk, exit->state, lock, op, b,
							     (int)(op - block->ops));
				}
			leave_as_promised(walk, exit->state, lock, op, exit->block, exit->op);
		}
	}
}

/* ---- all ---- */

void promise_happens(struct walk *walk, struct state *state, int block, int i)
{
	const struct lockprog_op *op = &walk->function->blocks[block].ops[i];
	struct lock_record *lock;
	struct lock_event event;

	switch (op->promise) {
	case LOCKPROG_REQUIRES:
	case LOCKPROG_ENTERS:
		enter(walk, state, op, block, i);
		break;
	case LOCKPROG_RETURNS:
		keep(walk, state, op, block, i);
		break;
	case LOCKPROG_ASSUMES:
		lock = state_add_lock(state, address_of(walk, state, op));
		if (lock->state != state_of(op)) {
			lock->is_assumed = true;
			believe(walk, state, lock, op, EVENT_ASSUMED, block, i);
		}
		break;
	case LOCKPROG_GUARDS:
		event = (struct lock_event){
			.event = SPINRULE_EVENT_WRITE,
			.address = address_of(walk, state, op),
			.class_ = op->class_,
			.text = op->text,
			.written = op->written,
			.place = op->place,
			.block = block,
			.op = i,
		};
		guard_write(walk, state, &event);
		break;
	case LOCKPROG_PROMISES:
		break;
	}
}
