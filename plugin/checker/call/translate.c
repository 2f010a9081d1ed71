/* translate.c - from the callee's terms to the caller's, at one call.
 *
 * SPDX-License-Identifier: MIT
 */

#include "call/translate.h"

#include "value/sym-op.h"
#include "walk/memory-read.h"
#include "walk/state-name.h"

struct translation translate_begin(struct walk *walk, struct state *state, int block, int i)
{
	const struct lockprog_op *op = &walk->function->blocks[block].ops[i];

	return (struct translation){ .walk = walk,
				     .state = state,
				     .op = op,
				     .callee = walk->unit->functions[op->callee],
				     .block = block,
				     .result_atom = -1,
				     .result = -1 };
}

/* How many names may be in use for what T's call reads as a value of TYPE.  Pointers get
 * no more than those of earlier rounds of a loop, as each entry of a list would. */
static int most_names(const struct translation *t, struct lockprog_type type)
{
	const int most = type.is_pointer ? PIECES_READ : t->n_read + PIECES_READ;

	return t->walk->replay || most > CALL_MAX_READ ? CALL_MAX_READ : most;
}

/* What the cell at ADDRESS holds, which is not known.  May give it a new unknown of the
 * caller, one that nothing is expressed with yet; -1 if none is left. */
static int read_memory(struct translation *t, int address, const struct sym *initial)
{
	struct walk *walk = t->walk;
	const int most = most_names(t, initial->type);

	for (int i = 0; i < most; i++) {
		const struct read_name name =
			memory_read_name(walk, walk->pieces->spares[t->block], i);
		int leaf = sym_leaf(walk->syms, initial->type, name.function, name.value), node;

		if ((t->is_read >> i & 1) || state_mentions(t->state, walk->syms, leaf))
			continue;
		node = memory_read(walk, t->state, address, initial->b, initial->type, name);
		if (node == leaf) {
			t->is_read |= 1ull << i;
			t->n_read++;
		}
		return node;
	}
	return -1;
}

int translate(struct translation *t, int node)
{
	struct sym sym = *sym_at(t->walk->syms, node);
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
		/* It is a value of the callee's own. */
		if (sym.a >= t->callee->n_values)
			return -1;
		value = &t->callee->values[sym.a];
		if (value->expr != LOCKPROG_PARAM || value->constant >= t->op->n_args ||
		    t->op->args[value->constant] < 0)
			return -1;
		return walk_node(t->walk, t->state, t->op->args[value->constant]);
	}
	case SYM_INITIAL:
		a = translate(t, sym.a);
		if (a < 0)
			return -1;
		if (t->is_likely)
			return memory_peek_likely(t->walk, t->state, a, sym.b, sym.type);
		b = memory_peek(t->walk, t->state, a, sym.b, sym.type);
		return b >= 0 || !t->may_read ? b : read_memory(t, a, &sym);
	case SYM_OP:
		a = translate(t, sym.a);
		b = sym.b >= 0 ? translate(t, sym.b) : -1;
		if (a < 0 || (sym.b >= 0 && b < 0))
			return -1;
		if (sym_is_deep(t->walk->syms, a) || (b >= 0 && sym_is_deep(t->walk->syms, b)))
			return -1;
		return sym_same_op(t->walk->syms, &sym, a, b);
	}
	return -1;
}

static int translate_or_none(struct translation *t, int node)
{
	return node >= 0 ? translate(t, node) : -1;
}

void translate_name_saved(struct translation *t, const struct outcome *outcome)
{
	for (int e = 0; e < outcome->n_effects && t->n_saved < PIECES_SAVED; e++) {
		int node = outcome->effects[e].saved, leaf;

		if (node < 0 || node == t->result_atom ||
		    sym_at(t->walk->syms, node)->kind != SYM_LEAF || translate(t, node) >= 0)
			continue;
		leaf = sym_leaf(t->walk->syms, sym_at(t->walk->syms, node)->type, t->walk->number,
				t->walk->pieces->spares[t->block] + t->n_saved);
		t->saved_atoms[t->n_saved] = node;
		t->saved[t->n_saved++] = leaf;
	}
}

