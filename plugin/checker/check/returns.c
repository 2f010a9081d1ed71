/* returns.c - returns of one function that disagree: some hold a lock that others do not,
 * and no value distinguishes them.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/returns.h"

#include <stdlib.h>

#include "call/outcome.h"
#include "limits.h"
#include "lockprog/alloc.h"
#include "value/address.h"
#include "walk/lock.h"
#include "walk/promise.h"
#include "walk/replay.h"
#include "walk/token.h"

#define STATUS_PENDING 0x103

/* True if the function itself took LOCK first: it was not held at entry. */
static bool is_own(const struct lock_record *lock)
{
	return lock->first.event == SPINRULE_EVENT_ACQUIRE ||
	       lock->first.event == SPINRULE_EVENT_INIT;
}

/* True if a value in FACT means failure, or later success, by the conventions of the
 * result's type. */
static bool is_failure(const struct walk *walk, const struct fact *fact)
{
	struct lockprog_type type = walk->function->result;

	if (walk->function->result_is_ntstatus)
		return fact_is_negative(fact, type) ||
		       (range_is_single(fact) &&
			range_low(fact) == range_key(type, STATUS_PENDING));
	if (type.is_pointer || type.bits <= 8)
		return fact_is_zero(fact, type);
	return fact_is_negative(fact, type);
}

/* True if NODE consists of values that were passed to other functions: these can
 * distinguish the returns. */
static bool was_passed_to_unseen(const struct walk *walk, int node)
{
	CLASS_SET_EACH(passed, &walk->to_unseen)
		if (sym_contains(walk->syms, node, passed))
			return true;
	return false;
}

/* True if ATOM is the content of memory that other functions can read. */
static bool is_shared_memory(int atom, void *data)
{
	const struct walk *walk = data;

	return sym_at(walk->syms, atom)->kind == SYM_INITIAL &&
	       !address_has_local(walk->syms, atom);
}

/* Two returns of which one holds a lock, and what a caller needs to tell them apart. */
struct pair {
	struct walk *walk;
	const struct exit_point *held, *other;
	int lock; /* address */
	/* The other return had the lock too, and released it: the function keeps a lock
	 * that it otherwise gives up, so only what is meant for the caller may tell
	 * why. */
	bool other_had_it;
	/* ... and callers cannot release it rightly, so that only success may tell: a
	 * function that acquires a lock for its caller returns success, not failure. */
	bool is_lost;
	struct naming naming;
};

/* True if ATOM is not a parameter. */
static bool is_no_param(int atom, void *data)
{
	const struct walk *walk = data;
	const struct sym *sym = sym_at(walk->syms, atom);

	return sym->kind != SYM_LEAF || sym->b != walk->number ||
	       walk->function->values[sym->a].expr != LOCKPROG_PARAM;
}

/* True if the caller can know the value of NODE. */
static bool caller_knows(const struct pair *pair, const struct state *state, int node)
{
	struct walk *walk = pair->walk;

	if (pair->other_had_it)
		return !sym_any_atom(walk->syms, node, is_no_param, walk);
	return outcome_can_name(&pair->naming, node) || was_passed_to_unseen(walk, node) ||
	       sym_any_atom(walk->syms, memory_likely(&state->memory, walk->syms, node),
			    is_shared_memory, walk);
}

/* True if node X at the return that holds the lock, and Y at the other, cannot be
 * equal. */
static bool differ(const struct pair *pair, int x, int y)
{
	struct fact held = facts_of(&pair->held->state->facts, pair->walk->syms, x);
	struct fact other = facts_of(&pair->other->state->facts, pair->walk->syms, y);

	return facts_disjoint(&held, &other);
}

/* True if some value that KNOWING has a fact about, and that the caller can know,
 * distinguishes the returns. */
static bool facts_tell(const struct pair *pair, const struct state *knowing)
{
	for (int i = 0; i < knowing->facts.n; i++) {
		int node = knowing->facts.list[i].node;

		if (caller_knows(pair, knowing, node) && differ(pair, node, node))
			return true;
	}
	return false;
}

/* True if the same memory, read again after calls and so by two names, distinguishes the
 * returns. */
