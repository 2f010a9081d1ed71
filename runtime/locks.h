/* locks.h - which spin locks each thread holds: the data, and the slow path.
 *
 * A thread's locks are in a held_set, which only this thread changes, so the fast path
 * (locks-fast.h) touches no memory that another thread writes.  Other threads read the
 * set only when a violation is certain, and change one field: see LOCK_TAKEN.  Nothing
 * here waits or allocates; any IRQL.
 *
 *     slots  [ released ][ held A ][ released ][ held B ][ held C ][ released ][ oldest ]
 *     at     --------------------------------------------------------^
 *     top    --------------------------------------------^
 *     below              ^---------------------^---------|
 *
 * The slots are used in turn.  An acquire takes the next slot that is not held; a release
 * marks its slot and leaves it until the slot's next turn.  So the slots are also the
 * history of the thread's last events, at no extra cost.
 *
 * AT is the slot used last, and its low bits say how to read the set.  While nothing is
 * held, AT is the slot to use next.
 *
 *   AT_FREE     nothing is held
 *   0           one lock is held, in this slot, and has no links
 *   AT_LINKED   the youngest lock is TOP, and each is linked to the next older one
 *
 * So the acquire and release of a single lock write only what has to be remembered of it:
 * the cost of a pair is the stores that its locked instruction waits for.
 *
 * An acquire claims its slot before it waits for the lock, and fills the slot after it.
 * An interrupt (a DPC below DISPATCH_LEVEL, a signal) that comes in between finds the
 * claimed slot among the held ones and puts its own locks on top; when it returns, the
 * slot is where it was.  An interrupt that leaves a lock held, or releases a lock of the
 * interrupted code, may be undone in part by a store that follows.  Its slots are not
 * overwritten: a claim checks that the slot is not in use, and a release searches all
 * slots for a lock that no link leads to.  The set is unsure from then on: see
 * locks_disturbed.
 *
 * With halt=0 a driver continues after a violation:
 *   double-acquire      the runtime does not acquire the lock again; it ignores its next
 *                       release, and reports nothing of the lock until it is free
 *   release-unheld      the runtime does not call the DDI: it would free another thread's
 *                       lock or break a queue
 *   wrong-context       the runtime calls the DDI: a lock handed over keeps working
 *   held-at-return      the runtime releases the lock as it was acquired, unless the
 *                       memory of the lock was freed or reused
 *   mismatched-release  the runtime releases the lock as it was acquired, or lowers IRQL
 *   wrong-irql          the runtime calls the DDI with the IRQL that the driver passes
 *   reinit-held         the runtime releases the lock as it was acquired, then
 *                       initializes it
 *   uninitialized       the acquire goes on as if the lock had been free
 *   handle-in-use       the acquire waits until the handle is not in use
 *   freed-held          the runtime releases the lock as it was acquired, if this thread
 *                       holds it, before the memory is freed
 *   a momentary routine on a lock that is held (double-acquire) works without the lock
 *
 * When a thread holds more than HELD_MAX locks, when there are more threads than sets, or
 * when a set is unsure, the runtime reports once that checking is incomplete.  From then
 * on it does not report a release of a lock that no thread is known to hold, and calls
 * the DDI.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_LOCKS_H
#define SPINRULE_LOCKS_H

#include "invariant.h"
#include "port.h"
#include "rule.h"
#include "spinrule.h"

#include <stddef.h>
#include <stdint.h>

enum {
	HELD_MAX = 31,		/* locks that one thread holds; the fast path lets some more pass */
	CALLBACKS_MAX = 16,	/* nested callbacks of one thread */
	SLOTS = 64,		/* a power of two, above 2 * HELD_MAX: two adjacent ones are free */
	SLOT_SIZE = 64,
	SLOTS_END = SLOTS * SLOT_SIZE
};

/* The low bits of held_set.at. */
enum {
	/* Nothing is held, and the fast path may use the slot.  The same bit as in an
	 * executed site's field EXECUTED: see locks_are_none. */
	AT_FREE = 1,
	AT_LINKED = 2,		/* locks are linked, and the fast path may put others on top */
	/* The same, but the fast path must not be used: an option checks each pair, or
	 * locks that are put on top of others. */
	AT_FREE_SLOWLY = 4,
	AT_LINKED_SLOWLY = 8,
	AT_NONE_HELD = AT_FREE | AT_FREE_SLOWLY,
	AT_STATE = 15
};

