/* summary.c - what calls of a function do to locks, in terms of its parameters and globals.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/explore.h"

#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"

/* More ways to come back than this are told apart only by what they do to locks. */
#define MAX_OUTCOMES 12
/* ... of functions that do nothing to locks, whose results may still decide about them. */
#define MAX_PLAIN_OUTCOMES 4

/* ---- what a caller can name ---- */

static bool is_unnamed_atom(int atom, void *data)
{
	const struct naming *naming = data;
	const struct sym *sym = sym_at(naming->a->syms, atom);

	if (sym->kind == SYM_INITIAL)
		return false;	/* its address is visited too */
	if (sym->kind == SYM_LEAF && naming->a->function->values[sym->a].expr == LOCKPROG_PARAM)
		return false;
	for (int i = 0; i < naming->n_left; i++)
		if (naming->left[i] == atom)
			return false;
	return naming->result < 0 || !sym_contains(naming->a->syms, naming->result, atom);
}

bool summary_has_local_object(const struct sym_table *table, int node)
{
	const struct sym *sym = sym_at(table, node);

	switch (sym->kind) {
	case SYM_OBJECT:
		return sym->is_local;
	case SYM_INITIAL:
		return summary_has_local_object(table, sym->a);
	case SYM_OP:
		return summary_has_local_object(table, sym->a) || (sym->b >= 0 && summary_has_local_object(table, sym->b));
	case SYM_CONST:
	case SYM_LEAF:
		break;
	}
	return false;
}

/* True if ADDRESS is that of one of the function's own variables: gone when it returns. */
static bool is_in_frame(const struct sym_table *table, int address)
{
	const struct sym *sym = sym_at(table, address);

	while (sym->kind == SYM_OP)
		sym = sym_at(table, sym->a);
	return sym->kind == SYM_OBJECT && sym->is_local;
}

bool summary_can_name(struct naming *naming, int node)
{
	return !sym_any_atom(naming->a->syms, node, is_unnamed_atom, naming) &&
	       !summary_has_local_object(naming->a->syms, node);
}

bool summary_keep_named(int node, void *data)
{
	return summary_can_name(data, node);
}

/* ---- make ---- */

static void free_outcome(struct outcome *outcome)
{
	free(outcome->effects);
	free(outcome->cells);
	facts_free(&outcome->facts);
}

void summary_free(struct summary *summary)
{
	for (int i = 0; i < summary->n_outcomes; i++)
		free_outcome(&summary->outcomes[i]);
	free(summary->outcomes);
	free_outcome(&summary->brief);
	free(summary->names.classes.list);
	free(summary->brief_names.classes.list);
	free(summary->changed.list);
	free(summary->told.list);
	free(summary->loaded.list);
	free(summary->followed.list);
	*summary = (struct summary){ 0 };
}

bool summary_same_effects(const struct outcome *x, const struct outcome *y)
{
	if (x->ending != y->ending || x->n_effects != y->n_effects || x->lost_held != y->lost_held ||
	    x->touches_unknown != y->touches_unknown)
		return false;
	for (int i = 0; i < x->n_effects; i++) {
		const struct effect *a = &x->effects[i], *b = &y->effects[i];

		if (a->address != b->address || a->state != b->state || a->first != b->first ||
		    a->first_is_try != b->first_is_try || a->tried_in_vain != b->tried_in_vain ||
		    a->is_handle != b->is_handle || a->handle != b->handle ||
		    (a->state == SPINRULE_STATE_HELD && a->group != b->group) ||
		    (a->first == SPINRULE_EVENT_RELEASE && state_first_group(a->first_ddi) != state_first_group(b->first_ddi)))
			return false;
	}
	return true;
}

/* ... where both do the same to the same locks. */
bool summary_same_irqls(const struct outcome *x, const struct outcome *y)
{
	for (int i = 0; i < x->n_effects; i++)
		if (x->effects[i].given != y->effects[i].given || x->effects[i].saved != y->effects[i].saved ||
		    x->effects[i].also != y->effects[i].also)
			return false;
	return true;
}

