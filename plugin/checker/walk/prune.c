/* prune.c - forgets what no code from a block on depends on, so that states without other
 * differences become one.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/prune.h"

#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"
#include "lockprog/work.h"
#include "shape/live.h"
#include "value/known.h"
#include "value/sym-op.h"
#include "walk/likely.h"

/* ---- the atoms that code from the start of a block on depends on ----
 *
 * They have the mark of WALK.  An expression with the mark has no others. */

static void clear_marks(struct walk *walk)
{
	if (!++walk->mark) {
		memset(walk->marks, 0, walk->n_marks * sizeof *walk->marks);
		walk->mark = 1;
	}
}

static bool is_marked(const struct walk *walk, int node)
{
	return node < walk->n_marks && walk->marks[node] == walk->mark;
}

static void mark(struct walk *walk, int node)
{
	if (node >= walk->n_marks) {
		unsigned *marks = alloc_zeroed(2 * (size_t)walk->syms->n * sizeof *marks);

		if (walk->n_marks)
			memcpy(marks, walk->marks, walk->n_marks * sizeof *marks);
		free(walk->marks);
		walk->marks = marks;
		walk->n_marks = 2 * walk->syms->n;
	}
	walk->marks[node] = walk->mark;
}

/* All atoms of NODE are relevant. */
static void add_atoms(struct walk *walk, int node)
{
	const struct sym *sym = sym_at(walk->syms, node);

	if (sym->kind == SYM_CONST || sym->kind == SYM_OBJECT || is_marked(walk, node))
		return;
	mark(walk, node);
	if (sym->kind == SYM_LEAF)
		return;
	add_atoms(walk, sym->a);
	if (sym->kind == SYM_OP && sym->b >= 0)
		add_atoms(walk, sym->b);
}

/* True if ATOM is part of what the caller knows: a parameter or the content of memory at
 * entry. */
static bool is_entry_atom(const struct walk *walk, int atom)
{
	const struct sym *sym = sym_at(walk->syms, atom);

	return sym->kind == SYM_INITIAL ||
	       (sym->kind == SYM_LEAF && walk->function->values[sym->a].expr == LOCKPROG_PARAM);
}

static bool is_irrelevant_atom(const struct walk *walk, int atom)
{
	return !is_marked(walk, atom) &&
	       !(walk->keeps_entry_facts &&
		 (is_entry_atom(walk, atom) || class_set_has(&walk->to_unseen, atom)));
}

/* True if all atoms of NODE are relevant. */
static bool is_relevant(struct walk *walk, int node)
{
	const struct sym *sym = sym_at(walk->syms, node);

	if (sym->kind == SYM_CONST || sym->kind == SYM_OBJECT || is_marked(walk, node))
		return true;
	if (sym->kind != SYM_OP)
		return !is_irrelevant_atom(walk, node) &&
		       (sym->kind == SYM_LEAF || is_relevant(walk, sym->a));
	if (!is_relevant(walk, sym->a) || (sym->b >= 0 && !is_relevant(walk, sym->b)))
		return false;
	mark(walk, node);
	return true;
}

static bool is_initial(int atom, void *data)
{
	return sym_at(data, atom)->kind == SYM_INITIAL;
}

/* Facts about memory at entry inform the caller, even if they compare it with something
 * that the caller cannot name. */
static void add_told_by_memory(struct walk *walk, const struct state *state)
{
	for (int i = 0; i < state->facts.n; i++) {
		const int node = state->facts.list[i].node;

		if (!is_relevant(walk, node) &&
		    sym_any_atom(walk->syms, memory_likely(&state->memory, walk->syms, node),
				 is_initial, walk->syms))
			add_atoms(walk, node);
	}
}

static bool is_relevant_fact(int node, void *data)
{
	return is_relevant(data, node);
}

/* True if the cell of CLASS_ at ADDRESS (node) may be read from the start of BLOCK on.
 * IS_ONE_OF_EACH: STATE has a cell that stands for each of a variable, and maybe for this
 * one if it is forgotten. */