/* Another thread that releases a lock writes this over the lock's address in the owner's
 * slot.  No lock has this address. */
#define LOCK_TAKEN ((void *)1)

enum held_flags {
	HELD_KNOWS_IRQL = 1,
	HELD_GHOST = 2,		/* a double acquire, not entered: its release is ignored */
	HELD_DOUBLED = 4,	/* has, or had, a ghost */
	HELD_BY_KERNEL = 8,	/* the kernel acquired it for a callback */
	HELD_SLOWLY = 16,	/* its release takes the slow path */
	HELD_SKIPPED = 32,	/* held for more than a turn of the slots */
	HELD_WATCHED = 64,	/* an option checks its release */
	HELD_CLAIMED = 128,	/* claimed by interrupted code, and not filled yet */
	/* Other locks were held before it, and one still is.  A kind with this flag
	 * does not equal the address of any site. */
	HELD_ON_TOP = 1 << 14,
	/* The flags that do not say how the lock is held. */
	HELD_OF_NO_MATTER = HELD_SLOWLY | HELD_SKIPPED | HELD_ON_TOP | HELD_WATCHED
};

/* A kind: how a lock is held, in one odd number: the group, the flags, and the saved IRQL
 * (0: none).  KIND_DPC is 1, the same as the field EXECUTED of a site: one instruction
 * less. */
#define KIND_OF_GROUP(GROUP) ((uint32_t)((GROUP) ^ SPINRULE_GROUP_DPC) << 10)
#define KIND_ALL_GROUPS (0x3fu << 10)
#define KIND(GROUP, FLAGS) (1u | KIND_OF_GROUP(GROUP) | (uint32_t)(FLAGS) << 16)
#define KIND_OF_FLAGS(FLAGS) ((uint32_t)(FLAGS) << 16)
#define KIND_IRQL(IRQL) ((uint32_t)(IRQL) << 2)
#define KIND_GROUP(KIND) \
	((enum spinrule_group)(((KIND) >> 10 & 0x3f) ^ (unsigned)SPINRULE_GROUP_DPC))
#define KIND_RAISING KIND(SPINRULE_GROUP_RAISING, HELD_KNOWS_IRQL)
#define KIND_DPC KIND(SPINRULE_GROUP_DPC, 0)
#define KIND_NUMBERED KIND(SPINRULE_GROUP_NUMBERED, HELD_KNOWS_IRQL)
#define KIND_CANCEL KIND(SPINRULE_GROUP_CANCEL, HELD_KNOWS_IRQL)

/* The low bits of a released slot's mark, beside the address of the release's site. */
#define MARK_ORDERED 2u		/* the release was out of turn: see ORDER */
#define MARK_ON_TOP 4u		/* other locks were held before it: see BELOW */
#define MARK_BITS 7u
/* The mark of a slot that is claimed on top of others, and linked to them, but not filled
 * yet: it has no site. */
#define MARK_CLAIMED MARK_ON_TOP

#define ORDER_IS_ELSEWHERE 1u	/* the acquire is in another slot */
#define ORDER_IS_SERIAL 2u
#define ORDER_BITS 3u

/* A slot.  Other threads read it, and may exchange LOCK for LOCK_TAKEN. */
struct held {
	void *lock;			/* NULL: not used, or nothing to remember */
	struct spinrule_site *site;	/* of the acquire */
	/* The state of the slot: while it is held, the kind; after that the site of
	 * the release with MARK_ bits; 0: nothing to remember, and LOCK is NULL.  See
	 * locks_set_mark. */
	uintptr_t mark;
	uint32_t wall[2];		/* all bits set: see locks_pop_only */
	struct held *below;		/* the next older lock, with HELD_ON_TOP or MARK_ON_TOP */
	uint32_t serial;		/* valid with HELD_SKIPPED; else the place gives it */
	uint32_t counted;		/* valid with HELD_WATCHED: watch.c's own */
	void *handle;			/* PKLOCK_QUEUE_HANDLE, of a queued group */
	union {
		uint64_t since;		/* with HELD_WATCHED: watch.c's clock at the acquire */
		/* Of a release out of turn: ORDER has ORDER_IS_SERIAL, or OUTLIVED_BY
		 * is the other one of the two locks that were held, whose slot was used
		 * last. */
		struct {
			uint32_t order;	/* serial of the release, with ORDER_ bits */
			uint32_t then;	/* the place of held_set.top after the release */
		};
		struct held *outlived_by;
	};
} __attribute__((aligned(SLOT_SIZE)));

