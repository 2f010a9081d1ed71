/* edge.c - what going from block to block does to a state: branches teach, PHIs bind, loops blur,
 * and what nothing later depends on is forgotten.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/explore.h"

#include <stdlib.h>

#include "lockprog/alloc.h"

struct relevant {
	struct analysis *a;
	int n, max, *atoms;
};

static bool add_atom(int atom, void *data)
{
	struct relevant *relevant = data;
	for (int j = 0; j < relevant->n; j++)
		if (relevant->atoms[j] == atom)
			return false;
	relevant->atoms = alloc_grow(relevant->atoms, relevant->n, &relevant->max, sizeof *relevant->atoms);
	relevant->atoms[relevant->n++] = atom;
	return false;
}

/* True if ATOM is part of what the caller knows: a parameter or what memory held at entry. */
static bool is_entry_atom(const struct analysis *a, int atom)
{
	const struct sym *sym = sym_at(a->syms, atom);

	return sym->kind == SYM_INITIAL ||
	       (sym->kind == SYM_LEAF && a->function->values[sym->a].expr == LOCKPROG_PARAM);
}

static bool is_irrelevant_atom(int atom, void *data)
{
	struct relevant *relevant = data;
	struct analysis *a = relevant->a;

	if (a->keep_entry_facts && (is_entry_atom(a, atom) || class_set_has(&a->handed, atom)))
		return false;
	for (int i = 0; i < relevant->n; i++)
		if (relevant->atoms[i] == atom)
			return false;
	return true;
}

static bool is_initial(int atom, void *data)
{
	return sym_at(data, atom)->kind == SYM_INITIAL;
}

/* What memory held tells the caller, also when compared with what it cannot name. */
static void add_told_by_memory(struct analysis *a, struct relevant *relevant, const struct state *state)
{
	for (int i = 0; i < state->facts.n; i++) {
		int node = state->facts.list[i].node;

		if (sym_any_atom(a->syms, explore_likely(a, state, node), is_initial, a->syms))
			sym_any_atom(a->syms, node, add_atom, relevant);
	}
}

static bool is_relevant_fact(int node, void *data)
{
	struct relevant *relevant = data;

	return !sym_any_atom(relevant->a->syms, node, is_irrelevant_atom, data);
}

struct later {
	const struct sym_table *syms;
	const struct state *state;
	struct analysis *a;
	int block;
};

/* True if the cell of CLASS_ at ADDRESS (node) may be read from the start of BLOCK on. */
static bool is_cell_loaded(struct analysis *a, int block, int class_, int address)
{
	const struct sym *sym;
	long long offset;
	int base, root = -1;

	sym_split(a->syms, address, &base, &offset);
	sym = sym_at(a->syms, base);
	if (sym->kind == SYM_LEAF && sym->b == a->number && a->function->values[sym->a].expr == LOCKPROG_PARAM)
		root = sym->a;
	else if (sym->kind == SYM_OBJECT && sym->a >= 0)
		root = a->function->n_values + sym->a;
	return flow_is_cell_loaded(a->flow, block, class_, root, offset);
}

/* True if a load may still read what memory held at entry at this cell. */
static bool is_loaded_later(int atom, void *data)
{
	const struct later *later = data;
	const struct sym *sym = sym_at(later->syms, atom);

	return sym->kind == SYM_INITIAL && !state_is_changed(later->state, sym->b) &&
	       is_cell_loaded(later->a, later->block, sym->b, sym->a);
}

/* What is known of cells that are read after BLOCK stays known. */
static void add_later_loads(struct analysis *a, struct relevant *relevant, const struct state *state, int block)
{
	struct later later = { a->syms, state, a, block };

	for (int i = 0; i < state->facts.n; i++)
		if (sym_any_atom(a->syms, state->facts.list[i].node, is_loaded_later, &later))
			sym_any_atom(a->syms, state->facts.list[i].node, add_atom, relevant);
}

/* Forget IRQLs that nobody can give back any more. */
static void prune_irqls(struct analysis *a, struct state *state, struct relevant *relevant)
{
	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *lock = &state->locks[i];

		if (lock->state == SPINRULE_STATE_HELD) {
			/* What is known of it may make a constant right. */
			if (lock->saved >= 0)
				sym_any_atom(a->syms, lock->saved, add_atom, relevant);
		} else if (lock->saved >= 0 && sym_any_atom(a->syms, lock->saved, is_irrelevant_atom, relevant)) {
			lock->saved = lock->also = -1;
		}
		if (lock->also >= 0 && sym_any_atom(a->syms, lock->also, is_irrelevant_atom, relevant))
			lock->also = -1;
	}
	if (state->irql >= 0 && sym_any_atom(a->syms, state->irql, is_irrelevant_atom, relevant))
		state->irql = -1;
}

