/* wrap-acquire.h - the ways in which the wrappers acquire a lock.
 *
 * For wrap.c alone.  acquire_raising, acquire_raising_through (the IRQL is stored through
 * a pointer) and acquire_at_dpc have a fast path, which depends on whose locks these are.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_WRAP_ACQUIRE_H
#define SPINRULE_WRAP_ACQUIRE_H

#include "wrap-slow.h"

#if PORT_OWN_LOCKS
#include "wrap-own.h"
#else
#include "wrap-system.h"
#endif

/* Acquire LOCK by REAL, a DDI that raises and is rarely used. */
NOINLINE uint8_t acquire_as(void *lock, uint8_t (*real)(void *), struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	uint8_t irql;

	locks_mark_executed_with(site, lock);
	if (!locks_is_another(set, lock))
		return acquire_slowly(lock, real, site);
	irql = real(lock);
	if (locks_is_any_linked(set))
		irql = locks_irql_with_lock_held(irql);
	push(set, lock, KIND_RAISING + KIND_IRQL(irql), site);
	return irql;
}

/* A try has just acquired LOCK. */

NOINLINE void tried_another(void *lock, struct spinrule_site *site, struct held_set *set)
{
	locks_mark_executed_with(site, lock);
	if (!locks_watched && locks_is_another(set, lock))
		locks_push(set, lock, KIND_DPC, site);
	else
		locks_tried(lock, 1, KIND_DPC, 0, site);
}

/* Other locks are held, LOCK is not free, an option is on, or the site was not executed
 * before. */
NOINLINE uint8_t try_slowly(void *lock, struct spinrule_site *site, struct held_set *set)
{
	/* A driver's is looked at when the site is executed for the first time. */
	if (!port_is_kernel && garbage_may_be_in(lock))
		garbage_acquiring(lock, NULL, SPINRULE_GROUP_DPC, site);
	if (!watch_fails_try() && port_KeTryToAcquireSpinLockAtDpcLevel(lock)) {
		tried_another(lock, site, set);
		return 1;
	}
	locks_mark_executed_with(site, lock);
	locks_tried(lock, 0, KIND_DPC, 0, site);
	return 0;
}

NOINLINE uint8_t tried_in_turn(void *lock, struct spinrule_site *site, struct held_set *set,
			       struct held *held)
{
	held = locks_claim_in_turn(set, held);
	if (held)
		locks_fill(held, lock, KIND_DPC, site);
	else
		tried_another(lock, site, set);
	return 1;
}

INLINE uint8_t try_at_dpc(void *lock, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	uintptr_t at = set->at;
	struct held *held;

	if (!locks_are_none(at, site))
		return try_slowly(lock, site, set);
	/* Before the claim: a try does not wait, and one that fails has nothing to
	 * undo. */
	if (!port_try(lock))
		return try_slowly(lock, site, set);
	held = locks_claim(set, at);
	if (locks_is_in_use(held))
		return tried_in_turn(lock, site, set, held);
	locks_fill(held, lock, KIND_DPC, site);
	return 1;
}

/* Other locks are held, or LOCK is not free. */
NOINLINE void acquire_queued_slowly(void *lock, void *handle, enum spinrule_group group,
				    void (*real)(void *, void *), struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	struct held *held;
	uint32_t kind = KIND(group, 0);

	locks_mark_executed_with(site, lock);
	if (garbage_may_be_in(lock))
		garbage_acquiring(lock, handle, group, site);
	if (garbage_is_handle_in_use(lock, handle, group, site))
		return;
	/* The saved IRQL goes into the handle. */
	if (locks_watched && spinrule_group_level(group) == SPINRULE_RAISES)
		watch_level(lock, group, port_level(), site);
	/* Once the lock leads to the handle, nothing in the handle may yet lead to it. */
	locks_store(set->queues_with, (const void *)handle);
	if (locks_is_another(set, lock)) {
		real(lock, handle);
		held = push(set, lock, kind, site);
		locks_store(held->handle, handle);
	} else if (locks_may_acquire(lock, handle, kind, site)) {
		real(lock, handle);
		locks_acquired(lock, handle, kind, 0, site);
	}
}

/* The claimed slot of the only lock that this thread will hold; NULL: only the slow path
 * can do it. */
INLINE struct held *claim_only(struct held_set *set, struct spinrule_site *site)
{
	uintptr_t at = set->at;
	struct held *held;

	if (!locks_are_none(at, site))
		return NULL;
	held = locks_claim(set, at);
	return locks_is_in_use(held) ? locks_claim_in_turn(set, held) : held;
}

INLINE void acquire_queued(void *lock, void *handle, enum spinrule_group group,
			   void (*real)(void *, void *), struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	struct held *held = garbage_may_be_in(lock) ? NULL : claim_only(set, site);

	if (!held) {
		acquire_queued_slowly(lock, handle, group, real, site);
		return;
	}
	locks_store(set->queues_with, (const void *)handle);
	real(lock, handle);
	locks_store(held->handle, handle);
	locks_fill(held, lock, KIND(group, 0), site);
}

NOINLINE uint8_t acquire_cancel_slowly(struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	void *const lock = locks_cancel();
	uint8_t irql;

	locks_mark_executed(site);
	if (locks_is_another(set, lock)) {
		irql = port_acquire_cancel(site);
		if (locks_is_any_linked(set))
			irql = locks_irql_with_lock_held(irql);
		push(set, lock, KIND_CANCEL + KIND_IRQL(irql), site);
		return irql;
	}
	if (!locks_may_acquire(lock, NULL, KIND_CANCEL, site))
		return PORT_DISPATCH_LEVEL;
	return locks_acquired(lock, NULL, KIND_CANCEL, port_acquire_cancel(site), site);
}

INLINE uint8_t acquire_cancel(struct spinrule_site *site)
{
	struct held *held = claim_only(port_find_set(), site);
	uint8_t irql;

	if (!held)
		return acquire_cancel_slowly(site);
	irql = port_acquire_cancel(site);
	locks_fill(held, locks_cancel(), KIND_CANCEL + KIND_IRQL(irql), site);
	return irql;
}

INLINE uint8_t acquire_numbered(unsigned number, uint8_t (*real)(unsigned),
				struct spinrule_site *site)
{
	void *lock = locks_numbered(number);

	locks_mark_executed_with(site, lock);
	if (!locks_may_acquire(lock, NULL, KIND_NUMBERED, site))
		return PORT_DISPATCH_LEVEL;
	return locks_acquired(lock, NULL, KIND_NUMBERED, real(number), site);
}

INLINE uint32_t try_numbered(unsigned number, uint8_t *irql, uint32_t (*real)(unsigned, uint8_t *),
			     struct spinrule_site *site)
{
	uint32_t has_acquired = !watch_fails_try() && real(number, irql);

	locks_mark_executed(site);
	if (has_acquired)
		*irql = locks_tried(locks_numbered(number), 1, KIND_NUMBERED, *irql, site);
	else
		locks_tried(locks_numbered(number), 0, KIND_NUMBERED, 0, site);
	return has_acquired;
}

#endif
