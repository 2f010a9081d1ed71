/* flow.h - the shape of one function: order of blocks, live values, memory that is read
 * later.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef FLOW_H
#define FLOW_H

#include "lockprog/lockprog.h"
#include "shape/loops.h"

struct flow_load {
	int class_, root;	/* value: the parameter; or n_values + number of the object */
	long long offset;
	int last;		/* block, by its rank */
};

struct flow {
	const struct lockprog_unit *unit;
	const struct lockprog_function *function;
	int n_reached;
	/* The reached blocks, each before its successors except along back edges. */
	int *order;
	int *rank;		/* index in ORDER; -1 for unreached blocks */
	int *n_preds, **preds;	/* in ALL_PREDS */
	int *all_preds;
	struct loops loops;
	/* Value: a lock, or a branch or a result that matters, depends on it. */
	bool *is_needed;
	bool *is_decisive;	/* block: its branch decides about locks */
	/* Class: what its cells hold matters to some branch, lock or result. */
	bool *is_read;
	/* Class: the same for cells other than the function's own variables. */
	bool *is_read_elsewhere;
	/* Class: the same for values that a branch or comparison which matters
	 * compares. */
	bool *is_compared;
	int *n_live, **live;	/* block: values that are used from its start on, sorted */
	int n_classes;
	int n_words;
	/* n_words a block, a bit for each class: it may be read from the block's start
	 * on. */
	unsigned long long *is_loaded;
	/* Class: the last block, by its rank, that may read any cell of it; -1. */
	int *last_load;
	/* The last block, by its rank, with a call whose callee may read cells of any
	 * class; -1. */
	int last_call;
	int n_loads, max_loads;
	/* Reads of a cell at a parameter or object plus an offset, sorted. */
	struct flow_load *loads;
};

/* The order of blocks and the loops of FUNCTION; live.h adds the rest. */
struct flow *flow_new(const struct lockprog_function *function);
void flow_free(struct flow *flow);

/* Split ADDRESS, a value, into a parameter or object (*ROOT, as in struct flow_load) plus
 * an offset; false if it is something else. */
bool flow_split_address(const struct lockprog_function *function, int address, int *root,
			long long *offset);

/* True if ADDRESS (value) is the address of one of the function's own variables, or of a
 * part of one. */
bool flow_is_own(const struct flow *flow, int address);

/* True if OP's irql is a value that OP gives back. */
bool flow_gives_irql(const struct lockprog_op *op);

bool flow_is_back_edge(const struct flow *flow, int from, int to);
#endif
