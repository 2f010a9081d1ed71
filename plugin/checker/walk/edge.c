/* edge.c - what taking an edge does to a state.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/edge.h"

#include <stdlib.h>

#include "limits.h"
#include "lockprog/alloc.h"
#include "value/sym-op.h"
#include "walk/equal.h"
#include "walk/growth.h"
#include "walk/replay.h"
#include "walk/rounds.h"
#include "walk/state-name.h"

static bool changes_each_round(int atom, void *data)
{
	const struct walk *walk = data;
	const struct sym *sym = sym_at(walk->syms, atom);

	return sym->kind == SYM_LEAF && rounds_changes(walk, sym->a);
}

/* True if LOCK, which one round of a loop acquired, can only be released in that
 * round. */
static bool is_of_one_round(struct walk *walk, const struct lock_record *lock)
{
	const struct sym *sym;
	long long offset;
	int base;

	sym_split(walk->syms, lock->address, &base, &offset);
	sym = sym_at(walk->syms, base);
	return lock->class_ >= 0 && sym->kind == SYM_LEAF && sym->b == walk->number &&
	       !rounds_may_release(walk, lock->class_, sym->a);
}

/* A new round of a loop begins: a lock that an earlier round left held is loose if
 * another loop may release it, since the walk does not count the rounds of the two
 * loops. */
static void loosen(struct walk *walk, struct state *state)
{
	for (int i = 0; i < state->n_locks; i++)
		if (state->locks[i].state == SPINRULE_STATE_HELD &&
		    ((sym_any_atom(walk->syms, state->locks[i].address, changes_each_round, walk) &&
		      !is_of_one_round(walk, &state->locks[i])) ||
		     (state->locks[i].hold.loop >= 0 &&
		      rounds_elsewhere(walk, state->locks[i].class_, state->locks[i].hold.loop,
				       false))))
			state->locks[i].is_loose = true;
}

/* Learn that CONDITION, on which FROM branches, leads to edge SUCC; false if it
 * cannot. */
static bool learn_edge(struct walk *walk, struct facts *facts, const struct lockprog_block *from,
		       int succ, int condition)
{
	const struct lockprog_edge *edge = &from->succ[succ];

	if (from->exit == LOCKPROG_IF)
		return facts_assume(facts, walk->syms, condition, succ == 0);
	if (!edge->is_default)
		return facts_assume_ranges(facts, walk->syms, condition, edge->ranges,
					   edge->n_ranges, true);
	for (int i = 0; i < from->n_succ; i++)
		if (!facts_assume_ranges(facts, walk->syms, condition, from->succ[i].ranges,
					 from->succ[i].n_ranges, false))
			return false;
	return true;
}

/* False if the edge contradicts CONDITION with all likely values taken as certain: then
 * this path needs a change of memory by unseen code. */
static bool is_likely(struct walk *walk, const struct state *state, int condition,
		      const struct lockprog_block *from, int succ)
{
	for (int i = 0; i <= state->memory.n_likely; i++) {
		struct facts facts;
		int before = condition;
		bool feasible;

		condition = memory_likely_once(&state->memory, walk->syms, condition);
		if (condition == before)
			return true;
		facts_copy(&facts, &state->facts);
		feasible = learn_edge(walk, &facts, from, succ, condition);
		facts_free(&facts);
		if (!feasible)
			return false;
	}
	return true;
}

/* True if NODE is a number, or a fact restricts an atom of it: a try that failed, what a
 * callee returned. */
static bool is_known(const struct walk *walk, const struct state *state, int node)
{
	const struct sym *sym = sym_at(walk->syms, node);

	if (sym->kind == SYM_CONST)
		return true;
	for (int i = 0; i < state->facts.n; i++)
		if (sym_at(walk->syms, state->facts.list[i].node)->atoms & sym->atoms)
			return true;
	return false;
}

/* False if a fact just learned about CONDITION, in terms of an earlier value of memory,
 * contradicts what is known about the same memory read again, if that is unchanged. */
static bool is_likely_still(struct walk *walk, const struct state *state, int condition)
{
	const unsigned long long atoms = sym_at(walk->syms, condition)->atoms;
	unsigned long long told = 0, doubted = 0;

	for (int i = 0; i < state->memory.n_likely; i++) {
		const unsigned long long of_node =
			sym_at(walk->syms, state->memory.likely[i].node)->atoms;

		told |= of_node;
		if (of_node & atoms)
			doubted |= sym_at(walk->syms, state->memory.likely[i].atom)->atoms;
	}
	if (!(atoms & told))
		return true;
	for (int i = 0; i < state->facts.n; i++) {
		const struct fact *fact = &state->facts.list[i];
		struct fact known;
		int node;

		if (!(sym_at(walk->syms, fact->node)->atoms & doubted))
			continue;
		node = memory_likely_once(&state->memory, walk->syms, fact->node);
		if (node == fact->node || sym_at(walk->syms, node)->kind == SYM_CONST ||
		    !(sym_at(walk->syms, node)->atoms & atoms))
			continue;
		known = facts_of(&state->facts, walk->syms, node);
		if (facts_disjoint(&known, fact))
			return false;
	}
	return true;
}

