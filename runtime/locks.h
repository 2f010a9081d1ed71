/* locks.h - which spin locks each thread holds, and what the rule says of the next event.
 *
 * A thread's locks are in a set that only this thread changes, so an event on the fast path
 * touches nothing that another thread writes.  Other threads look into it when a violation is
 * certain, and only then.  Nothing here waits or allocates; any IRQL.
 *
 * With halt=0 a driver keeps working after a violation:
 *   double-acquire      the lock is not entered again; the next release of it is swallowed, and
 *                       nothing more is said of this lock until it is free
 *   release-unheld      not passed on: a real release would free another thread's lock or
 *                       break a queue
 *   wrong-context       passed on: a lock handed over goes on working
 *   held-at-return      the runtime releases the lock, as it was acquired
 *   mismatched-release  the lock is released as it was acquired
 *   wrong-irql          passed on as the driver gave it
 *   reinit-held         the lock is released as it was acquired, then initialized
 *   a momentary routine on a lock that is held (double-acquire) does its work without the lock
 *
 * When a thread holds more than HELD_MAX locks, or there are more threads than sets, it is said
 * once that checking is incomplete.  From then on a release of a lock that nobody is known to hold
 * is passed on and not reported.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_LOCKS_H
#define SPINRULE_LOCKS_H

#include "port.h"
#include "rule.h"
#include "spinrule.h"

#include <stdint.h>

enum {
	HELD_MAX = 32,		/* locks that one thread holds at a time */
	CALLBACKS_MAX = 16	/* callbacks inside callbacks on one thread */
};

/* In the place of a lock that another thread released: no lock has this address. */
#define LOCK_TAKEN ((const void *)1)

enum held_flags {
	HELD_KNOWS_IRQL = 1,
	HELD_GHOST = 2,		/* a double acquire that was not entered: its release is swallowed */
	HELD_DOUBLED = 4,	/* has, or had, a ghost */
	HELD_BY_KERNEL = 8	/* taken by the kernel for a callback */
};

struct held {
	/* NULL for a slot that is empty, LOCK_TAKEN for a lock that another thread released.
	 * Others read it, and exchange it for LOCK_TAKEN. */
	const void *lock;
	void *handle;			/* PKLOCK_QUEUE_HANDLE, or NULL */
	struct spinrule_site *site;	/* of the acquire */
	unsigned serial;		/* the how manieth acquire of this set */
	uint8_t group, irql, flags;
};

struct held_set {
	uintptr_t owner;		/* 0: free.  The port's own */
	unsigned long long thread;	/* as reports print it */
	unsigned count;			/* slots in use, with holes */
	unsigned serial;
	unsigned depth;			/* callbacks entered */
	uint8_t is_reporting;		/* a report hook runs on this thread */
	uint8_t is_of_lock;		/* claimed for a lock outside any callback */
	uintptr_t calls;		/* lock calls checked, of all owners so far */
	struct held held[HELD_MAX];
	unsigned marks[CALLBACKS_MAX];	/* serial at the entry of each callback */
};

extern struct held_set port_sets[];

/* The cancel spin lock and the queued spin lock of NUMBER have no address of their own here. */
const void *locks_cancel(void);
const void *locks_numbered(unsigned number);

/* The number of the queued lock that LOCK stands for, or -1. */
int locks_number_of(const void *lock);

/* This thread is about to acquire LOCK.  False: it holds it, which has been reported; do not
 * enter.  The caller then does as if DISPATCH_LEVEL had been saved. */
static inline int locks_may_acquire(const void *lock, void *handle, enum spinrule_group group, struct spinrule_site *site);

/* LOCK was acquired and IRQL saved.  Returns the IRQL to save for the driver: that of a kernel with
 * IRQLs even where this one has none. */
static inline uint8_t locks_acquired(const void *lock, enum spinrule_group group, uint8_t irql, struct spinrule_site *site);

/* The same for a DDI that saves no IRQL; HANDLE is that of a queued lock, or NULL. */
static inline void locks_acquired_plain(const void *lock, void *handle, enum spinrule_group group, struct spinrule_site *site);

/* A try has acquired LOCK or not; no IRQL was saved. */
void locks_tried(const void *lock, int has_acquired, enum spinrule_group group, struct spinrule_site *site);

/* LOCK, or the lock that was acquired with HANDLE (the other is NULL), is about to be released.
 * IRQL is what the driver gives back, or NULL; may be changed.  False: do not release. */
static inline int locks_releasing(const void *lock, void *handle, enum spinrule_group group, uint8_t *irql, struct spinrule_site *site);

