/* Locks acquired in an order that contradicts an earlier one, directly or around three locks, with both orders' sites.  Silent:
 * one order everywhere; a third lock that keeps the two orders apart; a try, which does not wait; a lock
 * that was initialized again.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: lock_order=1 */
/* exit: 66 */
/* expect: ^spinrule: spin lock '.*first' \(0x[0-9A-F]+\) is acquired against an order of locks seen before \[spinrule-lock-order\]$ */
/* expect: ^  by thread [0-9]+ at .*lock-order\.c:{ba}:[0-9]+ in warn_reversed$ */
/* expect: ^  with 'second' \(0x[0-9A-F]+\) held, acquired by thread [0-9]+ at .*:{b}:[0-9]+ in warn_reversed$ */
/* expect: ^  but 'second' \(0x[0-9A-F]+\) was acquired by thread [0-9]+ at .*:{ab}:[0-9]+ in forward$ */
/* expect: ^  with 'first' \(0x[0-9A-F]+\) held, acquired at .*:{a}:[0-9]+ in forward$ */
/* expect: ^  rule Deadlock, bug check 0xC4, parameter 1 = 0x00001001$ */
/* expect: ^  fix: */
/* expect: ^spinrule: spin lock 'ring\[i \+ 1 - \(i == 2\) \* 3\]' .* \[spinrule-lock-order\]$ */
/* expect: ^  but, with 1 more lock in the circle, */
/* expect: ^spinrule: 2 violations, */
/* expect: ^  lock-order: 2$ */

#include "by-hand.h"

static KSPIN_LOCK first, second, outer, c, d, e, f, g, h, ring[3];

static void take(KSPIN_LOCK *a, KSPIN_LOCK *b)
{
	KeAcquireSpinLockAtDpcLevel(a);
	KeAcquireSpinLockAtDpcLevel(b);
	KeReleaseSpinLockFromDpcLevel(b);
	KeReleaseSpinLockFromDpcLevel(a);
}

static void forward(void)
{
	KeAcquireSpinLockAtDpcLevel(&first);	/* line: a */
	KeAcquireSpinLockAtDpcLevel(&second);	/* line: ab */
	KeReleaseSpinLockFromDpcLevel(&second);
	KeReleaseSpinLockFromDpcLevel(&first);
}

static void warn_reversed(void)
{
	KeAcquireSpinLockAtDpcLevel(&second);	/* line: b */
	KeAcquireSpinLockAtDpcLevel(&first);	/* line: ba */
	KeReleaseSpinLockFromDpcLevel(&first);
	KeReleaseSpinLockFromDpcLevel(&second);
}

static void warn_around_three(void)
{
	for (int i = 0; i < 3; i++) {
		KeAcquireSpinLockAtDpcLevel(&ring[i]);
		KeAcquireSpinLockAtDpcLevel(&ring[i + 1 - (i == 2) * 3]);
		KeReleaseSpinLockFromDpcLevel(&ring[i + 1 - (i == 2) * 3]);
		KeReleaseSpinLockFromDpcLevel(&ring[i]);
	}
}

static void good_guarded(void)
{
	KeAcquireSpinLockAtDpcLevel(&outer);
	take(&c, &d);
	take(&d, &c);
	KeReleaseSpinLockFromDpcLevel(&outer);
}

static void good_try(void)
{
	take(&e, &f);
	KeAcquireSpinLockAtDpcLevel(&f);
	CHECK(KeTryToAcquireSpinLockAtDpcLevel(&e));
	KeReleaseSpinLockFromDpcLevel(&e);
	KeReleaseSpinLockFromDpcLevel(&f);
}

static void good_new_lock(void)
{
	take(&g, &h);
	KeInitializeSpinLock(&h);
	take(&h, &g);
}

int main(void)
{
	forward();
	forward();
	good_guarded();
	good_try();
	good_new_lock();
	warn_reversed();
	warn_reversed();
	warn_around_three();
	return 0;
}
