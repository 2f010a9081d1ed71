/* irql.c - kinds and IRQLs of an acquire and its release.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/irql.h"

#include <string.h>

#include "lockprog/alloc.h"
#include "shape/root.h"
#include "value/address.h"
#include "value/sym-op.h"
#include "walk/claim.h"
#include "walk/token.h"
#include "walk/walk.h"

const struct lockprog_type irql_type = { 8, false, false };

int irql_node(struct walk *walk, int node)
{
	return node >= 0 ? sym_op(walk->syms, LOCKPROG_COPY, irql_type, node, -1) : -1;
}

/* The IRQL that EVENT gives back, as acquires save it: a byte, or the state of a table of
 * one's own, which has any size. */
static int given_node(struct walk *walk, const struct lock_event *event)
{
	return event->ddi && event->ddi->row ? event->given : irql_node(walk, event->given);
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

/* True if the facts say that the IRQL GIVEN and the one that LOCK's acquire saved are the
 * same number. */
static bool is_same_number(struct walk *walk, const struct state *state,
			   const struct lock_record *lock, int given)
{
	int same = sym_op(walk->syms, LOCKPROG_EQ, sym_truth_type, given, lock->hold.saved);
	struct fact fact = facts_of(&state->facts, walk->syms, same);

	return are_equal(walk, state, given, lock->hold.saved) ||
	       fact_is_nonzero(&fact, sym_truth_type);
}

/* ---- an IRQL that is from before the acquire ---- */

/* The value, without copies, that EVENT gives back, or NULL. */
static const struct lockprog_value *given_value(const struct walk *walk,
						const struct lock_event *event)
{
	const struct lockprog_op *op = &walk->function->blocks[event->block].ops[event->op];

	if (op->kind != LOCKPROG_LOCKOP || op->irql < 0)
		return NULL;
	return &walk->function->values[root_of(walk->function, op->irql, ROOT_COPIES, NULL)];
}

/* What a cell held at the entry, if that is what NODE is; else NULL. */
static const struct sym *read_at_entry(const struct walk *walk, int node)
{
	const struct sym *sym = sym_at(walk->syms, node);

	while (sym->kind == SYM_OP && sym->expr == LOCKPROG_COPY)
		sym = sym_at(walk->syms, sym->a);
	return sym->kind == SYM_INITIAL ? sym : NULL;
}

/* True if another lock than LOCK was held at the entry, or may have been: then an IRQL of
 * the entry may be the one that its acquire saved. */
static bool may_change_with_another(const struct state *state, const struct lock_record *lock)
{
	if (!class_set_is_empty(&state->lost))
		return true;
	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *other = &state->locks[i];

		if (other != lock && (other->first.event == SPINRULE_EVENT_RELEASE ||
				      other->first.event == SPINRULE_EVENT_NEED_HELD ||
				      other->state == SPINRULE_STATE_UNKNOWN))
			return true;
	}
	return false;
}

/* True if GIVEN, likely what EVENT gives back, was in a cell at the entry, and LOCK's
 * acquire did not save the IRQL in that cell. */
static bool is_of_another_cell(struct walk *walk, const struct state *state,
			       const struct lock_record *lock, int given, struct lock_event *event)
{
	const struct sym *cell = read_at_entry(walk, given);
	const struct sym *token =
		lock->hold.saved >= 0 ? read_at_entry(walk, lock->hold.saved) : NULL;
	const struct lockprog_value *value;
	int object;

	if (!cell || may_change_with_another(state, lock))
		return false;
	object = address_object(walk->syms, cell->a);
	/* The current IRQL, found before the acquire, is what the acquire saved. */
	if (object >= 0 && sym_at(walk->syms, object)->a >= 0 &&
	    !strcmp(walk->unit->objects[sym_at(walk->syms, object)->a].name, LOCKPROG_IRQL))
		return false;
	if (token && !address_is_distinct(walk->syms, token->a, token->b, cell->a, cell->b))
		return false;
	if (event->given_is_likely || given_node(walk, event) != given) {
		if (lock->hold.may_be_elsewhere)
			return false;
		for (int k = 0; k < HOLD_KEPT; k++)
			if (lock->hold.kept[k].address >= 0 &&
			    !address_is_distinct(walk->syms, lock->hold.kept[k].address,
						 lock->hold.kept[k].class_, cell->a, cell->b))
				return false;
	}
	value = given_value(walk, event);
	event->irql_cell = value && value->text ? value->text : walk->unit->classes[cell->b].name;
	event->irql_is_unset = address_is_local(walk->syms, cell->a);
	return true;
}

