/* A lock is held for longer than hold_time says; another is not.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: hold_time=900 */
/* exit: 66 */
/* expect: ^spinrule: spin lock 'slow' \(0x[0-9A-F]+\) was held for too long \[spinrule-hold-time\]$ */
/* expect: ^  by thread [0-9]+ at .*hold-time\.c:{released}:[0-9]+ in warn_long$ */
/* expect: ^  acquired by thread [0-9]+ at .*hold-time\.c:{acquired}:[0-9]+ in warn_long$ */
/* expect: ^  held for [0-9]{4,} microseconds, more than hold_time=900$ */
/* expect: ^  rule SpinLockDuration$ */
/* expect: ^spinrule: 1 violation, 4 lock calls checked */
/* expect: ^  hold-time: 1$ */

#include "by-hand.h"

static KSPIN_LOCK slow, quick;

static void warn_long(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&slow, &irql);	/* line: acquired */
	rest();
	rest();
	KeReleaseSpinLock(&slow, irql);	/* line: released */
}

static void good_short(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&quick, &irql);
	KeReleaseSpinLock(&quick, irql);
}

int main(void)
{
	good_short();
	warn_long();
	return 0;
}
