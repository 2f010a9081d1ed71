/* split.h - blocks cut after each operation that has several outcomes, so that these meet again.
 *
 * Without it the outcomes of one call would multiply with those of the next one in its block.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPLIT_H
#define SPLIT_H

#include "lockprog.h"

/* IRQLs that one call can save and that are followed. */
#define SPLIT_SPARES 2

struct split {
	struct lockprog_function function;	/* shares values' texts, operations and places with the original */
	struct origin { int block, op; } *origins;	/* of each block: where it starts in the original */
	int *spares;	/* of each block: the first of SPLIT_SPARES values for what the call at its end saves; or -1 */
};

struct split *split_new(const struct lockprog_function *original);
void split_free(struct split *split);

#endif
