/* memory-read.c - what the program reads from memory.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/memory-read.h"

#include "limits.h"
#include "value/address.h"
#include "value/sym-op.h"
#include "walk/state-name.h"
#include "walk/walk.h"

/* True if the value that memory held at ADDRESS at entry has a name. */
static bool has_initial(const struct sym_table *table, int address)
{
	return sym_at(table, address)->depth < SYM_MAX_LOAD_DEPTH;
}

/* True if ADDRESS is in a variable that no code writes to: it holds what it held at the
 * entry. */
static bool holds_initial(const struct walk *walk, int address)
{
	return address_is_constant(walk->syms, address) && has_initial(walk->syms, address);
}

/* The name NODE is about to get another meaning: add its facts to LIKELY, the value that
 * it most likely still is.  If they contradict that, the state becomes doubtful. */
static void hand_down(struct walk *walk, struct state *state, int node, int likely)
{
	struct fact fact = facts_of(&state->facts, walk->syms, node);

	fact.node = likely;
	if (!facts_meet_or_keep(&state->facts, walk->syms, &fact))
		state->doubts |= DOUBT_MEMORY;
}

/* The functions of names that no value stands for: this one, and those below. */
#define READ_FUNCTION (-5)

struct read_name memory_read_name(const struct walk *walk, int spares, int i)
{
	return (struct read_name){
		.function = i < PIECES_READ ? walk->number : READ_FUNCTION - i / PIECES_READ,
		.value = spares + PIECES_SAVED + i % PIECES_READ,
	};
}

bool memory_is_read_name(const struct walk *walk, const struct sym *sym)
{
	if (sym->kind != SYM_LEAF)
		return false;
	if (sym->b <= READ_FUNCTION)
		return true;
	for (int b = 0; sym->b == walk->number && b < walk->function->n_blocks; b++) {
		int spares = walk->pieces->spares[b];

		if (spares >= 0 && sym->a >= spares + PIECES_SAVED &&
		    sym->a < spares + PIECES_SPARES)
			return true;
	}
	return false;
}

int memory_read(struct walk *walk, struct state *state, int address, int class_,
		struct lockprog_type type, struct read_name name)
{
	struct memory *memory = &state->memory;
	const bool is_written = memory_is_written(memory, class_);
	int node, leaf, old, by, likely, n_nodes, left_alone;
	bool is_stale;

	if (holds_initial(walk, address))
		return sym_initial(walk->syms, type, address, class_);
	node = memory_cell(memory, address, class_, &is_stale);
	if (node < 0)
		node = memory_each(memory, walk->syms, address, class_, &is_stale);
	if (node >= 0 && !is_stale)
		return node;
	if (node < 0 && !is_written && has_initial(walk->syms, address) &&
	    !memory_is_doubtful(memory, walk->unit, walk->syms, class_, address))
		return sym_initial(walk->syms, type, address, class_);
	left_alone = memory_is_left_alone(memory, address, class_) ? class_ : -1;
	n_nodes = walk->syms->n;
	leaf = sym_leaf(walk->syms, type, name.function, name.value);
	/* In a loop, the old content may be the leaf of the previous round; its likely
	 * value replaces it. */
	likely = node >= 0 ? memory_likely(memory, walk->syms, node) : -1;
	if (node == leaf && likely != leaf)
		hand_down(walk, state, node, likely);
	/* The address may be expressed with the old leaf. */
	by = leaf < n_nodes ? state_redefine(state, walk->syms, leaf) : -1;
	if (by >= 0)
		address = sym_replace(walk->syms, address, leaf, by);
	if (sym_contains(walk->syms, address, leaf))
		return leaf;
	old = memory_cell(memory, address, class_, &is_stale);
	if (old < 0)
		old = memory_each(memory, walk->syms, address, class_, &is_stale);
	if (old < 0 && node < 0 && !is_written && has_initial(walk->syms, address))
		memory_add_likely(memory, leaf, sym_initial(walk->syms, type, address, class_),
				  left_alone);
	else if (old >= 0 && is_stale && !sym_contains(walk->syms, old, leaf))
		memory_add_likely(memory, leaf, old, left_alone);
	else if (old < 0 && likely >= 0 && !sym_contains(walk->syms, likely, leaf))
		memory_add_likely(memory, leaf, likely, -1);
	memory_set(memory, address, class_, leaf);
	return leaf;
}

int memory_peek(const struct walk *walk, const struct state *state, int address, int class_,
		struct lockprog_type type)
{
	bool is_stale;
	int node = memory_cell(&state->memory, address, class_, &is_stale);

	if (node < 0)
		node = memory_each(&state->memory, walk->syms, address, class_, &is_stale);
	if (holds_initial(walk, address))
		return sym_initial(walk->syms, type, address, class_);
	if (node >= 0)
		return is_stale ? -1 : node;
	if (memory_is_written(&state->memory, class_) || !has_initial(walk->syms, address) ||
	    memory_is_doubtful(&state->memory, walk->unit, walk->syms, class_, address))
		return -1;
	return sym_initial(walk->syms, type, address, class_);
}

int memory_peek_likely(const struct walk *walk, const struct state *state, int address, int class_,
		       struct lockprog_type type)
{
	bool is_stale;
	int node = memory_cell(&state->memory, address, class_, &is_stale);

	if (node < 0) {
		address = memory_likely(&state->memory, walk->syms, address);
		node = memory_cell(&state->memory, address, class_, &is_stale);
	}
	if (node < 0)
		node = memory_each(&state->memory, walk->syms, address, class_, &is_stale);
	if (node >= 0)
		return node;
	if (memory_is_written(&state->memory, class_) || !has_initial(walk->syms, address))
		return -1;
	return sym_initial(walk->syms, type, address, class_);
}
