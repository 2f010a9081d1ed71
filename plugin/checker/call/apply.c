/* summary-apply.c - one way in which a callee comes back, told in its caller's terms and done to the caller's state.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/explore.h"

#include <stdlib.h>

#include "lockprog/alloc.h"

int summary_choices(const struct analysis *a, const struct lockprog_op *op)
{
	const struct summary *summary;

	if (op->callee < 0)
		return -1;
	summary = &a->summaries[op->callee];
	if (summary->is_unknown || brief_is_enough(a, op))
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
	struct lockprog_type type = sym->type;
	int leaf;

	if (sym->kind != SYM_LEAF || t->n_left == SPLIT_LEFT || summary_is_saved(naming->outcome, atom) || translate(t, atom) >= 0)
		return false;
	leaf = sym_leaf(t->a->syms, type, t->a->number,
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
	if (effect->first_is_try && effect->first == SPINRULE_EVENT_ACQUIRE && lock && lock->state == SPINRULE_STATE_HELD) {
		if (a->tries_for_ever)
			explore_claim(a, state, SPINRULE_DOUBLE_ACQUIRE, &event, lock->acquired);
		return false;
	}
	event.is_try = effect->first_is_try;
	event.call_acquires = effect->state == SPINRULE_STATE_HELD;
	event.event = effect->first;
	if (effect->first_is_try && effect->first == SPINRULE_EVENT_RELEASE && (!lock || lock->state != SPINRULE_STATE_HELD)) {
		if (effect->state != SPINRULE_STATE_HELD) {
			lock = state_add_lock(state, address);
			lock->state = effect->state;
			return true;
		}
		/* What is left to tell is that it is acquired afterwards. */
		event.event = SPINRULE_EVENT_ACQUIRE;
	}
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
	if (event.event == SPINRULE_EVENT_RELEASE) {
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
	if (!explore_lock_event(a, state, &event)) {
		a->call_ends = true;
		return false;
	}
	lock = state_lock(state, address);
	lock->state = effect->state;
	lock->is_lost = effect->state == SPINRULE_STATE_UNKNOWN;
	if (here->handle >= 0 || effect->state == SPINRULE_STATE_HELD)
		lock->handle = here->handle;
	if (effect->state == SPINRULE_STATE_HELD) {
		lock->acquired = lock->touched;
		lock->group = effect->group;
		lock->ddi = effect->ddi;
		lock->text = event.text;
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
	class_set_add_all(&state->maybe_changed, &summary->changed);
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

static bool saves_irqls(const struct outcome *outcome)
{
	for (int e = 0; e < outcome->n_effects; e++)
		if (outcome->effects[e].saved >= 0)
			return true;
	return false;
}

/* True if argument I is followed here. */
static bool is_argument_followed(const struct translation *t, int i)
{
	const struct lockprog_value *value;

	if (i >= t->op->n_args || t->op->args[i] < 0)
		return false;
	value = &t->a->function->values[t->op->args[i]];
	return value->expr == LOCKPROG_CONST || value->expr == LOCKPROG_OBJECT || t->a->flow->is_needed[t->op->args[i]];
}

/* True if the callee's ATOM is memory or a parameter that is not followed here. */
static bool is_not_followed(int atom, void *data)
{
	const struct translation *t = data;
	const struct sym *sym = sym_at(t->a->syms, atom);

	if (sym->kind == SYM_INITIAL)
		return !t->a->flow->is_read[sym->b];
	return sym->kind == SYM_LEAF && sym->a < t->callee->n_values && t->callee->values[sym->a].expr == LOCKPROG_PARAM &&
	       !is_argument_followed(t, t->callee->values[sym->a].constant);
}

/* The callee's parameters PARAMS are not null; false if they are. */
static bool meet_followed(struct translation *t, unsigned long long params)
{
	for (int i = 0; i < t->op->n_args && i < 64; i++) {
		int node;

		if (!(params >> i & 1) || !is_argument_followed(t, i))
			continue;
		node = explore_node(t->a, t->state, t->op->args[i]);
		if (sym_at(t->a->syms, node)->type.is_pointer && !facts_assume(&t->state->facts, t->a->syms, node, true))
			return false;
	}
	return true;
}

bool summary_may_wait(const struct analysis *a, const struct lockprog_op *op)
{
	const struct summary *summary = &a->summaries[op->callee];

	for (int i = 0; i < summary->n_outcomes; i++)
		for (int e = 0; e < summary->outcomes[i].n_effects; e++)
			if (summary->outcomes[i].effects[e].first_is_try &&
			    summary->outcomes[i].effects[e].first == SPINRULE_EVENT_ACQUIRE)
				return true;
	return false;
}

/* What OUTCOME tells of the IRQLs that it leaves saved. */
static void meet_saved(struct translation *t, const struct outcome *outcome)
{
	for (int f = 0; f < outcome->facts.n; f++)
		for (int i = 0; i < t->n_saved; i++)
			if (outcome->facts.list[f].node == t->saved_atoms[i]) {
				struct fact fact = outcome->facts.list[f];

				fact.node = t->saved[i];
				facts_meet(&t->state->facts, t->a->syms, &fact);
			}
}

/* True if STATE may hold a lock of CLASS_. */
static bool may_hold(const struct state *state, int class_)
{
	for (int i = 0; i < state->n_locks; i++)
		if (state->locks[i].state != SPINRULE_STATE_FREE &&
		    (class_ < 0 || state->locks[i].class_ < 0 || state->locks[i].class_ == class_))
			return true;
	return false;
}

bool summary_apply(struct analysis *a, struct state *state, int block, int i, int choice)
{
	const struct lockprog_op *op = &a->function->blocks[block].ops[i];
	const struct summary *summary = &a->summaries[op->callee];
	bool is_brief = !summary->is_unknown && brief_is_enough(a, op);
	const struct outcome *outcome = is_brief ? &summary->brief : &summary->outcomes[choice];
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
	if (saves_irqls(outcome))
		/* All names are those before the call. */
		for (int k = 0; k < SPLIT_SAVED; k++)
			state_redefine(state, a->syms, sym_leaf(a->syms, a->function->values[a->split->spares[block] + k].type,
								a->number, a->split->spares[block] + k));
	t.may_read = true;
	if (!(is_brief && op->value >= 0 && !a->flow->is_needed[op->value]) && !bind_result(&t, outcome))
		return false;
	for (int c = 0; c < outcome->n_cells; c++)
		sym_any_atom(a->syms, outcome->cells[c].node, name_left, &(struct naming_left){ &t, outcome });
	for (int f = 0; f < outcome->facts.n && feasible; f++) {
		struct fact fact = outcome->facts.list[f];

		if ((is_brief || summary->is_light) && sym_any_atom(a->syms, fact.node, is_not_followed, &t))
			continue;
		fact.node = translate(&t, fact.node);
		if (fact.node < 0)
			continue;
		if (!fits_likely(a, state, &fact))
			state->is_doubtful = true;
		feasible = facts_meet(&state->facts, a->syms, &fact);
	}
	if (!feasible || (is_brief && !meet_followed(&t, summary->followed_params)))
		return false;
	/* More is looked at than is told. */
	if (!a->is_first_look && summary->has_effects && !brief_is_told(a, op))
		state->is_vague = true;
	n = outcome->n_effects;
	t.may_read = false;
	name_saved(&t, outcome, block);
	meet_saved(&t, outcome);
	here = alloc_zeroed(n * sizeof *here);
	cells = alloc_zeroed(outcome->n_cells * sizeof *cells);
	t.may_read = true;
	for (int c = 0; c < outcome->n_cells; c++)
		cells[c].node = translate(&t, outcome->cells[c].node);
	t.may_read = false;
	for (int c = 0; c < outcome->n_cells; c++)
		cells[c].address = translate(&t, outcome->cells[c].address);
	for (int e = 0; e < n; e++)
		here[e] = translate_effect(&t, &outcome->effects[e]);
	state->is_vague |= !a->is_first_look && (summary->is_vague || (summary->has_effects && outcome->is_vague));
	/* Two names there, one lock here: in which order things happened to it is not known. */
	for (int e = 0; e < n; e++)
		for (int other = 0; other < e; other++)
			if (here[e].address >= 0 && here[other].address >= 0 &&
			    (here[e].address == here[other].address || here[e].address == here[other].handle ||
			     here[e].handle == here[other].address))
				state->is_doubtful = a->aliased = true;
	change_memory(a, state, summary);
	forget_handed(a, state, op, summary->handed_params);
	for (int e = 0; e < n && feasible; e++) {
		if (here[e].address >= 0) {
			feasible = apply_effect(a, state, &outcome->effects[e], &here[e], block, i);
			continue;
		}
		/* Way by way it may have a name, of a lock that is held. */
		if (a->is_first_look && may_hold(state, outcome->effects[e].class_))
			a->gave_up = REASON_CLOSER_LOOK;
		if (summary_is_balanced(outcome->effects[e].first, outcome->effects[e].state))
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
	if (feasible && outcome->ending != ENDS_RETURN) {
		explore_stop(a, state);
		a->call_ends = true;
	}
	return feasible && outcome->ending == ENDS_RETURN;
}
