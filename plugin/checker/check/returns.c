/* returns.c - returns of one function that disagree: some hold a lock that others do not, and no value tells.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/explore.h"

#include <stdlib.h>

#include "lockprog/alloc.h"

#define STATUS_PENDING 0x103

/* True if a value that fits FACT means failure by the conventions of TYPE, or that it will be seen later: nobody is handed a spin
 * lock so either. */
static bool is_failure(const struct analysis *a, const struct fact *fact)
{
	struct lockprog_type type = a->function->result;

	if (a->function->result_is_ntstatus)
		return fact_is_negative(fact, type) ||
		       (range_is_single(fact) && range_low(fact) == range_key(type, STATUS_PENDING));
	if (type.is_pointer || type.bits <= 8)
		return fact_is_zero(fact, type);
	return fact_is_negative(fact, type);
}

/* True if NODE is made of values that other functions were handed: they can tell. */
static bool was_handed_out(const struct analysis *a, int node)
{
	for (int i = 0; i < a->handed.n; i++)
		if (sym_contains(a->syms, node, a->handed.list[i]))
			return true;
	return false;
}

/* True if ATOM is what memory held that others see too. */
static bool is_shared_memory(int atom, void *data)
{
	const struct analysis *a = data;

	return sym_at(a->syms, atom)->kind == SYM_INITIAL && !summary_has_local_object(a->syms, atom);
}

/* True if what the caller can know of some value that KNOWING has a fact about tells HELD from OTHER. */
static bool facts_tell(struct analysis *a, struct naming *naming, const struct state *knowing, const struct state *held,
		       const struct state *other)
{
	for (int i = 0; i < knowing->facts.n; i++) {
		int node = knowing->facts.list[i].node;
		struct fact x, y;

		if (!summary_can_name(naming, node) && !was_handed_out(a, node) &&
		    !sym_any_atom(a->syms, explore_likely(a, knowing, node), is_shared_memory, a))
			continue;
		x = facts_of(&held->facts, a->syms, node);
		y = facts_of(&other->facts, a->syms, node);
		if (facts_disjoint(&x, &y))
			return true;
	}
	return false;
}

/* True if the caller can tell return HELD, which holds LOCK, from return OTHER. */
static bool caller_can_tell(struct analysis *a, const struct exit_point *held, const struct exit_point *other,
			    bool other_had_it)
{
	struct naming naming = { .a = a, .result = held->result == other->result ? held->result : -1 };
	struct fact x, y;

	if (held->result >= 0 && other->result >= 0) {
		x = facts_of(&held->state->facts, a->syms, held->result);
		y = facts_of(&other->state->facts, a->syms, other->result);
		/* A helper that acquires says so by success, not by failure. */
		if (facts_disjoint(&x, &y) && !(other_had_it && is_failure(a, &x)))
			return true;
		/* An object where others return null: it is one. */
		if (a->function->result.is_pointer && fact_is_zero(&y, a->function->result) &&
		    !fact_is_zero(&x, a->function->result))
			return facts_assume(&held->state->facts, a->syms, held->result, true);
	}
	if (other_had_it)
		return false;
	if (facts_tell(a, &naming, held->state, held->state, other->state) ||
	    facts_tell(a, &naming, other->state, held->state, other->state))
		return true;
	/* ... or by what it left in memory. */
	for (int i = 0; i < held->state->n_cells; i++) {
		const struct cell *cell = &held->state->cells[i];
		bool is_stale;
		int node = state_cell(other->state, cell->address, cell->class_, &is_stale);

		if (node < 0 || !summary_can_name(&naming, cell->address))
			continue;
		x = facts_of(&held->state->facts, a->syms, cell->node);
		y = facts_of(&other->state->facts, a->syms, node);
		if (facts_disjoint(&x, &y))
			return true;
	}
	return false;
}

/* True if the function itself took LOCK first: it was not held at entry. */
static bool is_own(const struct lock_record *lock)
{
	return lock->first == SPINRULE_EVENT_ACQUIRE || lock->first == SPINRULE_EVENT_INIT;
}

/* True if it is known whether LOCK was held at entry. */
static bool is_known_before(const struct lock_record *lock)
{
	return is_own(lock) || lock->first == SPINRULE_EVENT_RELEASE;
}

/* True if return OTHER disagrees with HELD about its lock MINE, and no value tells. */
static bool disagrees_with(struct analysis *a, const struct exit_point *held, const struct exit_point *other,
			   const struct lock_record *mine)
{
	const int address = mine->address, class_ = mine->class_;
	const struct lock_record *lock = state_lock(other->state, address);

	if (other->op >= 0 || other->state->is_doubtful || other->state->lost_held)
		return false;
	if (lock && lock->state != SPINRULE_STATE_FREE)
		return false;
	/* A lock that was held at entry is held as long as nothing is done to it. */
	if (!is_own(mine) && (!lock || !is_known_before(lock)))
		return false;
	/* One that may have another name. */
	for (int i = 0; i < other->state->n_locks; i++)
		if (other->state->locks[i].state != SPINRULE_STATE_FREE &&
		    !addresses_distinct(a->syms, other->state->locks[i].address, other->state->locks[i].class_, address,
					class_))
			return false;
	return !caller_can_tell(a, held, other,
				lock && (is_own(lock) || (lock->first == SPINRULE_EVENT_RELEASE && lock->acquired)));
}