static bool is_cell_loaded(const struct walk *walk, int block, int class_, int address,
			   bool is_one_of_each)
{
	const struct sym *sym;
	long long offset;
	int base, root = -1;

	sym_split(walk->syms, address, &base, &offset);
	sym = sym_at(walk->syms, base);
	if (sym->kind == SYM_LEAF && sym->b == walk->number &&
	    walk->function->values[sym->a].expr == LOCKPROG_PARAM)
		root = sym->a;
	else if (sym->kind == SYM_OBJECT && sym->a >= 0)
		root = walk->function->n_values + sym->a;
	if (root < 0 && is_one_of_each)
		return live_has_class(walk->flow, block, class_);
	return live_has_cell(walk->flow, block, class_, root, offset);
}

struct later {
	const struct walk *walk;
	const struct state *state;
	int block;
};

/* True if a load may still read the value at entry of this cell. */
static bool is_loaded_later(int atom, void *data)
{
	const struct later *later = data;
	const struct sym *sym = sym_at(later->walk->syms, atom);

	return sym->kind == SYM_INITIAL && !memory_is_written(&later->state->memory, sym->b) &&
	       is_cell_loaded(later->walk, later->block, sym->b, sym->a, false);
}

/* Facts about cells that are read after BLOCK stay. */
static void add_later_loads(struct walk *walk, const struct state *state, int block)
{
	struct later later = { walk, state, block };

	for (int i = 0; i < state->facts.n; i++) {
		const int node = state->facts.list[i].node;

		if (!is_relevant(walk, node) &&
		    sym_any_atom(walk->syms, node, is_loaded_later, &later))
			add_atoms(walk, node);
	}
}

/* Forget what irrelevant atoms most likely are; where relevant ones are expressed with
 * these, say it directly. */
static void prune_likely(struct walk *walk, struct state *state)
{
	struct memory *memory = &state->memory;
	int n = 0;

	for (int i = memory->n_likely - 1; i >= 0; i--) {
		const struct likely gone = memory->likely[i];

		if (!is_irrelevant_atom(walk, gone.atom))
			continue;
		work_count(memory->n_likely);
		for (int k = 0; k < memory->n_likely; k++) {
			struct likely *likely = &memory->likely[k];

			/* Later ones that are irrelevant have been replaced. */
			if (k == i || !sym_contains(walk->syms, likely->node, gone.atom) ||
			    sym_contains(walk->syms, gone.node, likely->atom) ||
			    (k > i && is_irrelevant_atom(walk, likely->atom)))
				continue;
			likely->node = memory_replace_likely(walk->syms, likely->node, &gone);
			if (gone.class_ < 0)
				likely->class_ = -1;
		}
	}
	for (int i = 0; i < memory->n_likely; i++)
		if (!is_irrelevant_atom(walk, memory->likely[i].atom))
			memory->likely[n++] = memory->likely[i];
	memory->n_likely = n;
	for (int i = 0; i < n; i++)
		add_atoms(walk, memory->likely[i].node);
}

/* Forget IRQLs that no release can give back any more. */
static void prune_irqls(struct walk *walk, struct state *state)
{
	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *lock = &state->locks[i];

		if (lock->state == SPINRULE_STATE_HELD) {
			/* Facts about it may show that giving back a constant is
			 * correct. */
			if (lock->hold.saved >= 0)
				add_atoms(walk, lock->hold.saved);
		} else if (lock->hold.saved >= 0 && !is_relevant(walk, lock->hold.saved)) {
			lock->hold.saved = lock->hold.also = -1;
		}
		if (lock->hold.also >= 0 &&
		    !is_relevant(walk, lock->hold.also))
			lock->hold.also = -1;
	}
	if (state->owed && state->owed->hold.saved >= 0)
		add_atoms(walk, state->owed->hold.saved);
	if (state->irql >= 0 && !is_relevant(walk, state->irql))
		state->irql = -1;
}

/* What a fact says of the order of two values: LOWER < UPPER, or with MAY_BE_EQUAL <=. */
struct order {
	int lower, upper;
	bool may_be_equal;
};

/* True if FACT is an order of two values, *ORDER. */
static bool order_of(const struct sym_table *syms, const struct fact *fact, struct order *order)
{
	const struct sym *sym = sym_at(syms, fact->node);

	if (sym->kind != SYM_OP || sym->expr != LOCKPROG_LT || !range_is_single(fact))
		return false;
	*order = range_low(fact) ? (struct order){ sym->a, sym->b, false }
				 : (struct order){ sym->b, sym->a, true };
	return true;
}

