/* outcome.c - one way in which a function returns or ends.
 *
 * SPDX-License-Identifier: MIT
 */

#include "call/outcome.h"

#include <stdlib.h>

#include "lockprog/alloc.h"
#include "value/address.h"
#include "walk/likely.h"
#include "walk/promise.h"

/* ---- what a caller can name ---- */

/* True if ATOM is not something that the caller can name. */
static bool is_unnamed(const struct naming *naming, int atom)
{
	const struct sym *sym = sym_at(naming->walk->syms, atom);

	if (sym->kind == SYM_INITIAL)
		return false;	/* its address is visited too */
	if (sym->kind == SYM_LEAF && naming->walk->function->values[sym->a].expr == LOCKPROG_PARAM)
		return false;
	for (int i = 0; i < naming->n_left; i++)
		if (naming->left[i] == atom)
			return false;
	return naming->result < 0 || !sym_contains(naming->walk->syms, naming->result, atom);
}

static bool has_no_name(int atom, void *data)
{
	return is_unnamed(data, atom);
}

bool outcome_can_name(const struct naming *naming, int node)
{
	struct naming copy = *naming;

	return !sym_any_atom(naming->walk->syms, node, has_no_name, &copy) &&
	       !address_has_local(naming->walk->syms, node);
}

/* ---- comparing and joining ---- */

void outcome_free(struct outcome *outcome)
{
	free(outcome->effects);
	free(outcome->cells);
	class_set_free(&outcome->written);
	class_set_free(&outcome->lost);
	facts_free(&outcome->facts);
}

struct outcome outcome_copy(const struct outcome *outcome)
{
	struct outcome copy = *outcome;

	copy.effects = alloc_copy(outcome->effects, outcome->n_effects, sizeof *copy.effects);
	copy.max_effects = outcome->n_effects;
	copy.cells = alloc_copy(outcome->cells, outcome->n_cells, sizeof *copy.cells);
	copy.lost = class_set_copy(&outcome->lost);
	copy.written = (struct class_set){ 0 };
	class_set_add_all(&copy.written, &outcome->written);
	copy.facts = (struct facts){ 0 };
	facts_copy(&copy.facts, &outcome->facts);
	return copy;
}

static bool same_effect(const struct effect *x, const struct effect *y)
{
	/* Two fields may be at one distance from what two functions get. */
	return x->address == y->address && x->state == y->state &&
	       (x->class_ == y->class_ || x->class_ < 0 || y->class_ < 0) &&
	       first_event_equal(&x->first, &y->first) && x->tried_in_vain == y->tried_in_vain &&
	       x->is_handle == y->is_handle && x->handle == y->handle && x->owes == y->owes &&
	       (x->state != SPINRULE_STATE_HELD || x->group == y->group);
}

bool outcome_same_effects(const struct outcome *x, const struct outcome *y)
{
	if (x->ending != y->ending || x->n_effects != y->n_effects ||
	    (x->doubts & ~DOUBT_CALLEE) != (y->doubts & ~DOUBT_CALLEE) ||
	    !class_set_equal(&x->lost, &y->lost))
		return false;
	for (int i = 0; i < x->n_effects; i++) {
		if (!same_effect(&x->effects[i], &y->effects[i]))
			return false;
		if (x->effects[i].state == SPINRULE_STATE_HELD &&
		    (x->calls_unseen != y->calls_unseen ||
		     x->effects[i].has_run_unseen != y->effects[i].has_run_unseen))
			return false;
	}
	return true;
}

bool outcome_same_irqls(const struct outcome *x, const struct outcome *y)
{
	for (int i = 0; i < x->n_effects; i++)
		if (x->effects[i].first.given != y->effects[i].first.given ||
		    x->effects[i].saved != y->effects[i].saved ||
		    x->effects[i].also != y->effects[i].also)
			return false;
	return true;
}

static bool same_but_facts(const struct outcome *x, const struct outcome *y)
{
	return outcome_same_effects(x, y) && outcome_same_irqls(x, y) && x->result == y->result &&
	       x->n_cells == y->n_cells && fact_equal(&x->result_fact, &y->result_fact) &&
	       memory_same_cells(x->cells, y->cells, x->n_cells);
}

bool outcome_equal(const struct outcome *x, const struct outcome *y)
{
	return same_but_facts(x, y) && facts_equal(&x->facts, &y->facts) &&
	       class_set_equal(&x->written, &y->written);
}

