/* { dg-do compile } */
/* A cancel routine that the driver calls by its name, with the cancel spin lock held as the system does.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	PIRP current;
};

DRIVER_CANCEL good_cancel;
DRIVER_DISPATCH good_called_directly, warn_released_after_it, warn_called_on_one_path;

VOID NTAPI good_cancel(PDEVICE_OBJECT device, PIRP irp)
{
	IoReleaseCancelSpinLock(irp->CancelIrql);
	irp->IoStatus.Status = STATUS_CANCELLED;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}

NTSTATUS NTAPI good_called_directly(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PIRP current = ext->current;

	IoAcquireCancelSpinLock(&current->CancelIrql);
	IoSetCancelRoutine(current, NULL);
	current->Cancel = TRUE;
	good_cancel(device, current);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_released_after_it(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PIRP current = ext->current;
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	current->CancelIrql = irql;
	current->Cancel = TRUE;
	good_cancel(device, current);
	IoReleaseCancelSpinLock(irql);	/* { dg-warning "is released but not held .spinrule-release-unheld." "the routine did" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_called_on_one_path(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PIRP current = ext->current;

	IoAcquireCancelSpinLock(&current->CancelIrql);
	if (IoSetCancelRoutine(current, NULL))
		good_cancel(device, current);
	return STATUS_SUCCESS;	/* { dg-warning "is still held at return .spinrule-held-at-return." "no routine" } */
}
