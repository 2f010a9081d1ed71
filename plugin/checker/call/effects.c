/* effects.c - what an outcome of a callee does to locks, done to its caller's state.
 *
 * SPDX-License-Identifier: MIT
 */

#include "call/effects.h"

#include <stdlib.h>

#include "call/rename.h"
#include "lockprog/alloc.h"
#include "walk/guard.h"
#include "walk/irql.h"

/* No event in the callee needs the lock in some state: only a failed try, or an assertion
 * by the programmer. */
static void apply_end(struct walk *walk, struct state *state, const struct effect *effect,
		      struct lock_event event)
{
	struct lock_record *lock = state_lock(state, event.address);

	/* The try may have failed because the lock is held here. */
	if (effect->tried_in_vain && lock &&
	    (lock->state == SPINRULE_STATE_HELD ||
	     (lock->state == SPINRULE_STATE_UNKNOWN && lock->is_lost)))
		return;
	lock = state_add_lock(state, event.address);
	if (effect->state == SPINRULE_STATE_HELD && lock->state != SPINRULE_STATE_HELD) {
		/* The callee asserts that it is held, as if the assertion were here. */
		event.kind = EVENT_ASSUMED;
		lock->touched = lock_step(walk, state, &event);
		lock_set_hold(lock, SPINRULE_GROUP_ANY, NULL, event.text, lock->touched);
		lock->is_assumed = true;
		if (lock->class_ < 0)
			lock->class_ = event.class_;
	}
	lock_set_state(lock, effect->state);
}

/* EVENT, an effect of the callee, happened: put LOCK into the state that EFFECT leaves it
 * in. */
static void leave_lock(struct walk *walk, struct state *state, const struct effect *effect,
		       const struct translated *here, const struct lock_event *event)
{
	struct lock_record *lock = state_lock(state, event->address);

	lock_set_state(lock, effect->state);
	/* The callee drops the lock and takes it again, and the caller did not hold it.
	 * That is reported; what the caller does with it later is the same mistake. */
	if (event->is_violation && event->event == SPINRULE_EVENT_RELEASE &&
	    effect->state == SPINRULE_STATE_HELD)
		lock_set_state(lock, SPINRULE_STATE_UNKNOWN);
	lock->is_lost = lock->state == SPINRULE_STATE_UNKNOWN;
	if (lock->is_lost && effect->state == SPINRULE_STATE_HELD)
		return;
	if (here->handle >= 0 || effect->state == SPINRULE_STATE_HELD)
		lock->handle = here->handle;
	if (effect->state != SPINRULE_STATE_HELD) {
		lock->hold.has_run_unseen = false;
		if (here->saved >= 0)
			irql_was_saved(walk, state, lock, here->saved);
		return;
	}
	lock_set_hold(lock, effect->group, effect->ddi, event->text, lock->touched);
	if (here->saved >= 0 || spinrule_group_level(effect->group) != SPINRULE_STAYS)
		irql_saved(walk, state, lock, here->saved);
	lock->hold.may_be_elsewhere = effect->may_be_elsewhere;
	lock->hold.has_run_unseen = effect->has_run_unseen;
	if (here->also >= 0)
		lock->hold.also = here->also;
}

/* A callee that requires LOCK held left it held by GROUP, which is known if it converted
 * the lock. */
static void convert(struct lock_record *lock, enum spinrule_group group)
{
	lock->hold.group = group == SPINRULE_GROUP_EX_CONVERTED
				   ? spinrule_converted(lock->hold.group)
				   : group;
}

/* The class of the lock of EFFECT, which OP's caller may know where the lock is a
 * parameter of CALLEE. */