static bool memory_read_again_tells(const struct pair *pair)
{
	const struct state *held = pair->held->state, *other = pair->other->state;
	struct sym_table *syms = pair->walk->syms;

	for (int i = 0; i < held->facts.n; i++) {
		const int x = held->facts.list[i].node;
		const int likely = memory_likely(&held->memory, syms, x);

		if (likely == x || !caller_knows(pair, held, x))
			continue;
		for (int j = 0; j < other->facts.n; j++) {
			const int y = other->facts.list[j].node;

			if (x != y && likely == memory_likely(&other->memory, syms, y) &&
			    caller_knows(pair, other, y) && differ(pair, x, y))
				return true;
		}
	}
	return false;
}

/* True if what they return distinguishes the returns. */
static bool results_tell(const struct pair *pair)
{
	const int x = pair->held->result, y = pair->other->result;
	const struct lockprog_type type = pair->walk->function->result;
	struct fact held, other;

	if (x < 0 || y < 0)
		return false;
	held = facts_of(&pair->held->state->facts, pair->walk->syms, x);
	other = facts_of(&pair->other->state->facts, pair->walk->syms, y);
	if (facts_disjoint(&held, &other) && !(pair->is_lost && is_failure(pair->walk, &held)))
		return true;
	/* One returns an object, the other null. */
	return type.is_pointer && fact_is_zero(&other, type) && !fact_is_zero(&held, type) &&
	       facts_assume(&pair->held->state->facts, pair->walk->syms, x, true);
}

/* True if the function may have left something for its caller at ADDRESS. */
static bool is_for_caller(const struct pair *pair, int address)
{
	const struct sym_table *syms = pair->walk->syms;
	int base, of_lock;
	long long offset;

	if (!outcome_can_name(&pair->naming, address))
		return false;
	if (!pair->other_had_it)
		return true;
	sym_split(syms, address, &base, &offset);
	sym_split(syms, pair->lock, &of_lock, &offset);
	return base != of_lock;
}

/* True if CELL of STATE most likely holds what the function found in it. */
static bool is_as_found(const struct pair *pair, const struct state *state,
			const struct cell *cell)
{
	struct walk *walk = pair->walk;
	const int node = memory_likely(&state->memory, walk->syms, cell->node);
	const struct sym *sym = sym_at(walk->syms, node);

	if (sym->kind == SYM_INITIAL)
		return sym->a == cell->address && sym->b == cell->class_;
	return sym->kind == SYM_LEAF && sym->b == walk->number &&
	       walk->function->values[sym->a].expr == LOCKPROG_LOAD &&
	       walk->function->values[sym->a].class_ == cell->class_;
}

/* True if what they leave in memory distinguishes the returns. */
static bool memory_tells(const struct pair *pair)
{
	const struct memory *held = &pair->held->state->memory,
			    *other = &pair->other->state->memory;

	for (int i = 0; i < held->n_cells; i++) {
		const struct cell *cell = &held->cells[i];
		struct cell left = *cell;
		bool is_stale;

		left.node = memory_cell(other, cell->address, cell->class_, &is_stale);
		if (left.node < 0 || !is_for_caller(pair, cell->address) ||
		    !differ(pair, cell->node, left.node))
			continue;
		if (!pair->other_had_it || !is_as_found(pair, pair->held->state, cell) ||
		    !is_as_found(pair, pair->other->state, &left))
			return true;
	}
	return false;
}

/* True if no caller can release LOCK rightly: the IRQL that its acquire saved is lost, or
 * the function acquired it at DPC level and then gave back the IRQL from before. */
static bool is_lost(const struct walk *walk, const struct exit_point *held,
		    const struct lock_record *lock)
{
	const struct state *state = held->state;

	if (token_is_dead(walk, state, lock, held->result))
		return true;
	if (lock->hold.group != SPINRULE_GROUP_DPC)
		return false;
	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *other = &state->locks[i];

		if (other->state == SPINRULE_STATE_FREE && is_own(other) &&
		    other->hold.group == SPINRULE_GROUP_RAISING && other->touched &&
		    other->hold.step && state_is_later(state, lock->hold.step, other->hold.step) &&
		    state_is_later(state, other->touched, lock->hold.step))
			return true;
	}
	return false;
}