struct naming_left {
	struct translation *t;
	const struct outcome *outcome;
};

/* Give ATOM, an unknown of the callee, a name in the caller. */
static int give_name(struct translation *t, int atom)
{
	struct lockprog_type type = sym_at(t->walk->syms, atom)->type;
	int leaf = sym_leaf(t->walk->syms, type, t->walk->number,
			    t->walk->pieces->spares[t->block] + PIECES_SAVED + PIECES_READ +
				    t->n_left);

	state_redefine(t->state, t->walk->syms, leaf);
	t->left_atoms[t->n_left] = atom;
	t->left[t->n_left++] = leaf;
	return leaf;
}

/* ATOM is part of what the callee leaves in memory: give it a name if it has none in the
 * caller. */
static bool name_left(int atom, void *data)
{
	struct naming_left *naming = data;
	struct translation *t = naming->t;

	if (sym_at(t->walk->syms, atom)->kind == SYM_LEAF && t->n_left < PIECES_LEFT &&
	    !outcome_is_saved(naming->outcome, atom) && translate(t, atom) < 0)
		give_name(t, atom);
	return false;
}

int translate_left_alone(struct translation *t, const struct cell *cell)
{
	const struct lockprog_type type = sym_at(t->walk->syms, cell->node)->type;
	int address = cell->is_left_alone ? translate(t, cell->address) : -1;

	if (address < 0 ||
	    !memory_is_out_of_reach(t->walk, t->state, address, cell->class_, type))
		return -1;
	return translate(t, sym_initial(t->walk->syms, type, cell->address, cell->class_));
}

/* What the callee read in a cell that it left alone has the caller's name, or most likely
 * is what that names. */
static void name_left_alone(struct translation *t, const struct cell *cell)
{
	const struct sym sym = *sym_at(t->walk->syms, cell->node);
	int node, leaf;

	if (!cell->is_left_alone || sym.kind != SYM_LEAF || t->n_left == PIECES_LEFT ||
	    translate(t, cell->node) >= 0)
		return;
	node = translate_left_alone(t, cell);
	if (node >= 0) {
		t->left_atoms[t->n_left] = cell->node;
		t->left[t->n_left++] = node;
		return;
	}
	t->is_likely = true;
	node = translate(t, sym_initial(t->walk->syms, sym.type, cell->address, cell->class_));
	t->is_likely = false;
	leaf = give_name(t, cell->node);
	if (node >= 0 && !sym_contains(t->walk->syms, node, leaf))
		memory_add_likely(&t->state->memory, leaf, node, cell->class_);
}

void translate_name_left(struct translation *t, const struct outcome *outcome)
{
	for (int c = 0; c < outcome->n_cells; c++)
		if (outcome->cells[c].node >= 0)
			name_left_alone(t, &outcome->cells[c]);
	for (int c = 0; c < outcome->n_cells; c++)
		if (outcome->cells[c].node >= 0)
			sym_any_atom(t->walk->syms, outcome->cells[c].node, name_left,
				     &(struct naming_left){ t, outcome });
}

struct translated translate_effect(struct translation *t, const struct effect *effect)
{
	struct translated here = { .address = translate(t, effect->address),
				   .handle = translate_or_none(t, effect->handle),
				   .given = translate_or_none(t, effect->first.given),
				   .saved = translate_or_none(t, effect->saved),
				   .also = translate_or_none(t, effect->also) };
	const struct lock_record *lock;

	if (here.given < 0) {
		t->is_likely = true;
		here.given = translate_or_none(t, effect->first.given);
		t->is_likely = false;
		here.given_is_likely = here.given >= 0;
	}

	/* The caller may know which lock the handle belongs to. */
	if (effect->is_handle && here.address >= 0) {
		lock = lock_of_handle(t->state, here.address);
		if (lock)
			here.address = lock->address;
	}
	return here;
}
