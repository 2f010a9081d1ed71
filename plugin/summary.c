/* summary.c - what calls of a function do to locks, in terms of its parameters and globals.
 *
 * SPDX-License-Identifier: MIT
 */

#include "explore.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

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

static bool keep_named(int node, void *data)
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
	free(summary->changed.list);
	free(summary->told.list);
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

static bool same_irqls(const struct outcome *x, const struct outcome *y)
{
	for (int i = 0; i < x->n_effects; i++)
		if (x->effects[i].given != y->effects[i].given || x->effects[i].saved != y->effects[i].saved ||
		    x->effects[i].also != y->effects[i].also)
			return false;
	return true;
}

static bool same_but_facts(const struct outcome *x, const struct outcome *y)
{
	if (!summary_same_effects(x, y) || !same_irqls(x, y) || x->result != y->result || x->n_cells != y->n_cells ||
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
static bool is_saved(const struct outcome *outcome, int node)
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
		memory_exhausted();
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
		if (lock->first == SPINRULE_EVENT_ACQUIRE && lock->state == SPINRULE_STATE_FREE)
			continue;
		outcome.touches_unknown = true;
		if (lock->state != SPINRULE_STATE_FREE)
			outcome.lost_held = true;
	}
	facts_copy(&outcome.facts, &state->facts);
	facts_filter(&outcome.facts, keep_named, &naming);
	outcome.result_fact = exit->result >= 0 ? facts_of(&state->facts, a->syms, exit->result)
						: range_of_type(a->function->result);
	outcome.result_fact.node = -1;
	outcome.cells = memory_zeroed(state->n_cells * sizeof *outcome.cells);
	for (int i = 0; i < state->n_cells; i++) {
		struct cell cell = state->cells[i];

		cell.node = as_known(a, state, cell.node);
		if (!summary_can_name(&naming, cell.address))
			continue;
		if (!is_saved(&outcome, cell.node) && !summary_can_name(&naming, cell.node)) {
			cell.node = explore_likely(a, state, cell.node);
			cell.is_stale = true;
		}
		if (is_saved(&outcome, cell.node) || summary_can_name(&naming, cell.node))
			outcome.cells[outcome.n_cells++] = cell;
	}
	return outcome;
}

