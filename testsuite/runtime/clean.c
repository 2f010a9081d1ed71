/* Everything that is right: not a word but the summary, and the exit code is the program's own.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 3 */
/* expect: ^spinrule: 0 violations, 31 lock calls checked */

#include "by-hand.h"

static KSPIN_LOCK a, b, c;

static DRIVER_DISPATCH inner, dispatch;
static KDEFERRED_ROUTINE deferred;
static DRIVER_CANCEL cancel;
static DRIVER_UNLOAD unload;

static void nested(void)
{
	KIRQL outer, middle;

	KeAcquireSpinLock(&a, &outer);
	KeAcquireSpinLock(&b, &middle);
	KeAcquireSpinLockAtDpcLevel(&c);
	KeReleaseSpinLockFromDpcLevel(&c);
	KeReleaseSpinLock(&b, middle);
	KeReleaseSpinLock(&a, outer);
}

/* Released in another order than the reverse of acquiring. */
static void hand_over_hand(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&a, &irql);
	KeAcquireSpinLockAtDpcLevel(&b);
	KeReleaseSpinLock(&a, irql);
	KeAcquireSpinLockAtDpcLevel(&c);
	KeReleaseSpinLockFromDpcLevel(&b);
	KeReleaseSpinLockFromDpcLevel(&c);
}

static void tried(void)
{
	KIRQL irql = KeRaiseIrqlToDpcLevel();

	CHECK(KeTryToAcquireSpinLockAtDpcLevel(&a));
	/* Fails, for this thread holds it: a try asks, it does not wait. */
	CHECK(!KeTryToAcquireSpinLockAtDpcLevel(&a));
	KeReleaseSpinLockFromDpcLevel(&a);
	KeLowerIrql(irql);
}

static void queued(void)
{
	KLOCK_QUEUE_HANDLE first, second;

	KeAcquireInStackQueuedSpinLock(&a, &first);
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&b, &second);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&second);
	KeReleaseInStackQueuedSpinLock(&first);
}

static void numbered(void)
{
	KIRQL irql = KeAcquireQueuedSpinLock(LockQueueMasterLock);
	KIRQL other;

	CHECK(KeTryToAcquireQueuedSpinLock(LockQueueBcbLock, &other));
	KeReleaseQueuedSpinLock(LockQueueBcbLock, other);
	KeReleaseQueuedSpinLock(LockQueueMasterLock, irql);
}

/* The caller holds a lock: it is not this callback's. */
static NTSTATUS NTAPI inner(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	KIRQL irql;

	(void)device, (void)irp;
	KeAcquireSpinLock(&b, &irql);
	KeReleaseSpinLock(&b, irql);
	return STATUS_SUCCESS;
}

static NTSTATUS NTAPI dispatch(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	KIRQL irql;

	KeAcquireSpinLock(&a, &irql);
	inner(device, irp);
	KeReleaseSpinLock(&a, irql);
	return STATUS_SUCCESS;
}

/* Releases what its caller acquired. */
static VOID NTAPI deferred(PKDPC dpc, PVOID context, PVOID one, PVOID two)
{
	CALLBACK(KDEFERRED_ROUTINE);

	(void)dpc, (void)context, (void)one, (void)two;
	KeReleaseSpinLockFromDpcLevel(&c);
}

static VOID NTAPI cancel(PDEVICE_OBJECT device, PIRP irp)
{
	CANCEL_CALLBACK(DRIVER_CANCEL);

	(void)device;
	IoReleaseCancelSpinLock(irp->CancelIrql);
}

static VOID NTAPI unload(PDRIVER_OBJECT driver)
{
	CALLBACK(DRIVER_UNLOAD);

	(void)driver;
}

int main(void)
{
	static IRP irp;

	nested();
	hand_over_hand();
	tried();
	queued();
	numbered();
	dispatch(NULL, &irp);

	KeAcquireSpinLockAtDpcLevel(&c);
	deferred(NULL, NULL, NULL, NULL);

	/* As IoCancelIrp does it, by itself. */
	IoAcquireCancelSpinLock(&irp.CancelIrql);
	cancel(NULL, &irp);

	unload(NULL);
	CHECK(!a && !b && !c);
	CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
	return 3;
}