/* True if the caller can distinguish return HELD, which holds MINE, from return OTHER. */
static bool caller_can_tell(struct walk *walk, const struct exit_point *held,
			    const struct exit_point *other, const struct lock_record *mine,
			    bool other_had_it)
{
	const struct pair pair = {
		.walk = walk,
		.held = held,
		.other = other,
		.lock = mine->address,
		.other_had_it = other_had_it,
		.is_lost = other_had_it && is_lost(walk, held, mine),
		.naming = { .walk = walk,
			    .result = held->result == other->result ? held->result : -1 }
	};

	if (results_tell(&pair))
		return true;
	return !pair.is_lost && (facts_tell(&pair, held->state) ||
				 facts_tell(&pair, other->state) || memory_tells(&pair) ||
				 memory_read_again_tells(&pair));
}

/* True if it is known whether LOCK was held at entry. */
static bool is_known_before(const struct lock_record *lock)
{
	return is_own(lock) || lock->first.event == SPINRULE_EVENT_RELEASE;
}

/* True if two returns hand other things back: they may tell which of several locks is
 * held. */
static bool hand_back_others(struct walk *walk, const struct exit_point *held,
			     const struct exit_point *other)
{
	const struct naming naming = { .walk = walk, .result = -1 };

	/* What a loop computes has one name in all rounds. */
	if (held->result >= 0 && other->result >= 0 &&
	    (held->result != other->result ||
	     sym_any_atom(walk->syms, held->result, is_no_param, walk)))
		return true;
	for (int i = 0; i < held->state->memory.n_cells; i++) {
		const struct cell *cell = &held->state->memory.cells[i];
		bool is_stale;
		int left = memory_cell(&other->state->memory, cell->address, cell->class_,
				       &is_stale);

		if (left >= 0 && left != cell->node && outcome_can_name(&naming, cell->address))
			return true;
	}
	return false;
}

/* True if return OTHER may hold MINE, which HELD holds, under another name, or holds what
 * the same acquire took in another round. */
static bool has_counterpart(struct walk *walk, const struct exit_point *held,
			    const struct exit_point *other, const struct lock_record *mine)
{
	for (int i = 0; i < other->state->n_locks; i++) {
		const struct lock_record *lock = &other->state->locks[i];

		if (lock->state == SPINRULE_STATE_FREE)
			continue;
		if (!address_is_distinct(walk->syms, lock->address, lock->class_, mine->address,
					 mine->class_))
			return true;
		if (lock->state == SPINRULE_STATE_HELD && lock->hold.step && mine->hold.step &&
		    lock->hold.step->event.block == mine->hold.step->event.block &&
		    lock->hold.step->event.op == mine->hold.step->event.op &&
		    hand_back_others(walk, held, other))
			return true;
	}
	return false;
}

/* True if return OTHER disagrees with HELD about HELD's lock MINE, and no value
 * distinguishes them. */
static bool disagrees_with(struct walk *walk, const struct exit_point *held,
			   const struct exit_point *other, const struct lock_record *mine)
{
	const struct lock_record *lock = state_lock(other->state, mine->address);

	if (other->op >= 0 || state_has(other->state, DOUBT_MEMORY) ||
	    lock_is_among(walk, mine, &other->state->lost))
		return false;
	if (lock && lock->state != SPINRULE_STATE_FREE)
		return false;
	/* A lock that was held at entry stays held until an operation changes it. */
	if (!is_own(mine) && (!lock || !is_known_before(lock)))
		return false;
	if (has_counterpart(walk, held, other, mine))
		return false;
	return !caller_can_tell(
		walk, held, other, mine,
		lock && (is_own(lock) ||
			 (lock->first.event == SPINRULE_EVENT_RELEASE && lock->hold.step)));
}

/* True if WALK gave up what its function was called with, which may distinguish the
 * returns. */
static bool lacks_entry_facts(const struct walk *walk)
{
	return walk->tells_callers && !walk->keeps_entry_facts;
}

/* True if some other return disagrees with HELD.  *IS_CERTAIN: joining states cannot be
 * the cause, nor giving up facts, nor what a callee was not asked. */