static int class_of_lock(const struct walk *walk, const struct lockprog_op *op,
			 const struct effect *effect)
{
	const struct lockprog_function *callee = walk->unit->functions[op->callee];
	const struct sym *sym;

	if (effect->class_ >= 0 || op->class_ < 0 || effect->address < 0)
		return effect->class_;
	sym = sym_at(walk->syms, effect->address);
	if (sym->kind != SYM_LEAF || sym->a >= callee->n_values ||
	    callee->values[sym->a].expr != LOCKPROG_PARAM ||
	    op->lock_args != 1ull << callee->values[sym->a].constant)
		return -1;
	return op->class_;
}

/* Apply EFFECT, which is HERE in the caller's terms, at operation I of BLOCK. */
static enum call_end apply_effect(struct walk *walk, struct state *state,
				  const struct effect *effect, const struct translated *here,
				  int block, int i, bool waits_for_ever)
{
	const struct lockprog_op *op = &walk->function->blocks[block].ops[i];
	const struct first_event *first = &effect->first;
	const struct lock_record *lock = state_lock(state, here->address);
	const bool is_held = lock && lock->state == SPINRULE_STATE_HELD;
	const char *text =
		lock && lock->text
			? lock->text
			: rename_lock(effect->text, walk->unit->functions[op->callee],
				      walk->function, op);
	struct lock_event event = {
		.event = (enum spinrule_event)first->event,
		.address = here->address,
		.class_ = class_of_lock(walk, op, effect),
		.handle = here->handle,
		.given = here->given,
		.given_is_likely = here->given_is_likely,
		.is_handle = effect->is_handle,
		.ddi = effect->ddi,
		.group = effect->group,
		.text = text ? text : "",
		.level = effect->level,
		.written = op->text,
		.place = op->place,
		.block = block,
		.op = i,
		.kind = EVENT_CALL,
		.is_try = first->is_try,
		.call_acquires = effect->state == SPINRULE_STATE_HELD,
	};
	const bool needs_held = first->event == SPINRULE_EVENT_NEED_HELD;

	if (first->guards) {
		struct lock_event write = event;

		write.event = SPINRULE_EVENT_WRITE;
		guard_write(walk, state, &write);
	}
	if (guard_is_all(first, effect->state))
		return CALL_RETURNS;
	if (first->is_try && first->event == SPINRULE_EVENT_ACQUIRE && is_held) {
		if (waits_for_ever)
			claim_make(walk, state, SPINRULE_DOUBLE_ACQUIRE, &event, lock->hold.step);
		return CALL_INFEASIBLE;
	}
	if (first->is_try && first->event == SPINRULE_EVENT_RELEASE && !is_held) {
		/* The claim is made in the callee; the caller only gets the state in
		 * which the callee leaves the lock, and its own callers may hold it. */
		if (effect->state != SPINRULE_STATE_HELD) {
			struct lock_record *left = state_add_lock(state, here->address);

			if (left->first.event < 0 && left->state == SPINRULE_STATE_UNKNOWN &&
			    !left->is_lost) {
				left->first = *first;
				left->first.given = here->given;
			}
			lock_set_state(left, effect->state);
			return CALL_RETURNS;
		}
		event.event = SPINRULE_EVENT_ACQUIRE;
	}
	if (first->event < 0) {
		apply_end(walk, state, effect, event);
		return CALL_RETURNS;
	}
	if (first->event == SPINRULE_EVENT_ACQUIRE && effect->state == SPINRULE_STATE_FREE)
		event.event = SPINRULE_EVENT_MOMENTARY;
	if (event.event == SPINRULE_EVENT_RELEASE) {
		event.ddi = first->ddi;
		event.group = lock_group_of_release(first->ddi);
	}
	/* The function requires the lock in this state, and leaves it so. */
	if ((needs_held && effect->state == SPINRULE_STATE_HELD) ||
	    (first->event == SPINRULE_EVENT_NEED_FREE && effect->state == SPINRULE_STATE_FREE)) {
		event.kind = EVENT_REQUIRED;
		event.call_acquires = needs_held;
		lock_happens(walk, state, &event);
		lock = state_lock(state, event.address);
		if (!needs_held || !first->ddi || lock->state != SPINRULE_STATE_HELD) {
			if (needs_held && effect->group != SPINRULE_GROUP_ANY)
				convert(state_lock(state, event.address), effect->group);
			return CALL_RETURNS;
		}
		/* ... but not all the time. */
		event.event = SPINRULE_EVENT_RELEASE;
		event.kind = EVENT_CALL;
		event.ddi = first->ddi;
		event.group = lock_group_of_release(first->ddi);
	}
	if (!lock_happens(walk, state, &event))
		return CALL_ENDS;
	leave_lock(walk, state, effect, here, &event);
	return CALL_RETURNS;
}

