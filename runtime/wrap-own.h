/* wrap-own.h - acquiring a lock that belongs to the runtime (plain programs:
 * PORT_OWN_LOCKS).
 *
 *     at & executed  nothing is held: claim a slot, take the lock      acquire_first
 *                    the slot is in use                                acquire_in_turn
 *                    the lock is not free                              acquire_contended
 *     else           other locks are held: claim a slot on top of them acquire_another
 *                    the turn of the slots is over                     acquire_next_turn
 *                    the lock is not free                              acquire_in_vain
 *     else           the set needs work first                          acquire_odd
 *
 * A lock that is free is held by no thread, so the set is searched only for one that is
 * not.  The first line is inlined into the wrapper; see wrap-slow.h.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_WRAP_OWN_H
#define SPINRULE_WRAP_OWN_H

#include "wrap-slow.h"

/* The fast path can claim no slot in SET. */

NOINLINE uint8_t acquire_odd(void *lock, struct spinrule_site *site, struct held_set *set)
{
	uint8_t irql = port_irql();

	locks_mark_executed_with(site, lock);
	if (!locks_is_simple(set) || !port_take(lock))
		return acquire_slowly(lock, port_KeAcquireSpinLockRaiseToDpc, site);
	port_set_irql(PORT_DISPATCH_LEVEL);
	push(set, lock, KIND_RAISING + KIND_IRQL(irql), site);
	return irql;
}

NOINLINE void acquire_odd_at_dpc(void *lock, struct spinrule_site *site, struct held_set *set)
{
	locks_mark_executed_with(site, lock);
	if (!locks_is_simple(set) || !port_take(lock))
		acquire_at_dpc_slowly(lock, site);
	else
		push(set, lock, KIND_DPC, site);
}

/* HELD of SET is claimed, but LOCK is not free: it may be one that this thread holds. */

NOINLINE uint8_t acquire_in_vain(void *lock, struct spinrule_site *site, struct held_set *set,
				 struct held *held, uintptr_t was)
{
	port_put_back(lock, was);
	locks_unclaim(set, held);
	return acquire_slowly(lock, port_KeAcquireSpinLockRaiseToDpc, site);
}

NOINLINE void acquire_in_vain_at_dpc(void *lock, struct spinrule_site *site, struct held_set *set,
				     struct held *held, uintptr_t was)
{
	port_put_back(lock, was);
	locks_unclaim(set, held);
	acquire_at_dpc_slowly(lock, site);
}

/* HELD is claimed on top of other locks.  SIGN is 1. */

INLINE uint8_t acquire_on_top(void *lock, struct spinrule_site *site, struct held_set *set,
			      struct held *held, uintptr_t sign)
{
	uintptr_t was = port_take_by(lock, sign);
	unsigned irql;

	if (__builtin_expect(was != 0, 0))
		return acquire_in_vain(lock, site, set, held, was);
	irql = port_irql();
	port_set_irql(PORT_DISPATCH_LEVEL);
	locks_fill(held, lock, (KIND_RAISING | KIND_OF_FLAGS(HELD_ON_TOP)) + KIND_IRQL(irql), site);
	return (uint8_t)irql;
}

INLINE void acquire_on_top_at_dpc(void *lock, struct spinrule_site *site, struct held_set *set,
				  struct held *held, uintptr_t sign)
{
	uintptr_t was = port_take_by(lock, sign);

	if (__builtin_expect(was != 0, 0))
		acquire_in_vain_at_dpc(lock, site, set, held, was);
	else
		locks_fill(held, lock, KIND_DPC | KIND_OF_FLAGS(HELD_ON_TOP), site);
}

NOINLINE uint8_t acquire_next_turn(void *lock, struct spinrule_site *site, struct held_set *set)
{
	struct held *held = locks_claim_in_next_turn(set, site);

	return held ? acquire_on_top(lock, site, set, held, 1) : acquire_odd(lock, site, set);
}

NOINLINE void acquire_next_turn_at_dpc(void *lock, struct spinrule_site *site,
				       struct held_set *set)
{
	struct held *held = locks_claim_in_next_turn(set, site);

	if (held)
		acquire_on_top_at_dpc(lock, site, set, held, 1);
	else
		acquire_odd_at_dpc(lock, site, set);
}

/* This thread holds other locks.  AT is what set->at was. */

INLINE uint8_t acquire_another(void *lock, struct spinrule_site *site, struct held_set *set,
			       uintptr_t at)
{
	uintptr_t one;
	struct held *held = locks_claim_on_top(set, at, site, &one);

	if (!held)
		return acquire_next_turn(lock, site, set);
	return acquire_on_top(lock, site, set, held, one);
}

NOINLINE void acquire_another_through(void *lock, uint8_t *irql, struct spinrule_site *site,
				      struct held_set *set)
{
	*irql = acquire_another(lock, site, set, set->at);
}

INLINE void acquire_another_at_dpc(void *lock, struct spinrule_site *site, struct held_set *set,
				   uintptr_t at)
{
	uintptr_t one;
	struct held *held = locks_claim_on_top(set, at, site, &one);

	if (!held)
		acquire_next_turn_at_dpc(lock, site, set);
	else
		acquire_on_top_at_dpc(lock, site, set, held, one);
}

/* Nothing is held, HELD is claimed, and LOCK is not free: another thread holds it. */

NOINLINE uint8_t acquire_contended(void *lock, uint8_t irql, struct spinrule_site *site,
				   struct held *held, uintptr_t was)
{
	port_wait(lock, was, site);
	locks_fill(held, lock, KIND_RAISING + KIND_IRQL(irql), site);
	return irql;
}

/* *IRQL may be in the cache line of LOCK, and is protected by it: store to it only after
 * the lock is acquired. */
NOINLINE void acquire_contended_through(void *lock, uint8_t *irql, struct spinrule_site *site,
					struct held *held, uintptr_t was)
{
	uint8_t old = (uint8_t)port_irql();

	port_set_irql(PORT_DISPATCH_LEVEL);
	*irql = acquire_contended(lock, old, site, held, was);
}

NOINLINE void acquire_contended_at_dpc(void *lock, struct spinrule_site *site, struct held *held,
				       uintptr_t was)
{
	port_wait(lock, was, site);
	locks_fill(held, lock, KIND_DPC, site);
}

/* Nothing is held, and HELD is claimed.  SIGN is for port_take_by: a value that a
 * register holds already. */

INLINE unsigned acquire_first(void *lock, struct spinrule_site *site, struct held *held,
			      uintptr_t sign)
{
	unsigned irql = port_irql();
	uintptr_t was;

	port_set_irql(PORT_DISPATCH_LEVEL);
	was = port_take_by(lock, sign);
	if (__builtin_expect(was != 0, 0))
		return acquire_contended(lock, (uint8_t)irql, site, held, was);
	locks_fill(held, lock, KIND_RAISING + KIND_IRQL(irql), site);
	return irql;
}

INLINE void acquire_first_at_dpc(void *lock, struct spinrule_site *site, struct held *held,
				 uintptr_t sign)
{
	uintptr_t was = port_take_by(lock, sign);

	if (__builtin_expect(was != 0, 0))
		acquire_contended_at_dpc(lock, site, held, was);
	else
		locks_fill(held, lock, KIND_DPC, site);
}

/* HELD is claimed but in use: the turn is over, or an interrupt left a lock there. */

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

	if (__builtin_expect(!locks_are_none(at, site), 0))
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
	uintptr_t was;
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
	was = port_take_by(lock, at);
	if (__builtin_expect(was != 0, 0)) {
		acquire_contended_through(lock, irql, site, held, was);
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

#endif
