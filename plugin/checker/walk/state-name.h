/* state-name.h - new meanings for old names, and new names for old meanings.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef STATE_NAME_H
#define STATE_NAME_H

#include "walk/state.h"

/* True if a lock of STATE, or what is kept about one, is expressed with ATOM, a leaf or
 * object. */
bool state_locks_mention(const struct state *state, const struct sym_table *table, int atom);

/* True if anything in STATE is expressed with ATOM. */
bool state_mentions(const struct state *state, const struct sym_table *table, int atom);

/* ATOM gets a new meaning: replace it in STATE by another name for the old meaning, or
 * forget what is expressed with it.  Returns the new name of the old meaning, or -1. */
int state_redefine(struct state *state, struct sym_table *table, int atom);

/* ATOM, a value or a pointer of FUNCTION, is equal to BY, which does not contain it:
 * replace it everywhere.  False if that contradicts STATE. */
bool state_unite(struct state *state, struct sym_table *table, int function, int atom, int by);

/* Replace ATOM by BY in STATE's locks and bindings, but not in memory and facts. */
void state_rename_own(struct state *state, struct sym_table *table, int atom, int by);

#endif
