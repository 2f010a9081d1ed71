/* One place that breaks the rule after two different acquires is reported for each of them, once.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: \[spinrule-double-acquire\]$ */
/* expect: ^  by thread [0-9]+ at .*:{again}:[0-9]+ in again$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{one}:[0-9]+ in main$ */
/* expect: \[spinrule-double-acquire\]$ */
/* expect: ^  by thread [0-9]+ at .*:{again}:[0-9]+ in again$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{two}:[0-9]+ in main$ */
/* expect: ^spinrule: 6 violations, 24 lock calls checked */
/* expect: ^  double-acquire: 6$ */

#include "by-hand.h"

static KSPIN_LOCK lock;

static void again(void)
{
	KeAcquireSpinLockAtDpcLevel(&lock);	/* line: again */
	KeReleaseSpinLockFromDpcLevel(&lock);
}

int main(void)
{
	for (int i = 0; i < 3; i++) {
		KeAcquireSpinLockAtDpcLevel(&lock);	/* line: one */
		again();
		KeReleaseSpinLockFromDpcLevel(&lock);
		KeAcquireSpinLockAtDpcLevel(&lock);	/* line: two */
		again();
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
	return 0;
}
