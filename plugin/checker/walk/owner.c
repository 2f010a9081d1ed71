/* owner.c - locks that their owner may acquire again: memory says which thread holds the lock, and how often.
 *
 *     if (ext->owner == self)  ext->depth++;              if (--ext->depth == 0) {
 *     else { acquire; ext->owner = self; ... }                    ext->owner = NULL; release; }
 *
 * What holds of owner and depth while nobody has the lock was made so by those who had it before, and no walk
 * sees them.  So a path of a callback on which memory is otherwise at entry is none that happens:
 *
 *   - its own thread is the owner before it did anything, although it holds no lock;
 *   - the thread is now noted as the owner, and a count that was read after the acquire is back where it
 *     was, or below, and not at the end.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/explore.h"

static bool names_thread(const struct analysis *a, int node)
{
	const struct sym *sym = sym_at(a->syms, node);

	switch (sym->kind) {
	case SYM_OBJECT:
		return sym->a >= 0 && a->unit->objects[sym->a].is_thread;
	case SYM_OP:
		return names_thread(a, sym->a) || (sym->b >= 0 && names_thread(a, sym->b));
	case SYM_CONST:
	case SYM_LEAF:
	case SYM_INITIAL:
		return false;
	}
	return false;
}

/* True if value V is what memory held, here or in a callee. */
static bool is_read(const struct analysis *a, int v)
{
	if (a->function->values[v].expr == LOCKPROG_LOAD)
		return true;
	for (int b = 0; b < a->function->n_blocks; b++) {
		int spares = a->split->spares[b];

		if (spares >= 0 && v >= spares + SPLIT_SAVED && v < spares + SPLIT_SPARES)
			return true;
	}
	return false;
}

static bool is_memory(int atom, void *data)
{
	const struct analysis *a = data;
	const struct sym *sym = sym_at(a->syms, atom);

	return sym->kind == SYM_INITIAL || (sym->kind == SYM_LEAF && sym->b == a->number && is_read(a, sym->a));
}

bool owner_is_noted(const struct analysis *a)
{
	for (int i = 0; a->is_callback && i < a->unit->n_objects; i++)
		if (a->unit->objects[i].is_thread)
			return true;
	return false;
}

/* True if STATE's path found that memory has its own thread as an owner, which it did not put there. */
static bool owned_before(struct analysis *a, const struct state *state)
{
	for (int i = 0; i < state->facts.n; i++) {
		const struct fact *fact = &state->facts.list[i];
		const struct sym *sym = sym_at(a->syms, fact->node);

		if (sym->kind != SYM_OP || (sym->expr != LOCKPROG_EQ && sym->expr != LOCKPROG_NE) ||
		    !names_thread(a, fact->node) || !sym_any_atom(a->syms, fact->node, is_memory, a))
			continue;
		if (sym->expr == LOCKPROG_EQ ? fact_is_nonzero(fact, sym->type) : fact_is_zero(fact, sym->type))
			return true;
	}
	return false;
}

static bool is_known(const struct analysis *a, const struct state *state, int atom)
{
	for (int i = 0; i < state->facts.n; i++)
		if (sym_contains(a->syms, state->facts.list[i].node, atom))
			return true;
	return false;
}

/* So often what memory holds is followed back to what it held when it was read before. */
#define MAX_READ 64

/* True if NODE is the thread, or what memory held when it was the thread's. */
static bool likely_names_thread(struct analysis *a, const struct state *state, int node)
{
	for (int i = 0, before = -1; i < MAX_READ && node != before; i++) {
		if (names_thread(a, node))
			return true;
		before = node;
		node = explore_likely_once(a, state, node);
	}
	return false;
}

/* NODE, followed back as far as others did not change it. */
static int followed_back(struct analysis *a, const struct state *state, int node)
{
	for (int i = 0, before = -1; i < MAX_READ && node != before; i++) {
		before = node;
		node = explore_likely_once(a, state, node);
	}
	return node;
}

/* What CELL held at entry, in *VALUE, where STATE's path has found out; true if it has. */
static bool find_first_value(struct analysis *a, const struct state *state, const struct cell *cell, struct lockprog_type type,
			     long long *value)
{
	const int initial = sym_initial(a->syms, type, cell->address, cell->class_);

	for (int i = 0; i < state->facts.n; i++) {
		const struct fact *fact = &state->facts.list[i];
		long long offset;
		int base;

		if (!range_is_single(fact))
			continue;
		sym_split(a->syms, followed_back(a, state, fact->node), &base, &offset);
		if (base != initial)
			continue;
		/* The key of a key is the number. */
		*value = (long long)((unsigned long long)range_key(type, range_low(fact)) - (unsigned long long)offset);
		return true;
	}
	return false;
}

/* True if CELL is a count that STATE's path wrote to, branched on, and left where it was or lower, had others not changed it. */
static bool is_counted_down(struct analysis *a, const struct state *state, const struct cell *cell)
{
	const struct lockprog_type type = sym_at(a->syms, cell->node)->type;
	bool was_branched_on = false;
	long long offset;
	int base, node = cell->node, before = -1;

	if (type.is_pointer || (!class_set_has(&state->maybe_changed, cell->class_) && !class_set_has(&state->changed, cell->class_)))
		return false;
	for (int i = 0; i < MAX_READ && node != before; i++) {
		sym_split(a->syms, node, &base, &offset);
		was_branched_on |= is_known(a, state, base);
		before = node;
		node = explore_likely_once(a, state, node);
	}
	if (sym_at(a->syms, node)->kind == SYM_CONST) {
		long long first;

		return find_first_value(a, state, cell, type, &first) && sym_at(a->syms, node)->constant <= first;
	}
	if (!was_branched_on || !is_memory(base, a))
		return false;
	return node != before || sym_wrap((struct lockprog_type){ type.bits, true, false }, offset) <= 0;
}

/* True if STATE holds a lock whose owner is noted in memory, by a count. */
static bool is_counted(struct analysis *a, const struct state *state)
{
	bool is_owned = false, is_counted = false;

	for (int i = 0; i < state->n_cells; i++) {
		is_owned |= likely_names_thread(a, state, state->cells[i].node);
		is_counted |= is_counted_down(a, state, &state->cells[i]);
	}
	return is_owned && is_counted;
}

bool owner_explains(struct analysis *a, const struct state *state, enum spinrule_violation violation)
{
	if (!owner_is_noted(a))
		return false;
	if (violation == SPINRULE_RELEASE_UNHELD)
		return owned_before(a, state);
	return (violation == SPINRULE_HELD_AT_RETURN || violation == SPINRULE_DOUBLE_ACQUIRE) && is_counted(a, state);
}