/* Make INTO one outcome for both; they do the same to locks. */
static void join_outcomes(struct outcome *into, const struct outcome *from)
{
	int n = 0;

	into->calls_unseen |= from->calls_unseen;
	into->result_fact = range_join(&into->result_fact, &from->result_fact);
	if (into->result != from->result)
		into->result = -1;
	facts_join(&into->facts, &from->facts);
	for (int i = 0; i < into->n_cells; i++)
		for (int j = 0; j < from->n_cells; j++)
			if (into->cells[i].address == from->cells[j].address &&
			    into->cells[i].class_ == from->cells[j].class_ &&
			    into->cells[i].node == from->cells[j].node) {
				into->cells[n] = into->cells[i];
				memory_join_cells(&into->cells[n++], &from->cells[j]);
				break;
			}
	into->n_cells = n;
	class_set_add_all(&into->written, &from->written);
	for (int i = 0; i < into->n_effects; i++) {
		struct effect *effect = &into->effects[i];

		if (effect->first.given != from->effects[i].first.given)
			effect->first.given = -1;
		if (effect->saved != from->effects[i].saved)
			effect->saved = -1;
		if (effect->also != from->effects[i].also)
			effect->also = -1;
	}
}

bool outcome_join(struct outcome *into, const struct outcome *from)
{
	if (!outcome_same_effects(into, from))
		return false;
	into->doubts |= DOUBT_CALLEE;
	join_outcomes(into, from);
	return true;
}

bool outcome_join_exactly(struct outcome *into, const struct outcome *from)
{
	return same_but_facts(into, from) && facts_join_exactly(&into->facts, &from->facts);
}

bool outcome_has_effects(const struct outcome *outcome)
{
	return outcome->n_effects || !class_set_is_empty(&outcome->lost);
}

bool outcome_is_saved(const struct outcome *outcome, int node)
{
	for (int i = 0; i < outcome->n_effects; i++)
		if (outcome->effects[i].saved == node)
			return true;
	return false;
}

bool outcome_is_balanced(int first, enum spinrule_state state)
{
	return state == SPINRULE_STATE_FREE &&
	       (first == SPINRULE_EVENT_ACQUIRE || first == SPINRULE_EVENT_INIT ||
		first == SPINRULE_EVENT_NEED_FREE);
}

/* ---- of an exit ---- */

/* True if LOCK was acquired and released, and a caller can find the IRQL that its acquire
 * saved in memory. */
static bool leaves_irql(const struct naming *naming, const struct state *state,
			const struct lock_record *lock)
{
	if (lock->state != SPINRULE_STATE_FREE || lock->hold.saved < 0 ||
	    lock->first.event != SPINRULE_EVENT_ACQUIRE)
		return false;
	for (int i = 0; i < state->memory.n_cells; i++)
		if (memory_likely(&state->memory, naming->walk->syms,
				  state->memory.cells[i].node) == lock->hold.saved &&
		    outcome_can_name(naming, state->memory.cells[i].address))
			return true;
	return false;
}

/* The release of LOCK that left the IRQL raised, if the function returns so; or NULL. */
static const struct spinrule_ddi *owes(const struct state *state, const struct lock_record *lock)
{
	return state->owed && lock->state == SPINRULE_STATE_FREE &&
			       lock->address == state->owed->address &&
			       lock->first.event == SPINRULE_EVENT_ACQUIRE
		       ? state->owed->ddi
		       : NULL;
}

static void add_effect(struct outcome *outcome, const struct lock_record *lock, bool leaves_irql,
		       const struct spinrule_ddi *owes)
{
	const bool is_held = lock->state == SPINRULE_STATE_HELD;

	outcome->effects = alloc_grow(outcome->effects, outcome->n_effects, &outcome->max_effects,
				      sizeof *outcome->effects);
	outcome->effects[outcome->n_effects++] = (struct effect){
		.address = lock->address,
		.class_ = lock->class_,
		.handle = lock->handle,
		.is_handle = lock->is_handle,
		.state = lock->state,
		.first = lock->first,
		.tried_in_vain = lock->first.event < 0 && lock->state == SPINRULE_STATE_FREE &&
				 !lock->is_assumed,
		.group = lock->hold.group,
		.ddi = lock->hold.ddi,
		.text = lock->text,
		.level = lock->level,
		.saved = is_held || leaves_irql || owes ? lock->hold.saved : -1,
		.owes = owes,
		.also = is_held ? lock->hold.also : -1,
		.may_be_elsewhere = is_held && lock->hold.may_be_elsewhere,
		.has_run_unseen = is_held && lock->hold.has_run_unseen,
	};
}

