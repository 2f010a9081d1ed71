/* memory-read.h - what the program reads from memory.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef MEMORY_READ_H
#define MEMORY_READ_H

#include "lockprog/lockprog.h"
#include "value/sym.h"

struct state;
struct walk;

/* A name for what memory holds: a leaf of VALUE. */
struct read_name { int function, value; };

/* Name number I of what the call with SPARES (shape/pieces.h) reads.  The first ones are
 * values of the function. */
struct read_name memory_read_name(const struct walk *walk, int spares, int i);

/* True if SYM, an atom of WALK, is the name of what some call read. */
bool memory_is_read_name(const struct walk *walk, const struct sym *sym);

/* The node that the cell at ADDRESS holds in STATE, as a value of TYPE.  If it is
 * unknown, NAME becomes its node; nothing is bound to it. */
int memory_read(struct walk *walk, struct state *state, int address, int class_,
		struct lockprog_type type, struct read_name name);

/* The same without creating a name: -1 if the content is unknown. */
int memory_peek(const struct walk *walk, const struct state *state, int address, int class_,
		struct lockprog_type type);

/* The same, if code that is not visible changed nothing. */
int memory_peek_likely(const struct walk *walk, const struct state *state, int address,
		       int class_, struct lockprog_type type);

#endif
