/* reference-lock.c - what an operation does to a lock, and what the rule says of it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the rule ---- */

void report_at(int block, enum spinrule_violation violation, long long address, bool is_doubtful)
{
	if (counts_paths)
		return;
	if (is_mixed)
		address = NO_ADDRESS;
	for (int i = 0; i < n_found; i++)
		if (found[i].block == block && found[i].violation == violation && found[i].address == address) {
			if (found[i].rounds < this_round) {
				if (found[i].rounds == this_round - 1)
					found[i].rounds = this_round;
				found[i].is_doubtful = is_doubtful;
			}
			found[i].is_doubtful &= is_doubtful;
			return;
		}
	if (n_found == (int)(sizeof found / sizeof found[0]))
		abort();
	found[n_found++] = (struct found){ block, violation, address, is_doubtful, this_round == 1 };
}

void report(struct state *s, enum spinrule_violation violation, long long address, bool is_doubtful)
{
	is_doubtful |= s->is_guessed;
	report_at(s->frames[0].block, violation, address, is_doubtful);
	if (counts_paths && s->broken < 2 - is_doubtful)
		s->broken = (unsigned char)(2 - is_doubtful);
}

/* The path of S ends here; for a reason that the rule leaves open, when IS_DOUBTFUL. */
void end_path(const struct state *s, bool is_doubtful)
{
	if (counts_paths && s->broken)
		paths_break(s->path, s->frames[0].block, s->broken == 2 && !is_doubtful && !s->is_guessed);
}

struct lock *lock_at(struct state *s, long long address)
{
	for (int l = 0; l < s->n_locks; l++)
		if (s->locks[l].address == address)
			return &s->locks[l];
	if (s->n_locks == MAX_LOCKS)
		abort();
	s->locks[s->n_locks] = (struct lock){ .address = address, .depth = -1, .saved_number = -1,
					      .state = is_callback() ? SPINRULE_STATE_FREE : SPINRULE_STATE_UNKNOWN };
	return &s->locks[s->n_locks++];
}

/* EVENT happens to the lock; false if the path ends. */
static bool happen(struct state *s, struct lock *lock, enum spinrule_event event)
{
	enum spinrule_violation violation = spinrule_step(&lock->state, event);
	bool is_ours = lock->depth <= 0, was_doubtful = lock->is_doubtful;
	/* That two names are one lock, or which lock a handle is of, may be known to the caller only. */
	bool is_callers = !is_ours && (lock->handle || lock->is_handle);

	for (int f = 1; f < s->n_frames && !is_ours; f++)
		is_callers |= was_mixed[s->frames[f].function];
	lock->depth = s->n_frames - 1;
	if (event == SPINRULE_EVENT_ACQUIRE)
		lock->was_acquired = true;
	if (violation && s->is_over && is_ours)
		report(s, violation, lock->address, true);
	if (!violation || s->is_over) {
		if (violation == SPINRULE_DOUBLE_ACQUIRE)
			end_path(s, true);
		return violation != SPINRULE_DOUBLE_ACQUIRE;
	}
	/* What went wrong inside a callee alone is said there. */
	if (is_ours && s->n_frames == 1)
		report(s, violation, lock->address, lock->is_doubtful);
	else if (is_ours && s->n_pending < MAX_PENDING) {
		/* A callee is known by the ways in which it comes back. */
		report(s, violation, lock->address, true);
		s->pending[s->n_pending].violation = violation;
		s->pending[s->n_pending].address = lock->address;
		s->pending[s->n_pending++].is_doubtful = lock->is_doubtful;
		s->is_over = violation == SPINRULE_DOUBLE_ACQUIRE;
		lock->is_doubtful = true;
		return true;
	}
	if (is_callers)
		report(s, violation, lock->address, true);
	lock->is_doubtful = true;
	if (violation != SPINRULE_DOUBLE_ACQUIRE)
		return true;
	/* Of a callee that acquires a lock twice the caller knows the ways in which it comes back. */
	end_path(s, was_doubtful || is_callers || s->n_frames > 1);
	/* Whether the lock was held is the checker's to say: if not, the path goes on.  A callee that is
	 * "unknown" may come back for all it knows. */
	s->is_guessed = true;
	return was_doubtful || is_callers || s->n_frames > 1;
}

