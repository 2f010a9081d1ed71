/* Without lock_order=1 nothing is said of the order of locks, without hold_time= nothing of how long, without complete_while_held=1
 * nothing of requests.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 0 */
/* expect: ^spinrule: 0 violations, 8 lock calls checked */

#include "by-hand.h"

static KSPIN_LOCK a, b;

static void take(KSPIN_LOCK *first, KSPIN_LOCK *second)
{
	KeAcquireSpinLockAtDpcLevel(first);
	KeAcquireSpinLockAtDpcLevel(second);
	rest();
	KeReleaseSpinLockFromDpcLevel(second);
	KeReleaseSpinLockFromDpcLevel(first);
}

int main(void)
{
	take(&a, &b);
	take(&b, &a);
	return 0;
}
