/* A lock is acquired twice and released once, in one variable: one mistake, one report; the lock is free after it.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: spinrule: spin lock 'lock' .* is acquired while already held \[spinrule-double-acquire\] */
/* expect: ^  by thread [0-9]+ at .*:{second}: */
/* expect: ^  acquired by thread [0-9]+ at .*:{first}: */
/* expect: ^spinrule: 1 violation, 5 lock calls checked */

#include "by-hand.h"

static KSPIN_LOCK lock;

static DRIVER_DISPATCH dispatch;

static NTSTATUS NTAPI dispatch(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	KIRQL irql;

	(void)device, (void)irp;
	KeAcquireSpinLock(&lock, &irql);	/* line: first */
	KeAcquireSpinLock(&lock, &irql);	/* line: second */
	KeReleaseSpinLock(&lock, irql);
	return STATUS_SUCCESS;
}

int main(void)
{
	KIRQL irql;

	dispatch(NULL, NULL);
	CHECK(!lock);
	CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	return 0;
}
