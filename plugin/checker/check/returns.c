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
#include "walk/promise.h"
#include "walk/replay.h"
#include "walk/token.h"

#define STATUS_PENDING 0x103

/* True if a value in FACT means failure, or later success, by the conventions of the
 * result's type: a spin lock is not handed to the caller in such a case. */
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
	for (int i = 0; i < walk->to_unseen.n; i++)
		if (sym_contains(walk->syms, node, walk->to_unseen.list[i]))
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

/* True if some value that KNOWING has a fact about, and that the caller can know,
 * distinguishes HELD from OTHER. */
static bool facts_tell(struct walk *walk, struct naming *naming, const struct state *knowing,
		       const struct state *held, const struct state *other)
{
	for (int i = 0; i < knowing->facts.n; i++) {
		int node = knowing->facts.list[i].node;
		struct fact x, y;

		if (!outcome_can_name(naming, node) && !was_passed_to_unseen(walk, node) &&
		    !sym_any_atom(walk->syms, memory_likely(&knowing->memory, walk->syms, node),
				  is_shared_memory, walk))
			continue;
		x = facts_of(&held->facts, walk->syms, node);
		y = facts_of(&other->facts, walk->syms, node);
		if (facts_disjoint(&x, &y))
			return true;
	}
	return false;
}

/* True if the caller can distinguish return HELD, which holds LOCK, from return OTHER. */
static bool caller_can_tell(struct walk *walk, const struct exit_point *held,
			    const struct exit_point *other, bool other_had_it)
{
	struct naming naming = { .walk = walk,
				 .result = held->result == other->result ? held->result : -1 };
	struct fact x, y;

	if (held->result >= 0 && other->result >= 0) {
		x = facts_of(&held->state->facts, walk->syms, held->result);
		y = facts_of(&other->state->facts, walk->syms, other->result);
		/* A function that acquires a lock for its caller returns success, not
		 * failure. */
		if (facts_disjoint(&x, &y) && !(other_had_it && is_failure(walk, &x)))
			return true;
		/* One returns an object, the other null: that distinguishes them. */
		if (walk->function->result.is_pointer && fact_is_zero(&y, walk->function->result) &&
		    !fact_is_zero(&x, walk->function->result))
			return facts_assume(&held->state->facts, walk->syms, held->result, true);
	}
	if (other_had_it)
		return false;
	if (facts_tell(walk, &naming, held->state, held->state, other->state) ||
	    facts_tell(walk, &naming, other->state, held->state, other->state))
		return true;
	/* What they leave in memory may distinguish them too. */
	for (int i = 0; i < held->state->memory.n_cells; i++) {
		const struct cell *cell = &held->state->memory.cells[i];
		bool is_stale;
		int node =
			memory_cell(&other->state->memory, cell->address, cell->class_, &is_stale);

		if (node < 0 || !outcome_can_name(&naming, cell->address))
			continue;
		x = facts_of(&held->state->facts, walk->syms, cell->node);
		y = facts_of(&other->state->facts, walk->syms, node);
		if (facts_disjoint(&x, &y))
			return true;
	}
	return false;
}

/* True if the function itself took LOCK first: it was not held at entry. */
static bool is_own(const struct lock_record *lock)
{
	return lock->first.event == SPINRULE_EVENT_ACQUIRE ||
	       lock->first.event == SPINRULE_EVENT_INIT;
}

/* True if it is known whether LOCK was held at entry. */
static bool is_known_before(const struct lock_record *lock)
{
	return is_own(lock) || lock->first.event == SPINRULE_EVENT_RELEASE;
}

/* True if return OTHER disagrees with HELD about HELD's lock MINE, and no value
 * distinguishes them. */
static bool disagrees_with(struct walk *walk, const struct exit_point *held,
			   const struct exit_point *other, const struct lock_record *mine)
{
	const int address = mine->address, class_ = mine->class_;
	const struct lock_record *lock = state_lock(other->state, address);

	if (other->op >= 0 || state_has(other->state, DOUBT_MEMORY) ||
	    state_has(other->state, DOUBT_LOST_HELD))
		return false;
	if (lock && lock->state != SPINRULE_STATE_FREE)
		return false;
	/* A lock that was held at entry stays held until an operation changes it. */
	if (!is_own(mine) && (!lock || !is_known_before(lock)))
		return false;
	/* The lock may have another name. */
	for (int i = 0; i < other->state->n_locks; i++)
		if (other->state->locks[i].state != SPINRULE_STATE_FREE &&
		    !address_is_distinct(walk->syms, other->state->locks[i].address,
					 other->state->locks[i].class_, address, class_))
			return false;
	return !caller_can_tell(
		walk, held, other,
		lock && (is_own(lock) ||
			 (lock->first.event == SPINRULE_EVENT_RELEASE && lock->hold.step)));
}

/* True if some other return disagrees with HELD.  *IS_CERTAIN: joining states cannot be
 * the cause. */
static bool disagrees(struct walk *walk, const struct exit_point *held,
		      const struct lock_record *mine, bool *is_certain)
{
	bool found = false;

	*is_certain = false;
	for (int i = 0; i < walk->n_exits && !*is_certain; i++)
		if (disagrees_with(walk, held, &walk->exits[i], mine)) {
			found = true;
			*is_certain = !walk->has_joined && !state_has(held->state, DOUBT_JOINED) &&
				      !state_has(walk->exits[i].state, DOUBT_JOINED);
		}
	return found;
}

/* True if LOCK is held in the state at a return, and it is known whether it was at
 * entry. */
static bool is_left_held(const struct lock_record *lock)
{
	return lock->state == SPINRULE_STATE_HELD && is_known_before(lock) && !lock->is_loose &&
	       !promise_allows_held(lock);
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
		if (other && disagrees_with(walk, held, other, lock))
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
		struct lock_event event;

		if (!is_left_held(lock) || lock->first.event != SPINRULE_EVENT_ACQUIRE ||
		    !token_is_lost(walk, exit->state, lock, exit->result) || !all_hold(walk, lock))
			continue;
		if (state_has(exit->state, DOUBT_JOINED))
			by_itself = exit_alone(walk, alone, i);
		if (!by_itself || !state_lock(by_itself->state, lock->address))
			continue;
		event = event_of(walk, exit, lock);
		claim_make(walk, by_itself->state, SPINRULE_HELD_AT_RETURN, &event,
			   state_lock(by_itself->state, lock->address)->hold.step);
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
