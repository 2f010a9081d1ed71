/* wrap.c - what instrumented code calls instead of a DDI.
 *
 * An acquire is checked before the real one, which might never come back, and recorded after it; a release is
 * checked and forgotten before the real one, after which the lock is another thread's.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wrap.h"

#include "locks.h"
#include "momentary.h"
#include "watch.h"

/* So that the real routine is called directly. */
#define INLINE static inline __attribute__((always_inline))

/* Out of line, so that the way most taken keeps the registers to itself; and called as it is written, with the arguments in the
 * registers where they are already. */
#if defined(__GNUC__) && !defined(__clang__)
#define NOINLINE static __attribute__((noipa))
#else
#define NOINLINE static __attribute__((noinline))
#endif

/* At the start of a cache line, and of what a processor fetches at once. */
#define HOT __attribute__((aligned(64)))

/* ---- acquire ----
 *
 * Three ways: the thread holds nothing; it holds other locks; all else.  The first is inlined, and all that is
 * not is a call at the end: so no stack is needed.  Where the runtime brings its own locks (PORT_OWN_LOCKS), a lock
 * that is not free is such a call too. */

NOINLINE uint8_t acquire_slowly(void *lock, uint8_t (*real)(void *), struct spinrule_site *site)
{
	locks_mark_executed(site);
	if (!locks_may_acquire(lock, NULL, KIND_RAISING, site))
		return PORT_DISPATCH_LEVEL;
	return locks_acquired(lock, NULL, KIND_RAISING, real(lock), site);
}

NOINLINE void acquire_at_dpc_slowly(void *lock, struct spinrule_site *site)
{
	locks_mark_executed(site);
	if (!locks_may_acquire(lock, NULL, KIND_DPC, site))
		return;
	port_KeAcquireSpinLockAtDpcLevel(lock);
	locks_acquired(lock, NULL, KIND_DPC, 0, site);
}

/* LOCK is acquired, on top of others or not. */
INLINE struct held *push(struct held_set *set, void *lock, uint32_t kind,
			 struct spinrule_site *site)
{
	if (__builtin_expect(locks_watched, 0))
		return watch_push(set, lock, kind, site);
	return locks_push(set, lock, kind, site);
}

/* By REAL, one of the less usual. */
NOINLINE uint8_t acquire_as(void *lock, uint8_t (*real)(void *), struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	uint8_t irql;

	locks_mark_executed(site);
	if (!locks_is_another(set, lock))
		return acquire_slowly(lock, real, site);
	irql = real(lock);
	if (set->top != locks_none(set))
		irql = locks_irql_with_lock_held(irql);
	push(set, lock, KIND_RAISING + KIND_IRQL(irql), site);
	return irql;
}

#if PORT_OWN_LOCKS

/* A lock that is free is held by nobody, this thread either: only one that is not needs to be looked for. */

/* Neither the first nor another on top, as far as the fast path knows. */

NOINLINE uint8_t acquire_odd(void *lock, struct spinrule_site *site, struct held_set *set)
{
	uint8_t irql = port_irql();

	locks_mark_executed(site);
	if (!locks_is_simple(set) || !port_take(lock))
		return acquire_slowly(lock, port_KeAcquireSpinLockRaiseToDpc, site);
	port_set_irql(PORT_DISPATCH_LEVEL);
	push(set, lock, KIND_RAISING + KIND_IRQL(irql), site);
	return irql;
}

NOINLINE void acquire_odd_at_dpc(void *lock, struct spinrule_site *site, struct held_set *set)
{
	locks_mark_executed(site);
	if (!locks_is_simple(set) || !port_take(lock))
		acquire_at_dpc_slowly(lock, site);
	else
		push(set, lock, KIND_DPC, site);
}

/* A slot is claimed in vain. */

NOINLINE uint8_t acquire_in_vain(void *lock, struct spinrule_site *site, struct held_set *set,
				 struct held *held)
{
	locks_unclaim(set, held);
	return acquire_slowly(lock, port_KeAcquireSpinLockRaiseToDpc, site);
}

NOINLINE void acquire_in_vain_at_dpc(void *lock, struct spinrule_site *site, struct held_set *set,
				     struct held *held)
{
	locks_unclaim(set, held);
	acquire_at_dpc_slowly(lock, site);
}

/* Others are held, as AT of SET says. */