/* ---- what an acquire and its release have to do with each other ---- */

/* FLAGS leave every origin that is about lock number LOCK (-1: all). */
static void drop_origins(struct state *s, int lock, unsigned char flags)
{
#define DROP(ORIGIN) ((ORIGIN) & ORIGIN_ACQUIRE && (lock < 0 || ((ORIGIN) & ORIGIN_LOCK) == lock) ? (ORIGIN) &= (unsigned char)~flags : 0)
	for (int v = 0; v < s->n_slots; v++)
		DROP(s->origins[v]);
	for (int c = 0; c < s->n_cells; c++)
		DROP(s->cells[c].origin);
	for (int l = 0; l < s->n_locks; l++)
		DROP(s->locks[l].saved);
#undef DROP
}

static bool holds_any(const struct state *s)
{
	for (int l = 0; l < s->n_locks; l++)
		if (s->locks[l].state == SPINRULE_STATE_HELD)
			return true;
	return false;
}

/* VIOLATION of LOCK's pairing at its release. */
static void complain(struct state *s, const struct lock *lock, enum spinrule_violation violation, bool is_doubtful)
{
	/* What is wrong inside a callee, or comes from one, is seen as far as summaries tell. */
	is_doubtful |= s->n_frames > 1 || s->is_over || lock->is_doubtful;
	/* Which of the two mistakes it is, is the checker's to say. */
	s->owed.is_doubtful = true;
	report(s, violation, lock->address, is_doubtful);
}

/* The path of S goes on with the IRQL raised, since LOCK, whose acquire saved SAVED, was released by a routine that
 * leaves it alone. */
static void owe(struct state *s, const struct lock *lock, unsigned char saved, bool others)
{
	if (others && lock->is_nested)
		return;
	if (s->owed.is_set) {
		/* What went wrong inside a callee is said there, and may be taken for right here; and what is owed may
		 * have been given back with an IRQL that nothing is known of. */
		if (s->owed.is_callees || s->owed.is_doubtful)
			report(s, SPINRULE_MISMATCHED_RELEASE, lock->address, true);
		return;
	}
	s->owed.is_set = true;
	s->owed.is_callees = s->n_frames > 1;
	/* What is wrong inside a callee, or comes from one, is seen as far as summaries tell. */
	s->owed.is_doubtful = s->n_frames > 1 || s->is_over || lock->is_doubtful || s->gave_wrong_irql || s->is_guessed;
	s->owed.saved = saved;
	s->owed.block = s->frames[0].block;
	s->owed.address = lock->address;
}

/* The last lock, LOCK, which was acquired by a routine of GROUP, is released and GIVEN back, while an IRQL is owed. */
static void pay(struct state *s, const struct lock *lock, enum spinrule_group group, unsigned char given, long long number)
{
	const unsigned char same = ORIGIN_ACQUIRE | ORIGIN_LOCK | ORIGIN_NESTED;
	bool is_constant = (given & ~ORIGIN_CALL) == ORIGIN_CONSTANT, was_doubtful = s->owed.is_doubtful;

	if (given & ORIGIN_ACQUIRE && (given & same) == (s->owed.saved & same) && !(given & ORIGIN_CURRENT)) {
		s->owed.is_set = false;
		/* What is right from here on is not asked. */
		s->gave_wrong_irql = true;
		return;
	}
	if (group == SPINRULE_GROUP_DPC)
		complain(s, lock, SPINRULE_MISMATCHED_RELEASE, true);
	s->owed.is_doubtful |= given & ORIGIN_CALL || group == SPINRULE_GROUP_DPC;
	/* It stays at DISPATCH_LEVEL, where it was when GIVEN was saved. */
	if (((given & ORIGIN_ACQUIRE && given & ORIGIN_NESTED) || (is_constant && number == 2)) && !was_doubtful)
		return;
	s->owed.is_doubtful = true;
	s->gave_wrong_irql = true;
	complain(s, lock, SPINRULE_WRONG_IRQL, true);
}