/* True if the first parameter of the function, a pointer, is null in STATE. */
static bool is_first_param_null(const struct walk *walk, const struct state *state)
{
	const struct lockprog_function *function = walk->function;

	for (int i = 0; i < state->facts.n; i++) {
		const struct fact *fact = &state->facts.list[i];
		const struct sym *sym = sym_at(walk->syms, fact->node);

		if (sym->kind == SYM_LEAF && sym->b == walk->number && sym->type.is_pointer &&
		    function->values[sym->a].expr == LOCKPROG_PARAM &&
		    function->values[sym->a].constant == 0)
			return fact_is_zero(fact, sym->type);
	}
	return false;
}

/* A cancel routine without a device was not called by the I/O manager: whether the
 * caller holds the cancel spin lock is unknown. */
static void doubt_entry(struct walk *walk, struct state *state)
{
	struct lock_record *lock = state_lock(state, walk->cancel_lock);

	if (!lock || !lock->touched || lock->touched->event.kind != EVENT_ENTRY_HELD ||
	    lock->state != SPINRULE_STATE_HELD || !is_first_param_null(walk, state))
		return;
	lock_set_state(lock, SPINRULE_STATE_UNKNOWN);
	lock->first = (struct first_event){ .event = -1, .given = -1 };
	lock->hold.saved = lock->hold.also = -1;
}

bool edge_take(struct walk *walk, struct state *state, int block, int succ)
{
	const struct lockprog_block *from = &walk->function->blocks[block];
	int condition;

	if ((from->exit != LOCKPROG_IF && from->exit != LOCKPROG_SWITCH) ||
	    !walk->flow->is_decisive[block])
		return true;
	condition = walk_node(walk, state, from->value);
	if (!walk->effort.branches_teach && !is_known(walk, state, condition))
		return true;
	if (!is_likely(walk, state, condition, from, succ))
		state->doubts |= DOUBT_MEMORY;
	state->facts.learned = 0;
	if (!learn_edge(walk, &state->facts, from, succ, condition) ||
	    !equal_unite(walk, state, NULL, 0))
		return false;
	if (walk->function->enters_with_cancel_lock)
		doubt_entry(walk, state);
	if (!state_has(state, DOUBT_MEMORY) && !is_likely_still(walk, state, condition))
		state->doubts |= DOUBT_MEMORY;
	return true;
}

/* True if the number of the round of the loop at TO may matter to a lock, or to the end
 * of the loop: then a claim needs a replay where a value is given up. */
static bool giving_up_is_doubtful(const struct walk *walk, int to)
{
	return rounds_has_locks(walk, to) || rounds_has_result(walk, to) ||
	       rounds_may_be_endless(walk, to);
}

/* True if the value NODE is kept for another round of the loop at TO; only values that
 * cannot grow for ever are.  In a loop with lock operations, changing values are kept for
 * some rounds, since the number of the round may decide what happens to a lock.  A replay
 * of a path on which nothing was given up with a doubt gives up what the walk does, since
 * the path may need more rounds than it shows. */
static bool may_go_round(const struct walk *walk, int node, int to, bool is_computed)
{
	const struct sym *sym = sym_at(walk->syms, node);

	if (sym->kind == SYM_LEAF || sym->kind == SYM_OBJECT ||
	    (walk->replay && (walk->replay->is_exact || giving_up_is_doubtful(walk, to))))
		return true;
	if (rounds_has_locks(walk, to) || walk->effort.follows_all_loops) {
		if (walk->work.blocks[to].n < walk->effort.max_states / 2)
			return true;
	} else if (sym->kind == SYM_CONST
			   ? !is_computed
			   : sym->kind == SYM_INITIAL && sym->depth <= EDGE_MAX_ROUND_DEPTH) {
		return true;
	}
	return sym->kind == SYM_CONST && !is_computed;
}

struct growing {
	struct walk *walk;
	struct state *state;
	int to;
};