NOINLINE uint8_t acquire_another(void *lock, struct spinrule_site *site, struct held_set *set,
				 uintptr_t at)
{
	struct held *held = locks_claim_on_top(set, at, site);
	unsigned irql;

	if (!held)
		return acquire_odd(lock, site, set);
	if (!port_take(lock))
		return acquire_in_vain(lock, site, set, held);
	irql = port_irql();
	port_set_irql(PORT_DISPATCH_LEVEL);
	locks_fill(held, lock, (KIND_RAISING | KIND_OF_FLAGS(HELD_ON_TOP)) + KIND_IRQL(irql), site);
	return irql;
}

NOINLINE void acquire_another_through(void *lock, uint8_t *irql, struct spinrule_site *site,
				      struct held_set *set)
{
	*irql = acquire_another(lock, site, set, set->at);
}

INLINE void acquire_another_at_dpc(void *lock, struct spinrule_site *site, struct held_set *set,
				   uintptr_t at)
{
	struct held *held = locks_claim_on_top(set, at, site);

	if (!held)
		acquire_odd_at_dpc(lock, site, set);
	else if (!port_take(lock))
		acquire_in_vain_at_dpc(lock, site, set, held);
	else
		locks_fill(held, lock, KIND_DPC | KIND_OF_FLAGS(HELD_ON_TOP), site);
}

/* Nothing is held, HELD is claimed, and LOCK is not free. */

NOINLINE uint8_t acquire_contended(void *lock, uint8_t irql, struct spinrule_site *site,
				   struct held *held)
{
	port_wait(lock);
	locks_fill(held, lock, KIND_RAISING + KIND_IRQL(irql), site);
	return irql;
}

/* The driver's variable may be beside the lock: until the lock is ours it is of who holds it. */
NOINLINE void acquire_contended_through(void *lock, uint8_t *irql, struct spinrule_site *site,
					struct held *held)
{
	uint8_t old = (uint8_t)port_irql();

	port_set_irql(PORT_DISPATCH_LEVEL);
	*irql = acquire_contended(lock, old, site, held);
}

NOINLINE void acquire_contended_at_dpc(void *lock, struct spinrule_site *site, struct held *held)
{
	port_wait(lock);
	locks_fill(held, lock, KIND_DPC, site);
}

/* Nothing is held, and HELD is claimed.  SIGN, as of port_take_by, is what a register has already. */

INLINE unsigned acquire_first(void *lock, struct spinrule_site *site, struct held *held,
			      uintptr_t sign)
{
	unsigned irql = port_irql();

	port_set_irql(PORT_DISPATCH_LEVEL);
	if (!port_take_by(lock, sign))
		return acquire_contended(lock, (uint8_t)irql, site, held);
	locks_fill(held, lock, KIND_RAISING + KIND_IRQL(irql), site);
	return irql;
}

INLINE void acquire_first_at_dpc(void *lock, struct spinrule_site *site, struct held *held,
				 uintptr_t sign)
{
	if (!port_take_by(lock, sign))
		acquire_contended_at_dpc(lock, site, held);
	else
		locks_fill(held, lock, KIND_DPC, site);
}

/* The slot claimed is not free: the turn is over, or something was left there. */

NOINLINE uint8_t acquire_claimed(void *lock, struct spinrule_site *site, struct held_set *set,
				 struct held *held)
{
	held = locks_claim_in_turn(set, held);
	if (held)
		return acquire_first(lock, site, held, 1);
	return acquire_odd(lock, site, set);
}

NOINLINE uint8_t acquire_in_turn(void *lock, struct spinrule_site *site, struct held_set *set,
				 struct held *held)
{
	held = locks_claim_first(set, held);
	if (!locks_is_in_use(held))
		return acquire_first(lock, site, held, 1);
	return acquire_claimed(lock, site, set, held);
}

NOINLINE void acquire_in_turn_through(void *lock, uint8_t *irql, struct spinrule_site *site,
				      struct held *held)
{
	*irql = acquire_in_turn(lock, site, port_find_set(), held);
}

NOINLINE void acquire_in_turn_at_dpc(void *lock, struct spinrule_site *site, struct held_set *set,
				     struct held *held)
{
	held = locks_claim_in_turn(set, held);
	if (held) {
		acquire_first_at_dpc(lock, site, held, 1);
		return;
	}
	acquire_odd_at_dpc(lock, site, set);
}

