/* state.h - the state at one point of one path: the locks, the facts, what memory holds.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef STATE_H
#define STATE_H

#include "value/facts.h"
#include "walk/lock-record.h"
#include "walk/memory.h"

struct binding { int value, node; };		/* value = node */

/* Why a state is not exact: a bit each. */
enum doubt {
	/* The state contradicts what memory most likely holds: nothing is claimed. */
	DOUBT_MEMORY = 1,
	/* A callee's summary is not exact: the callee may not have this outcome here. */
	DOUBT_CALLEE = 2,
	DOUBT_JOINED = 4,	/* facts were given up: a claim needs a replay */
	DOUBT_LOST_HELD = 8,	/* a lock is held whose address has no name any more */
	DOUBT_UNNAMED = 16,	/* a lock that callers cannot name was acquired or released */
	/* A call had one outcome that stands for several: a claim needs a replay, which
	 * takes each of them. */
	DOUBT_OUTCOME = 32,
	/* What a callee does was found out with little work: a claim needs more. */
	DOUBT_HASTE = 64
};

/* In place of a class of locks: any class; and the cancel lock and the queued locks that
 * have numbers, which have none. */
enum { LOST_ANY = -1, LOST_CANCEL = -2, LOST_NUMBER = -3 };

struct state {
	int n_locks, max_locks, n_bindings, max_bindings;
	struct lock_record *locks;	/* sorted by address */
	struct binding *bindings;	/* sorted by value */
	struct memory memory;
	struct facts facts;
	unsigned doubts;		/* enum doubt */
	/* Classes of locks that may be held, or were acquired or released, without a
	 * name: those of the doubts LOST_HELD and UNNAMED, and those that calls may have
	 * changed. */
	struct class_set lost;
	/* Node: the address of a lock that stays held when its name is lost; or -1. */
	int unnamed;
	/* Node: the IRQL when no lock was held last: the last release gave it back, or
	 * the first acquire saved it; or -1 */
	int irql;
	struct owed *owed;		/* or NULL */
	/* The path breaks the rule in its block, and that is claimed. */
	bool breaks_rule;
	/* The number in struct count of the state at the start of its block. */
	int counted;
	struct step *last;
};

static inline bool state_has(const struct state *state, enum doubt doubt)
{
	return state->doubts & doubt;
}

/* A claim in STATE needs a replay. */
static inline bool state_is_rough(const struct state *state)
{
	return state_has(state, DOUBT_JOINED) || state_has(state, DOUBT_OUTCOME);
}

/* True if a lock of CLASS_ may be one of LOST, which are classes or what stands for
 * them. */
bool state_lost_has(const struct class_set *lost, int class_);

/* True if a lock of CLASS_ may be held in STATE without a name. */
static inline bool state_may_have_lost(const struct state *state, int class_)
{
	return state_lost_has(&state->lost, class_);
}

/* Why locks of STATE have no name: they lost it here, or a call may have changed them. */
static inline enum reason state_why_lost(const struct state *state)
{
	return state_has(state, DOUBT_LOST_HELD) || state_has(state, DOUBT_UNNAMED)
		       ? REASON_SAME_LOCKS
		       : REASON_CALLEE;
}

/* An empty state. */
struct state *state_new(void);

struct state *state_copy(const struct state *from);
void state_free(struct state *state);
long state_size(const struct state *state);	/* bytes */

/* Drop the balanced locks that may be untouched.  False if there are none. */
bool state_drop_untouched(struct state *state);

/* True if point X of STATE's path is after Y. */
bool state_is_later(const struct state *state, const struct step *x, const struct step *y);

/* The node bound to VALUE, or -1. */
int state_binding(const struct state *state, int value);
void state_bind(struct state *state, int value, int node);

/* The record of the lock at ADDRESS, or NULL; valid until one is added. */
const struct lock_record *state_find_lock(const struct state *state, int address);
struct lock_record *state_lock(struct state *state, int address);
struct lock_record *state_add_lock(struct state *state, int address);

/* No IRQL is owed any more, or it is not known. */
void state_forget_owed(struct state *state);

/* Invariants of STATE, in builds with assertions: sets are sorted, a held lock has its
 * acquire and its words, classes are known. */
void state_check(const struct state *state, const struct lockprog_unit *unit,
		 const struct sym_table *table);

#endif
