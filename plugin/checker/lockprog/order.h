/* order.h - the blocks of a function in an order in which each stands before its
 * successors, except along back edges.
 *
 * The order is depth-first from the entry.  Of two successors, all blocks first reached
 * through the first one stand before those reached through the second.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ORDER_H
#define ORDER_H

#include "lockprog/lockprog.h"

/* Fill in ORDER, the reached blocks, and RANK, each block's index in it or -1; both have
 * room for all blocks.  Returns the number of reached blocks. */
int order_find(const struct lockprog_function *function, int *order, int *rank);

/* For each block, its immediate dominator: the last other block that is on every path
 * from the entry to it.  The entry's is the entry; -1 for blocks that are not reached.
 * malloc'ed. */
int *order_dominators(const struct lockprog_function *function, const int *order, const int *rank,
		      int n_reached);

/* True if every path from the entry to BLOCK passes BY; a block dominates itself. */
bool order_dominates(const int *dominators, const int *rank, int by, int block);

#endif