INLINE unsigned acquire_raising(void *lock, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	uintptr_t at = set->at;
	struct held *held;

	if (!locks_are_none(at, site))
		return acquire_another(lock, site, set, at);
	held = locks_claim(set, at);
	if (locks_is_in_use(held))
		return acquire_in_turn(lock, site, set, held);
	return acquire_first(lock, site, held, at);
}

INLINE void acquire_raising_through(void *lock, uint8_t *irql, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	uintptr_t at = set->at;
	struct held *held;
	unsigned old;

	if (!locks_are_none(at, site)) {
		acquire_another_through(lock, irql, site, set);
		return;
	}
	held = locks_claim(set, at);
	if (locks_is_in_use(held)) {
		acquire_in_turn_through(lock, irql, site, held);
		return;
	}
	if (!port_take_by(lock, at)) {
		acquire_contended_through(lock, irql, site, held);
		return;
	}
	old = port_irql();
	port_set_irql(PORT_DISPATCH_LEVEL);
	*irql = (uint8_t)old;
	locks_fill(held, lock, KIND_RAISING + KIND_IRQL(old), site);
}

INLINE void acquire_at_dpc(void *lock, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	uintptr_t at = set->at;
	struct held *held;

	if (!locks_are_none(at, site)) {
		acquire_another_at_dpc(lock, site, set, at);
		return;
	}
	held = locks_claim(set, at);
	if (locks_is_in_use(held))
		acquire_in_turn_at_dpc(lock, site, set, held);
	else
		acquire_first_at_dpc(lock, site, held, at);
}

#else

NOINLINE uint8_t acquire_another(void *lock, struct spinrule_site *site, struct held_set *set)
{
	uint8_t irql;

	locks_mark_executed(site);
	if (!locks_is_another(set, lock))
		return acquire_slowly(lock, port_KeAcquireSpinLockRaiseToDpc, site);
	irql = port_KeAcquireSpinLockRaiseToDpc(lock);
	if (set->top != locks_none(set))
		irql = locks_irql_with_lock_held(irql);
	push(set, lock, KIND_RAISING + KIND_IRQL(irql), site);
	return irql;
}

NOINLINE void acquire_another_at_dpc(void *lock, struct spinrule_site *site, struct held_set *set)
{
	locks_mark_executed(site);
	if (!locks_is_another(set, lock)) {
		acquire_at_dpc_slowly(lock, site);
		return;
	}
	port_KeAcquireSpinLockAtDpcLevel(lock);
	push(set, lock, KIND_DPC, site);
}

/* The slot claimed is not free: the turn is over, or something was left there. */

NOINLINE uint8_t acquire_in_turn(void *lock, struct spinrule_site *site, struct held_set *set,
				 struct held *held)
{
	uint8_t irql;

	held = locks_claim_in_turn(set, held);
	if (!held)
		return acquire_another(lock, site, set);
	irql = port_KeAcquireSpinLockRaiseToDpc(lock);
	locks_fill(held, lock, KIND_RAISING + KIND_IRQL(irql), site);
	return irql;
}

NOINLINE void acquire_in_turn_at_dpc(void *lock, struct spinrule_site *site, struct held_set *set,
				     struct held *held)
{
	held = locks_claim_in_turn(set, held);
	if (!held) {
		acquire_another_at_dpc(lock, site, set);
		return;
	}
	port_KeAcquireSpinLockAtDpcLevel(lock);
	locks_fill(held, lock, KIND_DPC, site);
}

INLINE uint8_t acquire_raising(void *lock, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	uintptr_t at = set->at;
	struct held *held;
	uint8_t irql;

	if (!locks_are_none(at, site))
		return acquire_another(lock, site, set);
	held = locks_claim(set, at);
	if (locks_is_in_use(held))
		return acquire_in_turn(lock, site, set, held);
	irql = port_KeAcquireSpinLockRaiseToDpc(lock);
	locks_fill(held, lock, KIND_RAISING + KIND_IRQL(irql), site);
	return irql;
}

INLINE void acquire_raising_through(void *lock, uint8_t *irql, struct spinrule_site *site)
{
	*irql = acquire_raising(lock, site);
}

