/* locks.h - which spin locks each thread holds, and what the rule says of the next event.
 *
 * A thread's locks are in a set that only this thread changes, so an event on the fast path
 * touches nothing that another thread writes.  Other threads look into it when a violation is
 * certain, and only then.  Nothing here waits or allocates; any IRQL.
 *
 *     slots   [ released ][ held A ][ released ][ held B ][ held C ][ released ][ oldest ] ...
 *     at      --------------------------------------------------------^
 *     top     --------------------------------------------^
 *     below               ^---------------------^---------|
 *
 * The slots are used in turn.  An acquire takes the next slot that is not held; a release marks its slot and leaves
 * it there until its turn comes again: the history of the last events, for nothing.
 *
 * AT is the slot used last, and says in a few bits how the set is to be read; while nothing is held it is the slot to use next.
 *
 *   AT_FREE     nothing is held
 *   0           one lock is held, in this slot, and has no links
 *   AT_LINKED   the youngest lock is TOP, and each is linked to the next older one
 *
 * So a lock acquired and released alone writes what must be remembered of it, and no more: what a pair costs beyond its own is the
 * stores that its locked instruction waits for.
 *
 * An acquire claims its slot before it waits for the lock, and writes the rest of it after.  What interrupts the thread in between,
 * at any moment, finds the slot in its place among those that are held, and puts its own locks on top: whatever it
 * does with these, the slot is where it was.  An interrupt that leaves a lock held, or releases one of before, may be undone in
 * part by a store that follows.  What it left is never written over: who claims a slot looks whether it is in use, and a lock
 * that no link leads to is looked for in all slots.  The set is unsure from then on: see locks_disturbed.
 *
 * With halt=0 a driver keeps working after a violation:
 *   double-acquire      the lock is not entered again; the next release of it is swallowed, and
 *                       nothing more is said of this lock until it is free
 *   release-unheld      not passed on: a real release would free another thread's lock or
 *                       break a queue
 *   wrong-context       passed on: a lock handed over goes on working
 *   held-at-return      the runtime releases the lock, as it was acquired; not one whose memory is gone, or something else's
 *   mismatched-release  the lock is released as it was acquired
 *   wrong-irql          passed on as the driver gave it
 *   reinit-held         the lock is released as it was acquired, then initialized
 *   a momentary routine on a lock that is held (double-acquire) does its work without the lock
 *
 * When a thread holds more than HELD_MAX locks, there are more threads than sets, or a set is unsure, it is said
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

/* In held_set.at, beside the slot. */
enum {
	AT_FREE = 1,		/* nothing is held, and the fast path may use the slot; the bit that is set in a site that was executed */
	AT_LINKED = 2,		/* locks are linked, and the fast path may put others on top */
	AT_FREE_SLOWLY = 4,	/* the same where somebody wants to know of each pair, */
	AT_LINKED_SLOWLY = 8,	/* or of locks on top of others */
	AT_NONE_HELD = AT_FREE | AT_FREE_SLOWLY,
	AT_STATE = 15
};

/* In the place of a lock that another thread released: no lock has this address. */
#define LOCK_TAKEN ((const void *)1)

enum held_flags {
	HELD_KNOWS_IRQL = 1,
	HELD_GHOST = 2,		/* a double acquire that was not entered: its release is swallowed */
	HELD_DOUBLED = 4,	/* has, or had, a ghost */
	HELD_BY_KERNEL = 8,	/* taken by the kernel for a callback */
	HELD_SLOWLY = 16,	/* its release takes the slow path */
	HELD_SKIPPED = 32,	/* its turn has come again while it was held */
	HELD_WATCHED = 64,	/* somebody wants to know of its release */
	HELD_CLAIMED = 128,	/* what was interrupted is about to acquire a lock in this slot, and has written nothing else of it yet */
	HELD_ON_TOP = 1 << 14,	/* others were held before it, and one still is; a kind with it is no address of a site */
	/* What says nothing of how the lock is held. */
	HELD_OF_NO_MATTER = HELD_SLOWLY | HELD_SKIPPED | HELD_ON_TOP | HELD_WATCHED
};

