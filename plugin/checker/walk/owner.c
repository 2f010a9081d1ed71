/* owner.c - locks that their owner may acquire again.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/owner.h"

#include "limits.h"
#include "shape/root.h"
#include "walk/memory-read.h"

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

static bool is_memory(int atom, void *data)
{
	struct walk *walk = data;
	const struct sym *sym = sym_at(walk->syms, atom);

	return sym->kind == SYM_INITIAL || memory_is_read_name(walk, sym) ||
	       (sym->kind == SYM_LEAF && sym->b == walk->number &&
		walk->function->values[sym->a].expr == LOCKPROG_LOAD);
}

bool owner_is_noted(const struct walk *walk)
{
	for (int i = 0; walk->is_callback && i < walk->unit->n_objects; i++)
		if (walk->unit->objects[i].is_thread)
			return true;
	return false;
}

/* ---- what names the owner ---- */

struct marks { bool is_noted, is_cleared, acquires, releases; };

/* What FUNCTION does to locks, and whether it stores the current thread, or nothing, in
 * cells of CLASS_. */
static struct marks marks_in(const struct walk *walk, const struct lockprog_function *function,
			     int class_)
{
	struct marks marks = { false };

	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];
			const struct lockprog_value *value;

			if (op->kind == LOCKPROG_LOCKOP) {
				marks.acquires |= op->ddi->op == SPINRULE_OP_ACQUIRE;
				marks.releases |= op->ddi->op == SPINRULE_OP_RELEASE;
			}
			if (op->kind != LOCKPROG_STORE || op->class_ != class_ || op->value < 0)
				continue;
			value = &function->values[root_of(function, op->value, ROOT_COPIES, NULL)];
			marks.is_cleared |= value->expr == LOCKPROG_CONST && !value->constant;
			marks.is_noted |= value->expr == LOCKPROG_OBJECT &&
					  walk->unit->objects[value->object].is_thread;
		}
	return marks;
}

/* True if cells of CLASS_ name the thread that holds a lock, and no thread while none
 * does: who notes it there has acquired the lock, and who releases it clears it. */
static bool names_holder(const struct walk *walk, int class_)
{
	bool is_noted = false, is_cleared = false;

	for (int f = 0; f < walk->unit->n_functions; f++) {
		const struct marks marks = marks_in(walk, walk->unit->functions[f], class_);

		if (marks.is_noted && (!marks.acquires || (marks.releases && !marks.is_cleared)))
			return false;
		is_noted |= marks.is_noted;
		is_cleared |= marks.is_cleared && marks.releases;
	}
	return is_noted && is_cleared;
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

/* True if NODE, a side of a comparison with the current thread, is what memory that names
 * the holder of a lock held at the entry. */
static bool is_first_holder(struct walk *walk, const struct state *state, int node)
{
	const struct sym sym = *sym_at(walk->syms, followed_back(walk, state, node));

	return sym.kind == SYM_INITIAL && names_holder(walk, sym.b);
}

/* The answer if STATE's path found its own thread as an owner in memory, without having
 * stored it there. */
static enum owner_answer owned_before(struct walk *walk, const struct state *state)
{
	for (int i = 0; i < state->facts.n; i++) {
		const struct fact *fact = &state->facts.list[i];
		const struct sym sym = *sym_at(walk->syms, fact->node);

		if (sym.kind != SYM_OP || (sym.expr != LOCKPROG_EQ && sym.expr != LOCKPROG_NE) ||
		    !names_thread(walk, fact->node) ||
		    !sym_any_atom(walk->syms, fact->node, is_memory, walk))
			continue;
		if (sym.expr == LOCKPROG_EQ ? !fact_is_nonzero(fact, sym.type)
					    : !fact_is_zero(fact, sym.type))
			continue;
		return is_first_holder(walk, state, sym.a) || is_first_holder(walk, state, sym.b)
			       ? OWNER_RULES_OUT
			       : OWNER_DOUBTS;
	}
	return OWNER_SILENT;
}

/* ---- how often it is held ---- */

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

/* True if STATE's facts contradict that CELL held 0 at the entry. */
static bool cannot_start_at_zero(struct walk *walk, const struct state *state,
				 const struct cell *cell)
{
	const struct lockprog_type type = sym_at(walk->syms, cell->node)->type;
	const int initial = sym_initial(walk->syms, type, cell->address, cell->class_);
	bool is_possible = true;

	for (int i = 0; i < state->facts.n && is_possible; i++) {
		const struct fact *fact = &state->facts.list[i];
		long long offset;
		int base;

		sym_split(walk->syms, followed_back(walk, state, fact->node), &base, &offset);
		if (base != initial)
			continue;
		is_possible = range_contains(
			fact, range_key(sym_at(walk->syms, fact->node)->type, offset));
	}
	return !is_possible;
}

/* The answer if memory names the owner of a lock that STATE holds, and counts its
 * acquires: no thread holds the lock while the count is 0. */
static enum owner_answer counted(struct walk *walk, const struct state *state)
{
	enum owner_answer owned = OWNER_SILENT, counted = OWNER_SILENT;

	for (int i = 0; i < state->memory.n_cells; i++) {
		const struct cell *cell = &state->memory.cells[i];

		if (owned != OWNER_RULES_OUT && likely_names_thread(walk, state, cell->node))
			owned = names_holder(walk, cell->class_) ? OWNER_RULES_OUT : OWNER_DOUBTS;
		if (counted != OWNER_RULES_OUT && is_counted_down(walk, state, cell))
			counted = cannot_start_at_zero(walk, state, cell) ? OWNER_RULES_OUT
									  : OWNER_DOUBTS;
	}
	return owned < counted ? owned : counted;
}

enum owner_answer owner_explains(struct walk *walk, const struct state *state,
				 enum spinrule_violation violation)
{
	enum owner_answer answer = OWNER_SILENT;

	if (!owner_is_noted(walk))
		return OWNER_SILENT;
	if (violation == SPINRULE_RELEASE_UNHELD)
		answer = owned_before(walk, state);
	if (violation == SPINRULE_HELD_AT_RETURN || violation == SPINRULE_DOUBLE_ACQUIRE)
		answer = counted(walk, state);
	/* Functions of the driver that are not seen may have acquired the lock. */
	if (answer == OWNER_RULES_OUT && state->memory.unseen & (UNSEEN_DRIVER | UNSEEN_ALL))
		return OWNER_DOUBTS;
	return answer;
}