void report_owed(struct state *s, bool is_doubtful)
{
	if (!s->owed.is_set)
		return;
	is_doubtful |= s->owed.is_doubtful || s->is_guessed;
	report_at(s->owed.block, SPINRULE_MISMATCHED_RELEASE, s->owed.address, is_doubtful);
	if (counts_paths && s->broken < 2 - is_doubtful)
		s->broken = (unsigned char)(2 - is_doubtful);
}

/* DISPATCH_LEVEL was given back while locks are held: those that saved it have their right one no more. */
static void give_dispatch(struct state *s)
{
	for (int l = 0; l < s->n_locks; l++)
		s->locks[l].was_given |= s->locks[l].state == SPINRULE_STATE_HELD && s->locks[l].saved & ORIGIN_NESTED;
}

/* LOCK, just released, was held by an acquire of GROUP that saved SAVED; GIVEN and NUMBER are what OP gives back. */
static void check_pairing(struct state *s, const struct lockprog_op *op, const struct lock *lock, enum spinrule_group group,
			  unsigned char saved, int saved_number, unsigned char given, long long number)
{
	bool is_doubtful = s->gave_wrong_irql || (saved | given) & ORIGIN_CALL, others = holds_any(s);
	bool was_given = s->locks[lock - s->locks].was_given;

	s->locks[lock - s->locks].was_given = false;
	if ((group == SPINRULE_GROUP_RAISING && op->ddi->group == SPINRULE_GROUP_DPC)
	    || (group == SPINRULE_GROUP_QUEUED && op->ddi->group == SPINRULE_GROUP_QUEUED_DPC)) {
		owe(s, lock, saved, others);
		return;
	}
	if (s->owed.is_set && !others && op->ddi->group == SPINRULE_GROUP_RAISING) {
		pay(s, lock, group, given, number);
		return;
	}
	is_doubtful |= s->owed.is_set;
	if (group != SPINRULE_GROUP_ANY && op->ddi->group != SPINRULE_GROUP_ANY && group != op->ddi->group) {
		complain(s, lock, SPINRULE_MISMATCHED_RELEASE, false);
		s->gave_wrong_irql = true;
		return;
	}
	if (op->ddi->irql != SPINRULE_IRQL_GIVEN || op->irql < 0 || !(saved & ORIGIN_ACQUIRE))
		return;
	if (given == ORIGIN_UNKNOWN) {
		/* It may be the right one for this lock, or for the others. */
		s->gave_wrong_irql |= others;
		return;
	}
	if ((given & ~ORIGIN_CALL) == ORIGIN_CONSTANT) {
		/* Whoever asked what was saved may know that this is it. */
		if (number == saved_number && !was_given)
			return;
		/* Where others are held it was DISPATCH_LEVEL, or has to stay at it: then it is theirs that is given. */
		is_doubtful |= number == 2 && (others || saved & ORIGIN_NESTED);
		if (number == 2)
			give_dispatch(s);
	} else if ((given & ORIGIN_LOCK) == (saved & ORIGIN_LOCK) && given & ORIGIN_CURRENT) {
		/* Right, as the rule has it; the IRQL is too low for those still held. */
		s->gave_wrong_irql |= others && given & ORIGIN_OUTERMOST;
		if (!was_given)
			return;
		/* Twice the same one: where others are held it is not said which of the two releases is wrong. */
		is_doubtful |= others || given & ORIGIN_OUTERMOST || s->gave_wrong_irql;
	} else if (s->gave_wrong_irql) {
		/* Which IRQL would be right now is not asked. */
		if (others && given & ORIGIN_NESTED)
			give_dispatch(s);
	} else if (others) {
		/* It has to stay at DISPATCH_LEVEL, as it was when this was saved.  What was saved
		 * before all of the locks were free may be what was saved after that. */
		if (given & ORIGIN_NESTED && given & ORIGIN_CURRENT) {
			s->locks[given & ORIGIN_LOCK].was_given = true;
			if (!(saved & ORIGIN_NESTED))
				return;
			/* Which of the two was acquired first is not followed, and so not which release is wrong. */
			is_doubtful = true;
		} else if (given & ORIGIN_NESTED) {
			give_dispatch(s);
		}
		is_doubtful |= given & ORIGIN_NESTED || !(given & ORIGIN_OUTERMOST);
	} else {
		/* The last one takes it back to where it was before the first. */
		if (given & ORIGIN_OUTERMOST)
			return;
		is_doubtful |= !(given & ORIGIN_NESTED) || saved & ORIGIN_NESTED;
	}
	complain(s, lock, SPINRULE_WRONG_IRQL, is_doubtful);
	s->gave_wrong_irql = true;
}

