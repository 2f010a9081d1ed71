/* { dg-do compile } */
/* Functions that are cancel routines because they are set as such: they start with the cancel spin lock held.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	PIRP irp;
	int count;
};

static VOID NTAPI good_set(PDEVICE_OBJECT device, PIRP irp)
{
	IoReleaseCancelSpinLock(irp->CancelIrql);
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}

static VOID NTAPI warn_set(PDEVICE_OBJECT device, PIRP irp)
{
	irp->IoStatus.Status = STATUS_CANCELLED;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}	/* { dg-warning "is still held at return .spinrule-held-at-return." "IoSetCancelRoutine" } */

static VOID NTAPI warn_started(PDEVICE_OBJECT device, PIRP irp)
{
	irp->IoStatus.Status = STATUS_CANCELLED;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}	/* { dg-warning "is still held at return .spinrule-held-at-return." "IoStartPacket" } */

static VOID NTAPI warn_stored(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "stored in the IRP" } */
	IoReleaseCancelSpinLock(irql);
}

static VOID NTAPI warn_through_a_helper(PDEVICE_OBJECT device, PIRP irp)
{
	irp->IoStatus.Status = STATUS_CANCELLED;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}	/* { dg-warning "is still held at return .spinrule-held-at-return." "a helper" } */

static BOOLEAN make_cancellable(PIRP irp, PDRIVER_CANCEL routine)
{
	IoSetCancelRoutine(irp, routine);
	if (irp->Cancel && IoSetCancelRoutine(irp, NULL))
		return FALSE;
	IoMarkIrpPending(irp);
	return TRUE;
}

DRIVER_DISPATCH good_dispatch;

NTSTATUS NTAPI good_dispatch(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (!make_cancellable(irp, ext->count ? good_set : warn_through_a_helper)) {
		KeReleaseSpinLock(&ext->lock, irql);
		return STATUS_CANCELLED;
	}
	ext->irp = irp;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_PENDING;
}

void set_up(PDEVICE_OBJECT device, PIRP irp)
{
	IoSetCancelRoutine(irp, good_set);
	IoSetCancelRoutine(irp, warn_set);
	IoStartPacket(device, irp, NULL, warn_started);
	irp->CancelRoutine = warn_stored;
}