/* NODE, or the number that the facts say it is. */
static int as_known(struct walk *walk, const struct state *state, int node)
{
	struct lockprog_type type = sym_at(walk->syms, node)->type;
	struct fact fact = facts_of(&state->facts, walk->syms, node);

	/* range_key also maps a key back to its number. */
	return range_is_single(&fact)
		       ? sym_const(walk->syms, type, range_key(type, range_low(&fact)))
		       : node;
}

struct leaving {
	struct naming *naming;
	const struct state *state;
};

static bool is_fact_about(const struct leaving *leaving, int atom)
{
	for (int i = 0; i < leaving->state->facts.n; i++)
		if (sym_contains(leaving->naming->walk->syms, leaving->state->facts.list[i].node,
				 atom))
			return true;
	return false;
}

/* ATOM is part of what the function leaves in memory: give it a name if there are facts
 * about it, since they may decide what happened to locks. */
static bool add_left(int atom, void *data)
{
	struct leaving *leaving = data;
	struct naming *naming = leaving->naming;

	if (is_unnamed(naming, atom) && naming->n_left < PIECES_LEFT &&
	    is_fact_about(leaving, atom))
		naming->left[naming->n_left++] = atom;
	return false;
}

/* True if CELL still holds what it held at entry, unless code that is not visible changed
 * it. */
static bool is_left_alone(const struct walk *walk, const struct state *state,
			  const struct cell *cell)
{
	const int unseen = memory_likely_unseen(&state->memory, walk->syms, cell->node);

	return unseen != cell->node && sym_at(walk->syms, unseen)->kind == SYM_INITIAL &&
	       sym_at(walk->syms, unseen)->b == cell->class_ &&
	       (sym_at(walk->syms, unseen)->a == cell->address ||
		sym_at(walk->syms, unseen)->a ==
			memory_likely_unseen(&state->memory, walk->syms, cell->address));
}

static void find_left(struct walk *walk, struct naming *naming, const struct state *state)
{
	struct leaving leaving = { naming, state };

	for (int i = 0; i < state->memory.n_cells; i++) {
		int node = as_known(walk, state, state->memory.cells[i].node);
		bool is_irql = false;

		for (int k = 0; k < state->n_locks; k++)
			is_irql |= state->locks[k].hold.saved == node;
		if (!is_irql && outcome_can_name(naming, state->memory.cells[i].address) &&
		    (is_left_alone(walk, state, &state->memory.cells[i]) ||
		     !outcome_can_name(naming, memory_likely(&state->memory, walk->syms, node))))
			sym_any_atom(walk->syms, node, add_left, &leaving);
	}
}

/* What callers can name, and the IRQLs that the function leaves saved. */
struct kept {
	struct naming *naming;
	const struct outcome *outcome;
};

/* Facts about an IRQL that the function leaves saved are kept too: they may show which
 * kind of acquire saved it. */
static bool is_kept(int node, void *data)
{
	const struct kept *kept = data;

	return outcome_can_name(kept->naming, node) || outcome_is_saved(kept->outcome, node);
}

/* Keep STATE's facts in OUTCOME, as far as callers can name what they are about. */
static void keep_facts(struct walk *walk, struct outcome *outcome, struct naming *naming,
		       const struct state *state)
{
	struct kept kept = { naming, outcome };
	int n;
	struct likely_fact *likely = likely_facts(walk->syms, state, &n);

	facts_copy(&outcome->facts, &state->facts);
	facts_filter(&outcome->facts, is_kept, &kept);
	if (!likely_hand_down(walk->syms, &outcome->facts, likely, n, is_kept, &kept))
		outcome->doubts |= DOUBT_CALLEE;
	free(likely);
}

/* Add the effects on the locks in STATE, as far as callers can name these. */
static void add_locks(const struct walk *walk, struct outcome *outcome, const struct naming *naming,
		      const struct state *state)
{
	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *lock = &state->locks[i];

		/* No event of this function made it held. */
		if (lock->first.event < 0 && lock->state == SPINRULE_STATE_HELD &&
		    !lock->is_assumed)
			continue;
		if (promise_is_idle(lock))
			continue;
		if (outcome_can_name(naming, lock->address)) {
			add_effect(outcome, lock, leaves_irql(naming, state, lock),
				   owes(state, lock));
			continue;
		}
		if (address_is_local(walk->syms, lock->address) ||
		    outcome_is_balanced(lock->first.event, lock->state))
			continue;
		outcome->doubts |= DOUBT_UNNAMED;
		class_set_add(&outcome->lost, lock_class(walk, lock->address, lock->class_,
							 lock->is_handle));
		if (lock->state != SPINRULE_STATE_FREE)
			outcome->doubts |= DOUBT_LOST_HELD;
	}
}