/* How a lock is held, in one word that is odd: the group, the flags, and the IRQL saved, 0 where none is. */
#define KIND(GROUP, FLAGS) (1u | (uint32_t)(GROUP) << 10 | (uint32_t)(FLAGS) << 16)
#define KIND_OF_FLAGS(FLAGS) ((uint32_t)(FLAGS) << 16)
#define KIND_IRQL(IRQL) ((uint32_t)(IRQL) << 2)
#define KIND_GROUP(KIND) ((enum spinrule_group)((KIND) >> 10 & 0x3f))
#define KIND_RAISING KIND(SPINRULE_GROUP_RAISING, HELD_KNOWS_IRQL)
#define KIND_DPC KIND(SPINRULE_GROUP_DPC, 0)
#define KIND_NUMBERED KIND(SPINRULE_GROUP_NUMBERED, HELD_KNOWS_IRQL)
#define KIND_CANCEL KIND(SPINRULE_GROUP_CANCEL, HELD_KNOWS_IRQL)

/* In the mark of a lock that was released, beside the site of that: it was not released in its turn, see order; others were
 * held before it, see below. */
#define MARK_ORDERED 2u
#define MARK_ON_TOP 4u
#define MARK_BITS 7u

/* A slot.  Others read it, and exchange LOCK for LOCK_TAKEN. */
struct held {
	const void *lock;		/* NULL: not used, or nothing to remember */
	struct spinrule_site *site;	/* of the acquire */
	uintptr_t mark;			/* while held, the kind; else the site of the release, 0: nothing to remember */
	uint32_t wall[2];		/* ones: see locks_pop_last */
	struct held *below;		/* the next older lock held, where HELD_ON_TOP or MARK_ON_TOP say that there is, or was, one */
	uint32_t serial;		/* where HELD_SKIPPED: else the place tells it */
	uint32_t counted;		/* where HELD_WATCHED: watch.c's own */
	void *handle;			/* PKLOCK_QUEUE_HANDLE, of a queued group */
	union {
		uint64_t since;		/* where HELD_WATCHED: watch.c's clock at the acquire */
		struct {
			uint32_t order;	/* the serial at a release that was out of turn; | 1: and the acquire is not here */
			uint32_t then;	/* the place of held_set.top after that release */
		};
	};
} __attribute__((aligned(SLOT_SIZE)));

struct held_set {
	struct held slots[SLOTS + 1];	/* the last one never holds a lock: it is below the oldest, and always in use */
	uintptr_t at;			/* see above; 0: nobody ever had this set */
	struct held *top;		/* the youngest lock, or the last slot of all; no matter where AT says that nothing is linked */
	uintptr_t is_no_slot;		/* 1: where a slot behind the last one would have its mark */
	uint8_t is_busy;		/* the slow path is at work: whoever comes in between keeps off */
	uint8_t is_reporting;		/* a report is made on this thread */
	uint8_t is_of_lock;		/* claimed for a lock outside any callback */
	uint8_t is_unsure;		/* see locks_disturbed */
	unsigned is_plain;		/* nobody wants to know of a lock on top of others */
	uintptr_t turns;		/* bytes of slots in the turns that are over */
	uintptr_t owner;		/* 0: free.  The port's own */
	uintptr_t previous_owner;
	unsigned long long thread;	/* as reports print it */
	uintptr_t first;		/* the serial when this thread came: older slots are of another */
	intptr_t other_calls;		/* to add to two for each slot taken, less what is held */
	const void *let_go;		/* where SET is unsure: the lock let go of last, to be acquired again */
	struct spinrule_site *let_go_site;	/* and where it had been acquired */
	unsigned depth;			/* callbacks entered */
	uint32_t marks[CALLBACKS_MAX];	/* serial at the entry of each callback */
	uint32_t frames[CALLBACKS_MAX];	/* and where on the stack that was, the lower bits */
};

/* What a thread has that has no set: nothing is held in it, and everything about it is slow. */
#define LOCKS_NO_SET { .at = (uintptr_t)&port_no_set, .top = &port_no_set.slots[SLOTS], .is_of_lock = 1 }

_Static_assert(offsetof(struct held_set, is_no_slot) ==
		       SLOTS_END + SLOT_SIZE + offsetof(struct held, mark),
	       "the last slot is followed by one in use");
_Static_assert(sizeof(struct held) == SLOT_SIZE,
	       "places in a set are counted in slots of this size");
_Static_assert(_Alignof(struct spinrule_site) > MARK_BITS, "a mark has these bits beside a site");

extern struct held_set port_sets[];

