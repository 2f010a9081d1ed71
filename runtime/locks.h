/* locks.h - which spin locks each thread holds, and what the rule says of the next event.
 *
 * A thread's locks are in a set that only this thread changes, so an event on the fast path
 * touches nothing that another thread writes.  Other threads look into it when a violation is
 * certain, and only then.  Nothing here waits or allocates; any IRQL.
 *
 *     slots   [ released ][ held A ][ released ][ held B ][ held C ][ oldest ] ...
 *     last    ------------------------------------------------^
 *     top     -----------------------------------^
 *     below                   ^------------------|
 *
 * The slots are used in turn.  An acquire takes the next slot that is not held; a release marks its slot and leaves
 * it there until its turn comes again: the history of the last events, for nothing.  Where a lock is acquired on top of
 * another, the other is linked to the older ones: TOP is the youngest of these, the lock of the LAST slot,
 * if that is held, younger still.  So a lock acquired and released alone writes what must be remembered of it, and
 * no more: what a pair costs beyond its own is the stores that its locked instruction waits for.
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

#include <stddef.h>
#include <stdint.h>

enum {
	HELD_MAX = 31,		/* locks that one thread holds at a time; the fast path lets some more pass */
	CALLBACKS_MAX = 16,	/* callbacks inside callbacks on one thread */
	SLOTS = 64,		/* a power of two, more than twice HELD_MAX: two slots side by side are free */
	SLOT_SIZE = 64,
	SLOTS_END = SLOTS * SLOT_SIZE
};

/* Places in a set are counted in bytes from its start.  Two of them never hold a lock. */
enum {
	TOP_FAST = SLOTS_END,			/* nothing held; the fast path does */
	TOP_SLOW = SLOTS_END + SLOT_SIZE	/* nothing held; every event of this set takes the slow path */
};

/* In the place of a lock that another thread released: no lock has this address. */
#define LOCK_TAKEN ((const void *)1)

enum held_flags {
	HELD_KNOWS_IRQL = 1,
	HELD_GHOST = 2,		/* a double acquire that was not entered: its release is swallowed */
	HELD_DOUBLED = 4,	/* has, or had, a ghost */
	HELD_BY_KERNEL = 8,	/* taken by the kernel for a callback */
	HELD_SLOWLY = 16,	/* its release takes the slow path */
	HELD_SKIPPED = 32	/* its turn has come again while it was held */
};

/* How a lock is held, in one word that is odd: the group, the flags, and the IRQL saved, 0 where none is. */
#define KIND(GROUP, FLAGS) (1u | (uint32_t)(GROUP) << 10 | (uint32_t)(FLAGS) << 16)
#define KIND_IRQL(IRQL) ((uint32_t)(IRQL) << 2)
#define KIND_GROUP(KIND) ((enum spinrule_group)((KIND) >> 10 & 0x3f))
#define KIND_RAISING KIND(SPINRULE_GROUP_RAISING, HELD_KNOWS_IRQL)
#define KIND_DPC KIND(SPINRULE_GROUP_DPC, 0)
#define KIND_NUMBERED KIND(SPINRULE_GROUP_NUMBERED, HELD_KNOWS_IRQL)
#define KIND_CANCEL KIND(SPINRULE_GROUP_CANCEL, HELD_KNOWS_IRQL)

/* In the mark of a lock that was not released in its turn: see order. */
#define MARK_ORDERED 2u

/* A slot.  Others read it, and exchange LOCK for LOCK_TAKEN. */
struct held {
	const void *lock;		/* NULL: not used, or nothing to remember */
	struct spinrule_site *site;	/* of the acquire */
	/* While held, the kind, and above it, where there is room, the serial.  Else the site of the release. */
	uintptr_t mark;
#if UINTPTR_MAX <= 0xffffffff
	uint32_t low_serial;
#endif
	uint32_t below;			/* the place of the next older lock held, where it is linked or TAG is the serial */
	uint32_t tag;			/* the serial, if others were held at the acquire */
	uint32_t order;			/* held_set.last at a release that was out of turn; | 1: and the acquire is not here */
	uint32_t then;			/* held_set.top after that release */
	void *handle;			/* PKLOCK_QUEUE_HANDLE, of a queued group */
	uint64_t since;			/* microseconds, where somebody wants to know */
} __attribute__((aligned(SLOT_SIZE)));