INLINE void acquire_at_dpc(void *lock, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	uintptr_t at = set->at;
	struct held *held;

	if (!locks_are_none(at, site)) {
		acquire_another_at_dpc(lock, site, set);
		return;
	}
	held = locks_claim(set, at);
	if (locks_is_in_use(held)) {
		acquire_in_turn_at_dpc(lock, site, set, held);
		return;
	}
	port_KeAcquireSpinLockAtDpcLevel(lock);
	locks_fill(held, lock, KIND_DPC, site);
}

#endif

INLINE void acquire_queued(void *lock, void *handle, enum spinrule_group group,
			   void (*real)(void *, void *), struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	uint32_t kind = KIND(group, 0);

	locks_mark_executed(site);
	if (locks_is_another(set, lock)) {
		real(lock, handle);
		push(set, lock, kind, site)->handle = handle;
	} else if (locks_may_acquire(lock, handle, kind, site)) {
		real(lock, handle);
		locks_acquired(lock, handle, kind, 0, site);
	}
}

INLINE uint8_t acquire_numbered(unsigned number, uint8_t (*real)(unsigned),
				struct spinrule_site *site)
{
	const void *lock = locks_numbered(number);

	locks_mark_executed(site);
	if (!locks_may_acquire(lock, NULL, KIND_NUMBERED, site))
		return PORT_DISPATCH_LEVEL;
	return locks_acquired(lock, NULL, KIND_NUMBERED, real(number), site);
}

INLINE uint32_t try_numbered(unsigned number, uint8_t *irql, uint32_t (*real)(unsigned, uint8_t *),
			     struct spinrule_site *site)
{
	uint32_t has_acquired = real(number, irql);

	locks_mark_executed(site);
	if (has_acquired)
		*irql = locks_tried(locks_numbered(number), 1, KIND_NUMBERED, *irql, site);
	else
		locks_tried(locks_numbered(number), 0, KIND_NUMBERED, 0, site);
	return has_acquired;
}

/* ---- release ---- */

/* Three ways: the thread holds this lock and no other; it is the youngest of those linked; all else.  As above. */

NOINLINE int may_release(struct held_set *set, void *lock, uint32_t kind, uint8_t *irql,
			 struct spinrule_site *site)
{
	unsigned saved = irql ? *irql : 0;

	locks_mark_executed(site);
	return locks_pop_only(set, set->at, lock, kind, saved, site) ||
	       locks_pop_top(set, lock, kind, saved, site) ||
	       locks_pop_oldest(set, set->at, lock, kind, saved, site) ||
	       (locks_watched && watch_pop(set, lock, kind + KIND_IRQL(saved), site)) ||
	       locks_releasing(lock, NULL, kind, irql, site);
}

NOINLINE void release_odd(void *lock, uint8_t irql, struct spinrule_site *site,
			  struct held_set *set)
{
	if (may_release(set, lock, KIND_RAISING, &irql, site))
		port_KeReleaseSpinLock(lock, irql);
}

/* Linked to others, or the one that is left of these. */
NOINLINE void release_linked(void *lock, unsigned irql, struct spinrule_site *site,
			     struct held_set *set)
{
	if (locks_pop_oldest(set, set->at, lock, KIND_RAISING, irql, site) ||
	    locks_pop_top(set, lock, KIND_RAISING, irql, site))
		port_KeReleaseSpinLock(lock, irql);
	else
		release_odd(lock, (uint8_t)irql, site, set);
}

/* By REAL, one of the less usual. */
NOINLINE void release_as(void *lock, uint8_t irql, void (*real)(void *, uint8_t),
			 struct spinrule_site *site)
{
	if (may_release(port_find_set(), lock, KIND_RAISING, &irql, site))
		real(lock, irql);
}

INLINE void release_raising(void *lock, unsigned irql, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();

	if (locks_pop_only(set, set->at, lock, KIND_RAISING, irql, site))
		port_KeReleaseSpinLock(lock, irql);
	else
		release_linked(lock, irql, site, set);
}

NOINLINE void release_odd_from_dpc(void *lock, struct spinrule_site *site, struct held_set *set)
{
	if (may_release(set, lock, KIND_DPC, NULL, site))
		port_KeReleaseSpinLockFromDpcLevel(lock);
}