struct likely_fact {
	struct fact fact;
	int certain;		/* node, of what is known for certain */
};

/* What STATE's facts say if all that most likely did not change did not, where that says anything else; *N of them. */
static struct likely_fact *likely_facts(struct analysis *a, const struct state *state, int *n)
{
	struct likely_fact *list = NULL;
	unsigned long long doubted = 0;
	int max = 0;

	*n = 0;
	for (int i = 0; i < state->n_doubts; i++)
		doubted |= sym_at(a->syms, state->doubts[i].atom)->atoms;
	for (int i = 0; i < state->facts.n; i++) {
		struct fact fact = state->facts.list[i];
		int certain = fact.node;

		if (!(sym_at(a->syms, certain)->atoms & doubted))
			continue;
		fact.node = explore_likely(a, state, certain);
		if (fact.node == certain || sym_at(a->syms, fact.node)->kind == SYM_CONST)
			continue;
		list = alloc_grow(list, *n, &max, sizeof *list);
		list[(*n)++] = (struct likely_fact){ fact, certain };
	}
	return list;
}

/* What is known in terms of memory that is not looked at again stays known in terms of what it likely held. */
static void hand_down(struct analysis *a, struct state *state, struct relevant *relevant, const struct likely_fact *likely, int n)
{
	for (int i = 0; i < n; i++) {
		if (!is_relevant_fact(likely[i].certain, relevant) && is_relevant_fact(likely[i].fact.node, relevant) &&
		    !facts_meet_or_keep(&state->facts, a->syms, &likely[i].fact))
			state->is_doubtful = true;
	}
}

/* Forget what nothing from the start of BLOCK on depends on. */
void edge_prune(struct analysis *a, struct state *state, int block)
{
	struct relevant relevant = { .a = a };
	int n = 0, n_likely;
	struct likely_fact *likely = likely_facts(a, state, &n_likely);

	for (int i = 0; i < state->n_bindings; i++)
		if (flow_is_live(a->flow, block, state->bindings[i].value)) {
			state->bindings[n++] = state->bindings[i];
			sym_any_atom(a->syms, state->bindings[i].node, add_atom, &relevant);
		}
	state->n_bindings = n;
	for (int i = 0; i < a->flow->n_live[block]; i++) {
		/* a live value without a binding stands for itself */
		int v = a->flow->live[block][i];

		if (state_binding(state, v) < 0)
			add_atom(sym_leaf(a->syms, a->function->values[v].type, a->number, v), &relevant);
	}
	n = 0;
	for (int i = 0; i < state->n_cells; i++)
		if (is_cell_loaded(a, block, state->cells[i].class_, state->cells[i].address) ||
		    (a->keep_entry_facts && !a->unit->classes[state->cells[i].class_].is_private)) {
			state->cells[n++] = state->cells[i];
			sym_any_atom(a->syms, state->cells[i].node, add_atom, &relevant);
		}
	state->n_cells = n;
	if (a->keep_entry_facts)
		add_told_by_memory(a, &relevant, state);
	n = 0;
	for (int i = 0; i < state->n_doubts; i++)
		if (!is_irrelevant_atom(state->doubts[i].atom, &relevant))
			state->doubts[n++] = state->doubts[i];
	state->n_doubts = n;
	for (int i = 0; i < n; i++)
		sym_any_atom(a->syms, state->doubts[i].node, add_atom, &relevant);
	add_later_loads(a, &relevant, state, block);
	prune_irqls(a, state, &relevant);
	facts_filter(&state->facts, is_relevant_fact, &relevant);
	hand_down(a, state, &relevant, likely, n_likely);
	free(likely);
	free(relevant.atoms);
}

static bool changes_each_round(int atom, void *data)
{
	const struct analysis *a = data;
	const struct sym *sym = sym_at(a->syms, atom);

	return sym->kind == SYM_LEAF && a->in_loop[sym->a];
}

