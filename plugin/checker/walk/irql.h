/* irql.h - kinds and IRQLs of an acquire and its release: they must match.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef IRQL_H
#define IRQL_H

#include "walk/lock.h"

/* The type of an IRQL: a byte. */
extern const struct lockprog_type irql_type;

/* NODE as an IRQL. */
int irql_node(struct walk *walk, int node);

/* LOCK was just acquired, and NODE (-1: none) is the IRQL that the acquire saved. */
void irql_saved(struct walk *walk, struct state *state, struct lock_record *lock, int node);

/* The lock at ADDRESS is held since before the entry, and NODE is the IRQL that its
 * acquire saved. */
void irql_of_entry(struct walk *walk, struct state *state, int address, int node);

/* The IRQL becomes NODE. */
void irql_changes(struct walk *walk, struct state *state, int node);

/* The path leaves the function: claim a release that left the IRQL raised, unless RESULT
 * (node, or -1) or memory that outlives the function has the IRQL to go back to. */
void irql_check_owed(struct walk *walk, struct state *state, int result);

/* True if a lock that is or may be held, or an IRQL that is owed, keeps the IRQL
 * raised. */
bool irql_is_raised(const struct state *state);

/* A function that was called acquired LOCK, which raised the IRQL, and released it by
 * DDI, which left it so. */
void irql_left_raised(struct state *state, const struct lock_record *lock,
		      const struct spinrule_ddi *ddi);

/* LOCK was acquired and released in a call, and NODE is the IRQL that its acquire
 * saved. */
void irql_was_saved(struct walk *walk, struct state *state, struct lock_record *lock, int node);

/* EVENT releases LOCK, which is held: claim a mismatch if the release is of another kind
 * than the acquire, or gives back another IRQL than the saved one. */
void irql_check_release(struct walk *walk, struct state *state, struct lock_record *lock,
			struct lock_event *event);

#endif