struct held_set {
	struct held slots[SLOTS + 2];
	uintptr_t last;			/* what the slots taken so far fill: in a ring, the place of the last one */
	uint32_t top;			/* the place of the youngest lock linked, or where there is none */
	uint32_t bottom;		/* TOP_FAST or TOP_SLOW; 0: nobody ever had this set */
	uintptr_t owner;		/* 0: free.  The port's own */
	uintptr_t previous_owner;
	unsigned long long thread;	/* as reports print it */
	uintptr_t first;		/* last when this thread came: older slots are of another */
	intptr_t other_calls;		/* to add to two for each slot taken, less what is held */
	unsigned depth;			/* callbacks entered */
	uint8_t is_busy;		/* the slow path is at work: whoever comes in between keeps off */
	uint8_t is_reporting;		/* a report is made on this thread */
	uint8_t is_of_lock;		/* claimed for a lock outside any callback */
	uint32_t marks[CALLBACKS_MAX];	/* serial at the entry of each callback */
};

_Static_assert(sizeof(struct held) == SLOT_SIZE, "places in a set are counted in slots of this size");

extern struct held_set port_sets[];

/* Make SET ready for this thread, whose history it has already if IS_ITS_OWN. */
void locks_claimed(struct held_set *set, int is_its_own);

/* From now on every event takes the slow path, which looks at more.  At the start. */
void locks_watch(void);

/* The cancel spin lock and the queued spin lock of NUMBER have no address of their own here. */
const void *locks_cancel(void);
const void *locks_numbered(unsigned number);

/* The number of the queued lock that LOCK stands for, or -1. */
int locks_number_of(const void *lock);

static inline struct held *locks_slot(struct held_set *set, uint32_t place)
{
	return (struct held *)((char *)set + place);
}

/* What its thread alone writes it may read as it likes; others, and what others write too, one piece at a time. */
#define locks_load(FIELD) __atomic_load_n(&(FIELD), __ATOMIC_RELAXED)

/* A plain read, that the compiler can make a part of the comparison.  What it sees is old or new, either will do. */
#ifdef __SANITIZE_THREAD__
#define locks_peek(FIELD) locks_load(FIELD)
#else
#define locks_peek(FIELD) (FIELD)
#endif

#define locks_store(FIELD, VALUE) __atomic_store_n(&(FIELD), VALUE, __ATOMIC_RELAXED)

static inline int locks_is_held(const struct held *held)
{
	return (locks_load(held->mark) & 1) != 0;
}

/* What follows is of a slot that is held, or of its copy. */

static inline uint32_t locks_kind(const struct held *held)
{
	return (uint32_t)locks_load(held->mark);
}

static inline enum spinrule_group locks_group(const struct held *held)
{
	return KIND_GROUP(locks_kind(held));
}

static inline unsigned locks_flags(const struct held *held)
{
	return locks_kind(held) >> 16;
}

static inline uint8_t locks_irql(const struct held *held)
{
	return (uint8_t)(locks_kind(held) >> 2);
}

/* held_set.last at the acquire. */
static inline uint32_t locks_serial(const struct held *held)
{
#if UINTPTR_MAX > 0xffffffff
	return (uint32_t)(locks_load(held->mark) >> 32);
#else
	return locks_load(held->low_serial);
#endif
}

/* The site of the release of a slot that is not held. */
static inline struct spinrule_site *locks_released(const struct held *held)
{
	return (struct spinrule_site *)(held->mark & ~(uintptr_t)3);
}

/* ---- the slow path ---- */

/* This thread is about to acquire LOCK.  False: it holds it, which has been reported; do not
 * enter.  The caller then does as if DISPATCH_LEVEL had been saved. */
