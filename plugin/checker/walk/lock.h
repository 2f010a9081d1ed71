/* lock.h - what is known of one lock on one path, and what the rule says when something
 * happens to it.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LOCK_H
#define LOCK_H

#include "runtime/rule.h"
#include "walk/event.h"

struct state;
struct walk;

/* The first event of a lock in the function: what it needs of callers. */
struct first_event {
	/* ACQUIRE, NEED_FREE: callers must not hold it.  RELEASE, NEED_HELD: they
	 * must.  INIT; or -1. */
	signed char event;
	/* ACQUIRE: by a try, which fails on a held lock.  RELEASE: after a try that
	 * failed. */
	bool is_try;
	/* RELEASE: what released it; NULL: a function that is annotated so. */
	const struct spinrule_ddi *ddi;
	int given;		/* RELEASE: node, the IRQL given back; or -1 */
};

/* What an acquire of a lock left behind, as long as it is held. */
struct hold {
	enum spinrule_group group;
	const struct spinrule_ddi *ddi;
	int saved;		/* node: the IRQL that the acquire saved, or -1 */
	int also;		/* node: the same IRQL by another name, or -1 */
	/* The loop in whose rounds each acquire is of another lock, by its first
	 * block; or -1. */
	int loop;
	struct step *step;	/* the acquire */
};

/* What is known of one lock. */
struct lock_record {
	int address;		/* node */
	int class_;		/* of the lock: its field or variable; -1 */
	int handle;		/* node: the queue handle's address, or -1 */
	/* ADDRESS is that of a queue handle: which lock it is of is not known here. */
	bool is_handle;
	enum spinrule_state state;	/* written by lock_set_state alone */
	/* HELD since an earlier round of a loop whose rounds have locks of their own. */
	bool is_loose;
	bool is_lost;		/* UNKNOWN after a call whose returns disagree */
	bool is_assumed;	/* its state is what the programmer said, not what was seen */
	bool is_promised;	/* it is left as the function's annotation says */
	const struct lockprog_op *broken;	/* a promise that may not be kept, or NULL */
	const char *text;	/* as written where it was acquired; never NULL where it is HELD */
	struct first_event first;
	struct hold hold;
	struct step *touched;		/* the last event, or NULL */
};

/* LOCK is in STATE from here on. */
void lock_set_state(struct lock_record *lock, enum spinrule_state state);

/* LOCK, which is held, was acquired at STEP with DDI of GROUP, as TEXT. */
void lock_set_hold(struct lock_record *lock, enum spinrule_group group,
		   const struct spinrule_ddi *ddi, const char *text, struct step *step);

/* The group of the release DDI, which is NULL where only an annotation says that the lock
 * is released. */
static inline enum spinrule_group lock_group_of_release(const struct spinrule_ddi *ddi)
{
	return ddi ? ddi->group : SPINRULE_GROUP_ANY;
}

/* An event of the rule on a lock at a point of the program. */
struct lock_event {
	enum spinrule_event event;
	int address, class_, handle;	/* nodes; class number */
	int given;			/* RELEASE: node, the IRQL given back; or -1 */
	bool gives_constant;		/* ... written as a constant */
	bool is_handle;			/* ADDRESS is a queue handle's */
	const struct spinrule_ddi *ddi;
	enum spinrule_group group;
	const char *text, *written;
	struct lockprog_place place;
	int block, op;
	enum path_event_kind kind;
	bool call_acquires;
	/* CALL: the callee's first event is one, or a release after one that failed. */
	bool is_try;

	/* What a violation says besides: see struct claim. */
	const struct spinrule_ddi *acquired_by;
	const char *irql_of;
	long long irql;
	const struct step *irql_saved;	/* where the IRQL given back was saved, or NULL */
};

/* EVENT happens in STATE: claims what breaks the rule, and moves the lock on.  False when
 * the path ends here, since the processor spins. */
bool lock_happens(struct walk *walk, struct state *state, struct lock_event *event);

/* A new step of STATE's path for EVENT. */
struct step *lock_step(struct walk *walk, struct state *state, const struct lock_event *event);

/* The lock that was acquired with queue handle HANDLE (node): the one held, else the one
 * released last with it; or NULL. */
struct lock_record *lock_of_handle(struct state *state, int handle);

/* Any lock may have been released, and any other be held: from here on nothing is known
 * of any. */
void lock_lose_all(struct walk *walk, struct state *state);

/* True if STATE may hold a lock of CLASS_ (-1: any). */
bool lock_may_be_held(const struct state *state, int class_);

#endif