static bool disagrees(struct walk *walk, const struct exit_point *held,
		      const struct lock_record *mine, bool *is_certain)
{
	bool found = false;

	*is_certain = false;
	for (int i = 0; i < walk->n_exits && !*is_certain; i++)
		if (disagrees_with(walk, held, &walk->exits[i], mine)) {
			found = true;
			*is_certain = !walk->has_joined && !lacks_entry_facts(walk) &&
				      !state_is_rough(held->state) &&
				      !state_is_rough(walk->exits[i].state) &&
				      !state_has(walk->exits[i].state, DOUBT_HASTE);
		}
	return found;
}

/* True if LOCK is held in the state at a return, and it is known whether it was at
 * entry. */
static bool is_left_held(const struct lock_record *lock)
{
	return lock->state == SPINRULE_STATE_HELD && is_known_before(lock) && !lock->is_loose &&
	       !lock_may_stay_held(lock);
}

/* The exits as they are when each path to them is walked alone. */
struct alone {
	/* As in WALK; state NULL: the replay does not reach the exit. */
	struct exit_point *exits;
	bool *is_walked;
	int n_left;
};

static const struct exit_point *exit_alone(struct walk *walk, struct alone *alone, int i)
{
	if (!alone->exits) {
		alone->exits = alloc_zeroed(walk->n_exits * sizeof *alone->exits);
		alone->is_walked = alloc_zeroed(walk->n_exits);
		alone->n_left = RETURNS_MAX_ALONE;
	}
	if (!alone->is_walked[i]) {
		if (!alone->n_left)
			return NULL;
		alone->n_left--;
		alone->is_walked[i] = true;
		replay_exit(walk, &walk->exits[i], &alone->exits[i]);
	}
	return alone->exits[i].state ? &alone->exits[i] : NULL;
}

/* Joining may have lost the fact that distinguishes return I from others.  Returns the
 * state at I, reached by its own path alone, if another exit reached alone disagrees;
 * else NULL. */
static struct state *disagrees_alone(struct walk *walk, struct alone *alone, int i,
				     const struct lock_record *mine)
{
	const struct exit_point *held = exit_alone(walk, alone, i);
	const struct lock_record *lock = held ? state_lock(held->state, mine->address) : NULL;

	if (!lock || !is_left_held(lock) || state_has(held->state, DOUBT_MEMORY))
		return NULL;
	for (int k = 0; k < walk->n_exits; k++) {
		const struct exit_point *other;

		if (!disagrees_with(walk, &walk->exits[i], &walk->exits[k], mine))
			continue;
		other = exit_alone(walk, alone, k);
		if (other && !state_has(other->state, DOUBT_HASTE) &&
		    disagrees_with(walk, held, other, lock))
			return held->state;
	}
	return NULL;
}

static void free_alone(const struct walk *walk, struct alone *alone)
{
	for (int i = 0; alone->exits && i < walk->n_exits; i++)
		state_free(alone->exits[i].state);
	free(alone->exits);
	free(alone->is_walked);
}

/* The event that LOCK is held at EXIT, where the path leaves the function. */
static struct lock_event event_of(const struct walk *walk, const struct exit_point *exit,
				  const struct lock_record *lock)
{
	return (struct lock_event){
		.event = SPINRULE_EVENT_RETURN,
		.address = lock->address,
		.class_ = lock->class_,
		.ddi = lock->hold.ddi,
		.group = lock->hold.group,
		.text = lock->text,
		.place = walk_end_place(walk, exit->block, -1),
		.block = exit->block,
		.op = -1,
	};
}

/* Claim each lock that return number I holds and another return does not, if that is
 * certain.  For callers such a lock is unknown, so that they do not warn again. */
static void check_return(struct walk *walk, struct alone *alone, int i)
{
	struct exit_point *exit = &walk->exits[i];

	for (int j = 0; j < exit->state->n_locks; j++) {
		struct lock_record *lock = &exit->state->locks[j];
		struct lock_event event = event_of(walk, exit, lock);
		struct state *state = exit->state;
		bool is_certain;

		if (!is_left_held(lock) || !disagrees(walk, exit, lock, &is_certain))
			continue;
		if (!is_certain)
			state = disagrees_alone(walk, alone, i, lock);
		if (!state)
			continue;
		claim_make(walk, state, SPINRULE_HELD_AT_RETURN, &event,
			   state_lock(state, lock->address)->hold.step);
		exit->state->breaks_rule |= state->breaks_rule;
		lock_set_state(lock, SPINRULE_STATE_UNKNOWN);
	}
}

