/* irql.c - kinds and IRQLs of an acquire and its release.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/irql.h"

#include "walk/claim.h"
#include "walk/walk.h"

const struct lockprog_type irql_type = { 8, false, false };

int irql_node(struct walk *walk, int node)
{
	return node >= 0 ? sym_op(walk->syms, LOCKPROG_COPY, irql_type, node, -1) : -1;
}

static bool is_held_with(const struct lock_record *lock, int irql)
{
	return lock->state == SPINRULE_STATE_HELD &&
	       (lock->hold.saved == irql || lock->hold.also == irql);
}

/* True if GIVEN was saved by another acquire than LOCK's and is the same IRQL
 * nevertheless. */
static bool is_same_level(const struct state *state, const struct lock_record *lock, int given)
{
	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *other = &state->locks[i];

		if (other->hold.saved == given && other->hold.also >= 0 &&
		    (other->hold.also == lock->hold.saved || other->hold.also == lock->hold.also))
			return true;
	}
	return false;
}

/* True if the facts say that X and Y are the same number. */
static bool are_equal(struct walk *walk, const struct state *state, int x, int y)
{
	struct fact fact_x = facts_of(&state->facts, walk->syms, x),
		    fact_y = facts_of(&state->facts, walk->syms, y);

	return fact_x.n == 1 && fact_x.spans[0].low == fact_x.spans[0].high &&
	       fact_equal(&fact_x, &fact_y);
}

/* If two locks are released in the order of their acquires, they exchange IRQLs: the
 * first release must stay at the level at which the second lock was acquired, and the
 * second release goes back to the level before the first acquire. */
static bool change_irqls(struct state *state, struct lock_record *lock, int given)
{
	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *other = &state->locks[i];

		if (other == lock || !is_held_with(other, given) ||
		    !state_is_later(state, other->hold.step, lock->hold.step))
			continue;
		other->hold.saved = lock->hold.saved;
		other->hold.also = lock->hold.also;
		return true;
	}
	return false;
}

/* GIVEN, the IRQL given back, is not the one that LOCK's acquire saved: find the acquire
 * that saved it.  False if that is unknown. */
static bool find_saver(struct walk *walk, const struct state *state, const struct lock_record *lock,
		       int given, struct lock_event *event)
{
	for (const struct step *step = state->last; step; step = step->before)
		if (step->saved == given && step != lock->hold.step) {
			event->irql_of = step->event.text;
			event->irql_saved = step;
			break;
		}
	if (sym_at(walk->syms, given)->kind == SYM_CONST) {
		if (event->gives_constant)
			event->irql_of = NULL, event->irql_saved = NULL;
		event->irql = sym_at(walk->syms, given)->constant;
		return true;
	}
	if (event->irql_of)
		return true;
	for (int i = 0; i < state->n_locks; i++)
		if (&state->locks[i] != lock && state->locks[i].hold.saved == given) {
			event->irql_of = state->locks[i].text;
			return event->irql_of != NULL;
		}
	/* It is the IRQL of LOCK's own acquire, above another lock that is released by
	 * now: the one to give back is that lock's. */
	if (lock->hold.step->saved == given && given != lock->hold.saved) {
		event->irql_of = lock->text;
		event->irql_saved = lock->hold.step;
	}
	return event->irql_of != NULL;
}

/* Check a release of LOCK, which is held: the kind of the DDI and the IRQL given back
 * must be those of the acquire. */
void irql_check_release(struct walk *walk, struct state *state, struct lock_record *lock,
			struct lock_event *event)
{
	int given = irql_node(walk, event->given);
	bool is_last = true;

	if (lock->is_loose)
		return;
	if (given >= 0)
		given = memory_likely(&state->memory, walk->syms, given);
	for (int i = 0; i < state->n_locks; i++)
		is_last &= &state->locks[i] == lock || state->locks[i].state != SPINRULE_STATE_HELD;
	if (lock->hold.group != event->group && lock->hold.group != SPINRULE_GROUP_ANY &&
	    event->group != SPINRULE_GROUP_ANY) {
		event->acquired_by = lock->hold.ddi;
		claim_make(walk, state, SPINRULE_MISMATCHED_RELEASE, event, lock->hold.step);
	} else if (given >= 0 && lock->hold.saved >= 0 && !is_held_with(lock, given) &&
		   !is_same_level(state, lock, given) &&
		   !are_equal(walk, state, given, lock->hold.saved) &&
		   !change_irqls(state, lock, given) &&
		   /* The last release goes back to the level before the first acquire. */
		   !(is_last && given == state->irql) &&
		   (!walk->effort.branches_teach || find_saver(walk, state, lock, given, event))) {
		claim_make(walk, state, SPINRULE_WRONG_IRQL, event, lock->hold.step);
		given = lock->hold.saved;	/* the mistake is claimed once */
	}
	if (!is_last)
		return;
	state->irql = given == lock->hold.saved && lock->hold.also >= 0 ? lock->hold.also : given;
	if (state->irql >= 0 && sym_at(walk->syms, state->irql)->kind == SYM_CONST)
		state->irql = -1;
}

void irql_saved(struct walk *walk, struct state *state, struct lock_record *lock, int node)
{
	bool is_nested = false;

	for (int i = 0; i < state->n_locks; i++)
		is_nested |=
			&state->locks[i] != lock && state->locks[i].state == SPINRULE_STATE_HELD;
	lock->hold.saved = node;
	lock->hold.also = is_nested ? sym_const(walk->syms, irql_type, SPINRULE_DISPATCH_LEVEL)
				    : state->irql;
	if (lock->hold.also == node)
		lock->hold.also = -1;
	if (state->irql < 0 && !is_nested)
		state->irql = node;
	lock->hold.step->saved = node;
}