int locks_may_acquire(const void *lock, void *handle, uint32_t kind, struct spinrule_site *site);

/* LOCK was acquired and IRQL saved, if KIND knows one.  Returns the IRQL to save for the driver: that of a
 * kernel with IRQLs even where this one has none.  HANDLE is that of a queued lock, or NULL. */
uint8_t locks_acquired(const void *lock, void *handle, uint32_t kind, uint8_t irql, struct spinrule_site *site);

/* A try has acquired LOCK, in which case IRQL was saved as above, or not. */
uint8_t locks_tried(const void *lock, int has_acquired, uint32_t kind, uint8_t irql, struct spinrule_site *site);

/* LOCK, or the lock that was acquired with HANDLE (the other is NULL), is about to be released.
 * IRQL is what the driver gives back, or NULL; may be changed.  False: do not release. */
int locks_releasing(const void *lock, void *handle, uint32_t kind, uint8_t *irql, struct spinrule_site *site);

/* LOCK is about to be initialized. */
void locks_initializing(const void *lock, struct spinrule_site *site);

/* A momentary routine is about to take LOCK.  False: this thread holds it, which has been reported;
 * do the routine's work without the lock. */
int locks_may_use(const void *lock, struct spinrule_site *site);

/* A request is about to be completed. */
void locks_completing(struct spinrule_site *site);

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

/* Tell of REPORT's violation, and fill in the thread.  Does nothing while a report of this thread is being made. */
struct violation_report;
void locks_tell(struct violation_report *report);

/* How many violations were not told, for being committed while a report of their thread was made. */
unsigned locks_untold(void);

/* Say once, with the reason, that checking is incomplete. */
void locks_incomplete(const char *why);

/* ---- the fast path ----
 *
 * Inlined into the wrappers: a lock is acquired by a thread that holds none, or others, and the youngest of
 * its locks is released as it was acquired. */

/* Written once: the line stays shared between processors. */
static inline void locks_mark_executed(struct spinrule_site *site)
{
	if (!locks_peek(site->executed))
		locks_store(site->executed, 1);
}

static inline struct held *locks_last(struct held_set *set)
{
	return locks_slot(set, (uint32_t)set->last & (SLOTS_END - 1));
}

/* True if this thread holds nothing, and nobody wants to know more. */
static inline int locks_are_none(struct held_set *set)
{
	return !(locks_last(set)->mark & 1) && set->top == TOP_FAST;
}

/* What an acquire really saved, as the driver is told it.  Some kernels (Wine's) have no IRQLs and always save 0;
 * with a spin lock held it cannot be. */
static inline uint8_t locks_irql_with_lock_held(uint8_t irql)
{
	return port_is_kernel && irql < PORT_DISPATCH_LEVEL ? PORT_DISPATCH_LEVEL : irql;
}

/* HELD was about to become the last slot of SET when something else acquired locks on its thread. */
void locks_relink(struct held_set *set, struct held *held);

/* The slot of SET with this serial is the last, and holds LOCK. */
static inline struct held *locks_fill(struct held_set *set, uintptr_t serial, const void *lock, uint32_t kind, struct spinrule_site *site)
{
	struct held *held = locks_slot(set, (uint32_t)serial & (SLOTS_END - 1));

	locks_store(set->last, serial);
	locks_store(held->site, site);
	locks_store(held->lock, lock);
	/* Last, for those who look at it from other threads. */
#if UINTPTR_MAX > 0xffffffff
	__atomic_store_n(&held->mark, (uintptr_t)serial << 32 | kind, __ATOMIC_RELEASE);
#else
	locks_store(held->low_serial, (uint32_t)serial);
	__atomic_store_n(&held->mark, kind, __ATOMIC_RELEASE);
#endif
	/* A signal or an interrupt between these stores may have left a slot of its own as the last. */
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (__builtin_expect(set->last != serial, 0))
		locks_relink(set, held);
	return held;
}