/* An IRQL that a release has left raised: see owed.h. */
struct owed {
	void *lock;
	struct spinrule_site *acquire, *release;	/* RELEASE is NULL: none is owed */
	uint32_t kind;			/* of the acquire, with the IRQL */
	uint32_t counted;		/* of the acquire: watch.c's own */
	int depth;			/* callbacks in which it was acquired */
	unsigned origin;		/* the calls that led to the release: see origin.h */
};

enum set_slowly {
	SET_OF_LOCK = 1,	/* the set was claimed for a lock outside any callback */
	SET_OWES = 2,		/* an IRQL is owed in a kernel without IRQLs */
	SET_LOCKS_SLOWLY = SET_OF_LOCK | SET_OWES,
	SET_HAS_OWED = 4	/* an IRQL is owed: only callbacks end slowly */
};

/* held_set.marks[0], beside the marks of callbacks, which are odd. */
#define MARK_OF_NO_CALLBACK 2u

struct held_set {
	/* The last slot never holds a lock: it is below the oldest lock, and always in
	 * use. */
	struct held slots[SLOTS + 1];
	uintptr_t at;			/* see above; 0: no thread has ever had this set */
	struct held *top;		/* the youngest lock, or the last slot; valid if linked */
	uintptr_t is_no_slot;		/* 1: at the place of MARK of a slot behind the last one */
	uint8_t busy;			/* times that the slow path is at work on it */
	uint8_t is_reporting;		/* this thread is making a report */
	uint8_t slowly;			/* enum set_slowly: why no fast path may be used */
	uint8_t is_unsure;		/* see locks_disturbed */
	uint8_t is_idle;		/* the port's own: see port-wdm.c */
	uintptr_t is_plain;		/* 1: no option checks locks put on top of others */
	uintptr_t turns;		/* bytes of slots in the turns that are over */
	uintptr_t owner;		/* 0: free.  The port's own */
	uintptr_t previous_owner;
	unsigned long long thread;	/* as reports print it */
	uintptr_t first;		/* older serials are of another thread */
	intptr_t other_calls;		/* all calls, less two per slot used, plus locks held */
	const void *let_go;		/* if unsure: the lock released last for a new acquire */
	struct spinrule_site *let_go_site;	/* where that lock had been acquired */
	/* See wait.h: the acquire that took the slow path last, or that had to wait last,
	 * and the lock that the thread waits for now. */
	const void *wanted;
	struct spinrule_site *wanted_site;
	const void *waits_for;
	const void *queues_with;	/* the queue handle of the last acquire by one */
	struct owed owed;
	unsigned depth;			/* callbacks entered: the innermost is number DEPTH */
	/* Of each callback, by its number: its mark (callback.c), and the low bits of its
	 * place on the stack. */
	uint32_t marks[CALLBACKS_MAX + 1];
	uint32_t frames[CALLBACKS_MAX + 1];
};

/* The set of all threads that have none: it holds nothing, and takes the slow path
 * always. */
#define LOCKS_NO_SET { \
	.at = (uintptr_t)&port_no_set, .top = &port_no_set.slots[SLOTS], .slowly = SET_OF_LOCK }

_Static_assert(offsetof(struct held_set, is_no_slot) ==
		       SLOTS_END + SLOT_SIZE + offsetof(struct held, mark),
	       "the last slot is followed by one in use");
_Static_assert(sizeof(struct held) == SLOT_SIZE,
	       "places in a set are counted in slots of this size");