/* Find which lock STATE's path used first, if there are several. */
static void find_order(struct outcome *outcome, const struct state *state)
{
	int n = 0;

	for (const struct step *step = state->last; step && outcome->n_effects > 1;
	     step = step->before) {
		n++;
		for (int e = 0; e < outcome->n_effects && step->address >= 0; e++)
			if (outcome->effects[e].address == step->address)
				outcome->effects[e].n_points = n;
	}
}

/* True if memory at ADDRESS, and what NODE was computed from, are one object: where
 * callers contain it, both are. */
static bool is_of_object(const struct walk *walk, int node, int address)
{
	const struct sym *sym = sym_at(walk->syms, node);
	long long offset;
	int base;

	switch (sym->kind) {
	case SYM_CONST:
		return true;
	case SYM_INITIAL:
		sym_split(walk->syms, address, &base, &offset);
		return address_is_beside(walk->syms, sym->a, base);
	case SYM_OP:
		return is_of_object(walk, sym->a, address) &&
		       (sym->b < 0 || is_of_object(walk, sym->b, address));
	case SYM_LEAF:
	case SYM_OBJECT:
		break;
	}
	return true;
}

/* Add the cells of STATE that callers can name. */
static void add_cells(struct walk *walk, struct outcome *outcome, struct naming *naming,
		      const struct state *state)
{
	struct kept kept = { naming, outcome };

	outcome->cells = alloc_zeroed(state->memory.n_cells * sizeof *outcome->cells);
	for (int i = 0; i < state->memory.n_cells; i++) {
		struct cell cell = state->memory.cells[i];
		int unseen;

		if (cell.is_each || !outcome_can_name(naming, cell.address))
			continue;
		unseen = memory_likely_unseen(&state->memory, walk->syms, cell.node);
		cell.is_left_alone = is_left_alone(walk, state, &cell);
		if (cell.by >= 0 && !outcome_can_name(naming, cell.by))
			cell.by = -1;
		cell.node = as_known(walk, state, cell.node);
		if (!is_kept(cell.node, &kept)) {
			int likely = memory_likely(&state->memory, walk->syms, cell.node);

			if (!memory_is_stale(&cell) && likely == cell.node) {
				/* The function wrote something that has no name. */
				cell.node = -1;
			} else if (is_kept(likely, &kept)) {
				if (likely != unseen)
					memory_mark_overwritten(&cell, -1);
				else
					cell.is_from_elsewhere =
						!is_of_object(walk, likely, cell.address);
				cell.is_unseen = true;
				cell.node = likely;
			} else {
				continue;
			}
		}
		outcome->cells[outcome->n_cells++] = cell;
	}
}

bool outcome_tracks(const struct walk *walk, int class_)
{
	return walk->flow->is_read[class_] &&
	       !lockprog_class_is_private(&walk->unit->classes[class_]);
}

static void add_written(const struct walk *walk, struct outcome *outcome, const struct state *state)
{
	for (int c = 0; c < walk->unit->n_classes; c++)
		if (outcome_tracks(walk, c) &&
		    (memory_is_written(&state->memory, c) ||
		     class_set_has(&state->memory.maybe_written, c)))
			class_set_add(&outcome->written, c);
}

struct outcome outcome_of_exit(struct walk *walk, const struct exit_point *exit)
{
	const struct state *state = exit->state;
	struct outcome outcome = { .result = exit->result,
				   .ending = exit->ending,
				   .calls_unseen = state->memory.unseen & UNSEEN_DRIVER,
				   .lost = class_set_copy(&state->lost),
				   .doubts = state->doubts &
					     (DOUBT_CALLEE | DOUBT_LOST_HELD | DOUBT_UNNAMED) };
	struct naming naming = { .walk = walk, .result = exit->result };

	/* Facts were given up on the way here, and the function is undecided: this way
	 * may be infeasible, so callers claim nothing on it. */
	if (state_has(state, DOUBT_JOINED) && walk_reason(walk) != REASON_NONE)
		outcome.doubts |= DOUBT_CALLEE;
	find_left(walk, &naming, state);
	add_locks(walk, &outcome, &naming, state);
	find_order(&outcome, state);
	keep_facts(walk, &outcome, &naming, state);
	outcome.result_fact = exit->result >= 0 ? facts_of(&state->facts, walk->syms, exit->result)
						: range_of_type(walk->function->result);
	outcome.result_fact.node = -1;
	add_cells(walk, &outcome, &naming, state);
	add_written(walk, &outcome, state);
	return outcome;
}
