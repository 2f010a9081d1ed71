/* promise.c - what annotations say of locks: believed where nothing else is known, and held
 * against what the function does.
 *
 *     _Acquires_lock_(ext->lock) void take(EXT *ext)      enters free ext->lock
 *                                                         ... the body, if there is one ...
 *                                                         returns held ext->lock
 *
 * The body of a function that is annotated may well do what it is said to do where nobody
 * sees it: by a call of another file, in assembly, with an atomic operation of its own.  A
 * promise is broken for certain only where the function itself acquires or releases that
 * lock somewhere, or where nothing on the way could have done so unseen.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/explore.h"

#include <stddef.h>

static int address_of(struct analysis *a, const struct state *state, const struct lockprog_op *op)
{
	return op->address >= 0 ? explore_node(a, state, op->address) : a->cancel_lock;
}

static enum spinrule_state state_of(const struct lockprog_op *op)
{
	return op->is_held ? SPINRULE_STATE_HELD : SPINRULE_STATE_FREE;
}

/* LOCK becomes what OP says. */
static void believe(struct analysis *a, struct state *state, struct lock_record *lock, const struct lockprog_op *op,
		    enum check_event_kind kind, int block, int i)
{
	struct step *step = explore_step(a, state, (struct check_event){
		.kind = kind, .place = op->place.file ? op->place : a->function->place, .block = block, .op = i,
		.text = op->text, .written = op->written, .call_acquires = op->is_held });

	step->address = lock->address;
	step->is_event = true;
	if (lock->class_ < 0)
		lock->class_ = op->class_;
	lock->text = op->text;
	lock->touched = step;
	lock->is_loose = false;
	lock->state = state_of(op);
	if (op->is_held) {
		lock->acquired = step;
		lock->group = op->address >= 0 ? SPINRULE_GROUP_ANY : SPINRULE_GROUP_CANCEL;
		lock->ddi = NULL;
		lock->handle = -1;
		lock->saved = lock->also = -1;
	}
}

/* The IRQL that OP saves or gives back, as DDIs do: a byte. */
static int irql_of(struct analysis *a, const struct state *state, const struct lockprog_op *op)
{
	static const struct lockprog_type irql_type = { 8, false, false };

	return op->irql >= 0 ? sym_op(a->syms, LOCKPROG_COPY, irql_type, explore_node(a, state, op->irql), -1) : -1;
}

/* ---- at the entry ---- */

static void enter(struct analysis *a, struct state *state, const struct lockprog_op *op, int block, int i)
{
	struct lock_record *lock = state_add_lock(state, address_of(a, state, op));
	bool is_required = op->promise == LOCKPROG_REQUIRES;

	believe(a, state, lock, op, op->is_held ? CHECK_ENTRY_HELD : CHECK_ENTRY_FREE, block, i);
	/* Of two annotations that agree, a requirement says better what the caller did wrong. */
	if (lock->first < 0 || is_required)
		lock->first = op->is_held ? (is_required ? SPINRULE_EVENT_NEED_HELD : SPINRULE_EVENT_RELEASE)
					  : (is_required ? SPINRULE_EVENT_NEED_FREE : SPINRULE_EVENT_ACQUIRE);
	if (op->is_held)
		lock->given = irql_of(a, state, op);
}

/* ---- at a return ---- */

/* True if nothing that is seen happened to LOCK since the function was entered. */
static bool is_untouched(const struct lock_record *lock)
{
	return !lock->touched || lock->touched->event.kind == CHECK_ENTRY_HELD ||
	       lock->touched->event.kind == CHECK_ENTRY_FREE;
}

/* True if something may have happened to a lock that no operation here says. */
static bool may_hide_something(const struct analysis *a, const struct state *state)
{
	if (state->driver_changed || state->all_changed)
		return true;
	/* Assembly and atomic operations leave nothing else. */
	for (int b = 0; b < a->function->n_blocks; b++)
		for (int i = 0; i < a->function->blocks[b].n_ops; i++)
			if (a->function->blocks[b].ops[i].kind == LOCKPROG_CLOBBER)
				return true;
	return false;
}

static void claim_broken(struct analysis *a, struct state *state, const struct lock_record *lock,
			 const struct lockprog_op *op, int block, int i)
{
	struct lock_event event = {
		.event = SPINRULE_EVENT_RETURN, .address = lock->address, .class_ = lock->class_, .text = op->text,
		.group = op->address >= 0 ? SPINRULE_GROUP_ANY : SPINRULE_GROUP_CANCEL, .written = op->written,
		.place = op->place.file ? op->place : a->function->place, .block = block, .op = i,
	};
	int n = a->n_violations;

	explore_claim(a, state, SPINRULE_ANNOTATION_MISMATCH, &event, op->is_held ? lock->touched : lock->acquired);
	if (a->n_violations > n)
		a->violations[n].is_held = !op->is_held;
}

