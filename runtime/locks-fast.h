/* locks-fast.h - which spin locks each thread holds: the fast path.
 *
 * Inlined into the wrappers: a thread that holds no lock, or others, acquires a lock, and
 * a thread releases the youngest of its locks as it acquired it.  There is no step of the
 * rule to take: neither is ever a violation, which locks.c asserts.  locks.h describes
 * the set.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_LOCKS_FAST_H
#define SPINRULE_LOCKS_FAST_H

#include "locks.h"

/* The slot in AT, a value of held_set.at. */
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

/* Its serial: the size of all slots used before it, in bytes. */
static inline uintptr_t locks_last_serial(const struct held_set *set)
{
	return locks_load(set->turns) + locks_place(set, locks_last(set));
}

/* The serial of HELD.  The slot's place gives it, unless it is held for more than a
 * turn. */
static inline uint32_t locks_serial(const struct held_set *set, const struct held *held)
{
	uint32_t last = (uint32_t)locks_last_serial(set);

	if (locks_is_held(held) && locks_flags(held) & HELD_SKIPPED)
		return locks_load(held->serial);
	return last - ((last - locks_place(set, held)) & (SLOTS_END - 1));
}

/* True if HELD was acquired after MARK, that of a callback, was made. */
static inline int locks_is_since(const struct held_set *set, const struct held *held,
				 uint32_t mark)
{
	return (int32_t)(locks_serial(set, held) - (mark & ~(uint32_t)(SLOT_SIZE - 1))) >= 0;
}

/* The slot that is, or was, below HELD; locks_none if none is. */
static inline struct held *locks_below(struct held_set *set, const struct held *held)
{
	uintptr_t mark = locks_load(held->mark);

	return mark & (mark & 1 ? KIND_OF_FLAGS(HELD_ON_TOP) : MARK_ON_TOP)
		       ? locks_load(held->below)
		       : locks_none(set);
}

/* IRQL, which an acquire saved while another spin lock was held, as the driver shall
 * see it: in a kernel that has no IRQLs (Wine's) every acquire saves 0, which is
 * impossible here. */
static inline uint8_t locks_irql_with_lock_held(uint8_t irql)
{
	return port_is_kernel && irql < PORT_DISPATCH_LEVEL ? PORT_DISPATCH_LEVEL : irql;
}

/* Fill HELD, which is claimed: it holds LOCK. */
static inline void locks_fill(struct held *held, void *lock, uint32_t kind,
			      struct spinrule_site *site)
{
	locks_store(held->site, site);
	locks_store(held->lock, lock);
	/* Last: other threads read the rest after it. */
	locks_set_mark(held, kind);
}

/* True if this thread holds nothing and may use the fast path, as AT (held_set.at)
 * says, and SITE was executed before: both in one test. */
static inline int locks_are_none(uintptr_t at, const struct spinrule_site *site)
{
	return __builtin_expect(at & locks_peek(site->executed), 1) != 0;
}

/* Claim the slot in AT.  An interrupt that comes before the slot is filled puts its
 * locks on top of it. */
static inline struct held *locks_claim(struct held_set *set, uintptr_t at)
{
	uintptr_t slot = at - AT_FREE;

	locks_store(set->at, slot);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
#ifdef __GNUC__
	/* The compiler must keep SLOT, not AT, in a register. */
	__asm__("" : "+r"(slot));
#endif
	return (struct held *)slot;
}

/* True if HELD, now claimed, holds a lock: an interrupt came just before and left it
 * there, or the lock is held for more than a turn.  Also true of the last slot: the
 * turn is over. */
static inline int locks_is_in_use(const struct held *held)
{
	return __builtin_expect(held->mark & 1, 0) != 0;
}

/* CLAIMED is in use.  Claim and return the first slot if the turn is over, or CLAIMED
 * itself if only an interrupt has marked it as claimed.  Returns NULL if the slow path
 * must be used. */
struct held *locks_claim_in_turn(struct held_set *set, struct held *claimed);

/* If the turn is over, claim and return the first slot, else return CLAIMED.  The slot
 * may be in use. */
