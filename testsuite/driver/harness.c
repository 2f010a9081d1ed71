/* harness.c - a driver that dies in each way a driver can, without Spinrule: shows that the verdicts are true.
 *
 * SPDX-License-Identifier: MIT
 */

#include "kernel.h"

static DRIVER_DISPATCH fine, bug_check, crash, hang, pend, flush, missing;
static DRIVER_CANCEL cancelled;

const PDRIVER_DISPATCH scenarios[] = { fine, bug_check, crash, hang, pend, flush, missing, NULL };

static KSPIN_LOCK lock;
static PIRP pended;

NTSTATUS at_entry(PDEVICE_OBJECT device)
{
	KeInitializeSpinLock(&lock);
	return STATUS_SUCCESS;
}

void at_unload(void)
{
}

static NTSTATUS NTAPI fine(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	return complete(irp, STATUS_SUCCESS, 0x64636261);
}

static NTSTATUS NTAPI bug_check(PDEVICE_OBJECT device, PIRP irp)
{
	KeBugCheckEx(0xc4, 0x4000b, 1, 2, 3);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI crash(PDEVICE_OBJECT device, PIRP irp)
{
	volatile ULONG *nowhere = (volatile ULONG *)16;

	return complete(irp, STATUS_SUCCESS, *nowhere);
}

/* What a second acquire does on a machine with more than one processor: it spins for ever. */
static NTSTATUS NTAPI hang(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql, inner;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &inner);
	return complete(irp, STATUS_SUCCESS, 0);
}

static VOID NTAPI cancelled(PDEVICE_OBJECT device, PIRP irp)
{
	IoReleaseCancelSpinLock(irp->CancelIrql);
	InterlockedExchangePointer((PVOID *)&pended, NULL);
	complete(irp, STATUS_CANCELLED, 0);
}

/* Keep the request until it is cancelled or flushed. */
static NTSTATUS NTAPI pend(PDEVICE_OBJECT device, PIRP irp)
{
	IoMarkIrpPending(irp);
	pended = irp;
	IoSetCancelRoutine(irp, cancelled);
	return STATUS_PENDING;
}

static NTSTATUS NTAPI flush(PDEVICE_OBJECT device, PIRP irp)
{
	PIRP kept = InterlockedExchangePointer((PVOID *)&pended, NULL);

	if (kept && IoSetCancelRoutine(kept, NULL))
		complete(kept, STATUS_SUCCESS, 7);
	return complete(irp, STATUS_SUCCESS, 0);
}

/* Wine 8 does not have it, and names it where it is imported. */
static NTSTATUS NTAPI missing(PDEVICE_OBJECT device, PIRP irp)
{
	return complete(irp, STATUS_SUCCESS, KeTryToAcquireSpinLockAtDpcLevel(&lock));
}
