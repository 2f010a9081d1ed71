/* { dg-do compile } */
/* Loops that take the cancel spin lock and call the cancel routine through a pointer, which drops it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	LIST_ENTRY queue;
	PIRP current;
};

extern PIRP next_irp(struct ext *);

/* One that may be what is called: it does to the cancel spin lock what every cancel routine does. */
DRIVER_CANCEL good_cancel;

VOID NTAPI good_cancel(PDEVICE_OBJECT device, PIRP irp)
{
	IoReleaseCancelSpinLock(irp->CancelIrql);
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}

void good_may_be_cancelled(PIRP irp)
{
	IoSetCancelRoutine(irp, good_cancel);
}

DRIVER_DISPATCH good_cancel_all, warn_released_after_the_call, good_cancel_or_release, warn_neither_cancel_nor_release,
	good_called_or_released, warn_called_only, good_lock_order, warn_lock_order;

NTSTATUS NTAPI good_cancel_all(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	for (;;) {
		PDRIVER_CANCEL cancel;
		PIRP next;
		KIRQL irql;

		IoAcquireCancelSpinLock(&irql);
		if (IsListEmpty(&ext->queue)) {
			IoReleaseCancelSpinLock(irql);
			break;
		}
		next = CONTAINING_RECORD(RemoveHeadList(&ext->queue), IRP, Tail.Overlay.ListEntry);
		next->CancelIrql = irql;
		next->Cancel = TRUE;
		cancel = IoSetCancelRoutine(next, NULL);
		cancel(device, next);
	}
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_released_after_the_call(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	for (;;) {
		PDRIVER_CANCEL cancel;
		PIRP next;
		KIRQL irql;

		IoAcquireCancelSpinLock(&irql);
		if (IsListEmpty(&ext->queue)) {
			IoReleaseCancelSpinLock(irql);
			break;
		}
		next = CONTAINING_RECORD(RemoveHeadList(&ext->queue), IRP, Tail.Overlay.ListEntry);
		next->CancelIrql = irql;
		next->Cancel = TRUE;
		cancel = IoSetCancelRoutine(next, NULL);
		cancel(device, next);
		IoReleaseCancelSpinLock(irql);	/* { dg-warning "is released but not held .spinrule-release-unheld." "the cancel routine did" } */
	}
	return STATUS_SUCCESS;
}

/* The routine may be gone already: then nobody else drops the lock. */
NTSTATUS NTAPI good_cancel_or_release(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PIRP next;
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	while ((next = next_irp(ext)) != NULL) {
		PDRIVER_CANCEL cancel = IoSetCancelRoutine(next, NULL);

		next->Cancel = TRUE;
		next->CancelIrql = irql;
		if (cancel) {
			cancel(device, next);
			IoAcquireCancelSpinLock(&irql);
		}
	}
	IoReleaseCancelSpinLock(irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_neither_cancel_nor_release(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PIRP next;
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	while ((next = next_irp(ext)) != NULL) {
		PDRIVER_CANCEL cancel = IoSetCancelRoutine(next, NULL);

		next->Cancel = TRUE;
		next->CancelIrql = irql;
		if (cancel)
			cancel(device, next);
		IoAcquireCancelSpinLock(&irql);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "no cancel routine" } */
	}
	IoReleaseCancelSpinLock(irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_called_or_released(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PIRP current = ext->current;

	IoAcquireCancelSpinLock(&current->CancelIrql);
	if (current->CancelRoutine)
		current->CancelRoutine(device, current);
	else
		IoReleaseCancelSpinLock(current->CancelIrql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_called_only(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PIRP current = ext->current;

	IoAcquireCancelSpinLock(&current->CancelIrql);
	if (current->CancelRoutine)
		current->CancelRoutine(device, current);
	return STATUS_SUCCESS;		/* { dg-warning "is still held at return .spinrule-held-at-return." "no cancel routine" } */
}

/* The driver's lock is dropped before, the cancel spin lock by the routine. */
NTSTATUS NTAPI good_lock_order(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	while (!IsListEmpty(&ext->queue)) {
		PIRP next = CONTAINING_RECORD(RemoveHeadList(&ext->queue), IRP, Tail.Overlay.ListEntry);
		PDRIVER_CANCEL cancel = IoSetCancelRoutine(next, NULL);

		KeReleaseSpinLock(&ext->lock, irql);
		if (cancel) {
			IoAcquireCancelSpinLock(&next->CancelIrql);
			cancel(device, next);
		}
		KeAcquireSpinLock(&ext->lock, &irql);
	}
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_lock_order(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	while (!IsListEmpty(&ext->queue)) {
		PIRP next = CONTAINING_RECORD(RemoveHeadList(&ext->queue), IRP, Tail.Overlay.ListEntry);
		PDRIVER_CANCEL cancel = IoSetCancelRoutine(next, NULL);

		KeReleaseSpinLock(&ext->lock, irql);
		if (!cancel)
			break;
		IoAcquireCancelSpinLock(&next->CancelIrql);
		cancel(device, next);
		KeAcquireSpinLock(&ext->lock, &irql);
	}
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "broke out free" } */
	return STATUS_SUCCESS;
}
