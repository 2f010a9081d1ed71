/* { dg-do compile } */
/* The IRQL that a cancel routine gives back is that of its IRP.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	PIRP current;
	int count;
};

extern void finish(struct ext *, KIRQL), complete(PIRP);

DRIVER_CANCEL good_of_the_irp, warn_constant, good_after_another_lock, warn_of_another_lock, good_kept_in_a_field,
	warn_of_a_field, good_of_the_current_irp, good_handed_on, warn_not_handed_on, good_irp_handed_on;
DRIVER_DISPATCH good_calls_it, warn_calls_it;

VOID NTAPI good_of_the_irp(PDEVICE_OBJECT device, PIRP irp)
{
	IoReleaseCancelSpinLock(irp->CancelIrql);
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}

VOID NTAPI warn_constant(PDEVICE_OBJECT device, PIRP irp)
{
	IoReleaseCancelSpinLock(PASSIVE_LEVEL);	/* { dg-warning "is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "a constant" } */
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}

VOID NTAPI good_after_another_lock(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count--;
	KeReleaseSpinLock(&ext->lock, irql);
	IoReleaseCancelSpinLock(irp->CancelIrql);
}

VOID NTAPI warn_of_another_lock(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count--;
	KeReleaseSpinLock(&ext->lock, irql);
	IoReleaseCancelSpinLock(irql);	/* { dg-warning "is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "another lock" } */
}

VOID NTAPI good_kept_in_a_field(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	ext->irql = irp->CancelIrql;
	ext->count--;
	IoReleaseCancelSpinLock(ext->irql);
}

VOID NTAPI warn_of_a_field(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	ext->count--;
	IoReleaseCancelSpinLock(ext->irql);	/* { dg-warning "is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "a field" } */
}

/* It may be this IRP. */
VOID NTAPI good_of_the_current_irp(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	IoReleaseCancelSpinLock(ext->current->CancelIrql);
}

/* A function of another file releases it, by the IRQL that it is given. */
VOID NTAPI good_handed_on(PDEVICE_OBJECT device, PIRP irp)
{
	finish(device->DeviceExtension, irp->CancelIrql);
}

VOID NTAPI warn_not_handed_on(PDEVICE_OBJECT device, PIRP irp)
{
	finish(device->DeviceExtension, DISPATCH_LEVEL);
}	/* { dg-warning "is still held at return .spinrule-held-at-return." "not given" } */

VOID NTAPI good_irp_handed_on(PDEVICE_OBJECT device, PIRP irp)
{
	complete(irp);
}

NTSTATUS NTAPI good_calls_it(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	irp->CancelIrql = irql;
	good_of_the_irp(device, irp);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_calls_it(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	good_of_the_irp(device, irp);	/* { dg-warning "is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "not in the IRP" } */
	return STATUS_SUCCESS;
}