/* True if the value that EVENT gives back is the current IRQL. */
static bool is_found(const struct walk *walk, const struct lock_event *event)
{
	const struct lockprog_value *value = given_value(walk, event);

	return value && value->expr == LOCKPROG_LOAD &&
	       lockprog_class_is_irql(&walk->unit->classes[value->class_]);
}

/* GIVEN, the IRQL given back, is not the one that LOCK's acquire saved: find out where it
 * is from.  False if that is unknown. */
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
		event->irql_is_found = is_found(walk, event);
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
	return event->irql_of || is_of_another_cell(walk, state, lock, given, event);
}

/* ---- an IRQL that is owed ---- */

/* True if the release by a DDI of GROUP leaves the IRQL as it is, which LOCK's acquire
 * raised. */
static bool stays_raised(const struct lock_record *lock, enum spinrule_group group)
{
	return (lock->hold.group == SPINRULE_GROUP_RAISING && group == SPINRULE_GROUP_DPC) ||
	       (lock->hold.group == SPINRULE_GROUP_QUEUED && group == SPINRULE_GROUP_QUEUED_DPC);
}

/* True if the facts say that LOCK's acquire found DISPATCH_LEVEL or more, and raised
 * nothing. */
static bool found_raised(const struct walk *walk, const struct state *state,
			 const struct lock_record *lock)
{
	struct fact fact;

	if (lock->hold.saved < 0)
		return false;
	fact = facts_of(&state->facts, walk->syms, lock->hold.saved);
	return fact.n > 0 && range_low(&fact) >= range_key(irql_type, SPINRULE_DISPATCH_LEVEL);
}

/* LOCK is released by EVENT, which leaves the IRQL raised. */
static void owe(struct walk *walk, struct state *state, const struct lock_record *lock,
		const struct lock_event *event, bool is_last)
{
	/* It was raised before that acquire, and is the IRQL of locks still held. */
	if (state->owed || found_raised(walk, state, lock) ||
	    (!is_last && lock->hold.also >= 0 &&
	     sym_at(walk->syms, lock->hold.also)->kind == SYM_CONST))
		return;
	/* Others that may be held may have raised it. */
	for (int i = 0; i < state->n_locks; i++)
		if (&state->locks[i] != lock && state->locks[i].state == SPINRULE_STATE_UNKNOWN)
			return;
	state->owed = alloc_zeroed(sizeof *state->owed);
	*state->owed = (struct owed){ .address = event->address,
				      .class_ = event->class_,
				      .handle = lock->handle,
				      .hold = lock->hold,
				      .ddi = event->ddi };
}

bool irql_is_raised(const struct state *state)
{
	for (int i = 0; i < state->n_locks; i++)
		if (state->locks[i].state != SPINRULE_STATE_FREE)
			return true;
	return state->owed != NULL;
}

void irql_left_raised(struct state *state, const struct lock_record *lock,
		      const struct spinrule_ddi *ddi)
{
	if (!lock || state->owed)
		return;
	state->owed = alloc_zeroed(sizeof *state->owed);
	*state->owed = (struct owed){ .address = lock->address,
				      .class_ = lock->class_,
				      .handle = lock->handle,
				      .hold = lock->hold,
				      .ddi = ddi,
				      .release = lock->touched };
	state->owed->hold.step = lock->touched;
	state->owed->hold.also = -1;
}

/* True if GIVEN is the IRQL that is owed in STATE. */
static bool is_owed(struct walk *walk, const struct state *state, int given)
{
	const struct hold *hold = &state->owed->hold;

	return hold->saved >= 0 && (given == hold->saved || given == hold->also ||
				    are_equal(walk, state, given, hold->saved));
}

