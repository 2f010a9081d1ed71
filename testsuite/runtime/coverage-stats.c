/* coverage=1 lists the sites that were not executed, stats=1 what each lock was used for.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: coverage=1:stats=1 */
/* exit: 0 */
/* expect: ^spinrule: 0 violations, 203 lock calls checked, 7 of 9 sites executed$ */
/* expect: ^  'busy' \(0x[0-9A-F]+\): 101 acquisitions, 1 contended, held for [0-9]+ microseconds? at most, acquired at .*:[0-9]+:[0-9]+ in [a-z_]+$ */
/* expect: ^  never executed: Ke(Acquire|Release)SpinLock 'busy' at .*:({acquire}|{release}):[0-9]+ in never$ */
/* expect: ^  never executed: Ke(Acquire|Release)SpinLock 'busy' at .*:({acquire}|{release}):[0-9]+ in never$ */

#include "by-hand.h"

static KSPIN_LOCK busy, gate;
static int is_waiting;

void never(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&busy, &irql);	/* line: acquire */
	KeReleaseSpinLock(&busy, irql);	/* line: release */
}

static thread_result THREAD_CALL waiter(void *context)
{
	(void)context;
	raise_flag(&is_waiting);
	KeAcquireSpinLockAtDpcLevel(&busy);
	KeReleaseSpinLockFromDpcLevel(&busy);
	return 0;
}

int main(void)
{
	thread other;

	for (int i = 0; i < 99; i++) {
		KeAcquireSpinLockAtDpcLevel(&busy);
		KeReleaseSpinLockFromDpcLevel(&busy);
	}
	KeAcquireSpinLockAtDpcLevel(&busy);
	other = thread_start(waiter, NULL);
	wait_for_flag(&is_waiting);
	for (int i = 0; i < 100; i++)
		rest();
	KeReleaseSpinLockFromDpcLevel(&busy);
	thread_join(other);
	KeInitializeSpinLock(&gate);
	return 0;
}
