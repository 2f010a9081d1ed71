/* op.h - what one operation of a lock program does to a state.
 *
 * Each takes the state, the block and the operation's number in it.  Where it returns
 * false, STATE does not go on, and is taken over.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef OP_H
#define OP_H

#include "walk/walk.h"

bool op_lock(struct walk *walk, struct state *state, int block, int i);
bool op_call(struct walk *walk, struct state *state, int block, int i);
bool op_define(struct walk *walk, struct state *state, int v);
/* V is not needed, but it follows a pointer. */
bool op_use(struct walk *walk, struct state *state, int v);
bool op_store(struct walk *walk, struct state *state, const struct lockprog_op *op);
bool op_assume(struct walk *walk, struct state *state, const struct lockprog_op *op);

#endif
