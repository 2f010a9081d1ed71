/* state-join.h - two states with the same locks become one.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef STATE_JOIN_H
#define STATE_JOIN_H

#include "walk/state.h"

/* Give up the facts in which STATE and OTHER differ; their locks are the same, but for
 * balanced ones.  True if STATE changed. */
bool state_join(struct state *state, const struct state *other, struct sym_table *table,
		int function, const struct lockprog_function *program);

/* True if a join of X and Y, whose locks are the same, gives up the IRQL that the acquire
 * of their lock I saved. */
bool state_join_loses_irql(const struct state *x, const struct state *y, int i);

#endif