/* Make SET ready for this thread, whose history it has already if IS_ITS_OWN. */
void locks_claimed(struct held_set *set, int is_its_own);

/* What somebody wants to know beyond the rule: see watch.h.  Set at the start. */
enum {
	WATCH_PAIRS = 1,	/* each acquire, and each release */
	WATCH_ORDER = 2		/* acquires while others are held */
};

extern unsigned locks_watched;

/* The cancel spin lock and the queued spin lock of NUMBER have no address of their own here. */
const void *locks_cancel(void);
const void *locks_numbered(unsigned number);

/* The number of the queued lock that LOCK stands for, or -1. */
int locks_number_of(const void *lock);

/* Places in a set are counted in bytes from its start. */
static inline struct held *locks_slot(struct held_set *set, uint32_t place)
{
	return (struct held *)((char *)set + place);
}

static inline uint32_t locks_place(const struct held_set *set, const struct held *held)
{
	return (uint32_t)((const char *)held - (const char *)set);
}

/* What is below the oldest lock of SET: no lock. */
static inline struct held *locks_none(struct held_set *set)
{
	return &set->slots[SLOTS];
}

/* What its thread alone writes it may read as it likes; others, and what others write too, one piece at a time. */
#ifndef __i386__
#define locks_load(FIELD) __atomic_load_n(&(FIELD), __ATOMIC_RELAXED)
#define locks_store(FIELD, VALUE) __atomic_store_n(&(FIELD), VALUE, __ATOMIC_RELAXED)
#else
/* Numbers of 64 bits, times and sums, in two pieces: for one the compiler takes a register for floating-point numbers, and those
 * are not saved for drivers.  Who reads half of an old one does no harm with it. */
#define locks_load(FIELD) \
	__builtin_choose_expr(sizeof(FIELD) == 8, *(volatile __typeof__(FIELD) *)&(FIELD), \
			      __atomic_load_n(&(FIELD), __ATOMIC_RELAXED))
#define locks_store(FIELD, VALUE) \
	__builtin_choose_expr(sizeof(FIELD) == 8, (void)(*(volatile __typeof__(FIELD) *)&(FIELD) = (VALUE)), \
			      __atomic_store_n(&(FIELD), VALUE, __ATOMIC_RELAXED))
#endif

/* A plain read, that the compiler can make a part of the comparison.  What it sees is old or new, either will do. */
#ifdef __SANITIZE_THREAD__
#define locks_peek(FIELD) locks_load(FIELD)
#else
#define locks_peek(FIELD) (FIELD)
#endif

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

/* The site of the release of a slot that is not held. */
static inline struct spinrule_site *locks_released(const struct held *held)
{
	return (struct spinrule_site *)(held->mark & ~(uintptr_t)MARK_BITS);
}

/* ---- the slow path ---- */

/* This thread is about to acquire LOCK.  False: it holds it, which has been reported; do not
 * enter.  The caller then does as if DISPATCH_LEVEL had been saved. */
int locks_may_acquire(const void *lock, void *handle, uint32_t kind, struct spinrule_site *site);

/* LOCK was acquired and IRQL saved, if KIND knows one.  Returns the IRQL to save for the driver: that of a
 * kernel with IRQLs even where this one has none.  HANDLE is that of a queued lock, or NULL. */
uint8_t locks_acquired(const void *lock, void *handle, uint32_t kind, uint8_t irql,
		       struct spinrule_site *site);

/* A try has acquired LOCK, in which case IRQL was saved as above, or not. */
uint8_t locks_tried(const void *lock, int has_acquired, uint32_t kind, uint8_t irql,
		    struct spinrule_site *site);

/* LOCK, or the lock that was acquired with HANDLE (the other is NULL), is about to be released.
 * IRQL is what the driver gives back, or NULL; may be changed.  False: do not release. */
int locks_releasing(const void *lock, void *handle, uint32_t kind, uint8_t *irql,
		    struct spinrule_site *site);

/* True if the memory of HELD's lock says that nobody holds it: code that is not seen has released it. */
int locks_is_free(const struct held *held);

/* This thread has been waiting for LOCK for long. */
void locks_waiting(const void *lock);

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

/* The slot that AT, read from a set, says. */
static inline struct held *locks_slot_at(uintptr_t at)
{
	return (struct held *)(at & ~(uintptr_t)AT_STATE);
}

