/* lock-record.h - the state of one lock on one path.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LOCK_RECORD_H
#define LOCK_RECORD_H

#include "runtime/rule.h"
#include "walk/event.h"

/* The first event of a lock in the function: what it requires of callers. */
struct first_event {
	/* ACQUIRE, NEED_FREE: callers must not hold the lock.  RELEASE, NEED_HELD: they
	 * must. INIT; or -1. */
	signed char event;
	/* ACQUIRE: by a try, which fails on a held lock.  RELEASE: after a try that
	 * failed. */
	bool is_try;
	/* RELEASE: the DDI that releases; NULL: a function with an annotation.
	 * NEED_HELD: the DDI that releases it all the same; or NULL. */
	const struct spinrule_ddi *ddi;
	int given;		/* with DDI: node, the IRQL that it gives back; or -1 */
	/* Data that the lock guards is written while the lock is as it was at the
	 * entry. */
	bool guards;
};

/* Places where the IRQL of one acquire is stored that are followed. */
#define HOLD_KEPT 2

/* One of them: a node, or -1, and the class of the cell, or -1. */
struct kept_at {
	int address, class_;
};

/* What the checker keeps about an acquire while the lock is held. */
struct hold {
	enum spinrule_group group;
	const struct spinrule_ddi *ddi;
	int saved;		/* node: the IRQL that the acquire saved, or -1 */
	int also;		/* node: the same IRQL under another name, or -1 */
	struct kept_at kept[HOLD_KEPT]; /* where the saved IRQL was stored */
	/* It may be stored elsewhere, too: in more places, or by functions of the driver
	 * that are not seen. */
	bool may_be_elsewhere;
	/* Some function was given it, or a pointer to where it is. */
	bool is_handed;
	/* A function of the driver that is not seen has run since the acquire, or since
	 * the release. */
	bool has_run_unseen;
	/* The loop, by its first block, that acquires another lock in each round; or
	 * -1. */
	int loop;
	struct step *step;	/* the acquire */
};

/* The IRQL is raised although no lock is held any more: the lock whose acquire raised it
 * was released by a routine that leaves the IRQL alone.  Somebody has to lower it. */
struct owed {
	int address, class_, handle;	/* of that lock, as in struct lock_record */
	struct hold hold;		/* its acquire; SAVED is the IRQL to go back to */
	const struct spinrule_ddi *ddi;	/* of the release */
	const struct step *release;
};

/* The state of one lock on a path. */
struct lock_record {
	int address;		/* node */
	int class_;		/* of the lock: its field or variable; or -1 */
	int handle;		/* node: the queue handle's address, or -1 */
	/* ADDRESS is the address of a queue handle: the lock is unknown here. */
	bool is_handle;
	enum spinrule_state state;	/* set only by lock_set_state */
	/* HELD since an earlier round of a loop that acquires another lock in each
	 * round. */
	bool is_loose;
	bool is_lost;		/* UNKNOWN after a call whose returns disagree */
	/* The programmer asserted its state; the checker did not derive it. */
	bool is_assumed;
	/* Nothing happened to it on some of the ways that joined: it is balanced on the
	 * others. */
	bool may_be_untouched;
	bool is_promised;	/* an annotation describes its state at return */
	const struct lockprog_op *broken;	/* a promise that the path may break, or NULL */
	const char *text;	/* as written where it was acquired; never NULL where it is HELD */
	const char *level;	/* its level in the order of locks, or NULL */
	struct first_event first;
	struct hold hold;
	struct step *touched;		/* the last event, or NULL */
};

/* True if LOCK was acquired, and released again, and that is all that happened to it: a
 * path on which nothing did is the same for what follows. */
bool lock_is_balanced(const struct lock_record *lock);

/* Set LOCK's state to STATE. */
void lock_set_state(struct lock_record *lock, enum spinrule_state state);

/* LOCK, which is held, was acquired at STEP with DDI of GROUP, under the name TEXT. */
void lock_set_hold(struct lock_record *lock, enum spinrule_group group,
		   const struct spinrule_ddi *ddi, const char *text, struct step *step);

/* The group of the release DDI, which is NULL if only an annotation states the
 * release. */
static inline enum spinrule_group lock_group_of_release(const struct spinrule_ddi *ddi)
{
	return ddi ? ddi->group : SPINRULE_GROUP_ANY;
}

/* True if X and Y require the same of callers. */
bool first_event_equal(const struct first_event *x, const struct first_event *y);

/* True if an annotation permits LOCK to be held at the return. */
bool lock_may_stay_held(const struct lock_record *lock);

#endif