/* True if return HELD, which holds MINE, and another one disagree unless callees tell
 * more, of which one was asked in haste: that waits for them. */
static bool waits_for_callees(struct walk *walk, const struct exit_point *held,
			      const struct lock_record *mine)
{
	if (state_is_rough(held->state) || state_has(held->state, DOUBT_MEMORY))
		return false;
	for (int i = 0; i < walk->n_exits; i++) {
		const struct exit_point *other = &walk->exits[i];

		if (!state_has(other->state, DOUBT_HASTE) || state_is_rough(other->state) ||
		    !disagrees_with(walk, held, other, mine))
			continue;
		if (state_has(held->state, DOUBT_HASTE))
			claim_waits(walk, held->state, held->block);
		claim_waits(walk, other->state, other->block);
		return true;
	}
	return false;
}

/* The locks that return number I holds and another does not are undecided, also for
 * callers, unless a claim covers them. */
static void note_undecided(struct walk *walk, int i)
{
	struct exit_point *exit = &walk->exits[i];

	for (int j = 0; j < exit->state->n_locks; j++) {
		struct lock_record *lock = &exit->state->locks[j];
		struct lock_event event = event_of(walk, exit, lock);
		bool is_certain;

		if (!is_left_held(lock) || !disagrees(walk, exit, lock, &is_certain))
			continue;
		if (claim_has_leak(walk, &event, lock->hold.step)) {
			lock_set_state(lock, SPINRULE_STATE_UNKNOWN);
		} else {
			if (!waits_for_callees(walk, exit, lock))
				walk_note(walk, REASON_MORE_STATES);
			exit->state->doubts |= DOUBT_CALLEE;
		}
	}
}

/* True if each return holds MINE. */
static bool all_hold(const struct walk *walk, const struct lock_record *mine)
{
	for (int i = 0; i < walk->n_exits; i++) {
		const struct lock_record *lock;

		if (walk->exits[i].op >= 0)
			continue;
		lock = state_lock(walk->exits[i].state, mine->address);
		if (!lock || lock->state != SPINRULE_STATE_HELD || lock->is_loose)
			return false;
	}
	return true;
}

/* Claim each lock that return number I and all others hold, and that nobody can release
 * any more: the IRQL that its acquire saved has died with the function's variables. */
static void check_tokens(struct walk *walk, struct alone *alone, int i)
{
	struct exit_point *exit = &walk->exits[i];

	for (int j = 0; j < exit->state->n_locks; j++) {
		struct lock_record *lock = &exit->state->locks[j];
		const struct exit_point *by_itself = exit;
		const struct lock_record *left;
		struct lock_event event;

		if (!is_left_held(lock) || lock->first.event != SPINRULE_EVENT_ACQUIRE ||
		    !token_is_lost(walk, exit->state, lock, exit->result) || !all_hold(walk, lock))
			continue;
		if (state_is_rough(exit->state))
			by_itself = exit_alone(walk, alone, i);
		left = by_itself ? state_lock(by_itself->state, lock->address) : NULL;
		if (!left || !token_is_lost(walk, by_itself->state, left, by_itself->result))
			continue;
		event = event_of(walk, exit, lock);
		claim_make(walk, by_itself->state, SPINRULE_HELD_AT_RETURN, &event,
			   left->hold.step);
		exit->state->breaks_rule |= by_itself->state->breaks_rule;
	}
}

void returns_check(struct walk *walk)
{
	struct alone alone = { 0 };

	if (walk->is_callback)
		return;
	for (int i = 0; i < walk->n_exits; i++)
		if (walk->exits[i].op < 0)
			check_return(walk, &alone, i);
	for (int i = 0; i < walk->n_exits; i++)
		if (walk->exits[i].op < 0)
			check_tokens(walk, &alone, i);
	for (int i = 0; i < walk->n_exits; i++)
		if (walk->exits[i].op < 0)
			note_undecided(walk, i);
	free_alone(walk, &alone);
}
