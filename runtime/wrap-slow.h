/* wrap-slow.h - what the ways of acquiring a lock share: the slow path, and how code is
 * placed.
 *
 * For wrap.c alone.  Fast paths are inlined into the wrappers.  Whatever they cannot
 * handle is a tail call of a function that is not inlined, so the wrapper needs no stack.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_WRAP_SLOW_H
#define SPINRULE_WRAP_SLOW_H

#include "garbage.h"
#include "locks-fast.h"
#include "watch.h"

/* Always inlined: a routine passed as an argument is called directly then. */
#define INLINE static inline __attribute__((always_inline))

/* Never inlined, and called by the ordinary convention: the caller, a fast path, uses its
 * registers for itself, and its arguments stay in the registers that they arrived in. */
#if defined(__GNUC__) && !defined(__clang__)
#define NOINLINE static __attribute__((noipa))
#else
#define NOINLINE static __attribute__((noinline))
#endif

NOINLINE uint8_t acquire_slowly(void *lock, uint8_t (*real)(void *), struct spinrule_site *site)
{
	locks_mark_executed_with(site, lock);
	if (!locks_may_acquire(lock, NULL, KIND_RAISING, site))
		return PORT_DISPATCH_LEVEL;
	return locks_acquired(lock, NULL, KIND_RAISING, real(lock), site);
}

NOINLINE void acquire_at_dpc_slowly(void *lock, struct spinrule_site *site)
{
	locks_mark_executed_with(site, lock);
	if (!locks_may_acquire(lock, NULL, KIND_DPC, site))
		return;
	port_KeAcquireSpinLockAtDpcLevel(lock);
	locks_acquired(lock, NULL, KIND_DPC, 0, site);
}

/* Record that this thread has acquired LOCK.  The other locks that it holds, if any, are
 * linked. */
INLINE struct held *push(struct held_set *set, void *lock, uint32_t kind,
			 struct spinrule_site *site)
{
	if (__builtin_expect(locks_watched, 0))
		return watch_push(set, lock, kind, site);
	return locks_push(set, lock, kind, site);
}

#endif