/* True if LOCK, of a round of a loop, is released in that round or not at all. */
static bool is_of_one_round(struct analysis *a, const struct lock_record *lock)
{
	const struct sym *sym;
	long long offset;
	int base;

	sym_split(a->syms, lock->address, &base, &offset);
	sym = sym_at(a->syms, base);
	return lock->class_ >= 0 && sym->kind == SYM_LEAF && sym->b == a->number && !rounds_may_release(a, lock->class_, sym->a);
}

/* A new round of a loop: a lock of its own that an earlier round left held is released by
 * another loop of as many rounds, or not; nobody counts them here. */
static void loosen(struct analysis *a, struct state *state)
{
	for (int i = 0; i < state->n_locks; i++)
		if (state->locks[i].state == SPINRULE_STATE_HELD &&
		    ((sym_any_atom(a->syms, state->locks[i].address, changes_each_round, a) && !is_of_one_round(a, &state->locks[i])) ||
		     (state->locks[i].loop >= 0 && rounds_elsewhere(a, state->locks[i].class_, state->locks[i].loop, false))))
			state->locks[i].is_loose = true;
}

/* Learn that CONDITION, on which FROM ends, leads to its edge SUCC; false if it cannot. */
static bool learn_edge(struct analysis *a, struct facts *facts, const struct lockprog_block *from, int succ, int condition)
{
	const struct lockprog_edge *edge = &from->succ[succ];

	if (from->exit == LOCKPROG_IF)
		return facts_assume(facts, a->syms, condition, succ == 0);
	if (!edge->is_default)
		return facts_assume_ranges(facts, a->syms, condition, edge->ranges, edge->n_ranges, true);
	for (int i = 0; i < from->n_succ; i++)
		if (!facts_assume_ranges(facts, a->syms, condition, from->succ[i].ranges, from->succ[i].n_ranges, false))
			return false;
	return true;
}

/* False if it could not be so if all that is only likely were so: then this path needs a change behind the
 * program's back. */
static bool is_likely(struct analysis *a, const struct state *state, int condition, const struct lockprog_block *from, int succ)
{
	for (int depth = 0; depth < 4; depth++) {
		struct facts facts;
		int before = condition;
		bool feasible;

		condition = explore_likely_once(a, state, condition);
		if (condition == before)
			return true;
		facts_copy(&facts, &state->facts);
		feasible = learn_edge(a, &facts, from, succ, condition);
		facts_free(&facts);
		if (!feasible)
			return false;
	}
	return true;
}

/* True if NODE is a number, or something is known of what it is made of: a try that failed, what a callee returned. */
static bool is_known(const struct analysis *a, const struct state *state, int node)
{
	const struct sym *sym = sym_at(a->syms, node);

	if (sym->kind == SYM_CONST)
		return true;
	for (int i = 0; i < state->facts.n; i++)
		if (sym_at(a->syms, state->facts.list[i].node)->atoms & sym->atoms)
			return true;
	return false;
}

/* False if what was just learned of CONDITION, in terms of what memory held, cannot be so if it holds that still: what is
 * known of a value that was read again goes for it too. */
static bool is_likely_still(struct analysis *a, const struct state *state, int condition)
{
	const unsigned long long atoms = sym_at(a->syms, condition)->atoms;
	unsigned long long told = 0, doubted = 0;

	for (int i = 0; i < state->n_doubts; i++) {
		const unsigned long long of_node = sym_at(a->syms, state->doubts[i].node)->atoms;

		told |= of_node;
		if (of_node & atoms)
			doubted |= sym_at(a->syms, state->doubts[i].atom)->atoms;
	}
	if (!(atoms & told))
		return true;
	for (int i = 0; i < state->facts.n; i++) {
		const struct fact *fact = &state->facts.list[i];
		struct fact known;
		int node;

		if (!(sym_at(a->syms, fact->node)->atoms & doubted))
			continue;
		node = explore_likely_once(a, state, fact->node);
		if (node == fact->node || sym_at(a->syms, node)->kind == SYM_CONST || !(sym_at(a->syms, node)->atoms & atoms))
			continue;
		known = facts_of(&state->facts, a->syms, node);
		if (facts_disjoint(&known, fact))
			return false;
	}
	return true;
}