NOINLINE void release_only_from_dpc(void *lock, struct spinrule_site *site, struct held_set *set)
{
	if (locks_pop_only(set, set->at, lock, KIND_DPC, 0, site))
		port_KeReleaseSpinLockFromDpcLevel(lock);
	else
		release_odd_from_dpc(lock, site, set);
}

/* At this level others are held more often than not. */
INLINE void release_from_dpc(void *lock, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();

	if (locks_pop_top(set, lock, KIND_DPC, 0, site))
		port_KeReleaseSpinLockFromDpcLevel(lock);
	else
		release_only_from_dpc(lock, site, set);
}

INLINE void release_queued(void *handle, enum spinrule_group group, void (*real)(void *),
			   struct spinrule_site *site)
{
	locks_mark_executed(site);
	if (locks_pop_handle(port_find_set(), handle, KIND(group, 0), site)
	    || locks_releasing(NULL, handle, KIND(group, 0), NULL, site))
		real(handle);
}

/* ---- momentary ---- */

static uintptr_t momentary(enum port_momentary routine, void *first, uintptr_t second, void *lock,
			   struct spinrule_site *site)
{
	if (locks_may_use(lock, site))
		return port_momentary(routine, first, second, lock);
	return momentary_work(routine, first, second);
}

/* ---- raising ---- */

HOT void WRAP spinrule_KeAcquireSpinLock(void *lock, uint8_t *irql, struct spinrule_site *site)
{
	acquire_raising_through(lock, irql, site);
}

HOT uint8_t WRAP spinrule_KeAcquireSpinLockRaiseToDpc(void *lock, struct spinrule_site *site)
{
	return acquire_raising(lock, site);
}

uint8_t WRAP spinrule_KeAcquireSpinLockRaiseToSynch(void *lock, struct spinrule_site *site)
{
	return acquire_as(lock, port_KeAcquireSpinLockRaiseToSynch, site);
}

HOT uint8_t WRAP spinrule_KfAcquireSpinLock(void *lock, struct spinrule_site *site)
{
	return acquire_raising(lock, site);
}

uint8_t WRAP spinrule_KeAcquireSpinLockForDpc(void *lock, struct spinrule_site *site)
{
	return acquire_as(lock, port_KeAcquireSpinLockForDpc, site);
}

HOT void WRAP spinrule_KeReleaseSpinLock(void *lock, wrap_irql irql, struct spinrule_site *site)
{
	release_raising(lock, irql, site);
}

HOT void WRAP spinrule_KfReleaseSpinLock(void *lock, wrap_irql irql, struct spinrule_site *site)
{
	release_raising(lock, irql, site);
}

void WRAP spinrule_KeReleaseSpinLockForDpc(void *lock, uint8_t irql, struct spinrule_site *site)
{
	release_as(lock, irql, port_KeReleaseSpinLockForDpc, site);
}

/* ---- at DPC level ---- */

HOT void WRAP spinrule_KeAcquireSpinLockAtDpcLevel(void *lock, struct spinrule_site *site)
{
	acquire_at_dpc(lock, site);
}

HOT void WRAP spinrule_KefAcquireSpinLockAtDpcLevel(void *lock, struct spinrule_site *site)
{
	acquire_at_dpc(lock, site);
}

HOT void WRAP spinrule_KiAcquireSpinLock(void *lock, struct spinrule_site *site)
{
	acquire_at_dpc(lock, site);
}

uint8_t WRAP spinrule_KeTryToAcquireSpinLockAtDpcLevel(void *lock, struct spinrule_site *site)
{
	uint8_t has_acquired = port_KeTryToAcquireSpinLockAtDpcLevel(lock);

	locks_mark_executed(site);
	locks_tried(lock, has_acquired, KIND_DPC, 0, site);
	return has_acquired;
}

HOT void WRAP spinrule_KeReleaseSpinLockFromDpcLevel(void *lock, struct spinrule_site *site)
{
	release_from_dpc(lock, site);
}

HOT void WRAP spinrule_KefReleaseSpinLockFromDpcLevel(void *lock, struct spinrule_site *site)
{
	release_from_dpc(lock, site);
}

HOT void WRAP spinrule_KiReleaseSpinLock(void *lock, struct spinrule_site *site)
{
	release_from_dpc(lock, site);
}

/* ---- in-stack queued ---- */