static inline struct held *locks_claim_first(struct held_set *set, struct held *claimed)
{
	if (set->at != (uintptr_t)locks_none(set))
		return claimed;
	locks_store(set->at, (uintptr_t)&set->slots[0]);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	__atomic_fetch_add(&set->turns, (uintptr_t)SLOTS_END, __ATOMIC_RELAXED);
	return &set->slots[0];
}

/* Link all held slots of SET anew, by age, and make it unsure: an interrupt that left
 * locks held has left wrong links. */
void locks_link_again(struct held_set *set);

/* Settle SET, this thread's: link all that is held, and take off the top the locks
 * that other threads released.  A slot that is claimed was claimed by the code that is
 * interrupted now. */
void locks_settle(struct held_set *set);

/* The value of held_set.at if SLOT was used last and nothing is held. */
static inline uintptr_t locks_free_after(const struct held_set *set, const struct held *slot)
{
	return (uintptr_t)(slot + 1) +
	       (locks_watched & (WATCH_PAIRS | WATCH_TRIES) || set->slowly & SET_OWES
			? AT_FREE_SLOWLY
			: AT_FREE);
}

/* The value of held_set.at if SLOT was used last and locks are linked. */
static inline uintptr_t locks_linked_at(const struct held_set *set, const struct held *slot)
{
	return (uintptr_t)slot + (set->is_plain ? AT_LINKED : AT_LINKED_SLOWLY);
}

/* Mark SET, whose locks are linked, as holding nothing if that is so. */
static inline void locks_reopen(struct held_set *set)
{
	if (!(set->at & AT_NONE_HELD) && set->top == locks_none(set))
		locks_store(set->at, locks_free_after(set, locks_slot_at(set->at)));
}

/* True if SET is as a thread needs it that acquires its first lock. */
static inline int locks_is_at_rest(const struct held_set *set)
{
	return set->at & AT_NONE_HELD && !set->depth && !set->slowly && !set->busy &&
	       !set->is_unsure && !set->is_reporting && !set->owed.release;
}

/* The slot to use after the last. */
static inline struct held *locks_next(struct held_set *set)
{
	struct held *next = locks_last(set) + 1;

	return next == locks_none(set) ? &set->slots[0] : next;
}

/* True if SET, which was settled, holds a lock.  An interrupt since then may have left
 * another top, which means nothing while nothing is held. */
static inline int locks_is_any_linked(const struct held_set *set)
{
	return !(set->at & AT_NONE_HELD) && set->top != &set->slots[SLOTS];
}

/* True if locks_push may put another lock on top of those that this thread holds.
 * They are linked after it. */
static inline int locks_is_simple(struct held_set *set)
{
	if (set->slowly & SET_LOCKS_SLOWLY)
		return 0;
	locks_settle(set);
	return !(locks_next(set)->mark & 1);
}

/* True if locks_is_simple, and this thread does not hold LOCK. */
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

/* Record that this thread has acquired LOCK.  locks_is_simple was true before. */
struct held *locks_push(struct held_set *set, void *lock, uint32_t kind,
			struct spinrule_site *site);

/* Link NEXT, which was claimed, to the locks that are held, of which TOP is the
 * youngest. */
static inline __attribute__((always_inline)) struct held *locks_link_claimed(struct held_set *set,
									     struct held *next,
									     struct held *top)
{
	if (!next)
		__builtin_unreachable();	/* what is returned needs no test */
	locks_set_mark(next, MARK_CLAIMED);
	locks_store(next->below, top);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	locks_store(set->top, next);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	return next;
}

/* Claim the slot after the last one (AT) for another lock on top of those that this
 * thread holds, at SITE, and make *ONE 1, for who needs that in a register.  Returns
 * NULL if only locks_is_simple and locks_push can do it, or if SITE was not executed
 * before. */
static inline __attribute__((always_inline)) struct held *locks_claim_on_top(
	struct held_set *set, uintptr_t at, const struct spinrule_site *site, uintptr_t *one)
{
	struct held *next, *top;
	/* Not locks_peek: who has tested it before would load it for both. */
	uintptr_t executed = locks_load(site->executed);

