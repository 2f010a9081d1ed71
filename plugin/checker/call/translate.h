/* translate.h - from the callee's terms to the caller's, at one call.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef TRANSLATE_H
#define TRANSLATE_H

#include "call/summary.h"

struct translation {
	struct walk *walk;
	struct state *state;
	const struct lockprog_op *op;
	const struct lockprog_function *callee;
	int block;		/* of the call */
	/* RESULT is the caller's node for RESULT_ATOM, which the callee returns or
	 * returns a constant offset from; or -1. */
	int result_atom, result;
	/* IRQLs that the callee saved, and their names in the caller. */
	int n_saved, saved_atoms[PIECES_SAVED], saved[PIECES_SAVED];
	/* Unknowns that the callee leaves in memory. */
	int n_left, left_atoms[PIECES_LEFT], left[PIECES_LEFT];
	/* Translating may make what memory holds an unknown of the caller. */
	bool may_read;
	/* Memory holds what it likely holds. */
	bool is_likely;
	/* Names of what it reads that are in use: how many, and a bit each. */
	int n_read;
	unsigned long long is_read;
};

/* An effect in the caller's terms; -1 where it has no name in the caller. */
struct translated {
	int address, handle, given, saved, also;
	bool given_is_likely;
};

/* For the call at operation I of BLOCK, in STATE. */
struct translation translate_begin(struct walk *walk, struct state *state, int block, int i);

/* NODE of the callee in the caller's terms, or -1. */
int translate(struct translation *t, int node);

/* What the caller's memory holds where the callee left CELL alone, and where code that is
 * not visible did so too; or -1. */
int translate_left_alone(struct translation *t, const struct cell *cell);

struct translated translate_effect(struct translation *t, const struct effect *effect);

/* Give the IRQLs that OUTCOME saves, and the unknowns that it leaves in memory, names of
 * the caller's own. */
void translate_name_saved(struct translation *t, const struct outcome *outcome);
void translate_name_left(struct translation *t, const struct outcome *outcome);

#endif
