/* { dg-do compile } */
/* A cancel routine that its driver also calls itself, with a null device: the cancel spin lock is not held then.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

DRIVER_CANCEL good_asks_for_the_device, warn_asks_for_the_device, good_held_without_a_device, good_takes_it_itself,
	warn_leaves_it_taken;

VOID NTAPI good_asks_for_the_device(PDEVICE_OBJECT device, PIRP irp)
{
	if (device)
		IoReleaseCancelSpinLock(irp->CancelIrql);
	irp->IoStatus.Status = STATUS_CANCELLED;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}

VOID NTAPI warn_asks_for_the_device(PDEVICE_OBJECT device, PIRP irp)
{
	if (device == NULL)	/* { dg-note "taking the branch where 'device' is not null" "branch" } */
		IoReleaseCancelSpinLock(irp->CancelIrql);
	irp->IoStatus.Status = STATUS_CANCELLED;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}	/* { dg-warning "the cancel spin lock is still held at return .spinrule-held-at-return." "with a device" } */

/* Whether the lock is held is the caller's affair.  */
VOID NTAPI good_held_without_a_device(PDEVICE_OBJECT device, PIRP irp)
{
	if (device == NULL) {
		IoReleaseCancelSpinLock(irp->CancelIrql);
		return;
	}
	IoReleaseCancelSpinLock(irp->CancelIrql);
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}

VOID NTAPI good_takes_it_itself(PDEVICE_OBJECT device, PIRP irp)
{
	if (device == NULL)
		IoAcquireCancelSpinLock(&irp->CancelIrql);
	irp->IoStatus.Information = 0;
	IoReleaseCancelSpinLock(irp->CancelIrql);
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}

VOID NTAPI warn_leaves_it_taken(PDEVICE_OBJECT device, PIRP irp)
{
	if (device == NULL)
		IoAcquireCancelSpinLock(&irp->CancelIrql);	/* { dg-note "acquired here" "acquire" } */
	irp->IoStatus.Information = 0;
	if (device)
		IoReleaseCancelSpinLock(irp->CancelIrql);
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}	/* { dg-warning "the cancel spin lock is still held at return .spinrule-held-at-return." "without a device" } */

/* ---- the calls ---- */

DRIVER_DISPATCH good_cancelled_at_once, warn_cancelled_at_once, warn_cancelled_twice;

NTSTATUS NTAPI good_cancelled_at_once(PDEVICE_OBJECT device, PIRP irp)
{
	IoSetCancelRoutine(irp, good_asks_for_the_device);
	if (irp->Cancel && IoSetCancelRoutine(irp, NULL)) {
		good_asks_for_the_device(NULL, irp);
		return STATUS_CANCELLED;
	}
	return STATUS_PENDING;
}

NTSTATUS NTAPI warn_cancelled_at_once(PDEVICE_OBJECT device, PIRP irp)
{
	IoSetCancelRoutine(irp, good_asks_for_the_device);
	if (irp->Cancel && IoSetCancelRoutine(irp, NULL)) {
		good_asks_for_the_device(device, irp);	/* { dg-warning "the cancel spin lock is released but not held .spinrule-release-unheld." "with a device" } */
		return STATUS_CANCELLED;
	}
	return STATUS_PENDING;
}

NTSTATUS NTAPI warn_cancelled_twice(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	irp->CancelIrql = irql;
	good_asks_for_the_device(NULL, irp);
	return STATUS_CANCELLED;	/* { dg-warning "the cancel spin lock is still held at return .spinrule-held-at-return." "not released" } */
}