/* The lock that was acquired with the handle at HANDLE, held if there is one; NULL if no lock was. */
static struct lock *lock_of_handle(struct state *s, long long handle)
{
	struct lock *found = NULL;

	for (int l = 0; l < s->n_locks; l++)
		if (s->locks[l].handle == handle && (!found || s->locks[l].state == SPINRULE_STATE_HELD))
			found = &s->locks[l];
	return found;
}

static bool run_acquire(struct state *s, const struct lockprog_op *op, struct lock *lock, long long handle)
{
	unsigned char origin = ORIGIN_ACQUIRE | ORIGIN_CURRENT | (unsigned char)(lock - s->locks);

	origin |= holds_any(s) || s->owed.is_set ? ORIGIN_NESTED : ORIGIN_OUTERMOST;
	drop_origins(s, (int)(lock - s->locks), ORIGIN_CURRENT);
	if (!happen(s, lock, SPINRULE_EVENT_ACQUIRE))
		return false;
	lock->is_nested = origin & ORIGIN_NESTED;
	lock->group = op->ddi->group;
	lock->saved = op->value >= 0 ? origin : ORIGIN_UNKNOWN;
	lock->saved_number = -1;
	lock->was_given = false;
	lock->handle = handle;
	if (op->value >= 0)
		set_open(s, op->value, origin);
	return true;
}

static bool run_release(struct state *s, const struct lockprog_op *op, struct lock *lock)
{
	struct lock before = *lock;
	unsigned char given = ORIGIN_UNKNOWN;
	long long number = -1;

	if (op->irql >= 0)
		given = origin_of(s, op->irql);
	if ((given & ~ORIGIN_CALL) == ORIGIN_CONSTANT && !look(s, op->irql, &number))
		return false;
	/* Whose handle it is the function's caller knows: of a lock that is held here, or of another. */
	if (op->address < 0 && lock->state == SPINRULE_STATE_UNKNOWN && holds_any(s))
		limit = true;
	if (!happen(s, lock, SPINRULE_EVENT_RELEASE))
		return false;
	lock->group = SPINRULE_GROUP_ANY;
	lock->saved = ORIGIN_UNKNOWN;
	lock->saved_number = -1;
	if (before.state == SPINRULE_STATE_HELD)
		check_pairing(s, op, lock, before.group, before.saved, before.saved_number, given, number);
	drop_origins(s, (int)(lock - s->locks), ORIGIN_CURRENT);
	if (!holds_any(s))
		drop_origins(s, -1, ORIGIN_OUTERMOST);
	return true;
}

