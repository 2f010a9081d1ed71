/* wrap-system.h - acquiring a lock of the system (drivers): its DDI is called for each.
 *
 * The real acquire does not come back if this thread holds the lock already, so locks
 * that the thread holds are searched before it.  See wrap-slow.h.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_WRAP_SYSTEM_H
#define SPINRULE_WRAP_SYSTEM_H

#include "wrap-slow.h"

/* This thread has no set: it is in no callback, and holds nothing.  So it has acquired
 * the lock already.  Returns the slot to fill with KIND_OUTSIDE; NULL if only the slow
 * path can do it. */
INLINE struct held *claim_outside(void)
{
	struct held_set *set = port_claim_parked();
	struct held *held;

	if (!set)
		return NULL;
	set->slowly = SET_OF_LOCK;
	set->is_plain = 0;
	if (!(set->at & AT_FREE))
		return NULL;
	held = locks_claim(set, set->at);
	return locks_is_in_use(held) ? locks_claim_in_turn(set, held) : held;
}

NOINLINE uint8_t acquire_outside(void *lock, struct spinrule_site *site)
{
	uint8_t irql = port_KeAcquireSpinLockRaiseToDpc(lock);
	struct held *held = claim_outside();

	if (!held)
		return locks_acquired(lock, NULL, KIND_RAISING, irql, site);
	locks_fill(held, lock, KIND_RAISING + KIND_OF_FLAGS(HELD_SLOWLY) + KIND_IRQL(irql), site);
	return irql;
}

NOINLINE void acquire_outside_at_dpc(void *lock, struct spinrule_site *site)
{
	struct held *held;

	port_KeAcquireSpinLockAtDpcLevel(lock);
	held = claim_outside();
	if (held)
		locks_fill(held, lock, KIND_DPC + KIND_OF_FLAGS(HELD_SLOWLY), site);
	else
		locks_acquired(lock, NULL, KIND_DPC, 0, site);
}

/* This thread holds other locks, or the fast path can claim no slot. */

NOINLINE uint8_t acquire_another(void *lock, struct spinrule_site *site, struct held_set *set)
{
	uint8_t irql;

	locks_mark_executed_with(site, lock);
	if (set == &port_no_set && !locks_watched)
		return acquire_outside(lock, site);
	if (!locks_is_another(set, lock))
		return acquire_slowly(lock, port_KeAcquireSpinLockRaiseToDpc, site);
	irql = port_KeAcquireSpinLockRaiseToDpc(lock);
	if (locks_is_any_linked(set))
		irql = locks_irql_with_lock_held(irql);
	push(set, lock, KIND_RAISING + KIND_IRQL(irql), site);
	return irql;
}

NOINLINE void acquire_another_at_dpc(void *lock, struct spinrule_site *site, struct held_set *set)
{
	locks_mark_executed_with(site, lock);
	if (set == &port_no_set && !locks_watched) {
		acquire_outside_at_dpc(lock, site);
		return;
	}
	if (!locks_is_another(set, lock)) {
		acquire_at_dpc_slowly(lock, site);
		return;
	}
	port_KeAcquireSpinLockAtDpcLevel(lock);
	push(set, lock, KIND_DPC, site);
}

/* HELD is claimed but in use: the turn is over, or an interrupt left a lock there. */

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
