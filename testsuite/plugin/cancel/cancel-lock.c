/* { dg-do compile } */
/* The cancel spin lock: one lock for the system, which a cancel routine enters with and drops.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	LIST_ENTRY queue;
	PIRP current;
	int count;
};

DRIVER_DISPATCH good_once, warn_twice, good_pended, warn_pended;
DRIVER_CANCEL good_cancel_first_thing, warn_cancel_never_releases, warn_cancel_releases_twice, warn_cancel_acquires,
	good_cancel_of_the_current_irp, warn_cancel_of_the_current_irp, good_cancel_takes_it_again, warn_cancel_takes_it_again;

NTSTATUS NTAPI good_once(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	IoSetCancelRoutine(irp, NULL);
	IoReleaseCancelSpinLock(irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_twice(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	IoSetCancelRoutine(irp, NULL);
	IoAcquireCancelSpinLock(&irql);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "twice" } */
	IoReleaseCancelSpinLock(irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_pended(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	if (irp->Cancel) {
		IoReleaseCancelSpinLock(irql);
		irp->IoStatus.Status = STATUS_CANCELLED;
		irp->IoStatus.Information = 0;
		IoCompleteRequest(irp, IO_NO_INCREMENT);
		return STATUS_CANCELLED;
	}
	IoMarkIrpPending(irp);
	IoSetCancelRoutine(irp, good_cancel_first_thing);
	InsertTailList(&ext->queue, &irp->Tail.Overlay.ListEntry);
	IoReleaseCancelSpinLock(irql);
	return STATUS_PENDING;
}

NTSTATUS NTAPI warn_pended(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	if (irp->Cancel) {
		irp->IoStatus.Status = STATUS_CANCELLED;
		irp->IoStatus.Information = 0;
		IoCompleteRequest(irp, IO_NO_INCREMENT);
		return STATUS_CANCELLED;	/* { dg-warning "is still held at return .spinrule-held-at-return." "cancelled already" } */
	}
	IoMarkIrpPending(irp);
	IoSetCancelRoutine(irp, good_cancel_first_thing);
	InsertTailList(&ext->queue, &irp->Tail.Overlay.ListEntry);
	IoReleaseCancelSpinLock(irql);
	return STATUS_PENDING;
}

VOID NTAPI good_cancel_first_thing(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	IoReleaseCancelSpinLock(irp->CancelIrql);
	KeAcquireSpinLock(&ext->lock, &irql);
	RemoveEntryList(&irp->Tail.Overlay.ListEntry);
	KeReleaseSpinLock(&ext->lock, irql);
	irp->IoStatus.Status = STATUS_CANCELLED;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}

VOID NTAPI warn_cancel_never_releases(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	RemoveEntryList(&irp->Tail.Overlay.ListEntry);
	KeReleaseSpinLock(&ext->lock, irql);
	irp->IoStatus.Status = STATUS_CANCELLED;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}	/* { dg-warning "is still held at return .spinrule-held-at-return." "entered held" } */

VOID NTAPI warn_cancel_releases_twice(PDEVICE_OBJECT device, PIRP irp)
{
	IoReleaseCancelSpinLock(irp->CancelIrql);
	irp->IoStatus.Status = STATUS_CANCELLED;
	IoReleaseCancelSpinLock(irp->CancelIrql);	/* { dg-warning "is released but not held .spinrule-release-unheld." "second" } */
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}

VOID NTAPI warn_cancel_acquires(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "entered held" } */
	irp->IoStatus.Status = STATUS_CANCELLED;
	IoReleaseCancelSpinLock(irql);
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}

VOID NTAPI good_cancel_of_the_current_irp(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	if (irp == ext->current) {
		ext->current = NULL;
		IoReleaseCancelSpinLock(irp->CancelIrql);
		IoStartNextPacket(device, TRUE);
	} else {
		RemoveEntryList(&irp->Tail.Overlay.ListEntry);
		IoReleaseCancelSpinLock(irp->CancelIrql);
	}
	irp->IoStatus.Status = STATUS_CANCELLED;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}

VOID NTAPI warn_cancel_of_the_current_irp(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	if (irp == ext->current) {
		ext->current = NULL;
		IoReleaseCancelSpinLock(irp->CancelIrql);
		IoStartNextPacket(device, TRUE);
	} else {
		RemoveEntryList(&irp->Tail.Overlay.ListEntry);
	}
	irp->IoStatus.Status = STATUS_CANCELLED;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}	/* { dg-warning "is still held at return .spinrule-held-at-return." "a queued one" } */

VOID NTAPI good_cancel_takes_it_again(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	IoReleaseCancelSpinLock(irp->CancelIrql);
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	IoAcquireCancelSpinLock(&irql);
	ext->count--;
	IoReleaseCancelSpinLock(irql);
}

VOID NTAPI warn_cancel_takes_it_again(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	IoReleaseCancelSpinLock(irp->CancelIrql);
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	IoAcquireCancelSpinLock(&irql);
	ext->count--;
}	/* { dg-warning "is still held at return .spinrule-held-at-return." "taken again" } */

/* The driver's own locks beside it, in either order. */
DRIVER_STARTIO good_both_locks, warn_both_locks;

VOID NTAPI good_both_locks(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (irp->Cancel) {
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		IoReleaseCancelSpinLock(irql);
		return;
	}
	ext->current = irp;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	IoReleaseCancelSpinLock(irql);
}

VOID NTAPI warn_both_locks(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (irp->Cancel) {
		IoReleaseCancelSpinLock(irql);
		return;		/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "the driver's own" } */
	}
	ext->current = irp;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	IoReleaseCancelSpinLock(irql);
}

/* A function that is no callback: entered with it held or not, as its callers like. */
void good_helper_that_drops_it(PIRP irp)
{
	IoReleaseCancelSpinLock(irp->CancelIrql);
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}

DRIVER_CANCEL good_cancel_through_a_helper, warn_cancel_through_a_helper;

VOID NTAPI good_cancel_through_a_helper(PDEVICE_OBJECT device, PIRP irp)
{
	irp->IoStatus.Status = STATUS_CANCELLED;
	good_helper_that_drops_it(irp);
}

VOID NTAPI warn_cancel_through_a_helper(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql = irp->CancelIrql;

	irp->IoStatus.Status = STATUS_CANCELLED;
	good_helper_that_drops_it(irp);
	IoReleaseCancelSpinLock(irql);	/* { dg-warning "is released but not held .spinrule-release-unheld." "the helper did" } */
}