/* True if some other return disagrees with HELD.  *IS_CERTAIN: in spite of what was joined. */
static bool disagrees(struct analysis *a, const struct exit_point *held, const struct lock_record *mine, bool *is_certain)
{
	bool found = false;

	*is_certain = false;
	for (int i = 0; i < a->n_exits && !*is_certain; i++)
		if (disagrees_with(a, held, &a->exits[i], mine)) {
			found = true;
			*is_certain = !a->ran_over && !held->state->is_joined && !a->exits[i].state->is_joined;
		}
	return found;
}

/* True if LOCK, of the state at a return, is held, and was or was not at entry. */
static bool is_left_held(const struct lock_record *lock)
{
	return lock->state == SPINRULE_STATE_HELD && is_known_before(lock) && !lock->is_loose && !promise_allows_held(lock);
}

/* So many returns are reached again, each by its own way, to see whether they disagree. */
#define MAX_ALONE 24

/* Returns as they are when the ways to them are walked alone. */
struct alone {
	struct exit_point *exits;	/* as in ANALYSIS; state NULL: it does not get there */
	bool *is_walked;
	int n_left;
};

static const struct exit_point *exit_alone(struct analysis *a, struct alone *alone, int i)
{
	if (!alone->exits) {
		alone->exits = alloc_zeroed(a->n_exits * sizeof *alone->exits);
		alone->is_walked = alloc_zeroed(a->n_exits);
		alone->n_left = MAX_ALONE;
	}
	if (!alone->is_walked[i]) {
		if (!alone->n_left)
			return NULL;
		alone->n_left--;
		alone->is_walked[i] = true;
		explore_exit_alone(a, &a->exits[i], &alone->exits[i]);
	}
	return alone->exits[i].state ? &alone->exits[i] : NULL;
}

/* What was joined may have lost just the fact that tells return I from others: the state at it, reached by
 * its own way alone, if another that is reached so disagrees; else NULL. */
static struct state *disagrees_alone(struct analysis *a, struct alone *alone, int i, const struct lock_record *mine)
{
	const struct exit_point *held = exit_alone(a, alone, i);
	const struct lock_record *lock = held ? state_lock(held->state, mine->address) : NULL;

	if (!lock || !is_left_held(lock) || held->state->is_doubtful)
		return NULL;
	for (int k = 0; k < a->n_exits; k++) {
		const struct exit_point *other;

		if (!disagrees_with(a, &a->exits[i], &a->exits[k], mine))
			continue;
		other = exit_alone(a, alone, k);
		if (other && disagrees_with(a, held, other, lock))
			return held->state;
	}
	return NULL;
}

static void free_alone(const struct analysis *a, struct alone *alone)
{
	for (int i = 0; alone->exits && i < a->n_exits; i++)
		state_free(alone->exits[i].state);
	free(alone->exits);
	free(alone->is_walked);
}

/* Return number I holds locks that another does not: say so where it is sure.  Where IS_OVER, what could not be
 * said is not decided. */
static void check_return(struct analysis *a, struct alone *alone, int i, bool is_over)
{
	const struct exit_point *exit = &a->exits[i];
	const struct lockprog_block *at = &a->function->blocks[exit->block];

	for (int j = 0; j < exit->state->n_locks; j++) {
		struct lock_record *lock = &exit->state->locks[j];
		struct lock_event event = {
			.event = SPINRULE_EVENT_RETURN, .address = lock->address, .class_ = lock->class_, .ddi = lock->ddi,
			.group = lock->group, .text = lock->text,
			.place = at->place.file ? at->place : a->function->place, .block = exit->block, .op = -1,
		};
		struct state *state = exit->state;
		bool is_certain;

		if (!is_left_held(lock) || !disagrees(a, exit, lock, &is_certain))
			continue;
		if (is_over) {
			/* Callers are not told again, or do not know either. */
			if (explore_is_claimed(a, SPINRULE_HELD_AT_RETURN, &event, lock->acquired))
				lock->state = SPINRULE_STATE_UNKNOWN;
			else
				a->unconfirmed = exit->state->is_vague = true;
			continue;
		}
		if (!is_certain)
			state = disagrees_alone(a, alone, i, lock);
		if (!state)
			continue;
		explore_claim(a, state, SPINRULE_HELD_AT_RETURN, &event, state_lock(state, lock->address)->acquired);
		exit->state->breaks_rule |= state->breaks_rule;
		/* Callers are not told again. */
		lock->state = SPINRULE_STATE_UNKNOWN;
	}
}

void returns_check(struct analysis *a)
{
	struct alone alone = { 0 };

	if (a->is_callback)
		return;
	for (int is_over = 0; is_over <= 1; is_over++)
		for (int i = 0; i < a->n_exits; i++)
			if (a->exits[i].op < 0)
				check_return(a, &alone, i, is_over);
	free_alone(a, &alone);
}