void summary_add_memory(struct summary *summary, const struct summary *callee)
{
	for (int i = 0; i < callee->changed.n; i++)
		class_set_add(&summary->changed, callee->changed.list[i]);
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
	summary->outcomes = memory_grow(summary->outcomes, summary->n_outcomes, &summary->max_outcomes,
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
	if (returns)
		add_outcome(summary, (struct outcome){ .result = -1, .result_fact = range_of_type(function->result) });
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
	momentary_find(a, summary);
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

/* ---- apply ---- */

int summary_choices(const struct analysis *a, const struct lockprog_op *op)
{
	const struct summary *summary;

	if (op->callee < 0)
		return -1;
	summary = &a->summaries[op->callee];
	if (summary->is_unknown || momentary_is_enough(a, op))
		return 1;
	return summary->n_outcomes;
}

/* From the callee's terms to the caller's, at one call. */
struct translation {
	struct analysis *a;
	struct state *state;
	const struct lockprog_op *op;
	const struct lockprog_function *callee;
	int result_atom, result;	/* what the callee returns, or returns the address beside: RESULT here; -1 */
	int n_saved, saved_atoms[SPLIT_SAVED], saved[SPLIT_SAVED];	/* ... and those that are IRQLs it saved */
	int n_left, left_atoms[SPLIT_LEFT], left[SPLIT_LEFT];	/* ... and those that it leaves in memory */
	int block;		/* of the call */
	bool may_read;		/* what memory holds may be an unknown of the caller's */
	bool is_read[SPLIT_READ];	/* ... and these are taken */
};

/* What memory holds at ADDRESS, here maybe as an unknown that nothing is told in terms of yet; -1: none is left. */
static int read_memory(struct translation *t, int address, const struct sym *initial)
{
	for (int i = 0; t->may_read && i < SPLIT_READ; i++) {
		int spare = t->a->split->spares[t->block] + SPLIT_SAVED + i, node;
		int leaf = sym_leaf(t->a->syms, initial->type, t->a->number, spare);

		if (t->is_read[i] || state_mentions(t->state, t->a->syms, leaf))
			continue;
		node = explore_read(t->a, t->state, address, initial->b, initial->type, spare);
		t->is_read[i] = node == leaf;
		return node;
	}
	return -1;
}

/* NODE in the caller's terms, or -1. */
static int translate(struct translation *t, int node)
{
	struct sym sym = *sym_at(t->a->syms, node);
	int a, b;

	if (node == t->result_atom)
		return t->result;
	switch (sym.kind) {
	case SYM_CONST:
	case SYM_OBJECT:
		return node;
	case SYM_LEAF: {
		const struct lockprog_value *value;

		for (int i = 0; i < t->n_saved; i++)
			if (node == t->saved_atoms[i])
				return t->saved[i];
		for (int i = 0; i < t->n_left; i++)
			if (node == t->left_atoms[i])
				return t->left[i];
		/* A value of the callee's own. */
		if (sym.a >= t->callee->n_values)
			return -1;
		value = &t->callee->values[sym.a];
		if (value->expr != LOCKPROG_PARAM || value->constant >= t->op->n_args ||
		    t->op->args[value->constant] < 0)
			return -1;
		return explore_node(t->a, t->state, t->op->args[value->constant]);
	}
	case SYM_INITIAL: {
		bool is_stale;

		a = translate(t, sym.a);
		if (a < 0)
			return -1;
		b = read_memory(t, a, &sym);
		if (b >= 0)
			return b;
		b = state_cell(t->state, a, sym.b, &is_stale);
		if (b >= 0)
			return is_stale ? -1 : b;
		if (state_is_changed(t->state, sym.b) || class_set_has(&t->state->maybe_changed, sym.b) ||
		    sym_at(t->a->syms, a)->depth >= SYM_MAX_LOAD_DEPTH)
			return -1;
		if (!t->a->unit->classes[sym.b].is_pointer && t->state->data_changed)
			return -1;
		if (t->state->driver_changed && !t->a->unit->classes[sym.b].is_system)
			return -1;
		return sym_initial(t->a->syms, sym.type, a, sym.b);
	}
	case SYM_OP:
		a = translate(t, sym.a);
		b = sym.b >= 0 ? translate(t, sym.b) : -1;
		if (a < 0 || (sym.b >= 0 && b < 0))
			return -1;
		if (sym_at(t->a->syms, a)->depth >= SYM_MAX_DEPTH ||
		    (b >= 0 && sym_at(t->a->syms, b)->depth >= SYM_MAX_DEPTH))
			return -1;
		return sym_op(t->a->syms, sym.expr, sym.type, a, b);
	}
	return -1;
}

void summary_lose_track(struct analysis *a, struct state *state)
{
	for (int i = 0; i < state->n_locks; i++)
		state->locks[i].state = SPINRULE_STATE_UNKNOWN;
	state->lost_held = true;
	a->aliased = true;
}

/* An effect in the caller's terms. */
struct translated { int address, handle, given, saved, also; };

static int translate_or_none(struct translation *t, int node)
{
	return node >= 0 ? translate(t, node) : -1;
}

/* What OUTCOME saves gets names of the caller's own. */
static void name_saved(struct translation *t, const struct outcome *outcome, int block)
{
	for (int e = 0; e < outcome->n_effects && t->n_saved < SPLIT_SAVED; e++) {
		int node = outcome->effects[e].saved, leaf;

		if (node < 0 || node == t->result_atom || sym_at(t->a->syms, node)->kind != SYM_LEAF ||
		    translate(t, node) >= 0)
			continue;
		leaf = sym_leaf(t->a->syms, sym_at(t->a->syms, node)->type, t->a->number,
				t->a->split->spares[block] + t->n_saved);
		t->saved_atoms[t->n_saved] = node;
		t->saved[t->n_saved++] = leaf;
	}
}

struct naming_left {
	struct translation *t;
	const struct outcome *outcome;
};

/* ATOM is part of what the callee leaves in memory: what nobody else names here gets a name of its own. */
static bool name_left(int atom, void *data)
{
	struct naming_left *naming = data;
	struct translation *t = naming->t;
	const struct sym *sym = sym_at(t->a->syms, atom);
	int leaf;

	if (sym->kind != SYM_LEAF || t->n_left == SPLIT_LEFT || is_saved(naming->outcome, atom) || translate(t, atom) >= 0)
		return false;
	leaf = sym_leaf(t->a->syms, sym->type, t->a->number,
			t->a->split->spares[t->block] + SPLIT_SAVED + SPLIT_READ + t->n_left);
	state_redefine(t->state, t->a->syms, leaf);
	t->left_atoms[t->n_left] = atom;
	t->left[t->n_left++] = leaf;
	return false;
}

/* Apply EFFECT, which is HERE in the caller's terms; false when the path ends. */
static bool apply_effect(struct analysis *a, struct state *state, const struct effect *effect,
			 const struct translated *here, int block, int i)
{
	int address = here->address;
	const struct lockprog_op *op = &a->function->blocks[block].ops[i];
	struct lock_record *lock;
	const char *text = state_lock(state, address) && state_lock(state, address)->text ? state_lock(state, address)->text
											  : effect->text;
	struct lock_event event = {
		.address = address, .class_ = effect->class_, .handle = here->handle, .group = effect->group,
		.ddi = effect->ddi, .given = here->given, .is_handle = effect->is_handle,
		.text = text ? text : "", .written = op->text, .place = op->place, .block = block, .op = i,
		.kind = CHECK_CALL,
	};

	lock = state_lock(state, address);
	if (effect->first_is_try && effect->first == SPINRULE_EVENT_ACQUIRE && lock && lock->state == SPINRULE_STATE_HELD)
		return false;
	event.is_try = effect->first_is_try;
	if (effect->first_is_try && effect->first == SPINRULE_EVENT_RELEASE && (!lock || lock->state != SPINRULE_STATE_HELD)) {
		lock = state_add_lock(state, address);
		lock->state = effect->state;
		return true;
	}
	event.call_acquires = effect->state == SPINRULE_STATE_HELD;
	event.event = effect->first;
	if (effect->first < 0) {
		/* It may have failed because the lock is held here. */
		if (effect->tried_in_vain && lock &&
		    (lock->state == SPINRULE_STATE_HELD || (lock->state == SPINRULE_STATE_UNKNOWN && lock->is_lost)))
			return true;
		lock = state_add_lock(state, address);
		lock->state = effect->state;
		return true;
	}
	if (effect->first == SPINRULE_EVENT_ACQUIRE && effect->state == SPINRULE_STATE_FREE)
		event.event = SPINRULE_EVENT_MOMENTARY;
	if (effect->first == SPINRULE_EVENT_RELEASE) {
		event.ddi = effect->first_ddi;
		event.group = state_first_group(effect->first_ddi);
	}
	/* The function needs the lock as it is, and leaves it so. */
	if (effect->first == SPINRULE_EVENT_NEED_HELD || effect->first == SPINRULE_EVENT_NEED_FREE) {
		bool needs_held = effect->first == SPINRULE_EVENT_NEED_HELD;

		if (effect->state == (needs_held ? SPINRULE_STATE_HELD : SPINRULE_STATE_FREE)) {
			event.kind = CHECK_REQUIRED;
			event.call_acquires = needs_held;
			return explore_lock_event(a, state, &event);
		}
	}
	if (!explore_lock_event(a, state, &event))
		return false;
	lock = state_lock(state, address);
	lock->state = effect->state;
	lock->is_lost = effect->state == SPINRULE_STATE_UNKNOWN;
	if (effect->state == SPINRULE_STATE_HELD) {
		lock->acquired = lock->touched;
		lock->group = effect->group;
		lock->ddi = effect->ddi;
		lock->text = event.text;
		lock->handle = here->handle;
		explore_saved_irql(a, state, lock, here->saved);
		if (here->also >= 0)
			lock->also = here->also;
	}
	return true;
}

/* Bind the call's result in STATE to what OUTCOME returns. */
static bool bind_result(struct translation *t, const struct outcome *outcome)
{
	const struct lockprog_value *value;
	struct sym_table *syms = t->a->syms;
	int v = t->op->value, node = -1, leaf;
	struct fact fact;

	if (v < 0)
		return true;
	value = &t->a->function->values[v];
	leaf = sym_leaf(syms, value->type, t->a->number, v);
	if (outcome->result >= 0)
		node = translate(t, outcome->result);
	state_redefine(t->state, syms, leaf);
	if (node >= 0 && !sym_contains(syms, node, leaf)) {
		state_bind(t->state, v, node);
		return true;
	}
	state_bind(t->state, v, leaf);
	/* A lock found through the pointer that is returned: to an object, or to what lies beside a field of it. */
	if (outcome->result >= 0) {
		long long offset;
		int base;

		sym_split(syms, outcome->result, &base, &offset);
		if ((sym_at(syms, base)->kind == SYM_LEAF || sym_at(syms, base)->kind == SYM_INITIAL) &&
		    sym_at(syms, base)->type.bits == value->type.bits) {
			t->result_atom = base;
			t->result = offset ? sym_op(syms, LOCKPROG_ADD, value->type, leaf,
						    sym_const(syms, value->type, sym_wrap(value->type, -offset)))
					   : leaf;
		}
	}
	fact = outcome->result_fact;
	fact.node = leaf;
	return facts_meet(&t->state->facts, syms, &fact);
}

static void change_memory(struct analysis *a, struct state *state, const struct summary *summary)
{
	for (int i = 0; i < state->n_cells; i++) {
		int number = state->cells[i].class_;
		const struct lockprog_class *class_ = &a->unit->classes[number];

		if (class_set_has(&summary->changed, number) || summary->all_changed ||
		    (!class_->is_private && ((summary->data_changed && !class_->is_pointer) ||
					     (summary->driver_changed && !(class_->is_pointer && class_->is_system)))))
			state->cells[i].is_stale = true;
	}
	for (int i = 0; i < summary->changed.n; i++)
		class_set_add(&state->maybe_changed, summary->changed.list[i]);
	state->data_changed |= summary->data_changed || summary->all_changed;
	state->driver_changed |= summary->driver_changed || summary->all_changed;
}

static struct translated translate_effect(struct translation *t, const struct effect *effect)
{
	struct translated here = { translate(t, effect->address), translate_or_none(t, effect->handle),
				   translate_or_none(t, effect->given), translate_or_none(t, effect->saved),
				   translate_or_none(t, effect->also) };
	const struct lock_record *lock;

	/* Which lock the handle is of may be known here. */
	if (effect->is_handle && here.address >= 0) {
		lock = explore_lock_of_handle(t->state, here.address);
		if (lock)
			here.address = lock->address;
	}
	return here;
}

static bool is_in_object(const struct sym_table *table, int address, int base)
{
	int other;
	long long offset;

	sym_split(table, address, &other, &offset);
	return other == base;
}

/* Objects of the caller's that the callee hands on may hold anything afterwards. */
static void forget_handed(struct analysis *a, struct state *state, const struct lockprog_op *op, unsigned long long handed)
{
	for (int i = 0; i < op->n_args && i < 64; i++) {
		int base, n = 0;
		long long offset;

		if (!(handed >> i & 1) || op->args[i] < 0)
			continue;
		sym_split(a->syms, explore_node(a, state, op->args[i]), &base, &offset);
		if (sym_at(a->syms, base)->kind != SYM_OBJECT)
			continue;
		for (int c = 0; c < state->n_cells; c++)
			if (!is_in_object(a->syms, state->cells[c].address, base))
				state->cells[n++] = state->cells[c];
			else
				state_mark_changed(state, state->cells[c].class_);
		state->n_cells = n;
	}
}

/* True if FACT can be if all that most likely did not change did not; each name on the way may know better. */
static bool fits_likely(struct analysis *a, const struct state *state, const struct fact *fact)
{
	struct fact likely = *fact;
	bool fits = true;

	for (int depth = 0; depth < 4 && fits; depth++) {
		struct facts facts;
		int before = likely.node;

		likely.node = explore_likely_once(a, state, before);
		if (likely.node == before)
			break;
		facts_copy(&facts, &state->facts);
		fits = facts_meet(&facts, a->syms, &likely);
		facts_free(&facts);
	}
	return fits;
}

bool summary_apply(struct analysis *a, struct state *state, int block, int i, int choice)
{
	const struct lockprog_op *op = &a->function->blocks[block].ops[i];
	const struct summary *summary = &a->summaries[op->callee];
	const struct outcome *outcome = &summary->outcomes[choice];
	struct translation t = { .a = a, .state = state, .op = op, .callee = a->unit->functions[op->callee], .block = block,
				 .result_atom = -1, .result = -1 };
	struct translated *here;
	struct cell *cells;
	bool feasible = true;
	int n;

	if (summary->is_unknown) {
		summary_lose_track(a, state);
		state->driver_changed = state->data_changed = true;
		for (int c = 0; c < state->n_cells; c++)
			state->cells[c].is_stale = true;
		forget_handed(a, state, op, ~0ull);
		if (op->value >= 0) {
			int leaf = sym_leaf(a->syms, a->function->values[op->value].type, a->number, op->value);

			state_redefine(state, a->syms, leaf);
			state_bind(state, op->value, leaf);
		}
		a->gave_up_on_callee = a->unit->functions[op->callee]->name;
		return true;
	}
	/* All names are those before the call. */
	for (int k = 0; k < SPLIT_SAVED; k++)
		state_redefine(state, a->syms, sym_leaf(a->syms, a->function->values[a->split->spares[block] + k].type,
							a->number, a->split->spares[block] + k));
	if (momentary_is_enough(a, op)) {
		change_memory(a, state, summary);
		forget_handed(a, state, op, summary->handed_params);
		for (int e = 0; e < outcome->n_effects; e++) {
			struct translated at = { outcome->effects[e].address, -1, -1, -1, -1 };

			if (!apply_effect(a, state, &outcome->effects[e], &at, block, i))
				return false;
		}
		return true;
	}
	t.may_read = true;
	if (!bind_result(&t, outcome))
		return false;
	for (int c = 0; c < outcome->n_cells; c++)
		sym_any_atom(a->syms, outcome->cells[c].node, name_left, &(struct naming_left){ &t, outcome });
	for (int f = 0; f < outcome->facts.n && feasible; f++) {
		struct fact fact = outcome->facts.list[f];

		fact.node = translate(&t, fact.node);
		if (fact.node < 0)
			continue;
		if (!fits_likely(a, state, &fact))
			state->is_doubtful = true;
		feasible = facts_meet(&state->facts, a->syms, &fact);
	}
	if (!feasible)
		return false;
	n = outcome->n_effects;
	t.may_read = false;
	name_saved(&t, outcome, block);
	here = memory_zeroed(n * sizeof *here);
	cells = memory_zeroed(outcome->n_cells * sizeof *cells);
	t.may_read = true;
	for (int c = 0; c < outcome->n_cells; c++)
		cells[c].node = translate(&t, outcome->cells[c].node);
	t.may_read = false;
	for (int c = 0; c < outcome->n_cells; c++)
		cells[c].address = translate(&t, outcome->cells[c].address);
	for (int e = 0; e < n; e++)
		here[e] = translate_effect(&t, &outcome->effects[e]);
	state->is_vague |= summary->is_vague || (summary->has_effects && outcome->is_vague);
	/* Two names there, one lock here: in which order things happened to it is not known. */
	for (int e = 0; e < n; e++)
		for (int other = 0; other < e; other++)
			if (here[e].address >= 0 && here[e].address == here[other].address)
				state->is_doubtful = a->aliased = true;
	change_memory(a, state, summary);
	forget_handed(a, state, op, summary->handed_params);
	for (int e = 0; e < n && feasible; e++) {
		if (here[e].address >= 0) {
			feasible = apply_effect(a, state, &outcome->effects[e], &here[e], block, i);
			continue;
		}
		if (outcome->effects[e].first == SPINRULE_EVENT_ACQUIRE &&
		    outcome->effects[e].state == SPINRULE_STATE_FREE)
			continue;
		state->touches_unknown = true;
		summary_lose_track(a, state);
	}
	if (outcome->lost_held || outcome->touches_unknown) {
		state->touches_unknown = true;
		summary_lose_track(a, state);
	}
	for (int c = 0; c < outcome->n_cells && feasible; c++)
		if (cells[c].address >= 0) {
			state_drop_cells(state, a->syms, outcome->cells[c].class_, cells[c].address);
			if (cells[c].node >= 0)
				state_set_cell(state, cells[c].address, outcome->cells[c].class_, cells[c].node,
					       outcome->cells[c].is_stale);
			else
				state_mark_changed(state, outcome->cells[c].class_);
		}
	free(here);
	free(cells);
	if (feasible && outcome->ending == ENDS_EXCEPTION)
		explore_claim_held(a, state, block, i);
	if (feasible && outcome->ending != ENDS_RETURN)
		explore_stop(a, state);
	return feasible && outcome->ending == ENDS_RETURN;
}
