/* read-own.h - what read.c and read-statement.c share.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef READ_OWN_H
#define READ_OWN_H

#include "lockprog/lockprog.h"
#include "lockprog/scan.h"

/* What the reader has read so far.  The cookie of each place is its line in the text. */
struct reader {
	struct scan *in;
	struct lockprog_unit *unit;
	bool has_unit;
	struct lockprog_function *function;
	int block;			/* -1: before the first block */
	bool block_open;		/* its exit is not read yet */
	const char *cancel_irql; /* the name of the function's value, or NULL */
	bool *has_block;		/* blocks that have a text, not only a name */
	int max_has_block;
	struct name_map block_numbers;	/* of this function */
	struct name_map value_numbers;
	/* Its values that have a name in the text, in the order of their first use. */
	int *named;
	int n_named, max_named;
};

/* Marks a value that is used and not defined yet. */
#define UNDEFINED LOCKPROG_EXPRS

/* Read one statement of the function, or its exit; before the first block, a value of the
 * function as a whole. */
void read_statement(struct reader *r);

/* The number of the block NAME; adds it if it is new. */
int read_block(struct reader *r, const char *name);

#endif
