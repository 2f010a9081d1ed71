/* lock.h - the rule's answer to an event of one lock on one path.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LOCK_H
#define LOCK_H

#include "runtime/rule.h"
#include "value/class-set.h"
#include "walk/lock-record.h"

struct state;
struct walk;

/* An event of the rule on a lock at a point of the program. */
struct lock_event {
	enum spinrule_event event;
	int address, class_, handle;	/* nodes; class number */
	int given;			/* RELEASE: node, the IRQL that it gives back; or -1 */
	bool gives_constant;		/* ... which is written as a constant */
	bool given_is_likely; /* ... if code that is not visible changed nothing */
	bool is_handle;			/* ADDRESS is the address of a queue handle */
	const struct spinrule_ddi *ddi;
	enum spinrule_group group;
	const char *text, *written;
	struct lockprog_place place;
	int block, op;
	enum path_event_kind kind;
	bool call_acquires;
	/* CALL: the callee's first event is a try, or a release after a failed try. */
	bool is_try;

	const char *level;	/* of the lock, or NULL */
	bool is_violation;	/* set by lock_happens */

	/* Details of a violation: see struct claim. */
	const char *after, *after_level;	/* a held lock whose level comes later */
	const struct spinrule_ddi *acquired_by;
	const char *irql_of;
	long long irql;
	const struct step *irql_saved;	/* where the IRQL that it gives back was saved, or NULL */
	const char *irql_cell; /* the field or variable with an IRQL of the entry, or NULL */
	bool irql_is_unset; /* ... which is a local that was never written */
	bool irql_is_found; /* it is the current IRQL, found while the lock was held */
};

/* Apply EVENT to its lock in STATE: claims violations, and updates the lock's state.
 * Returns false if the path ends here, since the processor spins. */
bool lock_happens(struct walk *walk, struct state *state, struct lock_event *event);

/* A new step of STATE's path for EVENT. */
struct step *lock_step(struct walk *walk, struct state *state, const struct lock_event *event);

/* The lock that was acquired with queue handle HANDLE (node): the held one, else the one
 * released last; or NULL. */
struct lock_record *lock_of_handle(struct state *state, int handle);

/* Locks of CLASSES may have been released or acquired: from here on their state is
 * unknown.  CLASSES has what lock_class says. */
void lock_lose(struct walk *walk, struct state *state, const struct class_set *classes);

/* The class of the lock at ADDRESS in a set of classes of locks: CLASS_, LOST_ANY if it
 * has none or if ADDRESS is that of its queue handle, or LOST_CANCEL, or LOST_NUMBER. */
int lock_class(const struct walk *walk, int address, int class_, bool is_handle);

/* True if LOCK may be of one of CLASSES, which has what lock_class says. */
bool lock_is_among(const struct walk *walk, const struct lock_record *lock,
		   const struct class_set *classes);

/* True if the lock of EVENT may be held in STATE without a name. */
bool lock_may_be_lost(const struct walk *walk, const struct state *state,
		      const struct lock_event *event);

/* True if STATE may hold a lock of CLASS_ (-1: any). */
bool lock_may_be_held(const struct state *state, int class_);

#endif
