/* apply.c - applies one outcome of a callee to its caller's state.
 *
 * SPDX-License-Identifier: MIT
 */

#include "call/apply.h"

#include <stdlib.h>

#include "call/effects.h"
#include "call/question.h"
#include "call/translate.h"
#include "limits.h"
#include "lockprog/alloc.h"
#include "value/address.h"
#include "value/sym-op.h"
#include "walk/equal.h"
#include "walk/guard.h"
#include "walk/state-name.h"
#include "walk/token.h"

/* ---- result, facts, memory ---- */

/* Bind the call's result in STATE to what OUTCOME returns. */
static bool bind_result(struct translation *t, const struct outcome *outcome)
{
	const struct lockprog_value *value;
	struct sym_table *syms = t->walk->syms;
	int v = t->op->value, node = -1, leaf;
	struct fact fact;

	if (v < 0)
		return true;
	value = &t->walk->function->values[v];
	leaf = sym_leaf(syms, value->type, t->walk->number, v);
	if (outcome->result >= 0)
		node = translate(t, outcome->result);
	state_redefine(t->state, syms, leaf);
	if (node >= 0 && !sym_contains(syms, node, leaf)) {
		state_bind(t->state, v, node);
		return true;
	}
	state_bind(t->state, v, leaf);
	/* Locks may be found through the returned pointer: it leads to an object, or to a
	 * constant offset from a field. */
	if (outcome->result >= 0) {
		long long offset;
		int base;

		sym_split(syms, outcome->result, &base, &offset);
		if ((sym_at(syms, base)->kind == SYM_LEAF ||
		     sym_at(syms, base)->kind == SYM_INITIAL) &&
		    sym_at(syms, base)->type.bits == value->type.bits) {
			t->result_atom = base;
			t->result = offset ? sym_op(syms, LOCKPROG_ADD, value->type, leaf,
						    sym_const(syms, value->type,
							      sym_wrap(value->type, -offset)))
					   : leaf;
		}
	}
	fact = outcome->result_fact;
	fact.node = leaf;
	return facts_meet(&t->state->facts, syms, &fact);
}

/* True if FACT is possible with all likely values taken as certain; each step back to an
 * older value is tried. */