/* What is kept of memory is read later, so a claim needs a replay where it is dropped. */
static bool may_cell_go_round(const struct cell *cell, void *data)
{
	const struct growing *growing = data;
	struct walk *walk = growing->walk;
	const struct sym *sym = sym_at(walk->syms, cell->node);

	/* A cell that holds what it held at the entry is the same in each round. */
	if (walk->replay ||
	    (sym->kind == SYM_INITIAL && sym->a == cell->address && sym->b == cell->class_ &&
	     sym->depth <= EDGE_MAX_ROUND_DEPTH) ||
	    rounds_keeps(walk, growing->to, cell->class_) ||
	    may_go_round(walk, cell->node, growing->to,
			 walk->work.blocks[growing->to].n >= walk->effort.max_states / 2))
		return true;
	growing->state->doubts |= DOUBT_JOINED;
	walk->is_limited = true;
	return false;
}

/* In a callback, a lock that an earlier round acquired and released is free like one that
 * no operation touched: drop its record. */
static void forget_free(struct walk *walk, struct state *state)
{
	int n = 0;

	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *lock = &state->locks[i];

		if (!walk->is_callback || lock->hold.loop < 0 ||
		    lock->state != SPINRULE_STATE_FREE ||
		    lock->first.event != SPINRULE_EVENT_ACQUIRE || lock->is_promised ||
		    lock->is_assumed)
			state->locks[n++] = *lock;
	}
	state->n_locks = n;
}

void edge_go_round(struct walk *walk, struct state *state, int to)
{
	loosen(walk, state);
	forget_free(walk, state);
	memory_filter(&state->memory, may_cell_go_round, &(struct growing){ walk, state, to });
}

/* How deep to look for what a value is computed from. */
#define MAX_COMPUTED 6

/* True if V, which may be an operand, may differ in each round. */
static bool may_vary(const struct walk *walk, int v, int depth)
{
	const struct lockprog_value *value;

	if (v < 0)
		return false;
	value = &walk->function->values[v];
	if (value->expr == LOCKPROG_CONST || value->expr == LOCKPROG_OBJECT ||
	    value->expr == LOCKPROG_PARAM || !rounds_changes(walk, v))
		return false;
	if (value->expr == LOCKPROG_PHI || value->expr == LOCKPROG_LOAD || value->a < 0 ||
	    depth == 0)
		return true;
	return may_vary(walk, value->a, depth - 1) || may_vary(walk, value->b, depth - 1);
}

/* True if V is computed from what may differ in each round: then even a constant value
 * may. */
static bool is_computed(const struct walk *walk, int v)
{
	enum lockprog_expr expr;

	while (walk->function->values[v].expr == LOCKPROG_COPY)
		v = walk->function->values[v].a;
	expr = walk->function->values[v].expr;
	return expr != LOCKPROG_PHI && expr != LOCKPROG_LOAD && may_vary(walk, v, MAX_COMPUTED);
}

/* The argument of PHI on the edge from block FROM; -1: unknown. */
static int phi_arg(const struct lockprog_value *phi, int from)
{
	for (int i = 0; i < phi->n_phi; i++)
		if (phi->phi[i].block == from)
			return phi->phi[i].value;
	return -1;
}

static bool is_of_entry(int atom, void *data)
{
	const struct walk *walk = data;
	const struct sym *sym = sym_at(walk->syms, atom);

	return sym->kind == SYM_INITIAL ||
	       (sym->kind == SYM_LEAF && sym->b == walk->number &&
		sym->a < walk->function->n_values &&
		walk->function->values[sym->a].expr == LOCKPROG_PARAM);
}

/* The value NODE is not kept for another round of the loop at TO. */
static void give_up(struct walk *walk, struct state *state, int node, int to)
{
	long long offset;
	int base;

	walk->is_limited = true;
	if (giving_up_is_doubtful(walk, to))
		state->doubts |= DOUBT_JOINED;
	/* A value that counts is not: its number of rounds is rarely told by callers. */
	sym_split(walk->syms, node, &base, &offset);
	if (rounds_has_result(walk, to) && sym_at(walk->syms, base)->kind == SYM_OP &&
	    sym_any_atom(walk->syms, node, is_of_entry, walk))
		walk->gave_up_entry = true;
}

/* A PHI that an edge binds. */
struct bound {
	int value;		/* the PHI */
	int node;		/* what it is bound to; -1: to a new leaf */
	/* What the leaf names, or -1; and the name that this is based on, or -1. */
	int given_up, name;
};

/* The function of names that stand for what a leaf will name. */
#define GIVEN_UP_FUNCTION (-4)

static bool is_of_walk(int atom, void *data)
{
	return !is_of_entry(atom, data);
}

/* True if BASE is a pointer that callers have no name for, and leads to a lock that is
 * not free. */