/* LOCK was acquired by a thread that holds none. */
static inline struct held *locks_push_first(struct held_set *set, const void *lock, uint32_t kind, struct spinrule_site *site)
{
	return locks_fill(set, set->last + SLOT_SIZE, lock, kind, site);
}

/* Take off the top of SET what is not held, or not by this thread any more. */
void locks_trim(struct held_set *set);

/* Link the lock of the last slot to the older ones. */
static inline void locks_link_last(struct held_set *set)
{
	struct held *last = locks_last(set);
	uint32_t place = (uint32_t)((char *)last - (char *)set);

	if (last->mark & 1 && set->top != place) {
		locks_store(last->below, set->top);
		locks_store(set->top, place);
	}
}

/* The same, and see to it that the top is held. */
static inline void locks_settle(struct held_set *set)
{
	locks_link_last(set);
	if (set->top < SLOTS_END && (!locks_is_held(locks_slot(set, set->top)) || locks_load(locks_slot(set, set->top)->lock) == LOCK_TAKEN))
		locks_trim(set);
}

/* True if another lock may be put on top of those that this thread holds, now linked, without further ado: the slot after
 * the last is never held, and neither is the one after that. */
static inline int locks_is_simple(struct held_set *set)
{
	struct held *after_next = locks_slot(set, (uint32_t)(set->last + 2 * SLOT_SIZE) & (SLOTS_END - 1));

	locks_link_last(set);
	return set->bottom == TOP_FAST && !(after_next->mark & 1) && locks_slot(set, set->top)->mark & 1;
}

/* True if LOCK is not among the locks that this thread holds, and locks_is_simple. */
static inline int locks_is_another(struct held_set *set, const void *lock)
{
	if (!locks_is_simple(set))
		return 0;
	for (uint32_t place = set->top; place < SLOTS_END; place = locks_slot(set, place)->below)
		if (locks_load(locks_slot(set, place)->lock) == lock)
			return 0;
	return 1;
}

/* LOCK was acquired by a thread that holds others, which are linked. */
static inline struct held *locks_push_another(struct held_set *set, const void *lock, uint32_t kind, struct spinrule_site *site)
{
	uintptr_t serial = set->last + SLOT_SIZE;
	struct held *held = locks_slot(set, (uint32_t)serial & (SLOTS_END - 1));

	locks_store(held->below, set->top);
	locks_store(held->tag, (uint32_t)serial);
	return locks_fill(set, serial, lock, kind, site);
}

/* HELD is released, in its turn, at SITE. */
static inline void locks_mark_released(struct held *held, struct spinrule_site *site)
{
	__atomic_store_n(&held->mark, (uintptr_t)site, __ATOMIC_RELEASE);
}

/* True if LOCK is the youngest that this thread holds, held as KIND says: then it is released now. */
static inline int locks_pop(struct held_set *set, const void *lock, uint32_t kind, struct spinrule_site *site)
{
	struct held *held = locks_last(set);

	if (__builtin_expect(locks_peek(held->lock) == lock && (uint32_t)held->mark == kind, 1)) {
		locks_mark_released(held, site);
		return 1;
	}
	/* Locks that were acquired later may have been released. */
	if (held->mark & 1)
		return 0;
	held = locks_slot(set, set->top);
	if (locks_peek(held->lock) != lock || (uint32_t)held->mark != kind)
		return 0;
	locks_mark_released(held, site);
	locks_store(set->top, held->below);
	return 1;
}

/* The same for the lock that was acquired with HANDLE. */
static inline int locks_pop_handle(struct held_set *set, const void *handle, uint32_t kind, struct spinrule_site *site)
{
	struct held *held;

	locks_settle(set);
	held = locks_slot(set, set->top);
	if ((uint32_t)held->mark != kind || held->handle != handle)
		return 0;
	locks_mark_released(held, site);
	locks_store(set->top, held->below);
	return 1;
}

/* What the ports inline. */
#if !defined _WIN32
#include "port-posix.h"
#elif __STDC_HOSTED__
#include "port-win32.h"
#else
#include "port-wdm.h"
#endif

#endif
