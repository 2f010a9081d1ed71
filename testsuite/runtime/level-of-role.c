/* With wrong_level=1 a routine that the system enters at DISPATCH_LEVEL or above is there, although a test calls it at
 * PASSIVE_LEVEL.
 *
 * SPDX-License-Identifier: MIT
 */
/* built: instrumented */
/* options: wrong_level=1 */
/* exit: 66 */
/* expect: ^good$ */
/* expect: ^spinrule: spin lock 'lock' .* \[spinrule-wrong-level\]$ */
/* expect: ^  by thread [0-9]+ at .*:{dispatch}:[0-9]+ in warn_dispatch$ */
/* expect: ^  fix: the IRQL is 0, and must be DISPATCH_LEVEL \(2\) at least: */
/* expect: ^spinrule: spin lock 'lock' .* \[spinrule-wrong-level\]$ */
/* expect: ^  by thread [0-9]+ at .*:{after}:[0-9]+ in main$ */
/* expect: ^spinrule: spin lock 'lock' .* \[spinrule-wrong-level\]$ */
/* expect: ^  by thread [0-9]+ at .*:{cancelled}:[0-9]+ in warn_cancel$ */
/* expect: ^spinrule: spin lock 'lock' .* \[spinrule-wrong-level\]$ */
/* expect: ^  by thread [0-9]+ at .*:{device}:[0-9]+ in warn_synchronized$ */
/* expect: ^  fix: the IRQL is 3, and must be DISPATCH_LEVEL \(2\) at most: */
/* expect: ^spinrule: 4 violations, */
/* expect: ^  wrong-level: 4$ */

#include "by-hand.h"

static KSPIN_LOCK lock;
static KDPC dpc;

static void count_up(void)
{
	KeAcquireSpinLockAtDpcLevel(&lock);
	KeReleaseSpinLockFromDpcLevel(&lock);
}

KDEFERRED_ROUTINE good_dpc;
DRIVER_DISPATCH good_dispatch, warn_dispatch;
DRIVER_CANCEL warn_cancel;
KSYNCHRONIZE_ROUTINE good_synchronized, warn_synchronized;

/* Work that is begun in a DPC is at its level. */
NTSTATUS NTAPI good_dispatch(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL old;

	(void)device, (void)irp;
	KeAcquireSpinLock(&lock, &old);
	KeReleaseSpinLock(&lock, old);
	count_up();
	return STATUS_SUCCESS;
}

VOID NTAPI good_dpc(PKDPC which, PVOID context, PVOID first, PVOID second)
{
	KLOCK_QUEUE_HANDLE handle;
	KIRQL old;

	(void)which, (void)context, (void)first, (void)second;
	count_up();
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock, &handle);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
	CHECK(KeTryToAcquireSpinLockAtDpcLevel(&lock));
	KeReleaseSpinLockFromDpcLevel(&lock);
	KeAcquireSpinLock(&lock, &old);
	CHECK(old == PASSIVE_LEVEL);
	KeReleaseSpinLock(&lock, old);
	count_up();
	good_dispatch(NULL, NULL);
}

/* A DPC that the routine of an interrupt queues: the test runs it at once. */
BOOLEAN NTAPI good_synchronized(PVOID context)
{
	(void)context;
	count_up();
	good_dpc(&dpc, NULL, NULL, NULL);
	return TRUE;
}

NTSTATUS NTAPI warn_dispatch(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&lock);	/* line: dispatch */
	KeReleaseSpinLockFromDpcLevel(&lock);
	return STATUS_SUCCESS;
}

/* At DISPATCH_LEVEL until the cancel spin lock is released. */
VOID NTAPI warn_cancel(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device;
	count_up();
	IoReleaseCancelSpinLock(irp->CancelIrql);
	KeAcquireSpinLockAtDpcLevel(&lock);	/* line: cancelled */
	KeReleaseSpinLockFromDpcLevel(&lock);
}

BOOLEAN NTAPI warn_synchronized(PVOID context)
{
	KIRQL old;

	(void)context;
	count_up();
	KeAcquireSpinLock(&lock, &old);	/* line: device */
	KeReleaseSpinLock(&lock, old);
	return TRUE;
}

int main(void)
{
	static IRP irp;

	good_dpc(&dpc, NULL, NULL, NULL);
	good_synchronized(NULL);
	say("good");
	warn_dispatch(NULL, NULL);
	good_dpc(&dpc, NULL, NULL, NULL);
	KeAcquireSpinLockAtDpcLevel(&lock);	/* line: after */
	KeReleaseSpinLockFromDpcLevel(&lock);
	IoAcquireCancelSpinLock(&irp.CancelIrql);
	warn_cancel(NULL, &irp);
	warn_synchronized(NULL);
	return 0;
}