static bool same_but_facts(const struct outcome *x, const struct outcome *y)
{
	if (!summary_same_effects(x, y) || !summary_same_irqls(x, y) || x->result != y->result || x->n_cells != y->n_cells ||
	    !fact_equal(&x->result_fact, &y->result_fact))
		return false;
	for (int i = 0; i < x->n_cells; i++)
		if (x->cells[i].address != y->cells[i].address || x->cells[i].class_ != y->cells[i].class_ ||
		    x->cells[i].node != y->cells[i].node || x->cells[i].is_stale != y->cells[i].is_stale)
			return false;
	return true;
}

static bool same_outcome(const struct outcome *x, const struct outcome *y)
{
	return same_but_facts(x, y) && facts_equal(&x->facts, &y->facts);
}

bool summary_equal(const struct summary *x, const struct summary *y)
{
	if (x->is_done != y->is_done || x->is_unknown != y->is_unknown || x->n_outcomes != y->n_outcomes)
		return false;
	for (int i = 0; i < x->n_outcomes; i++)
		if (!same_outcome(&x->outcomes[i], &y->outcomes[i]))
			return false;
	return true;
}

/* One outcome for both: they do the same to locks. */
static void join_outcomes(struct outcome *into, struct outcome *from)
{
	int n = 0;

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
				into->cells[n++].is_stale |= from->cells[j].is_stale;
				break;
			}
	into->n_cells = n;
	for (int i = 0; i < into->n_effects; i++) {
		struct effect *effect = &into->effects[i];

		if (effect->given != from->effects[i].given)
			effect->given = -1;
		if (effect->saved != from->effects[i].saved)
			effect->saved = -1;
		if (effect->also != from->effects[i].also)
			effect->also = -1;
	}
}

/* True if NODE is an IRQL that OUTCOME leaves saved. */
bool summary_is_saved(const struct outcome *outcome, int node)
{
	for (int i = 0; i < outcome->n_effects; i++)
		if (outcome->effects[i].saved == node)
			return true;
	return false;
}

static void add_effect(struct outcome *outcome, const struct lock_record *lock, int address)
{
	outcome->effects = realloc(outcome->effects, (outcome->n_effects + 1) * sizeof *outcome->effects);
	if (!outcome->effects)
		alloc_exhausted();
	outcome->effects[outcome->n_effects++] = (struct effect){
		.address = address, .class_ = lock->class_, .state = lock->state, .first = lock->first,
		.first_is_try = lock->first_is_try,
		.tried_in_vain = lock->first < 0 && lock->state == SPINRULE_STATE_FREE && !lock->is_assumed,
		.group = lock->group, .ddi = lock->ddi, .text = lock->text, .first_ddi = lock->first_ddi,
		.given = lock->given, .saved = lock->state == SPINRULE_STATE_HELD ? lock->saved : -1,
		.also = lock->state == SPINRULE_STATE_HELD ? lock->also : -1, .handle = lock->handle,
		.is_handle = lock->is_handle,
	};
}

/* NODE, or the number that it is known to be. */
static int as_known(struct analysis *a, const struct state *state, int node)
{
	struct lockprog_type type = sym_at(a->syms, node)->type;
	struct fact fact = facts_of(&state->facts, a->syms, node);

	/* The key of a key is the number. */
	return range_is_single(&fact) ? sym_const(a->syms, type, range_key(type, range_low(&fact))) : node;
}

struct leaving {
	struct naming *naming;
	const struct state *state;
};

static bool is_fact_about(const struct leaving *leaving, int atom)
{
	for (int i = 0; i < leaving->state->facts.n; i++)
		if (sym_contains(leaving->naming->a->syms, leaving->state->facts.list[i].node, atom))
			return true;
	return false;
}

/* ATOM is part of what is left in memory: if something is known of it, that may tell what became of locks. */
static bool add_left(int atom, void *data)
{
	struct leaving *leaving = data;
	struct naming *naming = leaving->naming;

	if (is_unnamed_atom(atom, naming) && naming->n_left < SPLIT_LEFT && is_fact_about(leaving, atom))
		naming->left[naming->n_left++] = atom;
	return false;
}