/* The last lock held, LOCK, is released by EVENT, which gives back GIVEN (-1: unknown):
 * true if that is right, since an IRQL is owed. */
static bool pays(struct walk *walk, struct state *state, const struct lock_record *lock, int given,
		 struct lock_event *event)
{
	bool is_right = given < 0 || is_owed(walk, state, given) ||
			(walk->effort.branches_teach &&
			 !find_saver(walk, state, lock, given, event));

	if (given >= 0 && is_held_with(lock, given))
		return true;		/* ... and it stays raised */
	if (is_right)
		state_forget_owed(state);
	return is_right;
}

/* True if NODE, an IRQL, is the result of a call that cannot know what an acquire here
 * saved: KeRaiseIrql, say. */
static bool is_of_another_call(struct walk *walk, struct state *state, int node)
{
	const struct sym *sym;

	while (sym_at(walk->syms, node)->kind == SYM_OP &&
	       sym_at(walk->syms, node)->expr == LOCKPROG_COPY)
		node = sym_at(walk->syms, node)->a;
	sym = sym_at(walk->syms, node);
	return sym->kind == SYM_LEAF && sym->b == walk->number &&
	       walk->function->values[sym->a].expr == LOCKPROG_UNKNOWN &&
	       !token_is_from_unseen(walk, state, &(struct lock_event){ .given = node });
}

void irql_changes(struct walk *walk, struct state *state, int node)
{
	int given = irql_node(walk, node);

	if (!state->owed || given < 0)
		return;
	given = memory_likely(&state->memory, walk->syms, given);
	if (!is_owed(walk, state, given)) {
		if (sym_at(walk->syms, given)->kind == SYM_CONST ||
		    (state->owed->hold.saved >= 0 && is_of_another_call(walk, state, given)))
			return;
		for (const struct step *step = state->last; step; step = step->before)
			if (step->saved == given)
				return;
	}
	state_forget_owed(state);
}

/* True if the caller gets the IRQL that is owed in STATE: as RESULT, or in memory. */
static bool hands_owed_on(const struct walk *walk, const struct state *state, int result)
{
	const struct hold *hold = &state->owed->hold;

	if (walk->is_callback)
		return false;
	if (result >= 0 && token_is_owed(walk, state, result))
		return true;
	for (int k = 0; k < HOLD_KEPT; k++)
		if (hold->kept[k].address >= 0 &&
		    !address_is_local(walk->syms, hold->kept[k].address))
			return true;
	return hold->may_be_elsewhere;
}

void irql_check_owed(struct walk *walk, struct state *state, int result)
{
	const struct owed *owed = state->owed;
	struct lock_event event;
	struct claim *claim;

	if (!owed || hands_owed_on(walk, state, result))
		return;
	event = (struct lock_event){ .event = SPINRULE_EVENT_RELEASE,
				     .address = owed->address,
				     .class_ = owed->class_,
				     .handle = owed->handle,
				     .given = -1,
				     .ddi = owed->ddi,
				     .group = lock_group_of_release(owed->ddi),
				     .text = owed->release->event.text,
				     .written = owed->release->event.written,
				     .place = owed->release->event.place,
				     .block = owed->release->event.block,
				     .op = owed->release->event.op,
				     .kind = owed->release->event.kind,
				     .acquired_by = owed->hold.ddi };
	claim = claim_make(walk, state, SPINRULE_MISMATCHED_RELEASE, &event, owed->hold.step);
	if (claim)
		claim->last = owed->release->before;
}

/* Check a release of LOCK, which is held: the kind of the DDI and the IRQL given back
 * must be those of the acquire. */
void irql_check_release(struct walk *walk, struct state *state, struct lock_record *lock,
			struct lock_event *event)
{
	int given = given_node(walk, event);
	bool is_last = true;