_Static_assert(_Alignof(struct spinrule_site) > MARK_BITS, "a mark has these bits beside a site");

/* A function that is called only when something rare happens: its callers keep the calls
 * out of their usual way. */
#define COLD __attribute__((noinline, cold))

extern struct held_set port_sets[];

/* Prepare SET, which the port has just given to this thread.  IS_ITS_OWN: its history
 * is of this thread. */
void locks_claimed(struct held_set *set, int is_its_own);

/* The thread of SET is gone without its end, and what it held is nobody's. */
void locks_abandon(struct held_set *set);

/* Which checks beyond the rule the options turn on: see watch.h.  Set once, at the
 * start. */
enum {
	WATCH_PAIRS = 1,	/* each acquire, and each release */
	WATCH_ORDER = 2,	/* acquires while other locks are held */
	WATCH_TRIES = 4,	/* tries, some of which are to fail */
	WATCH_LEVELS = 8	/* the IRQL of each acquire */
};

extern unsigned locks_watched;

/* Addresses that stand for the cancel spin lock and for the queued spin lock of
 * NUMBER, whose own addresses the runtime does not know.  In plain programs the first is
 * the lock itself. */
extern uintptr_t locks_of_cancel;
void *locks_numbered(unsigned number);

static inline void *locks_cancel(void)
{
	return &locks_of_cancel;
}

/* The number of the queued lock that LOCK stands for, or -1. */
int locks_number_of(const void *lock);

/* True if ADDRESS is in the SIZE bytes at START. */
static inline int locks_lies_in(const void *address, const void *start, size_t size)
{
	return (uintptr_t)address - (uintptr_t)start < size;
}

/* A place in a set is counted in bytes from the set's start. */
static inline struct held *locks_slot(struct held_set *set, uint32_t place)
{
	return (struct held *)((char *)set + place);
}

static inline uint32_t locks_place(const struct held_set *set, const struct held *held)
{
	return (uint32_t)((const char *)held - (const char *)set);
}

/* The slot below the oldest lock of SET: it holds no lock. */
static inline struct held *locks_none(struct held_set *set)
{
	return &set->slots[SLOTS];
}

/* Read and write a field that several threads use.  A thread may read a field that
 * only it writes without these. */
#ifndef __i386__
#define locks_load(FIELD) __atomic_load_n(&(FIELD), __ATOMIC_RELAXED)
#define locks_store(FIELD, VALUE) __atomic_store_n(&(FIELD), VALUE, __ATOMIC_RELAXED)
#else
/* 64 bits, times and sums, are read and written in two halves: for one access the
 * compiler uses a floating-point register, and the kernel does not save those for
 * drivers.  A reader that gets halves of two values does no harm with them. */
#define locks_in_halves(FIELD) (*(volatile __typeof__(FIELD) *)(uintptr_t)&(FIELD))
#define locks_load(FIELD) \
	__builtin_choose_expr(sizeof(FIELD) == 8, locks_in_halves(FIELD), \
			      __atomic_load_n(&(FIELD), __ATOMIC_RELAXED))
#define locks_store(FIELD, VALUE) \
	__builtin_choose_expr(sizeof(FIELD) == 8, (void)(locks_in_halves(FIELD) = (VALUE)), \
			      __atomic_store_n(&(FIELD), VALUE, __ATOMIC_RELAXED))
#endif

/* A plain read, which the compiler can merge with the comparison.  The old value and
 * the new one are both right. */
#ifdef __SANITIZE_THREAD__
#define locks_peek(FIELD) locks_load(FIELD)
#else
#define locks_peek(FIELD) (FIELD)
#endif

static inline int locks_is_held(const struct held *held)
{
	return (locks_load(held->mark) & 1) != 0;
}

/* Write the state of HELD: MARK is a kind, the site of a release with MARK_ bits, or
 * 0.  Only the set's thread calls this.  set_change_kind exchanges bits of a kind
 * where an interrupt may write the state at the same moment; nothing else writes a
 * mark.  Other threads that see the new mark see all that was written to the slot
 * before it. */
static inline void locks_set_mark(struct held *held, uintptr_t mark)
{
	__atomic_store_n(&held->mark, mark, __ATOMIC_RELEASE);
}

