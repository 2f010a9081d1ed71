/* { dg-do compile } */
/* StartIo and the packets that follow: the device's lock, the cancel spin lock and the current IRP.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	PIRP current;
	BOOLEAN busy, stopping;
	ULONG timeout;
	ULONG retries;
};

extern NTSTATUS program_device(struct ext *, PIRP);
extern BOOLEAN device_is_idle(struct ext *);

DRIVER_STARTIO good_start_io, warn_start_io, good_start_io_with_cancel, warn_start_io_with_cancel;
KDEFERRED_ROUTINE good_finish_and_start_next, warn_finish_and_start_next;
DRIVER_CANCEL cancel;

VOID NTAPI good_start_io(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	NTSTATUS status;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (ext->stopping) {
		status = STATUS_DELETE_PENDING;
		goto fail;
	}
	ext->current = irp;
	status = program_device(ext, irp);
	if (!NT_SUCCESS(status))
		goto fail;
	ext->busy = TRUE;
	KeReleaseSpinLock(&ext->lock, irql);
	return;

fail:
	ext->current = NULL;
	KeReleaseSpinLock(&ext->lock, irql);
	irp->IoStatus.Status = status;
	irp->IoStatus.Information = 0;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	IoStartNextPacket(device, TRUE);
}

VOID NTAPI warn_start_io(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	NTSTATUS status;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (ext->stopping) {
		status = STATUS_DELETE_PENDING;
		goto fail;
	}
	ext->current = irp;
	status = program_device(ext, irp);
	if (!NT_SUCCESS(status))
		goto fail;
	ext->busy = TRUE;
	KeReleaseSpinLock(&ext->lock, irql);

fail:
	ext->current = NULL;
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "falls into the label" } */
	irp->IoStatus.Status = status;
	irp->IoStatus.Information = 0;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	IoStartNextPacket(device, TRUE);
}

VOID NTAPI good_start_io_with_cancel(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	if (irp != device->CurrentIrp) {
		IoReleaseCancelSpinLock(irql);
		return;
	}
	if (IoSetCancelRoutine(irp, NULL) == NULL && irp->Cancel) {
		device->CurrentIrp = NULL;
		IoReleaseCancelSpinLock(irql);
		IoStartNextPacket(device, TRUE);
		return;
	}
	IoReleaseCancelSpinLock(irql);

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->current = irp;
	KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI warn_start_io_with_cancel(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	if (irp != device->CurrentIrp)
		return;		/* { dg-warning "is still held at return .spinrule-held-at-return." "another IRP" } */
	IoSetCancelRoutine(irp, NULL);
	IoReleaseCancelSpinLock(irql);

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->current = irp;
	KeReleaseSpinLock(&ext->lock, irql);
}

/* The IRP taken under the lock is finished after it, and tells whether there was one. */
VOID NTAPI good_finish_and_start_next(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	PDEVICE_OBJECT device = context;
	struct ext *ext = device->DeviceExtension;
	PIRP irp;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	irp = ext->current;
	if (irp == NULL || !device_is_idle(ext)) {
		ext->retries++;
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		return;
	}
	ext->current = NULL;
	ext->busy = FALSE;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);

	irp->IoStatus.Status = STATUS_SUCCESS;
	IoStartNextPacket(device, TRUE);
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}

VOID NTAPI warn_finish_and_start_next(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	PDEVICE_OBJECT device = context;
	struct ext *ext = device->DeviceExtension;
	PIRP irp;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	irp = ext->current;
	if (irp == NULL || !device_is_idle(ext)) {
		ext->retries++;
		KeAcquireSpinLockAtDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "release was meant" } */
		return;
	}
	ext->current = NULL;
	ext->busy = FALSE;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);

	irp->IoStatus.Status = STATUS_SUCCESS;
	IoStartNextPacket(device, TRUE);
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}