bool effects_have_two_names(const struct translated *here, int n)
{
	for (int e = 0; e < n; e++)
		for (int other = 0; other < e; other++)
			if (here[e].address >= 0 && here[other].address >= 0 &&
			    (here[e].address == here[other].address ||
			     here[e].address == here[other].handle ||
			     here[e].handle == here[other].address))
				return true;
	return false;
}

/* The IRQL that the function of OUTCOME left raised is now the caller's to give back. */
static void take_over_owed(struct state *state, const struct outcome *outcome,
			   const struct translated *here)
{
	for (int e = 0; e < outcome->n_effects; e++)
		if (outcome->effects[e].owes && here[e].address >= 0)
			irql_left_raised(state, state_lock(state, here[e].address),
					 outcome->effects[e].owes);
}

/* True if X happens to its lock before Y does to its own.  Tries come first: one that
 * cannot have succeeded rules out all of an outcome. */
static bool is_earlier(const struct effect *x, const struct effect *y)
{
	const bool x_tries = x->first.is_try && x->first.event == SPINRULE_EVENT_ACQUIRE;
	const bool y_tries = y->first.is_try && y->first.event == SPINRULE_EVENT_ACQUIRE;

	return x_tries != y_tries ? x_tries : x->n_points > y->n_points;
}

/* The effects of OUTCOME by number, in the order in which they happen; malloc'ed. */
static int *in_order(const struct outcome *outcome)
{
	int *order = alloc_zeroed((outcome->n_effects + 1) * sizeof *order);

	for (int e = 0; e < outcome->n_effects; e++) {
		int at = e;

		for (; at && is_earlier(&outcome->effects[e], &outcome->effects[order[at - 1]]);
		     at--)
			order[at] = order[at - 1];
		order[at] = e;
	}
	return order;
}

enum call_end effects_apply(struct walk *walk, struct state *state, const struct outcome *outcome,
			    const struct translated *here, int block, int i,
			    bool waits_for_ever)
{
	const struct lockprog_op *op = &walk->function->blocks[block].ops[i];
	const bool is_raised = irql_is_raised(state);
	enum call_end end = CALL_RETURNS;
	struct class_set lost = { 0 };
	int *order = in_order(outcome);

	for (int n = 0; n < outcome->n_effects && end == CALL_RETURNS; n++) {
		const int e = order[n];
		const struct effect *effect = &outcome->effects[e];

		if (here[e].address >= 0) {
			end = apply_effect(walk, state, effect, &here[e], block, i, waits_for_ever);
			continue;
		}
		/* With facts from branches the lock may have a name, that of a held
		 * lock. */
		if (!walk->effort.branches_teach && lock_may_be_held(state, effect->class_))
			walk_stop(walk, REASON_CLOSER_LOOK);
		if (outcome_is_balanced(effect->first.event, effect->state))
			continue;
		class_set_add(&lost, lock_class(walk, effect->address,
						class_of_lock(walk, op, effect),
						effect->is_handle));
	}
	free(order);
	class_set_add_all(&lost, &outcome->lost);
	lock_lose(walk, state, &lost);
	class_set_free(&lost);
	if (end == CALL_RETURNS && !is_raised)
		take_over_owed(state, outcome, here);
	return end;
}