	if (__builtin_expect(!(at & AT_STATE), 1)) {
		/* One lock, which has no links yet.  A slot that is only claimed: the
		 * slow path. */
		executed &= set->is_plain;
#ifdef __GNUC__
		/* One by one: the compiler would load both operands first. */
		__asm__("" : "+r"(executed));
#endif
		executed &= ((struct held *)at)->mark;
		if (!executed)
			return NULL;
		top = (struct held *)at;
		locks_store(set->top, top);
		next = top + 1;
	} else {
		if (!(at & AT_LINKED) || !executed)
			return NULL;
		next = (struct held *)(at - AT_LINKED) + 1;
		top = locks_load(set->top);
	}
	*one = executed;
	/* An interrupt from here on needs the links. */
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
#ifdef __GNUC__
	__asm__("" : "+r"(next), "+r"(top));
#endif
	locks_store(set->at, (uintptr_t)next + AT_LINKED);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (locks_is_in_use(next)) {
		locks_store(set->at, (uintptr_t)(next - 1) + AT_LINKED);
		return NULL;
	}
	return locks_link_claimed(set, next, top);
}

/* The same where locks_claim_on_top has returned NULL, perhaps because the turn is
 * over. */
struct held *locks_claim_in_next_turn(struct held_set *set, const struct spinrule_site *site);

/* Give up CLAIMED, which locks_claim_on_top returned. */
void locks_unclaim(struct held_set *set, struct held *claimed);

/* HELD, whose mark was MARK, is released, in its turn, at SITE. */
static inline void locks_mark_released_as(struct held *held, uintptr_t mark,
					  struct spinrule_site *site)
{
	locks_set_mark(held, (uintptr_t)site +
				     (mark & KIND_OF_FLAGS(HELD_ON_TOP) ? MARK_ON_TOP : 0));
}

static inline void locks_mark_released(struct held *held, struct spinrule_site *site)
{
	locks_mark_released_as(held, held->mark, site);
}

/* AT is the address of a slot only while one lock is held; else its low bits are set. */
typedef uintptr_t __attribute__((aligned(1), may_alias)) locks_loose;
#define locks_loose_load(AT, FIELD) (*(const locks_loose *)((AT) + offsetof(struct held, FIELD)))

/* Release LOCK and return true if it is the only lock that this thread holds, was
 * acquired as KIND says and saved IRQL, and SITE was executed before.
 *
 * If low bits of AT are set, the loads are off by some bytes.  The load of the mark
 * then reads bits of WALL in its upper bytes, which are set there and in no kind.  A
 * mark that is no kind is an address, which is greater than any kind; and if SITE was
 * not executed, the mark is compared with an even number, which is no kind either. */
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
	/* First: an interrupt after it finds that nothing is held. */
	locks_store(set->at, at + SLOT_SIZE + AT_FREE);
	locks_mark_released_as((struct held *)at, 0, site);
	return 1;
}

/* The same for the youngest of several locks that are linked. */
static inline __attribute__((always_inline)) int locks_pop_top(struct held_set *set,
							       const void *lock, uint32_t kind,
							       unsigned irql,
							       struct spinrule_site *site)
{
	/* If nothing is linked, this is no lock, a released one, or a lock that has
	 * none below. */
	struct held *held = set->top;
	uint32_t wanted;

	if (__builtin_expect(locks_peek(held->lock) != lock, 0))
		return 0;
	wanted = locks_peek(site->executed) + KIND_IRQL(irql) +
		 (kind - 1 + KIND_OF_FLAGS(HELD_ON_TOP));
	if (__builtin_expect(held->mark != wanted, 0))
		return 0;
	/* First: an interrupt after it puts its locks on top of the older one. */
	locks_store(set->top, held->below);
	locks_mark_released_as(held, KIND_OF_FLAGS(HELD_ON_TOP), site);
	return 1;
}

/* HELD, the older of the two locks that this thread holds, is released at SITE.  YOUNGER
 * is in the slot used last, and has no links any more. */
static inline void locks_outlive(struct held_set *set, struct held *held, struct held *younger,
				 struct spinrule_site *site)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	locks_store(set->at, (uintptr_t)younger);
	locks_store(held->outlived_by, younger);
	locks_set_mark(held, (uintptr_t)site + MARK_ORDERED);
}

/* The same for the older of two locks, both acquired as KIND says.  The release restores
 * the IRQL that the younger one saved; that one has what LOCK's acquire saved, then. */