/* Two values with an irrelevant atom between them, which is about to be forgotten, are in
 * order: x < y and y <= z say x < z. */
static void keep_orders(struct walk *walk, struct state *state)
{
	struct facts *facts = &state->facts;
	const int n = facts->n;
	struct order *orders = NULL;
	int n_orders = 0, max = 0;

	for (int i = 0; i < n; i++) {
		struct order order;

		if (!order_of(walk->syms, &facts->list[i], &order) ||
		    is_relevant(walk, facts->list[i].node))
			continue;
		orders = alloc_grow(orders, n_orders, &max, sizeof *orders);
		orders[n_orders++] = order;
	}
	for (int i = 0; i < n_orders; i++)
		for (int k = 0; k < n_orders; k++) {
			const struct order *low = &orders[i], *high = &orders[k];
			/* x <= z is !(z < x). */
			const bool may_be_equal = low->may_be_equal && high->may_be_equal;
			const int first = may_be_equal ? high->upper : low->lower;
			const int second = may_be_equal ? low->lower : high->upper;
			struct fact fact = range_single(!may_be_equal);

			work_count(WORK_OF_OP);
			if (low->upper != high->lower || low->lower == high->upper ||
			    !is_relevant(walk, low->lower) ||
			    !is_relevant(walk, high->upper))
				continue;
			fact.node = sym_op(walk->syms, LOCKPROG_LT, sym_truth_type, first, second);
			if (sym_at(walk->syms, fact.node)->kind == SYM_OP &&
			    !facts_meet_or_keep(facts, walk->syms, &fact))
				state->doubts |= DOUBT_JOINED;
		}
	free(orders);
}

/* A node without irrelevant atoms that is true, or with !IS_TRUE false, if NODE is; -1 if
 * there is none: from (a && gone) || b follows a || b. */
static int implied_by(struct walk *walk, int node, bool is_true)
{
	struct sym_table *syms = walk->syms;
	const struct sym sym = *sym_at(syms, node);
	int a, b;

	if (is_relevant(walk, node))
		return node;
	if (sym.kind != SYM_OP || !sym_is_truth(syms, sym.a))
		return -1;
	if (sym.expr == LOCKPROG_COPY) {
		a = implied_by(walk, sym.a, is_true);
		return a < 0 ? -1 : sym_op(syms, LOCKPROG_COPY, sym.type, a, -1);
	}
	if (sym.expr == LOCKPROG_EQ && sym_at(syms, sym.b)->kind == SYM_CONST &&
	    !sym_at(syms, sym.b)->constant) {
		a = implied_by(walk, sym.a, !is_true);
		return a < 0 ? -1
			     : sym_op(syms, LOCKPROG_EQ, sym_truth_type, a,
				      sym_const(syms, sym_at(syms, a)->type, 0));
	}
	if ((sym.expr != LOCKPROG_AND && sym.expr != LOCKPROG_OR) || !sym_is_truth(syms, sym.b))
		return -1;
	a = implied_by(walk, sym.a, is_true);
	b = implied_by(walk, sym.b, is_true);
	if (a >= 0 && b >= 0)
		return sym_op(syms, sym.expr, sym.type, a, b);
	/* Both are true, or false; or which of them is unknown. */
	return (sym.expr == LOCKPROG_AND) == is_true ? (a >= 0 ? a : b) : -1;
}

/* Keep what conditions that are about to be forgotten, since an atom is irrelevant, say
 * of the others. */
static void keep_implied(struct walk *walk, struct state *state)
{
	struct facts *facts = &state->facts;
	struct fact *implied = NULL;
	int n = 0, max = 0;

	for (int i = 0; i < facts->n; i++) {
		const struct fact *fact = &facts->list[i];
		const struct sym sym = *sym_at(walk->syms, fact->node);
		const bool is_true = fact_is_nonzero(fact, sym.type);
		struct fact made;
		int node;

		if (sym.kind != SYM_OP || (!is_true && !fact_is_zero(fact, sym.type)) ||
		    is_relevant(walk, fact->node))
			continue;
		work_count(WORK_OF_OP);
		node = implied_by(walk, fact->node, is_true);
		if (node < 0 || sym_at(walk->syms, node)->kind != SYM_OP)
			continue;
		made = range_single(range_key(sym_at(walk->syms, node)->type, 0));
		if (is_true)
			made = range_outside(sym_at(walk->syms, node)->type, range_low(&made),
					     range_low(&made));
		made.node = node;
		implied = alloc_grow(implied, n, &max, sizeof *implied);
		implied[n++] = made;
	}
	for (int i = 0; i < n; i++)
		if (!facts_meet_or_keep(facts, walk->syms, &implied[i]))
			state->doubts |= DOUBT_JOINED;
	free(implied);
}

