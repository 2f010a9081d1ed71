/* pieces.h - blocks cut into pieces after each operation with several outcomes, so that
 * the states of these outcomes can become one again.
 *
 * Without it the outcomes of one call would multiply with those of the next one in its
 * block.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef PIECES_H
#define PIECES_H

#include "limits.h"
#include "lockprog/lockprog.h"

/* Values that stand for what the checker tracks of one call: PIECES_SAVED, then
 * PIECES_READ, then PIECES_LEFT. */
#define PIECES_SPARES (PIECES_SAVED + PIECES_READ + PIECES_LEFT)

struct pieces {
	/* Shares values' texts, operations and places with the original. */
	struct lockprog_function function;
	/* Of each block: where it starts in the original. */
	struct origin { int block, op; } *origins;
	/* Value: the address of a lock that an earlier round of a loop left held, and
	 * that no value names any more. */
	int unnamed;
	/* Of each block: the first of PIECES_SPARES values for the call at its end; or
	 * -1. */
	int *spares;
	/* The edges of all blocks, and the arguments of all PHIs. */
	struct lockprog_edge *edges;
	struct lockprog_phi *phis;
	int n_edges;
};

struct pieces *pieces_new(const struct lockprog_function *original);
void pieces_free(struct pieces *pieces);

#endif