	if (given >= 0)
		given = memory_likely(&state->memory, walk->syms, given);
	for (int i = 0; i < state->n_locks; i++)
		is_last &= &state->locks[i] == lock || state->locks[i].state != SPINRULE_STATE_HELD;
	if (lock->is_loose) {
		/* How it was acquired is not known, what is owed is. */
		if (state->owed && is_last && event->group == SPINRULE_GROUP_RAISING)
			pays(walk, state, lock, given, event);
		return;
	}
	if (stays_raised(lock, event->group)) {
		/* It may be kept elsewhere on some of the ways that joined. */
		if (!walk->effort.branches_teach && lock->hold.may_be_elsewhere)
			walk_stop(walk, REASON_CLOSER_LOOK);
		owe(walk, state, lock, event, is_last);
		return;
	}
	if (state->owed && is_last && event->group == SPINRULE_GROUP_RAISING &&
	    pays(walk, state, lock, given, event)) {
		/* The IRQL that was saved first is given back last. */
	} else if (lock->hold.group != event->group && lock->hold.group != SPINRULE_GROUP_ANY &&
		   lock->hold.group != SPINRULE_GROUP_EX_CONVERTED &&
		   event->group != SPINRULE_GROUP_ANY) {
		event->acquired_by = lock->hold.ddi;
		claim_make(walk, state, SPINRULE_MISMATCHED_RELEASE, event, lock->hold.step);
		/* Where no IRQL is given back, what is owed is another mistake. */
		if (spinrule_group_level(event->group) != SPINRULE_STAYS)
			state_forget_owed(state);
	} else if (given >= 0 && lock->hold.saved >= 0 && !is_held_with(lock, given) &&
		   !is_same_level(state, lock, given) &&
		   !is_same_number(walk, state, lock, given) &&
		   !change_irqls(state, lock, given) &&
		   /* The last release goes back to the level before the first acquire. */
		   !(is_last && given == state->irql) &&
		   (!walk->effort.branches_teach || find_saver(walk, state, lock, given, event))) {
		claim_make(walk, state, SPINRULE_WRONG_IRQL, event, lock->hold.step);
		given = lock->hold.saved;	/* the mistake is claimed once */
		state_forget_owed(state);
	}
	if (!is_last || state->owed)
		return;
	state->irql = given == lock->hold.saved && lock->hold.also >= 0 ? lock->hold.also : given;
	if (state->irql >= 0 && sym_at(walk->syms, state->irql)->kind == SYM_CONST)
		state->irql = -1;
}

/* NODE is the IRQL that LOCK's acquire saved. */
static void set_saved(struct walk *walk, struct state *state, struct lock_record *lock, int node)
{
	bool is_nested = state->owed != NULL;

	for (int i = 0; i < state->n_locks; i++)
		is_nested |=
			&state->locks[i] != lock && state->locks[i].state == SPINRULE_STATE_HELD;
	/* Another system's state is not known by being nested. */
	if (lock->hold.ddi && lock->hold.ddi->row) {
		lock->hold.saved = node;
		lock->hold.also = -1;
		return;
	}
	if (is_nested && node >= 0) {
		struct fact fact = range_single(range_key(irql_type, SPINRULE_DISPATCH_LEVEL));

		fact.node = node;
		facts_meet_or_keep(&state->facts, walk->syms, &fact);
	}
	lock->hold.saved = node;
	lock->hold.also = is_nested ? sym_const(walk->syms, irql_type, SPINRULE_DISPATCH_LEVEL)
				    : state->irql;
	if (lock->hold.also == node)
		lock->hold.also = -1;
	if (state->irql < 0 && !is_nested)
		state->irql = node;
}

void irql_saved(struct walk *walk, struct state *state, struct lock_record *lock, int node)
{
	set_saved(walk, state, lock, node);
	lock->hold.step->saved = node;
}

void irql_was_saved(struct walk *walk, struct state *state, struct lock_record *lock, int node)
{
	set_saved(walk, state, lock, node);
	lock->touched->saved = node;
}

void irql_of_entry(struct walk *walk, struct state *state, int address, int node)
{
	struct lock_record *lock = state_lock(state, address);

	if (lock && lock->touched && lock->touched->event.kind == EVENT_ENTRY_HELD) {
		lock->hold.saved = irql_node(walk, node);
		lock->first.given = lock->hold.saved;
	}
}