/* The slot used last. */
static inline struct held *locks_last(const struct held_set *set)
{
	uintptr_t at = locks_load(set->at);

	return at & AT_NONE_HELD ? locks_slot_at(at) - 1 : locks_slot_at(at);
}

/* Its serial: what the slots used so far fill, in bytes. */
static inline uintptr_t locks_last_serial(const struct held_set *set)
{
	return locks_load(set->turns) + (uintptr_t)((char *)locks_last(set) - (char *)set);
}

/* The serial of HELD: its place tells it, unless it was held for longer than a turn. */
static inline uint32_t locks_serial(const struct held_set *set, const struct held *held)
{
	uint32_t last = (uint32_t)locks_last_serial(set);

	if (locks_is_held(held) && locks_flags(held) & HELD_SKIPPED)
		return locks_load(held->serial);
	return last - ((last - locks_place(set, held)) & (SLOTS_END - 1));
}

/* What was, or is, below HELD; the set's none if nothing. */
static inline struct held *locks_below(struct held_set *set, const struct held *held)
{
	uintptr_t mark = locks_load(held->mark);

	return mark & (mark & 1 ? KIND_OF_FLAGS(HELD_ON_TOP) : MARK_ON_TOP)
		       ? locks_load(held->below)
		       : locks_none(set);
}

/* What an acquire really saved, as the driver is told it.  Some kernels (Wine's) have no IRQLs and always save 0;
 * with a spin lock held it cannot be. */
static inline uint8_t locks_irql_with_lock_held(uint8_t irql)
{
	return port_is_kernel && irql < PORT_DISPATCH_LEVEL ? PORT_DISPATCH_LEVEL : irql;
}

/* HELD, which was claimed, holds LOCK. */
static inline void locks_fill(struct held *held, const void *lock, uint32_t kind,
			      struct spinrule_site *site)
{
	locks_store(held->site, site);
	locks_store(held->lock, lock);
	/* Last, for those who look at it from other threads. */
	__atomic_store_n(&held->mark, kind, __ATOMIC_RELEASE);
}

/* True if AT, read from a set, says that its thread may acquire its first lock at SITE without further ado. */
static inline int locks_are_none(uintptr_t at, const struct spinrule_site *site)
{
	return __builtin_expect(at & locks_peek(site->executed), 1) != 0;
}

/* The slot that AT says is claimed.  What interrupts this thread from here on, until it is filled, is on top of it. */
static inline struct held *locks_claim(struct held_set *set, uintptr_t at)
{
	uintptr_t slot = at - AT_FREE;

	locks_store(set->at, slot);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
#ifdef __GNUC__
	/* So that AT is not kept to find it by. */
	__asm__("" : "+r"(slot));
#endif
	return (struct held *)slot;
}

/* True if HELD, now claimed, holds a lock: something that interrupted this thread just before has left it there, or the lock
 * has been held for so long that its turn has come again.  Or it is the slot that never holds one: the turn is over. */
static inline int locks_is_in_use(const struct held *held)
{
	return __builtin_expect(held->mark & 1, 0) != 0;
}

/* CLAIMED is in use, as that says.  Returns the slot to use all the same, which is claimed: the first, where the turn is over, which is
 * counted; CLAIMED itself, where what interrupted this thread has only found it claimed.  Else NULL. */
struct held *locks_claim_in_turn(struct held_set *set, struct held *claimed);

/* The first of its cases alone, inlined.  Returns the slot that is claimed now, in use or not. */
static inline struct held *locks_claim_first(struct held_set *set, struct held *claimed)
{
	if (set->at != (uintptr_t)locks_none(set))
		return claimed;
	locks_store(set->at, (uintptr_t)&set->slots[0]);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	__atomic_fetch_add(&set->turns, (uintptr_t)SLOTS_END, __ATOMIC_RELAXED);
	return &set->slots[0];
}

/* An interrupt left a lock held in SET that it acquired, or released one that was, while the thread was at work on the set.  From
 * now on what is held here is not known for sure: no violation is told of it, and calls are passed on. */
void locks_disturbed(struct held_set *set);

/* Link all that is held in SET, as an interrupt that left locks held has left links that miss some of them, or lead astray. */
void locks_link_again(struct held_set *set);

/* See to it that all that is held in SET is linked, and that the top is held by this thread.  The set of this thread: what is claimed in it
 * was claimed by what is interrupted now. */
