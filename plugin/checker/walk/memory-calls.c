/* memory-calls.c - what calls, and other code that runs meanwhile, may have changed in
 * memory.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/memory-calls.h"

#include "limits.h"
#include "value/address.h"
#include "walk/memory-read.h"
#include "walk/walk.h"

/* A pointer that functions of the driver may change, and other threads do not. */
static bool is_pointer_of_driver(const struct lockprog_unit *unit, int class_)
{
	return unit->classes[class_].lifetime == LOCKPROG_DRIVER;
}

/* True if CELL holds a pointer of the driver that is no longer the one of the entry: what
 * was read through it says by itself only that pointer, and not what led there. */
static bool is_later_pointer(const struct walk *walk, const struct cell *cell)
{
	return is_pointer_of_driver(walk->unit, cell->class_) &&
	       sym_at(walk->syms, cell->node)->kind == SYM_LEAF;
}

/* True if ADDRESS was reached through the pointer NODE, with at most MORE loads that
 * ADDRESS does not show. */
static bool is_reached_through(const struct walk *walk, const struct state *state, int address,
			       int node, int more)
{
	const struct memory *memory = &state->memory;

	if (sym_contains(walk->syms, address, node))
		return true;
	for (int i = 0; i < memory->n_cells && more; i++) {
		const struct cell *cell = &memory->cells[i];

		if (is_later_pointer(walk, cell) && sym_contains(walk->syms, address, cell->node) &&
		    is_reached_through(walk, state, cell->address, node, more - 1))
			return true;
	}
	return false;
}

/* True if a held lock was reached through the pointer NODE that a cell of CLASS_
 * holds. */
static bool leads_to_held(const struct walk *walk, const struct state *state, int class_, int node)
{
	const enum sym_kind kind = sym_at(walk->syms, node)->kind;

	if (!is_pointer_of_driver(walk->unit, class_) ||
	    (kind != SYM_LEAF && kind != SYM_INITIAL))
		return false;
	for (int i = 0; i < state->n_locks; i++)
		if (state->locks[i].state == SPINRULE_STATE_HELD &&
		    is_reached_through(walk, state, state->locks[i].address, node,
				       MEMORY_MAX_WAY))
			return true;
	return false;
}

/* True if ATOM, which is SYM, is a pointer of the driver that memory has held since the
 * entry. */
static bool is_pointer_of_entry(struct walk *walk, const struct state *state, int atom,
				const struct sym *sym)
{
	return sym->kind == SYM_INITIAL && is_pointer_of_driver(walk->unit, sym->b) &&
	       memory_peek(walk, state, sym->a, sym->b, sym->type) == atom;
}

struct way {
	struct walk *walk;
	struct state *state;
	int more;
};

/* ATOM is on the way to a held lock: if it is a pointer that memory has held since the
 * entry, it gets a cell. */
static bool give_cell(int atom, void *data)
{
	struct way *way = data;
	struct walk *walk = way->walk;
	struct memory *memory = &way->state->memory;
	const struct sym sym = *sym_at(walk->syms, atom);

	for (int i = 0; i < memory->n_cells && way->more && sym.kind == SYM_LEAF; i++)
		if (memory->cells[i].node == atom && is_later_pointer(walk, &memory->cells[i])) {
			way->more--;
			sym_any_atom(walk->syms, memory->cells[i].address, give_cell, way);
			way->more++;
		}
	if (is_pointer_of_entry(walk, way->state, atom, &sym))
		memory_set(memory, sym.a, sym.b, atom);
	return false;
}

/* Call VISIT for each atom on the way to each held lock. */
static void visit_ways(const struct walk *walk, const struct state *state,
		       bool visit(int atom, void *data), void *data)
{
	for (int i = 0; i < state->n_locks; i++)
		if (state->locks[i].state == SPINRULE_STATE_HELD)
			sym_any_atom(walk->syms, state->locks[i].address, visit, data);
}

/* Functions of the driver without a program are about to run: the pointers on the way to
 * each held lock get cells. */
static void find_ways(struct walk *walk, struct state *state)
{
	struct way way = { walk, state, MEMORY_MAX_WAY };

	visit_ways(walk, state, give_cell, &way);
}

struct stored {
	struct walk *walk;
	struct state *state;
	int class_;
};