static bool fits_likely(struct walk *walk, const struct state *state, const struct fact *fact)
{
	struct fact likely = *fact;
	bool fits = true;

	for (int i = 0; i <= state->memory.n_likely && fits; i++) {
		int before = likely.node;

		likely.node = memory_likely_once(&state->memory, walk->syms, before);
		if (likely.node == before)
			break;
		fits = facts_allow(&state->facts, walk->syms, &likely);
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

/* True if the slice needs argument I. */
static bool is_argument_followed(const struct translation *t, int i)
{
	const struct lockprog_value *value;

	if (i >= t->op->n_args || t->op->args[i] < 0)
		return false;
	value = &t->walk->function->values[t->op->args[i]];
	return value->expr == LOCKPROG_CONST || value->expr == LOCKPROG_OBJECT ||
	       t->walk->flow->is_needed[t->op->args[i]];
}

/* True if the callee's ATOM is memory or a parameter that the slice does not need. */
static bool is_not_followed(int atom, void *data)
{
	const struct translation *t = data;
	const struct sym *sym = sym_at(t->walk->syms, atom);

	if (sym->kind == SYM_INITIAL)
		return !t->walk->flow->is_read[sym->b];
	return sym->kind == SYM_LEAF && sym->a < t->callee->n_values &&
	       t->callee->values[sym->a].expr == LOCKPROG_PARAM &&
	       !is_argument_followed(t, t->callee->values[sym->a].constant);
}

/* Learn that the callee's parameters PARAMS are not null; false if that is impossible. */
static bool meet_followed(struct translation *t, unsigned long long params)
{
	for (int i = 0; i < t->op->n_args && i < 64; i++) {
		int node;

		if (!(params >> i & 1) || !is_argument_followed(t, i))
			continue;
		node = walk_node(t->walk, t->state, t->op->args[i]);
		if (sym_at(t->walk->syms, node)->type.is_pointer &&
		    !facts_assume(&t->state->facts, t->walk->syms, node, true))
			return false;
	}
	return true;
}

/* Learn OUTCOME's facts about the IRQLs that it leaves saved. */
static void meet_saved(struct translation *t, const struct outcome *outcome)
{
	for (int f = 0; f < outcome->facts.n; f++)
		for (int i = 0; i < t->n_saved; i++)
			if (outcome->facts.list[f].node == t->saved_atoms[i]) {
				struct fact fact = outcome->facts.list[f];

				fact.node = t->saved[i];
				facts_meet(&t->state->facts, t->walk->syms, &fact);
			}
}

/* The facts just learned may show that two pointers are equal; false if that contradicts
 * STATE. */
static bool unite_equal(struct translation *t)
{
	int nodes[PIECES_LEFT + 1];
	bool is_possible;

	if (!t->state->facts.learned)
		return true;
	nodes[PIECES_LEFT] = t->result;
	for (int i = 0; i < t->n_left; i++)
		nodes[i] = t->left[i];
	for (int i = t->n_left; i < PIECES_LEFT; i++)
		nodes[i] = -1;
	is_possible = equal_unite(t->walk, t->state, nodes, PIECES_LEFT + 1);
	t->result = nodes[PIECES_LEFT];
	for (int i = 0; i < t->n_left; i++)
		t->left[i] = nodes[i];
	return is_possible;
}

/* FACT is about a value that has no name here.  False if it is not possible for what that
 * value most likely is. */
static bool fits_unnamed(struct translation *t, struct fact fact)
{
	t->is_likely = true;
	fact.node = translate(t, fact.node);
	t->is_likely = false;
	return fact.node < 0 || (facts_allow(&t->state->facts, t->walk->syms, &fact) &&
				 fits_likely(t->walk, t->state, &fact));
}

/* Learn OUTCOME's facts; false if they contradict STATE's. */
static bool meet_facts(struct translation *t, const struct outcome *outcome, bool leaves_out_more)
{
	struct state *state = t->state;

	for (int f = 0; f < outcome->facts.n; f++) {
		struct fact fact = outcome->facts.list[f];

		if (leaves_out_more && sym_any_atom(t->walk->syms, fact.node, is_not_followed, t))
			continue;
		fact.node = translate(t, fact.node);
		if (fact.node < 0) {
			if (!fits_unnamed(t, outcome->facts.list[f]))
				state->doubts |= DOUBT_MEMORY;
			continue;
		}
		if (!fits_likely(t->walk, state, &fact))
			state->doubts |= DOUBT_MEMORY;
		state->facts.learned = 0;
		if (!facts_meet(&state->facts, t->walk->syms, &fact) || !unite_equal(t))
			return false;
	}
	return true;
}

/* Where memory is out of reach of code that is not visible, it holds what the callee
 * found there; false if that contradicts STATE.  Elsewhere it most likely does. */
static bool meet_left_alone(struct translation *t, const struct outcome *outcome)
{
	struct sym_table *syms = t->walk->syms;

	for (int c = 0; c < outcome->n_cells; c++) {
		const struct cell *cell = &outcome->cells[c];
		struct lockprog_type type;
		struct fact fact;
		int node;

		if (!cell->is_left_alone || cell->node < 0 ||
		    sym_at(syms, cell->node)->kind != SYM_CONST)
			continue;
		type = sym_at(syms, cell->node)->type;
		fact = range_single(range_key(type, sym_at(syms, cell->node)->constant));
		node = translate_left_alone(t, cell);
		if (node < 0) {
			fact.node = sym_initial(syms, type, cell->address, cell->class_);
			if (!fits_unnamed(t, fact))
				t->state->doubts |= DOUBT_MEMORY;
			continue;
		}
		fact.node = node;
		if (!facts_meet(&t->state->facts, syms, &fact))
			return false;
	}
	return true;
}

/* True if all memory that NODE of the callee was read from is out of reach of code that
 * is not visible. */
static bool is_read_from_contained(struct translation *t, int node)
{
	const struct sym sym = *sym_at(t->walk->syms, node);
	int address;

	switch (sym.kind) {
	case SYM_INITIAL:
		address = translate(t, sym.a);
		return address >= 0 && address_is_contained(t->walk->syms, address) &&
		       is_read_from_contained(t, sym.a);
	case SYM_OP:
		return is_read_from_contained(t, sym.a) &&
		       (sym.b < 0 || is_read_from_contained(t, sym.b));
	case SYM_CONST:
	case SYM_LEAF:
	case SYM_OBJECT:
		break;
	}
	return true;
}

/* The cells that OUTCOME leaves, in the caller's terms: nodes and addresses, or -1;
 * malloc'ed. */
static struct cell *translate_cells(struct translation *t, const struct outcome *outcome)
{
	struct cell *cells = alloc_zeroed(outcome->n_cells * sizeof *cells);

	for (int c = 0; c < outcome->n_cells; c++)
		cells[c] = outcome->cells[c];
	t->may_read = true;
	for (int c = 0; c < outcome->n_cells; c++)
		if (cells[c].node >= 0)
			cells[c].node = translate(t, cells[c].node);
	t->may_read = false;
	for (int c = 0; c < outcome->n_cells; c++) {
		if (cells[c].is_from_elsewhere &&
		    !is_read_from_contained(t, outcome->cells[c].node))
			memory_mark_overwritten(&cells[c], -1);
		cells[c].address = translate(t, outcome->cells[c].address);
		if (cells[c].by >= 0)
			cells[c].by = translate(t, cells[c].by);
	}
	return cells;
}

/* The function left CELL so, in the words of its caller. */
static void leave_cell(struct walk *walk, struct state *state, const struct cell *left)
{
	struct cell *cell = memory_set(&state->memory, left->address, left->class_, left->node);

	cell->is_unseen = left->is_unseen && !address_is_contained(walk->syms, left->address);
	/* Unless the caller knows that the store went elsewhere. */
	if (left->is_overwritten &&
	    (left->by < 0 ||
	     !address_is_distinct(walk->syms, left->address, -1, left->by, -1)))
		memory_mark_overwritten(cell, left->by);
}

static void leave_cells(struct walk *walk, struct state *state, const struct cell *cells, int n)
{
	for (int c = 0; c < n; c++) {
		const struct cell *cell = &cells[c];

		if (cell->address < 0)
			continue;
		token_kept(walk, state, cell->node, cell->address, cell->class_);
		memory_drop(&state->memory, walk->syms, cell->class_, cell->address);
		if (cell->node >= 0)
			leave_cell(walk, state, cell);
		else
			memory_mark_written(&state->memory, cell->class_);
	}
}

/* ---- the call ---- */

/* True if STATE holds a lock of CLASSES. */
static bool holds_one_of(const struct walk *walk, const struct state *state,
			 const struct class_set *classes)
{
	for (int i = 0; i < state->n_locks; i++)
		if (state->locks[i].state == SPINRULE_STATE_HELD &&
		    lock_is_among(walk, &state->locks[i], classes))
			return true;
	return false;
}

enum call_end apply_unknown(struct walk *walk, struct state *state, int block, int i)
{
	const struct lockprog_op *op = &walk->function->blocks[block].ops[i];
	const struct summary *summary = summary_of_call(walk, op);

	if (!class_set_is_empty(&summary->changed) || state->owed ||
	    holds_one_of(walk, state, summary->reached)) {
		walk_note(walk, REASON_CALLEE);
		walk->has_lost_all = true;
	}
	token_handed(walk, state, op);
	if (summary->writes.unseen & UNSEEN_DRIVER) {
		guard_reaches(walk, state, op, ~0ull);
		token_call(walk, state, block, i, ~0ull, state->last);
	}
	lock_lose(walk, state, &summary->changed);
	state_forget_owed(state);
	memory_call_unknown(walk, state, op);
	memory_forget_passed(walk, state, op, ~0ull);
	if (op->value >= 0)
		walk_fresh_leaf(walk, state, op->value);
	return CALL_RETURNS;
}

/* The classes that SUMMARY's function may write to, and did not where it ended as
 * OUTCOME; the caller frees them. */
static struct class_set kept_by(const struct summary *summary, const struct outcome *outcome)
{
	struct class_set changed = class_set_without(&summary->writes.classes, &summary->tracked);
	struct class_set kept;

	class_set_add_all(&changed, &outcome->written);
	kept = class_set_without(&summary->writes.classes, &changed);
	class_set_free(&changed);
	return kept;
}

/* True if the thread cannot move to another processor during a call with OUTCOME, which
 * is HERE in the caller's terms: the caller is at DISPATCH_LEVEL throughout, or the call
 * leaves some held lock alone. */
static bool stays_on_processor(const struct walk *walk, const struct state *state,
			       const struct outcome *outcome, const struct translated *here)
{
	bool stays = false;

	if (!walk->unit->has_processor || walk->function->is_at_dispatch || state->owed)
		return true;
	for (int i = 0; i < state->n_locks && !stays; i++) {
		stays = state->locks[i].state == SPINRULE_STATE_HELD;
		for (int e = 0; e < outcome->n_effects && stays; e++)
			stays = here[e].address >= 0 &&
				here[e].address != state->locks[i].address;
	}
	return stays;
}

/* All names in STATE are from before the call: the IRQLs that it saves get new ones. */
static void redefine_saved(struct walk *walk, struct state *state, int block)
{
	for (int k = 0; k < PIECES_SAVED; k++) {
		int spare = walk->pieces->spares[block] + k;

		state_redefine(state, walk->syms,
			       sym_leaf(walk->syms, walk->function->values[spare].type,
					walk->number, spare));
	}
}

/* True if the IRQL is one of CLASSES. */
static bool writes_irql(const struct walk *walk, const struct class_set *classes)
{
	CLASS_SET_EACH(class_, classes)
		if (lockprog_class_is_irql(&walk->unit->classes[class_]))
			return true;
	return false;
}

/* OP calls a function that writes to WRITTEN and calls what WRITES says, if CALLS_UNSEEN:
 * it gives back the IRQL that is owed in STATE if it, or what it calls, gets that. */
static void pay_by_callee(struct walk *walk, struct state *state, const struct lockprog_op *op,
			  const struct writes *writes, const struct class_set *written,
			  bool calls_unseen)
{
	if (state->owed)
		token_pays(walk, state, op,
			   calls_unseen && (writes->unseen & UNSEEN_DRIVER) ?
				   writes->to_unseen | writes->irqls_to_unseen :
				   0,
			   writes_irql(walk, written));
}

enum call_end apply_outcome(struct walk *walk, struct state *state, int block, int i,
			    const struct outcome *outcome, bool waits_for_ever)
{
	const struct lockprog_op *op = &walk->function->blocks[block].ops[i];
	const struct summary *summary = summary_of_call(walk, op);
	const bool is_common = outcome == &summary->common;
	struct translation t = translate_begin(walk, state, block, i);
	const struct step *before = state->last;
	struct translated *here;
	struct class_set kept;
	struct cell *cells;
	struct memory_way to_held = { 0 };
	enum call_end end;
	bool was_owed;

	if (summary->is_unsure && holds_one_of(walk, state, summary->reached))
		walk_note(walk, REASON_CALLEE);
	t.may_read = true;
	token_handed(walk, state, op);
	pay_by_callee(walk, state, op, &summary->writes, &summary->writes.classes, true);
	if (saves_irqls(outcome))
		redefine_saved(walk, state, block);
	if (!(is_common && op->value >= 0 && !walk->flow->is_needed[op->value]) &&
	    !bind_result(&t, outcome))
		return CALL_INFEASIBLE;
	translate_name_left(&t, outcome);
	if (!meet_facts(&t, outcome, is_common || summary->kind == SUMMARY_LIGHT) ||
	    !meet_left_alone(&t, outcome) ||
	    (is_common && !meet_followed(&t, summary->followed_params)))
		return CALL_INFEASIBLE;
	/* The caller uses more than the summary has. */
	if (walk->effort.branches_teach &&
	    (summary->lacks_conditions ||
	     (summary->has_effects && (outcome->doubts & DOUBT_CALLEE)) ||
	     (summary->has_effects && !question_is_answered(walk, op))))
		state->doubts |= DOUBT_CALLEE;
	if (walk->effort.branches_teach && walk->callees.is_in_haste(walk, op)) {
		state->doubts |= DOUBT_HASTE;
		walk->is_hasty = true;
	}
	t.may_read = false;
	translate_name_saved(&t, outcome);
	meet_saved(&t, outcome);
	cells = translate_cells(&t, outcome);
	here = alloc_zeroed(outcome->n_effects * sizeof *here);
	for (int e = 0; e < outcome->n_effects; e++) {
		here[e] = translate_effect(&t, &outcome->effects[e]);
		if (outcome->effects[e].state == SPINRULE_STATE_HELD && here[e].address >= 0)
			memory_note_way(walk, state, here[e].address, &to_held);
	}
	if (effects_have_two_names(here, outcome->n_effects)) {
		/* The conditions of this outcome may rule it out. */
		if (state_has(state, DOUBT_CALLEE))
			claim_waits(walk, state, block);
		else
			walk_note(walk, REASON_SAME_LOCKS);
		state->doubts |= DOUBT_MEMORY;
	}
	kept = is_common ? (struct class_set){ 0 } : kept_by(summary, outcome);
	memory_call(walk, state, op, &summary->writes, &kept,
		    stays_on_processor(walk, state, outcome, here));
	class_set_free(&kept);
	memory_forget_passed(walk, state, op, summary->writes.to_unseen);
	if (summary->writes.unseen & UNSEEN_DRIVER)
		guard_reaches(walk, state, op, summary->writes.to_unseen);
	was_owed = state->owed != NULL;
	end = effects_apply(walk, state, outcome, here, block, i, waits_for_ever);
	if (end == CALL_RETURNS) {
		/* What leads to a lock that is held from here on stays as it is. */
		for (int c = 0; c < to_held.n; c++)
			if (!class_set_has(&outcome->written, to_held.cells[c].class_))
				memory_set(&state->memory, to_held.cells[c].address,
					   to_held.cells[c].class_, to_held.cells[c].node);
		leave_cells(walk, state, cells, outcome->n_cells);
		if (outcome->calls_unseen && (summary->writes.unseen & UNSEEN_DRIVER))
			token_call(walk, state, block, i, summary->writes.to_unseen, before);
		/* It may have lowered the IRQL after a release that did not. */
		if (!was_owed)
			pay_by_callee(walk, state, op, &summary->writes,
				      is_common ? &summary->writes.classes : &outcome->written,
				      outcome->calls_unseen);
	}
	free(here);
	free(cells);
	return end;
}