/* The next four take a slot that is held, or its copy. */

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

/* Written at most once, so that the cache line stays shared between processors. */
static inline void locks_mark_executed(struct spinrule_site *site)
{
	if (!locks_peek(site->executed))
		locks_store(site->executed, 1);
}

/* SITE is executed for the first time, with LOCK. */
COLD void locks_first(struct spinrule_site *site, const void *lock);

/* The same as locks_mark_executed, for an acquire of LOCK. */
static inline void locks_mark_executed_with(struct spinrule_site *site, const void *lock)
{
	if (__builtin_expect(!locks_peek(site->executed), 0))
		locks_first(site, lock);
}

/* The same where LOCK's memory is none that the runtime knows. */
COLD void locks_first_by(struct spinrule_site *site, const void *lock);

static inline void locks_mark_executed_by(struct spinrule_site *site, const void *lock)
{
	if (__builtin_expect(!locks_peek(site->executed), 0))
		locks_first_by(site, lock);
}

/* ---- events ---- */

/* This thread is about to acquire LOCK.  Returns false if it holds LOCK already, which
 * has been reported: do not acquire it, and let DISPATCH_LEVEL be the saved IRQL. */
int locks_may_acquire(void *lock, void *handle, uint32_t kind, struct spinrule_site *site);

/* This thread has acquired LOCK; IRQL was saved if KIND knows one.  HANDLE is that of
 * a queued lock, or NULL.  Returns the IRQL that the driver shall see as saved: in a
 * kernel without IRQLs it is what a kernel with IRQLs would have saved. */
uint8_t locks_acquired(void *lock, void *handle, uint32_t kind, uint8_t irql,
		       struct spinrule_site *site);

/* The same for a routine that the driver itself called: IRQL stays what it saw. */
void locks_entered(void *lock, void *handle, uint32_t kind, uint8_t irql,
		   struct spinrule_site *site);

/* A try of LOCK has succeeded if HAS_ACQUIRED; then IRQL is as above. */
uint8_t locks_tried(void *lock, int has_acquired, uint32_t kind, uint8_t irql,
		    struct spinrule_site *site);

/* This thread is about to release LOCK, or the lock that was acquired with HANDLE (the
 * other is NULL).  IRQL is the one that the driver passes, or NULL; the function may
 * change it.  Returns false if the lock must not be released. */
int locks_releasing(const void *lock, void *handle, uint32_t kind, uint8_t *irql,
		    struct spinrule_site *site);

/* This thread is about to make LOCK, which it holds shared, exclusive.  Returns false if
 * it does not hold LOCK, which has been reported: do not convert it. */
int locks_may_convert(const void *lock, struct spinrule_site *site);

/* It has done so. */
void locks_converted(const void *lock);

/* LOCK is about to be initialized. */
void locks_initializing(void *lock, struct spinrule_site *site);

/* A momentary routine is about to acquire LOCK.  Returns false if this thread holds
 * LOCK, which has been reported: do the routine's work without the lock. */
int locks_may_use(const void *lock, struct spinrule_site *site);

/* A request is about to be completed. */
void locks_completing(struct spinrule_site *site);

/* The SIZE bytes at START are about to be freed. */
void locks_freeing(const void *start, size_t size, struct spinrule_site *site);

/* ---- counts ---- */

/* The number of lock calls checked so far, and whether some could not be checked. */
unsigned long long locks_calls(void);
int locks_are_incomplete(void);

/* Report that checking is incomplete because of WHY, the first time. */
COLD void locks_incomplete(const char *why);

/* Add a call of SET's thread, or of a thread without a set (NULL). */
void locks_count_call(struct held_set *set);

/* ---- sets that are disturbed ---- */

/* An interrupt left a lock held in SET, or released one that was held, while the
 * thread was changing the set.  From now on the set is unsure: nothing is reported of
 * its locks, and the runtime calls every DDI. */
void locks_disturbed(struct held_set *set);

/* The port's inline functions. */
#if !defined _WIN32
#include "port-posix.h"
#elif __STDC_HOSTED__
#include "port-win32.h"
#else
#include "port-wdm.h"
#endif

#endif