static void find_left(struct analysis *a, struct naming *naming, const struct state *state)
{
	struct leaving leaving = { naming, state };

	for (int i = 0; i < state->n_cells; i++) {
		int node = as_known(a, state, state->cells[i].node);
		bool is_irql = false;

		for (int k = 0; k < state->n_locks; k++)
			is_irql |= state->locks[k].saved == node;
		if (!is_irql && summary_can_name(naming, state->cells[i].address) &&
		    !summary_can_name(naming, explore_likely(a, state, node)))
			sym_any_atom(a->syms, node, add_left, &leaving);
	}
}

bool summary_is_balanced(int first, enum spinrule_state state)
{
	return state == SPINRULE_STATE_FREE && (first == SPINRULE_EVENT_ACQUIRE || first == SPINRULE_EVENT_INIT);
}

struct told {
	struct naming *naming;
	const struct outcome *outcome;
};

/* What is known of an IRQL that is left saved counts too: it may tell which kind of acquire saved it. */
static bool keep_told(int node, void *data)
{
	const struct told *told = data;

	return summary_can_name(told->naming, node) || summary_is_saved(told->outcome, node);
}

static struct outcome outcome_of(struct analysis *a, const struct exit_point *exit)
{
	struct outcome outcome = { .result = exit->result, .ending = exit->ending };
	struct naming naming = { .a = a, .result = exit->result };
	struct state *state = exit->state;

	find_left(a, &naming, state);
	outcome.lost_held = state->lost_held;
	outcome.is_vague = state->is_vague;
	outcome.touches_unknown = state->touches_unknown;
	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *lock = &state->locks[i];

		/* Nothing happened but an end that is not known. */
		if (lock->first < 0 && lock->state == SPINRULE_STATE_HELD && !lock->is_assumed)
			continue;
		if (promise_is_idle(lock))
			continue;
		if (summary_can_name(&naming, lock->address)) {
			add_effect(&outcome, lock, lock->address);
			continue;
		}
		if (is_in_frame(a->syms, lock->address))
			continue;
		if (summary_is_balanced(lock->first, lock->state))
			continue;
		outcome.touches_unknown = true;
		if (lock->state != SPINRULE_STATE_FREE)
			outcome.lost_held = true;
	}
	facts_copy(&outcome.facts, &state->facts);
	facts_filter(&outcome.facts, keep_told, &(struct told){ &naming, &outcome });
	outcome.result_fact = exit->result >= 0 ? facts_of(&state->facts, a->syms, exit->result)
						: range_of_type(a->function->result);
	outcome.result_fact.node = -1;
	outcome.cells = alloc_zeroed(state->n_cells * sizeof *outcome.cells);
	for (int i = 0; i < state->n_cells; i++) {
		struct cell cell = state->cells[i];

		cell.node = as_known(a, state, cell.node);
		if (!summary_can_name(&naming, cell.address))
			continue;
		if (!summary_is_saved(&outcome, cell.node) && !summary_can_name(&naming, cell.node)) {
			cell.node = explore_likely(a, state, cell.node);
			cell.is_stale = true;
		}
		if (summary_is_saved(&outcome, cell.node) || summary_can_name(&naming, cell.node))
			outcome.cells[outcome.n_cells++] = cell;
	}
	return outcome;
}

void summary_add_memory(struct summary *summary, const struct summary *callee)
{
	class_set_add_all(&summary->changed, &callee->changed);
	class_set_add_all(&summary->loaded, &callee->loaded);
	class_set_add_all(&summary->followed, &callee->followed);
	summary->all_changed |= callee->all_changed;
	summary->data_changed |= callee->data_changed;
	summary->driver_changed |= callee->driver_changed;
}

static void add_outcome(struct summary *summary, struct outcome outcome)
{
	for (int i = 0; i < summary->n_outcomes; i++)
		if (same_outcome(&summary->outcomes[i], &outcome)) {
			free_outcome(&outcome);
			return;
		}
	summary->outcomes = alloc_grow(summary->outcomes, summary->n_outcomes, &summary->max_outcomes,
					sizeof *summary->outcomes);
	summary->outcomes[summary->n_outcomes++] = outcome;
}