/* Callers are told what the annotation says. */
static void leave_as_promised(struct analysis *a, struct state *state, struct lock_record *lock,
			      const struct lockprog_op *op, int block, int i)
{
	believe(a, state, lock, op, CHECK_ASSUMED, block, i);
	if (op->is_held)
		explore_saved_irql(a, state, lock, irql_of(a, state, op));
}

static void keep(struct analysis *a, struct state *state, const struct lockprog_op *op, int block, int i)
{
	int address = address_of(a, state, op), entry = op->handle >= 0 ? explore_node(a, state, op->handle) : address;
	struct lock_record *lock = state_lock(state, address);
	bool is_new = !lock;

	/* What names the lock may have changed on the way: either may be meant. */
	if (entry != address && (is_new || lock->state != state_of(op)) && state_lock(state, entry)) {
		if (state_lock(state, entry)->state != state_of(op)) {
			a->aliased = true;
			return;
		}
		lock = state_lock(state, entry);
		is_new = false;
	}
	if (is_new)
		lock = state_add_lock(state, address);
	lock->is_promised = true;
	if (is_new || lock->state == SPINRULE_STATE_UNKNOWN) {
		if (lock->first < 0)
			lock->first = op->is_held ? SPINRULE_EVENT_ACQUIRE : SPINRULE_EVENT_RELEASE;
	} else if (lock->state == state_of(op)) {
		return;
	} else if (a->function->is_external) {
		/* There is nothing to hold it against. */
	} else if (lock->is_loose || state->lost_held) {
		a->aliased = true;
	} else if (!is_untouched(lock) || !may_hide_something(a, state) || a->replay) {
		claim_broken(a, state, lock, op, block, i);
	} else {
		lock->broken = op;
		return;
	}
	/* Held after some calls and not after others: it may be a try, which fails on a held lock. */
	if (a->function->is_external && block != 0 && lock->first == SPINRULE_EVENT_ACQUIRE)
		lock->first_is_try = true;
	leave_as_promised(a, state, lock, op, block, i);
}

bool promise_is_idle(const struct lock_record *lock)
{
	return lock->touched && is_untouched(lock) && lock->first != SPINRULE_EVENT_NEED_HELD &&
	       lock->first != SPINRULE_EVENT_NEED_FREE;
}

bool promise_allows_held(const struct lock_record *lock)
{
	return lock->is_promised || lock->first == SPINRULE_EVENT_NEED_HELD ||
	       (lock->is_assumed && lock->first != SPINRULE_EVENT_ACQUIRE);
}

/* True if some path acquires or releases the lock at ADDRESS where it is seen. */
static bool is_touched_somewhere(const struct analysis *a, int address)
{
	for (int i = 0; i < a->n_exits; i++) {
		struct lock_record *lock = state_lock(a->exits[i].state, address);

		if (lock && lock->touched && !is_untouched(lock) && lock->touched->event.kind != CHECK_ASSUMED)
			return true;
	}
	return false;
}

void promise_check_returns(struct analysis *a)
{
	for (int i = 0; i < a->n_exits; i++) {
		struct exit_point *exit = &a->exits[i];

		for (int j = 0; j < exit->state->n_locks; j++) {
			struct lock_record *lock = &exit->state->locks[j];
			const struct lockprog_op *op = lock->broken;

			if (!op)
				continue;
			lock->broken = NULL;
			if (is_touched_somewhere(a, lock->address))
				for (int b = 0; b < a->function->n_blocks; b++) {
					const struct lockprog_block *block = &a->function->blocks[b];

					if (op >= block->ops && op < block->ops + block->n_ops)
						claim_broken(a, exit->state, lock, op, b, (int)(op - block->ops));
				}
			leave_as_promised(a, exit->state, lock, op, exit->block, exit->op);
		}
	}
}

/* ---- all ---- */

void promise_exec(struct analysis *a, struct state *state, int block, int i)
{
	const struct lockprog_op *op = &a->function->blocks[block].ops[i];
	struct lock_record *lock;

	switch (op->promise) {
	case LOCKPROG_REQUIRES:
	case LOCKPROG_ENTERS:
		enter(a, state, op, block, i);
		break;
	case LOCKPROG_RETURNS:
		keep(a, state, op, block, i);
		break;
	case LOCKPROG_ASSUMES:
		lock = state_add_lock(state, address_of(a, state, op));
		if (lock->state != state_of(op)) {
			lock->is_assumed = true;
			believe(a, state, lock, op, CHECK_ASSUMED, block, i);
		}
		break;
	case LOCKPROG_PROMISES:
		break;
	}
}