void locks_settle(struct held_set *set);

/* What held_set.at is when SLOT was used last and nothing is held. */
static inline uintptr_t locks_free_after(const struct held *slot)
{
	return (uintptr_t)(slot + 1) + (locks_watched & WATCH_PAIRS ? AT_FREE_SLOWLY : AT_FREE);
}

/* What it is when SLOT was used last and locks are linked. */
static inline uintptr_t locks_linked_at(const struct held_set *set, const struct held *slot)
{
	return (uintptr_t)slot + (set->is_plain ? AT_LINKED : AT_LINKED_SLOWLY);
}

/* If nothing is held any more in SET, where all is linked, say so. */
static inline void locks_reopen(struct held_set *set)
{
	if (!(set->at & AT_NONE_HELD) && set->top == locks_none(set))
		locks_store(set->at, locks_free_after(locks_slot_at(set->at)));
}

/* The slot to use after the last. */
static inline struct held *locks_next(struct held_set *set)
{
	struct held *next = locks_last(set) + 1;

	return next == locks_none(set) ? &set->slots[0] : next;
}

/* True if another lock may be put on top of those that this thread holds, now linked, without further ado. */
static inline int locks_is_simple(struct held_set *set)
{
	if (set->is_of_lock)
		return 0;
	locks_settle(set);
	return !(locks_next(set)->mark & 1);
}

/* True if LOCK is not among the locks that this thread holds, and locks_is_simple. */
static inline int locks_is_another(struct held_set *set, const void *lock)
{
	unsigned steps = 0;

	if (!locks_is_simple(set))
		return 0;
	for (const struct held *held = set->top; held != locks_none(set);
	     held = locks_below(set, held))
		if (locks_load(held->lock) == lock || ++steps > SLOTS)
			return 0;
	return 1;
}

/* LOCK was acquired by a thread that holds others, which are linked, or none: locks_is_simple. */
struct held *locks_push(struct held_set *set, const void *lock, uint32_t kind,
			struct spinrule_site *site);

/* The slot after the last, which was AT, is claimed for another lock on top of those that this thread holds; NULL where there is
 * something odd about it or about SITE.  A part of what locks_is_simple and locks_push do, with as little as possible in it. */
static inline __attribute__((always_inline)) struct held *locks_claim_on_top(
	struct held_set *set, uintptr_t at, const struct spinrule_site *site)
{
	struct held *next, *top;

	if (!locks_peek(site->executed))
		return NULL;
	if (!(at & AT_LINKED)) {
		/* One lock, which has no links yet; or it is claimed, and others have to see to it. */
		if (at & AT_STATE || !set->is_plain || !(((struct held *)at)->mark & 1))
			return NULL;
		locks_store(set->top, (struct held *)at);
		at += AT_LINKED;
	}
	next = (struct held *)(at - AT_LINKED) + 1;
	/* First the links, for what interrupts this thread from here on. */
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	locks_store(set->at, at + SLOT_SIZE);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (locks_is_in_use(next)) {
		locks_store(set->at, at);
		return NULL;
	}
	top = locks_load(set->top);
	/* What is linked so is claimed. */
	locks_store(next->mark, (uintptr_t)0);
	locks_store(next->below, top);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	locks_store(set->top, next);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	return next;
}

/* Nothing comes of CLAIMED, which that returned. */
void locks_unclaim(struct held_set *set, struct held *claimed);

/* HELD, with MARK while it was held, is released, in its turn, at SITE. */
static inline void locks_mark_released_as(struct held *held, uintptr_t mark,
					  struct spinrule_site *site)
{
	__atomic_store_n(&held->mark,
			 (uintptr_t)site + (mark & KIND_OF_FLAGS(HELD_ON_TOP) ? MARK_ON_TOP : 0),
			 __ATOMIC_RELEASE);
}

static inline void locks_mark_released(struct held *held, struct spinrule_site *site)
{
	locks_mark_released_as(held, held->mark, site);
}

/* What AT says is no slot's address except while one lock is held. */
typedef uintptr_t __attribute__((aligned(1), may_alias)) locks_loose;
#define locks_loose_load(AT, FIELD) (*(const locks_loose *)((AT) + offsetof(struct held, FIELD)))