static bool join_always(struct outcome *into, struct outcome *from)
{
	if (!summary_same_effects(into, from))
		return false;
	into->is_vague = true;
	join_outcomes(into, from);
	return true;
}

/* One outcome for both, if all that the caller learns of the two is learned of one. */
static bool join_exactly(struct outcome *into, struct outcome *from)
{
	return same_but_facts(into, from) && facts_join_exactly(&into->facts, &from->facts);
}

/* Fewer outcomes: those that JOIN makes one.  False if there were none. */
static bool merge_outcomes(struct summary *summary, bool join(struct outcome *into, struct outcome *from))
{
	int n = 0, before = summary->n_outcomes;

	for (int i = 0; i < before; i++) {
		int j = 0;

		while (j < n && !join(&summary->outcomes[j], &summary->outcomes[i]))
			j++;
		if (j < n)
			free_outcome(&summary->outcomes[i]);
		else
			summary->outcomes[n++] = summary->outcomes[i];
	}
	summary->n_outcomes = n;
	return n < before;
}

/* No more than MOST ways to come back, if that can be. */
static void limit_outcomes(struct summary *summary, int most)
{
	bool was_vague = false;

	while (summary->n_outcomes > most && merge_outcomes(summary, join_exactly))
		;
	if (summary->n_outcomes <= most)
		return;
	for (int i = 0; i < summary->n_outcomes; i++)
		was_vague |= summary->outcomes[i].is_vague;
	merge_outcomes(summary, join_always);
	summary->is_rough = true;
	/* Nothing else can come of it. */
	if (summary->n_outcomes == 1)
		summary->outcomes[0].is_vague = was_vague;
}

void summary_make_plain(struct summary *summary, const struct lockprog_function *function)
{
	bool returns = function->unknown;

	for (int b = 0; b < function->n_blocks; b++)
		returns |= function->blocks[b].exit == LOCKPROG_RETURN;
	summary->is_done = summary->is_rough = true;
	if (!returns)
		return;
	summary->has_brief = true;
	summary->brief = (struct outcome){ .result = -1, .result_fact = range_of_type(function->result) };
	add_outcome(summary, summary->brief);
}

void summary_make(struct analysis *a, struct summary *summary)
{
	summary->is_done = true;
	summary->is_unknown = a->function->unknown || a->gave_up;
	summary->is_rough = a->ran_over || !a->keep_entry_facts;
	for (int i = 0; i < a->n_exits; i++) {
		const struct exit_point *exit = &a->exits[i];
		struct outcome outcome;

		/* What is doubtful need not be possible. */
		if (exit->state->is_doubtful)
			continue;
		outcome = outcome_of(a, exit);
		if (outcome.n_effects || outcome.lost_held || outcome.touches_unknown)
			summary->has_effects = true;
		add_outcome(summary, outcome);
	}
	for (int i = 1; i < summary->n_outcomes && !summary->is_vague; i++)
		summary->is_vague = summary->has_effects && (a->ran_over || !(a->keep_entry_facts || a->is_callback)) &&
				    !summary_same_effects(&summary->outcomes[0], &summary->outcomes[i]);
	brief_find(a, summary);
	limit_outcomes(summary, summary->has_effects ? MAX_OUTCOMES : MAX_PLAIN_OUTCOMES);
	if (summary->n_outcomes > 8 * MAX_OUTCOMES)
		summary->is_unknown = true;
}

static bool changes_locks(const struct summary *summary)
{
	if (summary->is_unknown)
		return true;
	for (int i = 0; i < summary->n_outcomes; i++) {
		const struct outcome *outcome = &summary->outcomes[i];

		if (outcome->lost_held || outcome->touches_unknown)
			return true;
		for (int e = 0; e < outcome->n_effects; e++)
			if (outcome->effects[e].first != SPINRULE_EVENT_ACQUIRE ||
			    outcome->effects[e].state != SPINRULE_STATE_FREE)
				return true;
	}
	return false;
}

bool summary_targets_change_locks(const struct summary *summaries, const struct lockprog_op *op)
{
	for (int t = 0; t < op->n_targets; t++)
		if (op->targets[t].function >= 0 && changes_locks(&summaries[op->targets[t].function]))
			return true;
	return false;
}