/* Learn what taking edge SUCC of BLOCK means; false when it cannot be taken. */
bool edge_take(struct analysis *a, struct state *state, int block, int succ)
{
	const struct lockprog_block *from = &a->function->blocks[block];
	int condition;

	if ((from->exit != LOCKPROG_IF && from->exit != LOCKPROG_SWITCH) || !a->flow->is_decisive[block])
		return true;
	condition = explore_node(a, state, from->value);
	if (a->is_first_look && !is_known(a, state, condition))
		return true;
	if (!is_likely(a, state, condition, from, succ))
		state->is_doubtful = true;
	if (!learn_edge(a, &state->facts, from, succ, condition))
		return false;
	if (!state->is_doubtful && !is_likely_still(a, state, condition))
		state->is_doubtful = true;
	return true;
}

/* A value that went round a loop is followed only where it cannot grow for ever.  In a loop that
 * has to do with locks, values that change are followed for some rounds, since which round it is
 * may decide what happens to a lock.  After that, and where others are used after their loop, a
 * claim needs its path walked again. */
static bool may_go_round(const struct analysis *a, struct state *state, int node, int to, bool is_computed)
{
	const struct sym *sym = sym_at(a->syms, node);

	if (a->replay || sym->kind == SYM_LEAF || sym->kind == SYM_OBJECT)
		return true;
	if (a->loop_has_locks[to] || a->is_deep ? a->blocks[to].n < a->max_states / 2
				  : sym->kind == SYM_CONST ? !is_computed : sym->kind == SYM_INITIAL && sym->depth <= 3)
		return true;
	if (sym->kind == SYM_CONST && !is_computed)
		return true;
	state->is_joined |= a->loop_has_locks[to] || a->loop_has_result[to];
	return false;
}

/* The same for what memory holds. */
static void drop_growing_cells(struct analysis *a, struct state *state, int to)
{
	int n = 0;

	for (int i = 0; i < state->n_cells; i++)
		if (may_go_round(a, state, state->cells[i].node, to, a->blocks[to].n >= a->max_states / 2))
			state->cells[n++] = state->cells[i];
		else
			state_mark_changed(state, state->cells[i].class_);
	state->n_cells = n;
}

/* In a callback a lock that an earlier round acquired and released is as free as one that nothing touched. */
static void forget_free(struct analysis *a, struct state *state)
{
	int n = 0;

	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *lock = &state->locks[i];

		if (!a->is_callback || lock->loop < 0 || lock->state != SPINRULE_STATE_FREE ||
		    lock->first != SPINRULE_EVENT_ACQUIRE || lock->is_promised || lock->is_assumed)
			state->locks[n++] = *lock;
	}
	state->n_locks = n;
}

void edge_go_round(struct analysis *a, struct state *state, int to)
{
	loosen(a, state);
	forget_free(a, state);
	drop_growing_cells(a, state, to);
}

/* A constant that a loop computes takes another value each round. */
static bool is_computed(const struct analysis *a, int v)
{
	enum lockprog_expr expr;

	while (a->function->values[v].expr == LOCKPROG_COPY)
		v = a->function->values[v].a;
	expr = a->function->values[v].expr;
	return expr != LOCKPROG_CONST && expr != LOCKPROG_PHI && expr != LOCKPROG_LOAD;
}

/* What PHI is on the way from block FROM; -1: nothing is known. */
static int phi_arg(const struct lockprog_value *phi, int from)
{
	for (int i = 0; i < phi->n_phi; i++)
		if (phi->phi[i].block == from)
			return phi->phi[i].value;
	return -1;
}

/* What leads to a PHI: itself a round before, some steps further, and constants. */
struct growth {
	const struct lockprog_function *function;
	int phi, n_visited;
	bool has_step, has_constant;
	long long least_step, most_step, lowest, highest;
};

/* So many values are looked at for one PHI. */
#define MAX_GROWTH_VISITED 24

