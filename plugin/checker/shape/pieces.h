/* split.h - blocks cut after each operation that has several outcomes, so that these meet again.
 *
 * Without it the outcomes of one call would multiply with those of the next one in its block.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef PIECES_H
#define PIECES_H

#include "lockprog/lockprog.h"

/* What one call can save, read or leave in memory and that is followed: so many IRQLs, fields, unknowns. */
#define PIECES_SAVED 2
#define PIECES_READ 4
#define PIECES_LEFT 2
#define PIECES_SPARES (PIECES_SAVED + PIECES_READ + PIECES_LEFT)

struct pieces {
	struct lockprog_function function;	/* shares values' texts, operations and places with the original */
	struct origin { int block, op; } *origins;	/* of each block: where it starts in the original */
	int unnamed;	/* value: the address of a lock that an earlier round of a loop left held, and that has no name any more */
	int *spares;	/* of each block: the first of PIECES_SPARES values for the call at its end; or -1 */
};

struct pieces *pieces_new(const struct lockprog_function *original);
void pieces_free(struct pieces *split);

#endif
