/* A lock is released by a thread that does not hold it.  Handing the lock over works, and is told.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: spinrule: spin lock 'lock' \(0x[0-9A-F]+\) is released by a thread that does not hold it \[spinrule-wrong-context\]$ */
/* expect: ^  by thread [0-9]+ at .*wrong-context\.c:{released}:[0-9]+ in releaser$ */
/* expect: ^  acquired by thread [0-9]+ at .*wrong-context\.c:{acquired}:[0-9]+ in main$ */
/* expect: ^  rule SpinlockRelease, bug check 0xC4, parameter 1 = 0x0004000B$ */
/* expect: ^  fix: release it in the thread that acquired it$ */
/* expect: ^spinrule: 1 violation, 4 lock calls checked */

#include "by-hand.h"

static KSPIN_LOCK lock;
static KIRQL saved;

static thread_result THREAD_CALL releaser(void *context)
{
	(void)context;
	KeReleaseSpinLock(&lock, saved);	/* line: released */
	return 0;
}

int main(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &saved);	/* line: acquired */
	run_in_thread(releaser, NULL);
	CHECK(!lock);
	/* It is not held here any more: no double acquire. */
	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	return 0;
}