/* Run lock operation OP; false if S is done with. */
bool run_lockop(struct state *s, const struct lockprog_op *op)
{
	const struct lockprog_function *f = function_of(s);
	long long address, handle = NO_ADDRESS;
	struct lock *lock;

	if (op->ddi->op == SPINRULE_OP_LEAVE) {
		if (is_callback() && s->n_frames == 1)
			for (int l = 0; l < s->n_locks; l++)
				if (s->locks[l].state == SPINRULE_STATE_HELD)
					report(s, SPINRULE_HELD_AT_RETURN, s->locks[l].address, s->locks[l].is_doubtful);
		report_owed(s, !is_callback() || s->n_frames > 1);
		end_path(s, false);
		return false;
	}
	if (op->handle >= 0 && !look(s, op->handle, &handle))
		return false;
	if (op->address < 0)
		address = handle ? handle : CANCEL_ADDRESS;
	else if (!look(s, op->address, &address))
		return false;
	/* There is no lock at null: the machine stops. */
	if (op->address >= 0 && !address) {
		end_path(s, true);
		return false;
	}
	/* A handle that no lock was acquired with, here, is that of some lock. */
	lock = op->address < 0 && handle ? lock_of_handle(s, handle) : NULL;
	if (!lock) {
		lock = lock_at(s, address);
		lock->is_handle = op->address < 0 && handle;
		lock->is_doubtful |= lock->is_handle && s->handles_are_doubtful;
	}
	s->n_lockops += s->n_lockops < 2;
	switch (op->ddi->op) {
	case SPINRULE_OP_ACQUIRE:
		return run_acquire(s, op, lock, handle);
	case SPINRULE_OP_RELEASE:
		return run_release(s, op, lock);
	case SPINRULE_OP_INIT:
		if (lock->state == SPINRULE_STATE_HELD) {
			/* The IRQL that its acquire saved is not given back: what is right from here on is not asked. */
			s->gave_wrong_irql = true;
			drop_origins(s, -1, ORIGIN_OUTERMOST);
		}
		return happen(s, lock, SPINRULE_EVENT_INIT);
	case SPINRULE_OP_MOMENTARY:
		return happen(s, lock, SPINRULE_EVENT_MOMENTARY);
	case SPINRULE_OP_TRY: {
		int index = (int)(lock - s->locks);
		bool is_ignored = op->value < 0 || !f->values[op->value].used;
		bool is_held = lock->state == SPINRULE_STATE_HELD;
		int depth = lock->depth;

		if (is_ignored && s->n_frames == 1)
			report(s, SPINRULE_TRY_IGNORED, address, false);
		if (is_ignored) {
			lock->depth = s->n_frames - 1;
			lock->is_doubtful = true;
			if (op->value >= 0)
				set_open(s, op->value, ORIGIN_UNKNOWN);
			top(s)->op++;
			/* What was held still is, by whom it was; whoever takes it for unknown is right too, it was said. */
			if (is_held) {
				lock->depth = depth;
				push(s);
				lock->depth = s->n_frames - 1;
				s->is_guessed = true;
			}
			lock->group = SPINRULE_GROUP_ANY;
			lock->saved = ORIGIN_UNKNOWN;
			lock->state = SPINRULE_STATE_UNKNOWN;
			push(s);
			return false;
		}
		/* Who holds a lock does not get it again. */
		if (is_held) {
			set(s, op->value, 0);
			return true;
		}
		top(s)->op++;
		set(s, op->value, 1);
		push(s);
		stack[n_stack - 1]->locks[index].state = SPINRULE_STATE_HELD;
		stack[n_stack - 1]->locks[index].was_acquired = true;
		stack[n_stack - 1]->locks[index].group = op->ddi->group;
		stack[n_stack - 1]->locks[index].saved = ORIGIN_UNKNOWN;
		stack[n_stack - 1]->locks[index].handle = NO_ADDRESS;
		stack[n_stack - 1]->locks[index].depth = s->n_frames - 1;
		set(s, op->value, 0);
		push(s);
		stack[n_stack - 1]->locks[index].state = SPINRULE_STATE_FREE;
		stack[n_stack - 1]->locks[index].depth = s->n_frames - 1;
		return false;
	}
	case SPINRULE_OP_LEAVE:
	case SPINRULE_OP_CONVERT:
	case SPINRULE_OPS:
		break;
	}
	return true;
}