void WRAP spinrule_KeAcquireInStackQueuedSpinLock(void *lock, void *handle,
						  struct spinrule_site *site)
{
	acquire_queued(lock, handle, SPINRULE_GROUP_QUEUED, port_KeAcquireInStackQueuedSpinLock,
		       site);
}

void WRAP spinrule_KeAcquireInStackQueuedSpinLockRaiseToSynch(void *lock, void *handle,
							      struct spinrule_site *site)
{
	acquire_queued(lock, handle, SPINRULE_GROUP_QUEUED,
		       port_KeAcquireInStackQueuedSpinLockRaiseToSynch, site);
}

void WRAP spinrule_KeAcquireInStackQueuedSpinLockForDpc(void *lock, void *handle,
							struct spinrule_site *site)
{
	acquire_queued(lock, handle, SPINRULE_GROUP_QUEUED,
		       port_KeAcquireInStackQueuedSpinLockForDpc, site);
}

void WRAP spinrule_KeAcquireInStackQueuedSpinLockAtDpcLevel(void *lock, void *handle,
							    struct spinrule_site *site)
{
	acquire_queued(lock, handle, SPINRULE_GROUP_QUEUED_DPC,
		       port_KeAcquireInStackQueuedSpinLockAtDpcLevel, site);
}

void WRAP spinrule_KeReleaseInStackQueuedSpinLock(void *handle, struct spinrule_site *site)
{
	release_queued(handle, SPINRULE_GROUP_QUEUED, port_KeReleaseInStackQueuedSpinLock, site);
}

void WRAP spinrule_KeReleaseInStackQueuedSpinLockForDpc(void *handle, struct spinrule_site *site)
{
	release_queued(handle, SPINRULE_GROUP_QUEUED, port_KeReleaseInStackQueuedSpinLockForDpc,
		       site);
}

void WRAP spinrule_KeReleaseInStackQueuedSpinLockFromDpcLevel(void *handle,
							      struct spinrule_site *site)
{
	release_queued(handle, SPINRULE_GROUP_QUEUED_DPC,
		       port_KeReleaseInStackQueuedSpinLockFromDpcLevel, site);
}

/* ---- queued by number ---- */

uint8_t WRAP spinrule_KeAcquireQueuedSpinLock(uintptr_t number, struct spinrule_site *site)
{
	return acquire_numbered((unsigned)number, port_KeAcquireQueuedSpinLock, site);
}

uint8_t WRAP spinrule_KeAcquireQueuedSpinLockRaiseToSynch(uintptr_t number,
							  struct spinrule_site *site)
{
	return acquire_numbered((unsigned)number, port_KeAcquireQueuedSpinLockRaiseToSynch, site);
}

uint32_t WRAP spinrule_KeTryToAcquireQueuedSpinLock(uintptr_t number, uint8_t *irql,
						    struct spinrule_site *site)
{
	return try_numbered((unsigned)number, irql, port_KeTryToAcquireQueuedSpinLock, site);
}

uint32_t WRAP spinrule_KeTryToAcquireQueuedSpinLockRaiseToSynch(uintptr_t number, uint8_t *irql,
								struct spinrule_site *site)
{
	return try_numbered((unsigned)number, irql, port_KeTryToAcquireQueuedSpinLockRaiseToSynch,
			    site);
}

void WRAP spinrule_KeReleaseQueuedSpinLock(uintptr_t number, uint8_t irql,
					   struct spinrule_site *site)
{
	locks_mark_executed(site);
	if (locks_releasing(locks_numbered((unsigned)number), NULL, KIND_NUMBERED, &irql, site))
		port_KeReleaseQueuedSpinLock((unsigned)number, irql);
}

/* ---- cancel ---- */

void WRAP spinrule_IoAcquireCancelSpinLock(uint8_t *irql, struct spinrule_site *site)
{
	locks_mark_executed(site);
	if (locks_may_acquire(locks_cancel(), NULL, KIND_CANCEL, site))
		*irql = locks_acquired(locks_cancel(), NULL, KIND_CANCEL,
				       port_IoAcquireCancelSpinLock(), site);
	else
		*irql = PORT_DISPATCH_LEVEL;
}

void WRAP spinrule_IoReleaseCancelSpinLock(uint8_t irql, struct spinrule_site *site)
{
	locks_mark_executed(site);
	if (locks_releasing(locks_cancel(), NULL, KIND_CANCEL, &irql, site))
		port_IoReleaseCancelSpinLock(irql);
}

