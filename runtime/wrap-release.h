/* wrap-release.h - the ways in which the wrappers release a lock.
 *
 * For wrap.c alone.  The fast paths, in the order in which they are tried where the IRQL
 * is restored; at DPC level a thread mostly holds other locks too, and 2 comes first:
 *
 *     1  this thread holds LOCK and no other     locks_pop_only
 *     2  LOCK is the youngest, linked to others  locks_pop_top
 *     3  LOCK is the last that is linked         locks_pop_oldest
 *     4  LOCK is the older of two that are held  locks_pop_second
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_WRAP_RELEASE_H
#define SPINRULE_WRAP_RELEASE_H

#include "wrap-slow.h"

/* All fast paths, then the slow one.  IRQL is NULL at DPC level.  Returns true if the
 * real release is to be called. */
NOINLINE int may_release(struct held_set *set, void *lock, uint32_t kind, uint8_t *irql,
			 struct spinrule_site *site)
{
	unsigned saved = irql ? *irql : 0;

	locks_mark_executed(site);
	return locks_pop_only(set, set->at, lock, kind, saved, site) ||
	       locks_pop_top(set, lock, kind, saved, site) ||
	       locks_pop_oldest(set, set->at, lock, kind, saved, site) ||
	       locks_pop_second(set, lock, kind, saved, site) ||
	       (locks_watched && watch_pop(set, lock, kind + KIND_IRQL(saved), site)) ||
	       locks_releasing(lock, NULL, kind, irql, site);
}

NOINLINE void release_odd(void *lock, uint8_t irql, struct spinrule_site *site,
			  struct held_set *set)
{
	if (may_release(set, lock, KIND_RAISING, &irql, site))
		port_KeReleaseSpinLock(lock, irql);
}

/* The older of two.  A function of its own: the others need no stack. */
NOINLINE void release_second(void *lock, unsigned irql, struct spinrule_site *site,
			     struct held_set *set)
{
	if (locks_pop_second(set, lock, KIND_RAISING, irql, site))
		port_KeReleaseSpinLock(lock, irql);
	else
		release_odd(lock, (uint8_t)irql, site, set);
}

NOINLINE void release_linked(void *lock, unsigned irql, struct spinrule_site *site,
			     struct held_set *set)
{
	if (locks_pop_oldest(set, set->at, lock, KIND_RAISING, irql, site) ||
	    locks_pop_top(set, lock, KIND_RAISING, irql, site))
		port_KeReleaseSpinLock(lock, irql);
	else
		release_second(lock, irql, site, set);
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

INLINE void release_from_dpc(void *lock, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();

	if (locks_pop_top(set, lock, KIND_DPC, 0, site))
		port_KeReleaseSpinLockFromDpcLevel(lock);
	else
		release_only_from_dpc(lock, site, set);
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
