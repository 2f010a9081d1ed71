/* memory-read.h - what the program reads from memory.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef MEMORY_READ_H
#define MEMORY_READ_H

#include "lockprog/lockprog.h"

struct state;
struct walk;

/* The node that the cell at ADDRESS holds in STATE, as a value of TYPE.  If it is
 * unknown, the leaf of value V becomes its node; V itself is not bound. */
int memory_read(struct walk *walk, struct state *state, int address, int class_,
		struct lockprog_type type, int v);

/* The same without creating a name: -1 if the content is unknown. */
int memory_peek(const struct walk *walk, const struct state *state, int address, int class_,
		struct lockprog_type type);

/* The same, if code that is not visible changed nothing. */
int memory_peek_likely(const struct walk *walk, const struct state *state, int address,
		       int class_, struct lockprog_type type);

#endif