/* ---- set-up ---- */

void WRAP spinrule_KeInitializeSpinLock(void *lock, struct spinrule_site *site)
{
	locks_initializing(lock, site);
	port_KeInitializeSpinLock(lock);
}

/* ---- momentary ---- */

void *WRAP spinrule_ExInterlockedInsertHeadList(void *head, void *entry, void *lock,
						struct spinrule_site *site)
{
	return (void *)momentary(PORT_INSERT_HEAD, head, (uintptr_t)entry, lock, site);
}

void *WRAP spinrule_ExInterlockedInsertTailList(void *head, void *entry, void *lock,
						struct spinrule_site *site)
{
	return (void *)momentary(PORT_INSERT_TAIL, head, (uintptr_t)entry, lock, site);
}

void *WRAP spinrule_ExInterlockedRemoveHeadList(void *head, void *lock, struct spinrule_site *site)
{
	return (void *)momentary(PORT_REMOVE_HEAD, head, 0, lock, site);
}

void *WRAP spinrule_ExInterlockedPopEntryList(void *head, void *lock, struct spinrule_site *site)
{
	return (void *)momentary(PORT_POP, head, 0, lock, site);
}

void *WRAP spinrule_ExInterlockedPushEntryList(void *head, void *entry, void *lock,
					       struct spinrule_site *site)
{
	return (void *)momentary(PORT_PUSH, head, (uintptr_t)entry, lock, site);
}

uint32_t WRAP spinrule_ExInterlockedAddUlong(uint32_t *addend, uint32_t increment, void *lock,
					     struct spinrule_site *site)
{
	return (uint32_t)momentary(PORT_ADD_ULONG, addend, increment, lock, site);
}

union port_large_integer WRAP spinrule_ExInterlockedAddLargeInteger(
	void *addend, union port_large_integer increment, void *lock, struct spinrule_site *site)
{
	if (locks_may_use(lock, site))
		return port_ExInterlockedAddLargeInteger(addend, increment, lock);
	return momentary_add_large(addend, increment);
}

void *WRAP spinrule_ExfInterlockedInsertHeadList(void *head, void *entry, void *lock,
						 struct spinrule_site *site)
{
	return (void *)momentary(PORT_INSERT_HEAD, head, (uintptr_t)entry, lock, site);
}

void *WRAP spinrule_ExfInterlockedInsertTailList(void *head, void *entry, void *lock,
						 struct spinrule_site *site)
{
	return (void *)momentary(PORT_INSERT_TAIL, head, (uintptr_t)entry, lock, site);
}

void *WRAP spinrule_ExfInterlockedRemoveHeadList(void *head, void *lock, struct spinrule_site *site)
{
	return (void *)momentary(PORT_REMOVE_HEAD, head, 0, lock, site);
}

void *WRAP spinrule_ExfInterlockedPopEntryList(void *head, void *lock, struct spinrule_site *site)
{
	return (void *)momentary(PORT_POP, head, 0, lock, site);
}

void *WRAP spinrule_ExfInterlockedPushEntryList(void *head, void *entry, void *lock,
						struct spinrule_site *site)
{
	return (void *)momentary(PORT_PUSH, head, (uintptr_t)entry, lock, site);
}

uint32_t WRAP spinrule_ExfInterlockedAddUlong(uint32_t *addend, uint32_t increment, void *lock,
					      struct spinrule_site *site)
{
	return (uint32_t)momentary(PORT_ADD_ULONG, addend, increment, lock, site);
}

/* ---- leaving ---- */

NORETURN void WRAP spinrule_ExRaiseStatus(int32_t status, struct spinrule_site *site)
{
	locks_raise(site);
	port_ExRaiseStatus(status);
}

NORETURN void WRAP spinrule_ExRaiseAccessViolation(struct spinrule_site *site)
{
	locks_raise(site);
	port_ExRaiseAccessViolation();
}

NORETURN void WRAP spinrule_ExRaiseDatatypeMisalignment(struct spinrule_site *site)
{
	locks_raise(site);
	port_ExRaiseDatatypeMisalignment();
}

int32_t WRAP spinrule_PsTerminateSystemThread(int32_t status, struct spinrule_site *site)
{
	locks_thread_ends(site);
	return port_PsTerminateSystemThread(status);
}
