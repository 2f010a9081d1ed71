/* A lock that nobody holds is released: never acquired, or twice.  The lock goes on working.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: spinrule: spin lock 'ext->lock' \(0x[0-9A-F]+\) is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*release-unheld\.c:{never}:[0-9]+ in never_acquired$ */
/* expect: ^  rule SpinlockRelease, bug check 0xC4, parameter 1 = 0x0004000B$ */
/* expect: ^  fix: */
/* expect: spinrule: spin lock 'ext->lock' \(0x[0-9A-F]+\) is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*release-unheld\.c:{again}:[0-9]+ in twice$ */
/* expect: ^spinrule: 2 violations, 6 lock calls checked */

#include "by-hand.h"

struct extension {
	KSPIN_LOCK lock;
};

static void never_acquired(struct extension *ext)
{
	KeReleaseSpinLock(&ext->lock, PASSIVE_LEVEL);	/* line: never */
}

static void twice(struct extension *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	KeReleaseSpinLock(&ext->lock, irql);
	KeReleaseSpinLock(&ext->lock, irql);	/* line: again */
}

static void good(struct extension *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	KeReleaseSpinLock(&ext->lock, irql);
}

int main(void)
{
	static struct extension extension;

	never_acquired(&extension);
	CHECK(!extension.lock);
	twice(&extension);
	CHECK(!extension.lock);
	good(&extension);
	return 0;
}
