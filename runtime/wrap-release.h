/* wrap-release.h - the ways in which the wrappers release a lock.
 *
 * For wrap.c alone.  The fast paths:
 *
 *     this thread holds LOCK and no other     locks_pop_only
 *     LOCK is the youngest, linked to others  locks_pop_top
 *     the same, or the last that is linked    locks_pop_linked
 *     LOCK is the older of two that are held  locks_pop_second, locks_pop_other
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_WRAP_RELEASE_H
#define SPINRULE_WRAP_RELEASE_H

#include "wrap-slow.h"

/* Release LOCK and return true if it is the only lock of a driver's thread that is in no
 * callback.  The thread needs its set no more. */
INLINE int pop_outside(struct held_set *set, const void *lock, uint32_t kind, unsigned irql,
		       struct spinrule_site *site)
{
	if (!port_is_kernel || set->slowly != SET_OF_LOCK || set == &port_no_set || set->depth)
		return 0;
	/* First: an interrupt after it uses the set as any other, and never drops it. */
	set->slowly = 0;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (locks_pop_only(set, set->at, lock, kind + KIND_OF_FLAGS(HELD_SLOWLY), irql, site)) {
		port_drop_set(set);
		return 1;
	}
	set->slowly = SET_OF_LOCK;
	return 0;
}

/* All fast paths, then the slow one.  IRQL is NULL at DPC level.  Returns true if the
 * real release is to be called. */
NOINLINE int may_release(struct held_set *set, void *lock, uint32_t kind, uint8_t *irql,
			 struct spinrule_site *site)
{
	unsigned saved = irql ? *irql : 0;

	locks_mark_executed(site);
	return locks_pop_only(set, set->at, lock, kind, saved, site) ||
	       locks_pop_linked(set, set->at, lock, kind, saved, site) ||
	       locks_pop_other(set, lock, kind, saved, site) ||
	       (locks_watched && watch_pop(set, lock, kind + KIND_IRQL(saved), site)) ||
	       locks_releasing(lock, NULL, kind, irql, site);
}

NOINLINE void release_odd(void *lock, unsigned irql, struct spinrule_site *site,
			  struct held_set *set)
{
	uint8_t restored = (uint8_t)irql;

	if (pop_outside(set, lock, KIND_RAISING, irql, site) ||
	    may_release(set, lock, KIND_RAISING, &restored, site))
		port_KeReleaseSpinLock(lock, restored);
}

/* Several locks are held.  AT is what set->at was.  A function of its own: the only lock
 * that is held is released without a stack. */
NOINLINE void release_linked(void *lock, unsigned irql, struct spinrule_site *site,
			     struct held_set *set, uintptr_t at)
{
	if (locks_pop_linked(set, at, lock, KIND_RAISING, irql, site))
		port_KeReleaseSpinLock(lock, irql);
	else
		release_odd(lock, irql, site, set);
}

/* Release LOCK by REAL, a DDI that restores the IRQL and is rarely used. */
NOINLINE void release_as(void *lock, uint8_t irql, void (*real)(void *, uint8_t),
			 struct spinrule_site *site)
{
	if (may_release(port_find_set(), lock, KIND_RAISING, &irql, site))
		real(lock, irql);
}

INLINE void release_raising(void *lock, unsigned irql, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();

	uintptr_t at = set->at;

	if (locks_pop_only(set, at, lock, KIND_RAISING, irql, site))
		port_KeReleaseSpinLock(lock, irql);
	else
		release_linked(lock, irql, site, set, at);
}

NOINLINE void release_odd_from_dpc(void *lock, struct spinrule_site *site, struct held_set *set)
{
	if (pop_outside(set, lock, KIND_DPC, 0, site) ||
	    may_release(set, lock, KIND_DPC, NULL, site))
		port_KeReleaseSpinLockFromDpcLevel(lock);
}

INLINE void release_from_dpc(void *lock, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();

	if (locks_pop_only(set, set->at, lock, KIND_DPC, 0, site) ||
	    locks_pop_top(set, lock, KIND_DPC, 0, site))
		port_KeReleaseSpinLockFromDpcLevel(lock);
	else
		release_odd_from_dpc(lock, site, set);
}

INLINE void release_cancel(unsigned irql, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	uint8_t restored = (uint8_t)irql;

	if (locks_pop_only(set, set->at, locks_cancel(), KIND_CANCEL, irql, site) ||
	    may_release(set, locks_cancel(), KIND_CANCEL, &restored, site))
		port_IoReleaseCancelSpinLock(restored);
}

NOINLINE int may_release_queued(struct held_set *set, void *handle, enum spinrule_group group,
				struct spinrule_site *site)
{
	locks_mark_executed(site);
	return locks_pop_handle(set, handle, KIND(group, 0), site) ||
	       locks_releasing(NULL, handle, KIND(group, 0), NULL, site);
}

INLINE void release_queued(void *handle, enum spinrule_group group, void (*real)(void *),
			   struct spinrule_site *site)
{
	struct held_set *set = port_find_set();

	if (locks_pop_only_handle(set, set->at, handle, KIND(group, 0), site) ||
	    may_release_queued(set, handle, group, site))
		real(handle);
}

#endif