/* LOCK is about to be initialized. */
void locks_initializing(const void *lock, struct spinrule_site *site);

/* A momentary routine is about to take LOCK.  False: this thread holds it, which has been reported;
 * do the routine's work without the lock. */
int locks_may_use(const void *lock, struct spinrule_site *site);

/* A callback starts: see spinrule_callback_enter. */
unsigned locks_enter(unsigned with_cancel_lock, struct spinrule_site *site);

/* A callback returns.  True: it was the outermost of this thread. */
int locks_leave(unsigned mark, struct spinrule_site *site);

/* The function at SITE is left for good by an exception: the innermost callback ends here. */
void locks_raise(struct spinrule_site *site);

/* This thread ends at SITE (NULL: not at a call), whatever callbacks it is in. */
void locks_thread_ends(struct spinrule_site *site);

/* The driver is gone after SITE: nobody may hold a lock now. */
void locks_unload(struct spinrule_site *site);

/* How many lock calls were checked so far, and whether some could not be. */
unsigned long long locks_calls(void);
int locks_are_incomplete(void);

/* ---- the fast path ----
 *
 * Inlined into the wrappers: a lock that this thread does not hold is acquired, and the youngest of its
 * locks is released as it was acquired.  All else is a call of the functions below, in locks.c. */

int locks_may_acquire_another(struct held_set *set, const void *lock, void *handle, enum spinrule_group group,
			      struct spinrule_site *site);
uint8_t locks_acquired_slowly(const void *lock, void *handle, enum spinrule_group group, uint8_t irql, uint8_t flags,
			      struct spinrule_site *site);
int locks_releasing_slowly(const void *lock, void *handle, enum spinrule_group group, uint8_t *irql, struct spinrule_site *site);

/* Written once: the line stays shared between processors. */
static inline void locks_mark_executed(struct spinrule_site *site)
{
	if (!__atomic_load_n(&site->executed, __ATOMIC_RELAXED))
		__atomic_store_n(&site->executed, 1, __ATOMIC_RELAXED);
}

/* Others read how many there are. */
static inline void locks_set_count(struct held_set *set, unsigned count)
{
	__atomic_store_n(&set->count, count, __ATOMIC_RELEASE);
}

static inline int locks_may_acquire(const void *lock, void *handle, enum spinrule_group group, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();

	locks_mark_executed(site);
	if (!set || !set->count)
		return 1;
	return locks_may_acquire_another(set, lock, handle, group, site);
}

static inline uint8_t locks_push(const void *lock, void *handle, enum spinrule_group group, uint8_t irql, uint8_t flags,
				 struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	struct held *held;

	/* A kernel may have to be helped with its IRQL. */
	if (!set || set->count == HELD_MAX || (port_is_kernel && set->count))
		return locks_acquired_slowly(lock, handle, group, irql, flags, site);
	held = &set->held[set->count];
	held->handle = handle;
	held->site = site;
	held->serial = ++set->serial;
	held->group = (uint8_t)group;
	held->irql = irql;
	held->flags = flags;
	/* Last, for those who look at it from other threads. */
	__atomic_store_n(&held->lock, lock, __ATOMIC_RELEASE);
	locks_set_count(set, set->count + 1);
	set->calls++;
	return irql;
}

static inline uint8_t locks_acquired(const void *lock, enum spinrule_group group, uint8_t irql, struct spinrule_site *site)
{
	return locks_push(lock, NULL, group, irql, HELD_KNOWS_IRQL, site);
}

static inline void locks_acquired_plain(const void *lock, void *handle, enum spinrule_group group, struct spinrule_site *site)
{
	locks_push(lock, handle, group, 0, 0, site);
}

static inline int locks_releasing(const void *lock, void *handle, enum spinrule_group group, uint8_t *irql, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	struct held *held;
	const void *now;

	locks_mark_executed(site);
	if (!set || !set->count)
		return locks_releasing_slowly(lock, handle, group, irql, site);
	held = &set->held[set->count - 1];
	now = __atomic_load_n(&held->lock, __ATOMIC_RELAXED);
	if ((lock ? now != lock : held->handle != handle || now == LOCK_TAKEN) || held->group != group
	    || held->flags != (irql ? HELD_KNOWS_IRQL : 0) || (irql && held->irql != *irql) || set->is_of_lock
	    || (set->count > 1 && !set->held[set->count - 2].lock))
		return locks_releasing_slowly(lock, handle, group, irql, site);
	__atomic_store_n(&held->lock, NULL, __ATOMIC_RELEASE);
	locks_set_count(set, set->count - 1);
	set->calls++;
	return 1;
}

#endif
