/* The events of locks that are not released in the order of a stack: each is shown once, where it was, also when no acquire came
 * after it.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: history=32 */
/* exit: 66 */
/* expect: ^spinrule: .*release-unheld */
/* expect: ^  last events of thread */
/* expect: 'first' .* acquired at .*:{two}:[0-9]+ in two$ */
/* expect: 'second' .* acquired at .* in two$ */
/* expect: 'first' .* released at .* in two$ */
/* expect: 'second' .* released at .* in two$ */
/* expect: 'first' .* acquired at .* in two_of_three$ */
/* expect: 'second' .* acquired at .* in two_of_three$ */
/* expect: 'third' .* acquired at .* in two_of_three$ */
/* expect: 'third' .* released at .* in two_of_three$ */
/* expect: 'first' .* released at .* in two_of_three$ */
/* expect: 'second' .* released at .* in two_of_three$ */
/* expect: 'first' .* acquired at .* in hand_over_hand$ */
/* expect: 'second' .* acquired at .* in hand_over_hand$ */
/* expect: 'first' .* released at .* in hand_over_hand$ */
/* expect: 'third' .* acquired at .* in hand_over_hand$ */
/* expect: 'second' .* released at .* in hand_over_hand$ */
/* expect: 'third' .* released at .* in hand_over_hand$ */
/* expect: 'first' .* acquired at .* in three$ */
/* expect: 'second' .* acquired at .* in three$ */
/* expect: 'third' .* acquired at .* in three$ */
/* expect: 'first' .* released at .* in three$ */
/* expect: 'second' .* released at .* in three$ */
/* expect: 'third' .* released at .* in three$ */
/* expect: ^  rule */
/* expect: ^spinrule: 1 violation, 205 lock calls */
/* expect: ^  release-unheld: 1$ */

#include "by-hand.h"

static KSPIN_LOCK first, second, third;

static void two(void)
{
	KIRQL irql, other;

	KeAcquireSpinLock(&first, &irql);	/* line: two */
	KeAcquireSpinLock(&second, &other);
	KeReleaseSpinLock(&first, other);
	KeReleaseSpinLock(&second, irql);
}

static void two_of_three(void)
{
	KIRQL irql, other, last;

	KeAcquireSpinLock(&first, &irql);
	KeAcquireSpinLock(&second, &other);
	KeAcquireSpinLock(&third, &last);
	KeReleaseSpinLock(&third, last);
	KeReleaseSpinLock(&first, other);
	KeReleaseSpinLock(&second, irql);
}

static void hand_over_hand(void)
{
	KeAcquireSpinLockAtDpcLevel(&first);
	KeAcquireSpinLockAtDpcLevel(&second);
	KeReleaseSpinLockFromDpcLevel(&first);
	KeAcquireSpinLockAtDpcLevel(&third);
	KeReleaseSpinLockFromDpcLevel(&second);
	KeReleaseSpinLockFromDpcLevel(&third);
}

static void three(void)
{
	KIRQL irql, other, last;

	KeAcquireSpinLock(&first, &irql);
	KeAcquireSpinLock(&second, &other);
	KeAcquireSpinLock(&third, &last);
	KeReleaseSpinLock(&first, other);
	KeReleaseSpinLock(&second, last);
	KeReleaseSpinLock(&third, irql);
}

int main(void)
{
	/* A call site that was not executed before takes another way: the second round is the one to look at.  In between the
	 * history forgets the first. */
	for (int i = 0; i < 2; i++) {
		if (i)
			for (int j = 0; j < 80; j++) {
				KIRQL irql;

				KeAcquireSpinLock(&third, &irql);
				KeReleaseSpinLock(&third, irql);
			}
		two();
		two_of_three();
		hand_over_hand();
		three();
	}
	KeReleaseSpinLockFromDpcLevel(&first);
	return 0;
}