static bool leads_to_lock(struct walk *walk, const struct state *state, int base)
{
	const struct sym sym = *sym_at(walk->syms, base);

	if ((sym.kind != SYM_INITIAL && sym.kind != SYM_LEAF) || !sym.type.is_pointer ||
	    (sym.depth <= EDGE_MAX_ROUND_DEPTH &&
	     !sym_any_atom(walk->syms, base, is_of_walk, walk)))
		return false;
	for (int i = 0; i < state->n_locks; i++)
		if (state->locks[i].state != SPINRULE_STATE_FREE &&
		    sym_contains(walk->syms, state->locks[i].address, base))
			return true;
	return false;
}

/* What the leaf of PHIS[I] will name leads to a lock: it gets a name of its own, so that
 * what is known of the lock goes with it.  Another PHI of the N that is the same, or lies
 * beside it, is bound to that name. */
static void name_given_up(struct walk *walk, struct state *state, struct bound *phis, int n, int i)
{
	long long offset;
	int base, other;

	if (phis[i].given_up < 0)
		return;
	sym_split(walk->syms, phis[i].given_up, &base, &offset);
	if (!leads_to_lock(walk, state, base))
		return;
	phis[i].name = sym_leaf(walk->syms, sym_at(walk->syms, base)->type, GIVEN_UP_FUNCTION,
				phis[i].value);
	state_unite(state, walk->syms, walk->number, base, phis[i].name);
	for (int k = i + 1; k < n; k++) {
		if (phis[k].given_up < 0)
			continue;
		phis[k].given_up =
			sym_replace(walk->syms, phis[k].given_up, base, phis[i].name);
		sym_split(walk->syms, phis[k].given_up, &other, &offset);
		if (other != phis[i].name)
			continue;
		phis[k].node = phis[k].given_up;
		phis[k].given_up = -1;
		state_bind(state, phis[k].value, phis[k].node);
	}
}

/* PHI gets its own leaf, which names what it was before.  Whether a pointer is null is
 * kept: a loop over a list often ends, and gives up its lock, where it is. */
static void bind_anew(struct walk *walk, struct state *state, const struct bound *phi)
{
	const struct lockprog_type type = walk->function->values[phi->value].type;
	const int leaf = sym_leaf(walk->syms, type, walk->number, phi->value);
	struct lockprog_type number = type;
	struct fact was = range_of_type(type);
	long long offset = 0;
	int base;

	if (phi->given_up >= 0 && type.is_pointer)
		was = facts_of(&state->facts, walk->syms, phi->given_up);
	state_redefine(state, walk->syms, leaf);
	state_bind(state, phi->value, leaf);
	if (fact_is_zero(&was, type) || fact_is_nonzero(&was, type))
		facts_assume(&state->facts, walk->syms, leaf, fact_is_nonzero(&was, type));
	if (phi->name < 0)
		return;
	sym_split(walk->syms, phi->given_up, &base, &offset);
	number.is_pointer = number.is_signed = false;
	state_unite(state, walk->syms, walk->number, phi->name,
		    sym_op(walk->syms, LOCKPROG_ADD, type, leaf,
			   sym_const(walk->syms, number, sym_wrap(number, -offset))));
}

void edge_bind_phis(struct walk *walk, struct state *state, int from, int to)
{
	const struct lockprog_block *block = &walk->function->blocks[to];
	bool is_back = flow_is_back_edge(walk->flow, from, to);
	struct bound *phis = NULL;
	int n = 0, max = 0;

	for (int i = 0; i < block->n_ops; i++) {
		int v = block->ops[i].value, arg, node;

		if (block->ops[i].kind != LOCKPROG_DEFINE ||
		    walk->function->values[v].expr != LOCKPROG_PHI)
			break;
		arg = phi_arg(&walk->function->values[v], from);
		node = arg >= 0 ? walk_node(walk, state, arg) : -1;
		phis = alloc_grow(phis, n, &max, sizeof *phis);
		phis[n] = (struct bound){ v, node, -1, -1 };
		if (node >= 0 && is_back && !may_go_round(walk, node, to, is_computed(walk, arg))) {
			give_up(walk, state, node, to);
			phis[n].given_up = node;
			phis[n].node = -1;
		}
		n++;
	}
	/* PHIs are bound in parallel: first those with a value, then those that get a new
	 * leaf. */
	for (int i = 0; i < n; i++)
		state_bind(state, phis[i].value,
			   phis[i].node >= 0
				   ? phis[i].node
				   : sym_const(walk->syms,
					       walk->function->values[phis[i].value].type, 0));
	for (int i = 0; i < n; i++)
		name_given_up(walk, state, phis, n, i);
	for (int i = 0; i < n; i++)
		if (phis[i].node < 0)
			bind_anew(walk, state, &phis[i]);
	for (int i = 0; i < n && is_back; i++)
		if (phis[i].node < 0)
			growth_bound(walk, state, phis[i].value,
				     phi_arg(&walk->function->values[phis[i].value], from));
	free(phis);
}