/* True if LOCK is the only one that this thread holds, was acquired as KIND says, with IRQL saved, and SITE was executed before.  Then it is
 * released now.
 *
 * What is read where AT has other bits is some bytes off: for the kind, bytes of a mark with ones of WALL above them, which no
 * kind has there.  A mark is a kind, or an address above those asked for; and where SITE was not executed it is compared with an
 * even number that is lower. */
static inline __attribute__((always_inline)) int locks_pop_only(struct held_set *set, uintptr_t at,
								const void *lock, uint32_t kind,
								unsigned irql,
								struct spinrule_site *site)
{
	uint32_t wanted;

#ifdef __SANITIZE_THREAD__
	if (at & AT_STATE || locks_load(((struct held *)at)->lock) != lock)
		return 0;
#else
	if (__builtin_expect(locks_loose_load(at, lock) != (uintptr_t)lock, 0))
		return 0;
#endif
	wanted = locks_peek(site->executed) + KIND_IRQL(irql) + (kind - 1);
	if (__builtin_expect(locks_loose_load(at, mark) != wanted, 0))
		return 0;
	/* First: what interrupts this thread here finds that nothing is held. */
	locks_store(set->at, at + SLOT_SIZE + AT_FREE);
	locks_mark_released_as((struct held *)at, 0, site);
	return 1;
}

/* True if LOCK is the youngest that this thread holds, linked to older ones; else as above. */
static inline __attribute__((always_inline)) int locks_pop_top(struct held_set *set,
							       const void *lock, uint32_t kind,
							       unsigned irql,
							       struct spinrule_site *site)
{
	/* Where nothing is linked it is no lock, one that was released, or the only one, which has no others. */
	struct held *held = set->top;
	uint32_t wanted;

	if (__builtin_expect(locks_peek(held->lock) != lock, 0))
		return 0;
	wanted = locks_peek(site->executed) + KIND_IRQL(irql) +
		 (kind - 1 + KIND_OF_FLAGS(HELD_ON_TOP));
	if (__builtin_expect(held->mark != wanted, 0))
		return 0;
	/* First: what interrupts this thread here is on top of the older one. */
	locks_store(set->top, held->below);
	locks_mark_released_as(held, KIND_OF_FLAGS(HELD_ON_TOP), site);
	return 1;
}

/* True if LOCK is the only one that is left of linked ones; else as above. */
static inline int locks_pop_oldest(struct held_set *set, uintptr_t at, const void *lock,
				   uint32_t kind, unsigned irql, struct spinrule_site *site)
{
	struct held *held = set->top;

	if (!(at & AT_LINKED) || locks_peek(held->lock) != lock
	    || held->mark != locks_peek(site->executed) + KIND_IRQL(irql) + (kind - 1))
		return 0;
	locks_store(set->at, at - AT_LINKED + SLOT_SIZE + AT_FREE);
	locks_mark_released_as(held, 0, site);
	return 1;
}

/* HELD, the youngest that this thread holds, is released at SITE. */
static inline void locks_pop_youngest(struct held_set *set, struct held *held,
				      struct spinrule_site *site)
{
	if (held->mark & KIND_OF_FLAGS(HELD_ON_TOP))
		locks_store(set->top, held->below);
	else
		locks_store(set->at, locks_free_after(locks_last(set)));
	locks_mark_released(held, site);
}

/* Of the locks that this thread holds the youngest; or a slot that is none. */
static inline struct held *locks_youngest(struct held_set *set)
{
	uintptr_t at = set->at;

	if (at & AT_NONE_HELD)
		return locks_none(set);
	return at & AT_STATE ? set->top : (struct held *)at;
}

/* The kind of HELD without what does not matter to its release. */
static inline uintptr_t locks_plain_kind(const struct held *held)
{
	return held->mark & ~(uintptr_t)KIND_OF_FLAGS(HELD_ON_TOP | HELD_SKIPPED);
}

/* True if the youngest lock of this thread was acquired with HANDLE, as KIND says: then it is released now at SITE. */
static inline int locks_pop_handle(struct held_set *set, const void *handle, uint32_t kind,
				   struct spinrule_site *site)
{
	struct held *held = locks_youngest(set);

	if (held->handle != handle || locks_plain_kind(held) != kind ||
	    locks_load(held->lock) == LOCK_TAKEN)
		return 0;
	locks_pop_youngest(set, held, site);
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