/* ATOM is on the way to a held lock: if it is what a cell of the class that is stored has
 * held since the entry, it gets that cell. */
static bool give_stored(int atom, void *data)
{
	const struct stored *stored = data;
	struct walk *walk = stored->walk;
	const struct sym sym = *sym_at(walk->syms, atom);

	if (sym.kind == SYM_INITIAL && sym.b == stored->class_ &&
	    memory_peek(walk, stored->state, sym.a, sym.b, sym.type) == atom)
		memory_set(&stored->state->memory, sym.a, sym.b, atom);
	return false;
}

void memory_before_store(struct walk *walk, struct state *state, int class_)
{
	struct stored stored = { walk, state, class_ };

	if (class_ < 0 || memory_is_written(&state->memory, class_) ||
	    class_set_has(&state->memory.maybe_written, class_))
		return;
	visit_ways(walk, state, give_stored, &stored);
}

struct search {
	struct walk *walk;
	const struct state *state;
	struct memory_way *way;
};

static bool note_pointer(int atom, void *data)
{
	struct search *search = data;
	struct memory_way *way = search->way;
	const struct sym sym = *sym_at(search->walk->syms, atom);

	if (way->n < MEMORY_MAX_WAY &&
	    is_pointer_of_entry(search->walk, search->state, atom, &sym)) {
		way->cells[way->n++] =
			(struct cell){ .address = sym.a, .class_ = sym.b, .node = atom };
		sym_any_atom(search->walk->syms, sym.a, note_pointer, search);
	}
	return false;
}

void memory_note_way(struct walk *walk, const struct state *state, int address,
		     struct memory_way *way)
{
	struct search search = { walk, state, way };

	sym_any_atom(walk->syms, address, note_pointer, &search);
}

const struct likely *memory_left_alone(const struct walk *walk, const struct state *state,
				       int address)
{
	const struct memory *memory = &state->memory;

	if (sym_is_deep(walk->syms, address))
		return NULL;
	for (int i = 0; i < memory->n_likely; i++)
		if (memory->likely[i].class_ >= 0 &&
		    is_pointer_of_driver(walk->unit, memory->likely[i].class_) &&
		    sym_contains(walk->syms, address, memory->likely[i].atom))
			return &memory->likely[i];
	return NULL;
}

bool memory_is_out_of_reach(const struct walk *walk, const struct state *state, int address,
			    int class_, struct lockprog_type type)
{
	int node;

	if (address_is_contained(walk->syms, address))
		return true;
	node = memory_peek(walk, state, address, class_, type);
	return node >= 0 && leads_to_held(walk, state, class_, node);
}

/* ---- while other code runs ---- */

/* Code that is not visible, as UNSEEN describes, runs: what it may have written to is
 * only likely from here on. */
static void make_stale(struct walk *walk, struct state *state, unsigned unseen)
{
	struct memory *memory = &state->memory;

	for (int i = 0; i < memory->n_cells; i++) {
		struct cell *cell = &memory->cells[i];

		if (!cell->is_unseen &&
		    memory_may_change(memory, walk->unit, walk->syms, unseen, cell->class_,
				      cell->address) &&
		    !leads_to_held(walk, state, cell->class_, cell->node))
			cell->is_unseen = true;
	}
}

/* Other code may write to shared data during a wait for a lock or during a call: the
 * contents of memory are only likely from here on.  Pointers are assumed to stay the
 * same. */
void memory_unseen(struct walk *walk, struct state *state, bool by_driver)
{
	unsigned unseen = by_driver ? UNSEEN_DATA | UNSEEN_DRIVER : UNSEEN_DATA;
	struct memory *memory = &state->memory;

	if (by_driver)
		find_ways(walk, state);
	memory->unseen |= unseen;
	make_stale(walk, state, unseen);
}

void memory_may_move(struct walk *walk, struct state *state)
{
	if (!walk->unit->has_processor || walk->function->is_at_dispatch || state->owed)
		return;
	for (int i = 0; i < state->n_locks; i++)
		if (state->locks[i].state == SPINRULE_STATE_HELD)
			return;
	make_stale(walk, state, UNSEEN_MOVED);
	state->memory.unseen |= UNSEEN_MOVED;
}

/* ---- calls ---- */

/* True if the function that OP calls can get at CELL.  It gets the address of a contained
 * variable from its arguments, or from memory. */
