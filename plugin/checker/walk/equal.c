/* equal.c - pointers that a path has shown to be equal are one object there.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/equal.h"

#include "value/sym-op.h"
#include "walk/memory-read.h"
#include "walk/state-name.h"
#include "walk/walk.h"

/* The facts that say that two pointers are equal: what they are compared with, and in
 * which ways. */
#define MAX_KEPT 8

/* How well callers know A, which may get the name B: it is replaced if they know B
 * better.  -1: it may not be replaced. */
static int rank(const struct walk *walk, int a, int b)
{
	const struct sym *sym = sym_at(walk->syms, a);

	if ((sym->kind != SYM_LEAF && sym->kind != SYM_INITIAL) || sym_contains(walk->syms, b, a))
		return -1;
	if (sym->kind == SYM_INITIAL)
		return 1 + sym->depth;
	if (sym->b != walk->number)
		return -1;
	return walk->function->values[sym->a].expr != LOCKPROG_PARAM ? 1000 : 0;
}

/* True if NODE, which is FACT, says that two pointers are equal. */
static bool is_equality(const struct walk *walk, const struct fact *fact)
{
	const struct sym *sym = sym_at(walk->syms, fact->node);

	return sym->kind == SYM_OP && sym->expr == LOCKPROG_EQ &&
	       sym_at(walk->syms, sym->a)->type.is_pointer &&
	       sym_at(walk->syms, sym->a)->kind != SYM_CONST &&
	       sym_at(walk->syms, sym->b)->kind != SYM_CONST && fact_is_nonzero(fact, sym->type);
}

/* True if FACT, which is about ATOM, says no more than that it is BY. */
static bool is_of_both(const struct walk *walk, const struct fact *fact, int atom, int by)
{
	const struct sym *sym = sym_at(walk->syms, fact->node);

	return fact->node == atom ||
	       (sym->kind == SYM_OP && ((sym->a == atom && sym->b == by) ||
					(sym->a == by && sym->b == atom)));
}

/* ATOM gets the name BY in STATE and in the N NODES; memory that still holds it holds BY.
 * Callers need to know when this is so: the facts that say it stay. */
static bool replace(struct walk *walk, struct state *state, int atom, int by, int *nodes,
		    int n_nodes)
{
	const struct sym sym = *sym_at(walk->syms, atom);
	struct fact kept[MAX_KEPT];
	int n = 0;

	for (int i = 0; i < state->facts.n && n < MAX_KEPT; i++)
		if (is_of_both(walk, &state->facts.list[i], atom, by))
			kept[n++] = state->facts.list[i];
	if (sym.kind == SYM_INITIAL && memory_peek(walk, state, sym.a, sym.b, sym.type) == atom)
		memory_set(&state->memory, sym.a, sym.b, atom);
	if (!state_unite(state, walk->syms, walk->number, atom, by))
		return false;
	for (int i = 0; i < n; i++)
		facts_put(&state->facts, kept[i].node, &kept[i]);
	for (int i = 0; i < n_nodes; i++)
		if (nodes[i] >= 0)
			nodes[i] = sym_replace(walk->syms, nodes[i], atom, by);
	return true;
}

bool equal_unite(struct walk *walk, struct state *state, int *nodes, int n_nodes)
{
	const unsigned long long learned =
		walk->effort.branches_teach ? state->facts.learned : 0;

	for (int i = 0; i < state->facts.n && learned; i++) {
		const int node = state->facts.list[i].node;
		const struct sym sym = *sym_at(walk->syms, node);
		int rank_a, rank_b;

		if ((sym.atoms & ~learned) || !is_equality(walk, &state->facts.list[i]))
			continue;
		rank_a = rank(walk, sym.a, sym.b);
		rank_b = rank(walk, sym.b, sym.a);
		if (rank_a < 0 && rank_b < 0)
			continue;
		if (!(rank_a > rank_b ? replace(walk, state, sym.a, sym.b, nodes, n_nodes)
				      : replace(walk, state, sym.b, sym.a, nodes, n_nodes)))
			return false;
		i = facts_find(&state->facts, node);
	}
	return true;
}