/* True if NODE is computed from an atom whose relevance is IS_RELEVANT, which is ATOM if
 * that is not -1.  Where memory is, is not asked. */
static bool is_computed_from(const struct walk *walk, int node, int atom, bool is_relevant)
{
	const struct sym *sym = sym_at(walk->syms, node);

	if (sym->kind == SYM_OP)
		return is_computed_from(walk, sym->a, atom, is_relevant) ||
		       (sym->b >= 0 &&
			is_computed_from(walk, sym->b, atom, is_relevant));
	return (sym->kind == SYM_LEAF || sym->kind == SYM_INITIAL) &&
	       (atom < 0 || node == atom) && is_irrelevant_atom(walk, node) != is_relevant;
}

/* True if X and Y are computed from one atom whose relevance is IS_RELEVANT. */
static bool share_atom(const struct walk *walk, int x, int y, bool is_relevant)
{
	const struct sym *sym = sym_at(walk->syms, x);

	if (sym->kind == SYM_OP)
		return share_atom(walk, sym->a, y, is_relevant) ||
		       (sym->b >= 0 && share_atom(walk, sym->b, y, is_relevant));
	return is_computed_from(walk, y, x, is_relevant);
}

static bool share_irrelevant(const struct walk *walk, int x, int y)
{
	return share_atom(walk, x, y, false);
}

/* True if NODE is computed from one relevant atom in two places. */
static bool has_one_twice(const struct walk *walk, int node)
{
	const struct sym *sym = sym_at(walk->syms, node);

	if (sym->kind != SYM_OP)
		return false;
	return has_one_twice(walk, sym->a) ||
	       (sym->b >= 0 && (has_one_twice(walk, sym->b) ||
				share_atom(walk, sym->a, sym->b, true)));
}

/* True if NODE compares irrelevant atoms themselves with something. */
static bool is_plain(const struct walk *walk, int node)
{
	const struct sym_table *syms = walk->syms;
	const struct sym *sym = sym_at(syms, node);

	return sym_is_comparison(sym) &&
	       (sym_at(syms, sym->a)->kind != SYM_OP ||
		!is_computed_from(walk, sym->a, -1, false)) &&
	       (sym_at(syms, sym->b)->kind != SYM_OP ||
		!is_computed_from(walk, sym->b, -1, false));
}

/* True if two facts are about one irrelevant atom and about relevant ones: x != a and x
 * != (a == 0) say more of x than what is left of each alone.  Of plain comparisons with
 * the atom nothing is lost, their order is kept.  One fact says more, too, if it has a
 * relevant atom twice: x >= ((x == 0) | a). */
static bool forgets_relation(const struct walk *walk, const struct state *state)
{
	const struct sym_table *syms = walk->syms;
	const struct facts *facts = &state->facts;
	int *related = NULL, n = 0, max = 0;
	bool forgets = false;

	for (int i = 0; i < facts->n && !forgets; i++) {
		const int node = facts->list[i].node;
		bool is_plain_one;

		if (!is_computed_from(walk, node, -1, false) ||
		    !is_computed_from(walk, node, -1, true))
			continue;
		forgets = has_one_twice(walk, node);
		is_plain_one = is_plain(walk, node);
		for (int k = 0; k < n && !forgets; k++) {
			work_count(WORK_OF_OP);
			forgets = (sym_at(syms, node)->operands &
				   sym_at(syms, related[k])->operands) &&
				  !(is_plain_one && is_plain(walk, related[k])) &&
				  share_irrelevant(walk, node, related[k]);
		}
		related = alloc_grow(related, n, &max, sizeof *related);
		related[n++] = node;
	}
	free(related);
	return forgets;
}

