/* state.h - what is known at one point of one path: the locks, the facts, what memory
 * holds.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef STATE_H
#define STATE_H

#include "value/facts.h"
#include "walk/lock.h"
#include "walk/memory.h"

struct binding { int value, node; };		/* value = node */

/* Why a state is not exact: a bit each. */
enum doubt {
	/* It contradicts what memory most likely holds: nothing is claimed. */
	DOUBT_MEMORY = 1,
	/* A callee's summary is not exact: it need not come back this way. */
	DOUBT_CALLEE = 2,
	DOUBT_JOINED = 4,	/* facts were given up: a claim needs its path walked again */
	DOUBT_LOST_HELD = 8,	/* a lock is held whose address has no name any more */
	DOUBT_UNNAMED = 16	/* a lock that callers cannot name was acquired or released */
};

struct state {
	int n_locks, max_locks, n_bindings, max_bindings;
	struct lock_record *locks;	/* sorted by address */
	struct binding *bindings;	/* sorted by value */
	struct memory memory;
	struct facts facts;
	unsigned doubts;		/* enum doubt */
	/* Node: the address of a lock that stays held when its name is lost; or -1. */
	int unnamed;
	int irql; /* node: the IRQL when no lock was held last: given back by the last release,
					 * or saved by the first acquire; or -1 */
	bool breaks_rule;		/* in its block, and that was claimed */
	/* Number of the state with which its block was entered, in struct count. */
	int counted;
	struct step *last;
};

static inline bool state_has(const struct state *state, enum doubt doubt)
{
	return state->doubts & doubt;
}

/* An empty state. */
struct state *state_new(void);

struct state *state_copy(const struct state *state);
void state_free(struct state *state);
long state_size(const struct state *state);	/* bytes */
bool state_equal(const struct state *x, const struct state *y);	/* path and DOUBT_JOINED apart */
bool state_same_locks(const struct state *x, const struct state *y);
/* Which have the same locks. */
bool state_same_irqls(const struct state *x, const struct state *y);

/* Give up where STATE and OTHER differ; their locks are the same.  True if STATE
 * changed. */
bool state_join(struct state *state, const struct state *other, struct sym_table *table,
		int function, const struct lockprog_function *program);

/* True if point X of STATE's path came after Y. */
bool state_is_later(const struct state *state, const struct step *x, const struct step *y);

/* The node bound to VALUE, or -1. */
int state_binding(const struct state *state, int value);
void state_bind(struct state *state, int value, int node);

/* The record of the lock at ADDRESS, or NULL; valid until one is added. */
struct lock_record *state_lock(struct state *state, int address);
struct lock_record *state_add_lock(struct state *state, int address);

/* True if anything in STATE is expressed with ATOM. */
bool state_mentions(const struct state *state, const struct sym_table *table, int atom);

/* ATOM gets a new meaning: what STATE says of the old one is said of another name for it,
 * or forgotten. Returns the new name of the old one, or -1. */
int state_redefine(struct state *state, struct sym_table *table, int atom);

/* Invariants of STATE, in builds with assertions: sets are sorted, a held lock has its
 * acquire and its words, classes are known. */
void state_check(const struct state *state, const struct lockprog_unit *unit,
		 const struct sym_table *table);

#endif