/* V plus OFFSET leads to the PHI; false if that is neither of the two. */
static bool add_growth(struct growth *growth, int v, long long offset)
{
	const struct lockprog_value *value, *phi = &growth->function->values[growth->phi];
	long long constant;

	if (v < 0)
		return false;
	value = &growth->function->values[v];
	if (++growth->n_visited > MAX_GROWTH_VISITED || value->type.bits != phi->type.bits || !value->type.is_signed)
		return false;
	if (v == growth->phi) {
		growth->least_step = growth->has_step && growth->least_step < offset ? growth->least_step : offset;
		growth->most_step = growth->has_step && growth->most_step > offset ? growth->most_step : offset;
		growth->has_step = true;
		return true;
	}
	switch (value->expr) {
	case LOCKPROG_CONST:
		if (__builtin_add_overflow(value->constant, offset, &constant))
			return false;
		growth->lowest = growth->has_constant && growth->lowest < constant ? growth->lowest : constant;
		growth->highest = growth->has_constant && growth->highest > constant ? growth->highest : constant;
		growth->has_constant = true;
		return true;
	case LOCKPROG_COPY:
		return add_growth(growth, value->a, offset);
	case LOCKPROG_ADD:
	case LOCKPROG_SUB:
		if (value->b < 0 || growth->function->values[value->b].expr != LOCKPROG_CONST)
			return false;
		constant = growth->function->values[value->b].constant;
		return !(value->expr == LOCKPROG_ADD ? __builtin_add_overflow(offset, constant, &offset)
						     : __builtin_sub_overflow(offset, constant, &offset)) &&
		       add_growth(growth, value->a, offset);
	case LOCKPROG_PHI:
		for (int i = 0; i < value->n_phi; i++)
			if (!add_growth(growth, value->phi[i].value, offset))
				return false;
		return true;
	default:
		return false;
	}
}

/* PHI gets ARG for another round, and which round it is nobody knows any more: what only grows from constants on is no lower
 * than the lowest of them, since signed sums do not wrap. */
static void bound_growth(struct analysis *a, struct state *state, int phi, int arg)
{
	const struct lockprog_value *value = &a->function->values[phi];
	struct growth all = { .function = a->function, .phi = phi }, last = all;
	struct fact fact;
	long long bound;

	for (int i = 0; i < value->n_phi; i++)
		if (!add_growth(&all, value->phi[i].value, 0))
			return;
	if (!all.has_step || !all.has_constant || !add_growth(&last, arg, 0) || !last.has_step)
		return;
	if (all.least_step >= 0) {
		if (__builtin_add_overflow(all.lowest, last.least_step, &bound))
			return;
		if (last.has_constant && last.lowest < bound)
			bound = last.lowest;
		if (bound > range_highest(value->type))
			return;
		fact = range_span(bound, range_highest(value->type));
	} else if (all.most_step <= 0) {
		if (__builtin_add_overflow(all.highest, last.most_step, &bound))
			return;
		if (last.has_constant && last.highest > bound)
			bound = last.highest;
		if (bound < range_lowest(value->type))
			return;
		fact = range_span(range_lowest(value->type), bound);
	} else {
		return;
	}
	fact.node = explore_node(a, state, phi);
	facts_meet_or_keep(&state->facts, a->syms, &fact);
}

void edge_bind_phis(struct analysis *a, struct state *state, int from, int to)
{
	const struct lockprog_block *block = &a->function->blocks[to];
	bool is_back = flow_is_back_edge(a->flow, from, to);
	int n = 0, *values = NULL, *nodes = NULL, max = 0, max_nodes = 0;

	for (int i = 0; i < block->n_ops; i++) {
		int v = block->ops[i].value, arg, node;

		if (block->ops[i].kind != LOCKPROG_DEFINE || a->function->values[v].expr != LOCKPROG_PHI)
			break;
		arg = phi_arg(&a->function->values[v], from);
		node = arg >= 0 ? explore_node(a, state, arg) : -1;
		if (node >= 0 && is_back && !may_go_round(a, state, node, to, is_computed(a, arg)))
			node = -1;
		values = alloc_grow(values, n, &max, sizeof *values);
		nodes = alloc_grow(nodes, n, &max_nodes, sizeof *nodes);
		values[n] = v;
		nodes[n++] = node;
	}
	/* All at once: first those that name what others forget. */
	for (int i = 0; i < n; i++)
		state_bind(state, values[i], nodes[i] >= 0 ? nodes[i]
							   : sym_const(a->syms, a->function->values[values[i]].type, 0));
	for (int i = 0; i < n; i++)
		if (nodes[i] < 0) {
			int leaf = sym_leaf(a->syms, a->function->values[values[i]].type, a->number, values[i]);

			state_redefine(state, a->syms, leaf);
			state_bind(state, values[i], leaf);
		}
	for (int i = 0; i < n && is_back; i++)
		if (nodes[i] < 0)
			bound_growth(a, state, values[i], phi_arg(&a->function->values[values[i]], from));
	free(values);
	free(nodes);
}
