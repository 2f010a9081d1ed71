/* owner.c - locks that their owner may acquire again.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/owner.h"

#include "limits.h"

static bool names_thread(struct walk *walk, int node)
{
	const struct sym *sym = sym_at(walk->syms, node);

	switch (sym->kind) {
	case SYM_OBJECT:
		return sym->a >= 0 && walk->unit->objects[sym->a].is_thread;
	case SYM_OP:
		return names_thread(walk, sym->a) || (sym->b >= 0 && names_thread(walk, sym->b));
	case SYM_CONST:
	case SYM_LEAF:
	case SYM_INITIAL:
		return false;
	}
	return false;
}

/* True if memory held value V, here or in a callee. */
static bool is_read(struct walk *walk, int v)
{
	if (walk->function->values[v].expr == LOCKPROG_LOAD)
		return true;
	for (int b = 0; b < walk->function->n_blocks; b++) {
		int spares = walk->pieces->spares[b];

		if (spares >= 0 && v >= spares + PIECES_SAVED && v < spares + PIECES_SPARES)
			return true;
	}
	return false;
}

static bool is_memory(int atom, void *data)
{
	struct walk *walk = data;
	const struct sym *sym = sym_at(walk->syms, atom);

	return sym->kind == SYM_INITIAL ||
	       (sym->kind == SYM_LEAF && sym->b == walk->number && is_read(walk, sym->a));
}

bool owner_is_noted(const struct walk *walk)
{
	for (int i = 0; walk->is_callback && i < walk->unit->n_objects; i++)
		if (walk->unit->objects[i].is_thread)
			return true;
	return false;
}

/* True if STATE's path found its own thread as an owner in memory, without having stored
 * it there. */
static bool owned_before(struct walk *walk, const struct state *state)
{
	for (int i = 0; i < state->facts.n; i++) {
		const struct fact *fact = &state->facts.list[i];
		const struct sym *sym = sym_at(walk->syms, fact->node);

		if (sym->kind != SYM_OP || (sym->expr != LOCKPROG_EQ && sym->expr != LOCKPROG_NE) ||
		    !names_thread(walk, fact->node) ||
		    !sym_any_atom(walk->syms, fact->node, is_memory, walk))
			continue;
		if (sym->expr == LOCKPROG_EQ ? fact_is_nonzero(fact, sym->type)
					     : fact_is_zero(fact, sym->type))
			return true;
	}
	return false;
}

static bool is_known(struct walk *walk, const struct state *state, int atom)
{
	for (int i = 0; i < state->facts.n; i++)
		if (sym_contains(walk->syms, state->facts.list[i].node, atom))
			return true;
	return false;
}

/* True if NODE is the thread, or is likely to be. */
static bool likely_names_thread(struct walk *walk, const struct state *state, int node)
{
	for (int i = 0, before = -1; i < OWNER_MAX_READS && node != before; i++) {
		if (names_thread(walk, node))
			return true;
		before = node;
		node = memory_likely_once(&state->memory, walk->syms, node);
	}
	return false;
}

/* NODE with all likely values taken as certain, through up to OWNER_MAX_READS reads. */
static int followed_back(struct walk *walk, const struct state *state, int node)
{
	for (int i = 0, before = -1; i < OWNER_MAX_READS && node != before; i++) {
		before = node;
		node = memory_likely_once(&state->memory, walk->syms, node);
	}
	return node;
}

/* Find what CELL held at entry, if STATE's facts determine it; true if they do. */
static bool find_first_value(struct walk *walk, const struct state *state, const struct cell *cell,
			     struct lockprog_type type, long long *value)
{
	const int initial = sym_initial(walk->syms, type, cell->address, cell->class_);

	for (int i = 0; i < state->facts.n; i++) {
		const struct fact *fact = &state->facts.list[i];
		long long offset;
		int base;

		if (!range_is_single(fact))
			continue;
		sym_split(walk->syms, followed_back(walk, state, fact->node), &base, &offset);
		if (base != initial)
			continue;
		/* range_key also maps a key back to its number. */
		*value = (long long)((unsigned long long)range_key(type, range_low(fact)) -
				     (unsigned long long)offset);
		return true;
	}
	return false;
}

/* True if CELL is a count that STATE's path wrote to, branched on, and left at the value
 * of the entry or lower, unless unseen code changed it. */
static bool is_counted_down(struct walk *walk, const struct state *state, const struct cell *cell)
{
	const struct lockprog_type type = sym_at(walk->syms, cell->node)->type;
	bool was_branched_on = false;
	long long offset;
	int base, node = cell->node, before = -1;

	if (type.is_pointer || (!class_set_has(&state->memory.maybe_written, cell->class_) &&
				!class_set_has(&state->memory.written, cell->class_)))
		return false;
	for (int i = 0; i < OWNER_MAX_READS && node != before; i++) {
		sym_split(walk->syms, node, &base, &offset);
		was_branched_on |= is_known(walk, state, base);
		before = node;
		node = memory_likely_once(&state->memory, walk->syms, node);
	}
	if (sym_at(walk->syms, node)->kind == SYM_CONST) {
		long long first;

		return find_first_value(walk, state, cell, type, &first) &&
		       sym_at(walk->syms, node)->constant <= first;
	}
	if (!was_branched_on || !is_memory(base, walk))
		return false;
	return node != before ||
	       sym_wrap((struct lockprog_type){ type.bits, true, false }, offset) <= 0;
}

/* True if memory names the owner of a lock that STATE holds, and counts its acquires. */
static bool is_counted(struct walk *walk, const struct state *state)
{
	bool is_owned = false, is_counted = false;

	for (int i = 0; i < state->memory.n_cells; i++) {
		is_owned |= likely_names_thread(walk, state, state->memory.cells[i].node);
		is_counted |= is_counted_down(walk, state, &state->memory.cells[i]);
	}
	return is_owned && is_counted;
}

bool owner_explains(struct walk *walk, const struct state *state, enum spinrule_violation violation)
{
	if (!owner_is_noted(walk))
		return false;
	if (violation == SPINRULE_RELEASE_UNHELD)
		return owned_before(walk, state);
	return (violation == SPINRULE_HELD_AT_RETURN || violation == SPINRULE_DOUBLE_ACQUIRE) &&
	       is_counted(walk, state);
}
