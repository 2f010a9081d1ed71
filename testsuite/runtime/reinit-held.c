/* A lock is initialized while this thread holds it, and while another does.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: spinrule: spin lock 'lock' .* is initialized while held \[spinrule-reinit-held\]$ */
/* expect: ^  by thread [0-9]+ at .*:{own}:[0-9]+ in main$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{acquired}:[0-9]+ in main$ */
/* expect: ^  fix: initialize a lock once, before its first use$ */
/* expect: spinrule: spin lock 'lock' .* is initialized while held \[spinrule-reinit-held\]$ */
/* expect: ^  by thread [0-9]+ at .*:{other}:[0-9]+ in initializer$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{again}:[0-9]+ in main$ */
/* expect: ^spinrule: 2 violations, 5 lock calls checked */

#include "by-hand.h"

static KSPIN_LOCK lock;

static thread_result THREAD_CALL initializer(void *context)
{
	(void)context;
	KeInitializeSpinLock(&lock);	/* line: other */
	return 0;
}

int main(void)
{
	KIRQL irql;

	KeInitializeSpinLock(&lock);
	KeAcquireSpinLock(&lock, &irql);	/* line: acquired */
	KeInitializeSpinLock(&lock);	/* line: own */
	CHECK(!lock);
	CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);

	KeAcquireSpinLock(&lock, &irql);	/* line: again */
	run_in_thread(initializer, NULL);
	CHECK(!lock);
	return 0;
}