static bool is_in_sight(struct walk *walk, const struct state *state, const struct lockprog_op *op,
			const struct cell *cell)
{
	const struct memory *memory = &state->memory;
	const int object = address_object(walk->syms, cell->address);

	if (object < 0 || !sym_at(walk->syms, object)->is_contained)
		return true;
	for (int i = 0; i < op->n_args; i++)
		if (op->args[i] >= 0 &&
		    sym_contains(walk->syms, walk_node(walk, state, op->args[i]), object))
			return true;
	for (int i = 0; i < memory->n_cells; i++)
		if (sym_contains(walk->syms, memory->cells[i].node, object))
			return true;
	return false;
}

/* True if OP, a call that writes to WRITES, may write to CELL, apart from code that is
 * not visible; not to the classes KEPT. */
static bool may_reach(struct walk *walk, const struct state *state, const struct lockprog_op *op,
		      const struct writes *writes, const struct class_set *kept,
		      const struct cell *cell)
{
	long long offset;
	int base, to;

	if (writes->unseen & UNSEEN_ALL)
		return true;
	if (!class_set_has(&writes->classes, cell->class_) || class_set_has(kept, cell->class_))
		return false;
	if (class_set_has(&writes->elsewhere, cell->class_))
		return true;
	sym_split(walk->syms, cell->address, &base, &offset);
	for (int i = 0; i < op->n_args && i < 64; i++) {
		if (!(writes->through >> i & 1))
			continue;
		if (op->args[i] < 0)
			return true;
		sym_split(walk->syms, walk_node(walk, state, op->args[i]), &to, &offset);
		if (base == to || !address_is_distinct(walk->syms, base, -1, to, -1))
			return true;
	}
	return false;
}

void memory_call(struct walk *walk, struct state *state, const struct lockprog_op *op,
		 const struct writes *writes, const struct class_set *kept, bool stays)
{
	const unsigned unseen = writes->unseen & ~(stays ? UNSEEN_ALL | UNSEEN_MOVED : UNSEEN_ALL);
	struct class_set changed = class_set_without(&writes->classes, kept);
	struct memory *memory = &state->memory;

	if (unseen & UNSEEN_DRIVER)
		find_ways(walk, state);
	for (int i = 0; i < memory->n_cells; i++) {
		struct cell *cell = &memory->cells[i];

		if (may_reach(walk, state, op, writes, kept, cell) &&
		    is_in_sight(walk, state, op, cell))
			memory_mark_overwritten(cell, -1);
		else if (memory_may_change(memory, walk->unit, walk->syms, unseen, cell->class_,
					   cell->address) &&
			 !leads_to_held(walk, state, cell->class_, cell->node))
			cell->is_unseen = true;
	}
	class_set_add_all(&memory->maybe_written, &changed);
	class_set_free(&changed);
	memory->unseen |= unseen;
	if (writes->unseen & UNSEEN_ALL)
		memory->unseen |= UNSEEN_DATA | UNSEEN_DRIVER;
}

void memory_call_unknown(struct walk *walk, struct state *state, const struct lockprog_op *op)
{
	struct memory *memory = &state->memory;

	memory->unseen |= UNSEEN_DATA | UNSEEN_DRIVER;
	for (int i = 0; i < memory->n_cells; i++) {
		struct cell *cell = &memory->cells[i];

		if (is_in_sight(walk, state, op, cell))
			memory_mark_overwritten(cell, -1);
	}
}

struct object {
	const struct sym_table *table;
	int base;
};

static bool is_elsewhere(const struct cell *cell, void *data)
{
	const struct object *object = data;

	return !address_is_beside(object->table, cell->address, object->base);
}

void memory_forget_passed(struct walk *walk, struct state *state, const struct lockprog_op *op,
			  unsigned long long to_unseen)
{
	for (int i = 0; i < op->n_args && i < 64; i++) {
		struct object object = { walk->syms, -1 };
		long long offset;

		if (!(to_unseen >> i & 1) || op->args[i] < 0)
			continue;
		sym_split(walk->syms, walk_node(walk, state, op->args[i]), &object.base, &offset);
		if (sym_at(walk->syms, object.base)->kind == SYM_OBJECT &&
		    !sym_at(walk->syms, object.base)->is_contained)
			memory_filter(&state->memory, is_elsewhere, &object);
	}
}