static inline __attribute__((always_inline)) int locks_pop_second(struct held_set *set,
								  uintptr_t at, const void *lock,
								  uint32_t kind, unsigned irql,
								  struct spinrule_site *site)
{
	struct held *younger = (struct held *)(at - AT_LINKED), *held;
	uintptr_t wanted, mark;

	/* AT_LINKED, and no slot was used after the younger one's. */
	if (__builtin_expect(set->top != younger, 0))
		return 0;
	wanted = locks_peek(site->executed) + KIND_IRQL(irql) +
		 (kind - 1 + KIND_OF_FLAGS(HELD_ON_TOP));
	if (__builtin_expect(younger->mark != wanted, 0))
		return 0;
	held = younger->below;
	if (__builtin_expect(locks_peek(held->lock) != lock, 0))
		return 0;
	/* KIND with any IRQL. */
	mark = held->mark;
	if (__builtin_expect(mark - kind > KIND_IRQL(0xff), 0))
		return 0;
	/* An interrupt may set a flag in it: one instruction. */
	__atomic_fetch_add(&younger->mark, mark - wanted, __ATOMIC_RELAXED);
	locks_outlive(set, held, younger, site);
	return 1;
}

/* The same for any lock that is linked: the youngest, also if it is the last one, or the
 * older of two. */
static inline __attribute__((always_inline)) int locks_pop_linked(struct held_set *set,
								  uintptr_t at, const void *lock,
								  uint32_t kind, unsigned irql,
								  struct spinrule_site *site)
{
	struct held *held = set->top;
	uint32_t wanted;

	if (locks_peek(held->lock) != lock)
		return locks_pop_second(set, at, lock, kind, irql, site);
	wanted = locks_peek(site->executed) + KIND_IRQL(irql) + (kind - 1);
	if (held->mark != wanted)
		return locks_pop_top(set, lock, kind, irql, site);
	if (!(at & AT_LINKED))
		return 0;
	locks_store(set->at, at - AT_LINKED + SLOT_SIZE + AT_FREE);
	locks_mark_released_as(held, 0, site);
	return 1;
}

/* The same for the older of two locks that are linked, whatever the younger one's kind
 * is, and where slots were used after its own.  The release restores the IRQL that either
 * acquire saved. */
int locks_pop_other(struct held_set *set, const void *lock, uint32_t kind, unsigned irql,
		    struct spinrule_site *site);

/* Release the only lock of this thread and return true if it was acquired with HANDLE, as
 * KIND says, and SITE was executed before. */
static inline int locks_pop_only_handle(struct held_set *set, uintptr_t at, const void *handle,
					uint32_t kind, struct spinrule_site *site)
{
	struct held *held = (struct held *)at;

	if (at & AT_STATE || held->handle != handle ||
	    held->mark != locks_peek(site->executed) + (kind - 1) ||
	    locks_load(held->lock) == LOCK_TAKEN)
		return 0;
	locks_store(set->at, at + SLOT_SIZE + AT_FREE);
	locks_mark_released_as(held, 0, site);
	return 1;
}

/* HELD, the youngest lock of this thread, is released at SITE. */
static inline void locks_pop_youngest(struct held_set *set, struct held *held,
				      struct spinrule_site *site)
{
	if (held->mark & KIND_OF_FLAGS(HELD_ON_TOP))
		locks_store(set->top, held->below);
	else
		locks_store(set->at, locks_free_after(set, locks_last(set)));
	locks_mark_released(held, site);
}

/* The slot of the youngest lock of this thread; a slot that is not held if there is
 * none. */
static inline struct held *locks_youngest(struct held_set *set)
{
	uintptr_t at = set->at;

	if (at & AT_NONE_HELD)
		return locks_none(set);
	return at & AT_STATE ? set->top : (struct held *)at;
}

/* The kind of HELD without the flags that do not matter to its release. */
static inline uintptr_t locks_plain_kind(const struct held *held)
{
	return held->mark & ~(uintptr_t)KIND_OF_FLAGS(HELD_ON_TOP | HELD_SKIPPED);
}

/* Release the youngest lock of this thread at SITE and return true if it was acquired
 * with HANDLE, as KIND says. */
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

#endif