/* True if X and Y contradict each other. */
static bool contradict(struct sym_table *syms, const struct likely_fact *x,
		       const struct likely_fact *y)
{
	const struct likely_fact both[] = { *x, *y };

	return !likely_fit(syms, &(struct facts){ 0 }, both, 2);
}

/* True if one of the N facts in terms of likely values is about to be forgotten, and
 * contradicts another one. */
static bool forgets_contradiction(struct walk *walk, const struct likely_fact *likely, int n)
{
	for (int i = 0; i < n; i++) {
		if (is_relevant(walk, likely[i].certain) ||
		    is_relevant(walk, likely[i].fact.node))
			continue;
		for (int k = 0; k < n; k++)
			if (k != i &&
			    (sym_at(walk->syms, likely[i].fact.node)->operands &
			     sym_at(walk->syms, likely[k].fact.node)->operands) &&
			    share_irrelevant(walk, likely[i].fact.node,
					     likely[k].fact.node) &&
			    contradict(walk->syms, &likely[i], &likely[k]))
				return true;
	}
	return false;
}

/* True if CELL has the IRQL that the acquire of a held lock saved: whoever releases that
 * lock for the function reads it there. */
static bool has_token(const struct state *state, const struct cell *cell)
{
	for (int i = 0; i < state->n_locks; i++)
		if (state->locks[i].state == SPINRULE_STATE_HELD && cell->node >= 0 &&
		    state->locks[i].hold.saved == cell->node)
			return true;
	return false;
}

/* True if callers, or the rest of the function from BLOCK on, may read CELL. */
static bool is_cell_needed(const struct walk *walk, const struct state *state, int block,
			   const struct cell *cell)
{
	if (cell->is_each && cell->is_overwritten)
		return false;
	return is_cell_loaded(walk, block, cell->class_, cell->address,
			      memory_has_each(&state->memory, cell->class_)) ||
	       ((walk->keeps_entry_facts || has_token(state, cell)) &&
		!lockprog_class_is_private(&walk->unit->classes[cell->class_]));
}

void prune_state(struct walk *walk, struct state *state, int block)
{
	int n = 0, n_likely;
	struct likely_fact *likely = likely_facts(walk->syms, state, &n_likely);

	work_count(state->n_bindings + walk->flow->n_live[block] + 4 * state->memory.n_cells +
		   4 * state->memory.n_likely + 4 * state->facts.n + state->n_locks);
	clear_marks(walk);
	for (int i = 0; i < state->n_bindings; i++)
		if (live_has_value(walk->flow, block, state->bindings[i].value)) {
			state->bindings[n++] = state->bindings[i];
			add_atoms(walk, state->bindings[i].node);
		}
	state->n_bindings = n;
	for (int i = 0; i < walk->flow->n_live[block]; i++) {
		/* A live value without a binding stands for itself. */
		int v = walk->flow->live[block][i];

		if (state_binding(state, v) < 0)
			mark(walk, sym_leaf(walk->syms, walk->function->values[v].type,
					    walk->number, v));
	}
	n = 0;
	for (int i = 0; i < state->memory.n_cells; i++)
		if (is_cell_needed(walk, state, block, &state->memory.cells[i])) {
			state->memory.cells[n++] = state->memory.cells[i];
			add_atoms(walk, state->memory.cells[i].node);
		}
	state->memory.n_cells = n;
	if (walk->keeps_entry_facts)
		add_told_by_memory(walk, state);
	add_later_loads(walk, state, block);
	prune_likely(walk, state);
	prune_irqls(walk, state);
	if (!state_has(state, DOUBT_MEMORY) &&
	    forgets_contradiction(walk, likely, n_likely))
		state->doubts |= DOUBT_MEMORY;
	keep_orders(walk, state);
	keep_implied(walk, state);
	if (!state_has(state, DOUBT_JOINED) && forgets_relation(walk, state)) {
		state->doubts |= DOUBT_JOINED;
		walk->counts_doubtful = true;
	}
	facts_filter(&state->facts, is_relevant_fact, walk);
	if (!likely_hand_down(walk->syms, &state->facts, likely, n_likely, is_relevant_fact,
			      walk))
		state->doubts |= DOUBT_MEMORY;
	free(likely);
}
