/* { dg-do compile } */
/* Elements of an array in a union: a store into one leaves the others alone.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock, other;
};

DRIVER_DISPATCH good_lock_and_irql, warn_lock_and_irql, good_other_lock;

NTSTATUS NTAPI good_lock_and_irql(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	irp->Tail.Overlay.DriverContext[1] = &ext->lock;
	KeAcquireSpinLock(&ext->lock, &irql);
	irp->Tail.Overlay.DriverContext[2] = (PVOID)(ULONG_PTR)irql;
	KeReleaseSpinLock((PKSPIN_LOCK)irp->Tail.Overlay.DriverContext[1],
			  (KIRQL)(ULONG_PTR)irp->Tail.Overlay.DriverContext[2]);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_lock_and_irql(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	irp->Tail.Overlay.DriverContext[1] = &ext->lock;
	KeAcquireSpinLock(&ext->lock, &irql);
	irp->Tail.Overlay.DriverContext[2] = (PVOID)(ULONG_PTR)irql;
	KeReleaseSpinLock(&ext->lock, irql);
	KeReleaseSpinLock((PKSPIN_LOCK)irp->Tail.Overlay.DriverContext[1], /* { dg-warning "released but not held" } */
			  (KIRQL)(ULONG_PTR)irp->Tail.Overlay.DriverContext[2]);
	return STATUS_SUCCESS;
}

/* The element that is stored is the lock's.  */
NTSTATUS NTAPI good_other_lock(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	irp->Tail.Overlay.DriverContext[1] = &ext->lock;
	KeAcquireSpinLock(&ext->other, &irql);
	irp->Tail.Overlay.DriverContext[1] = &ext->other;
	KeReleaseSpinLock((PKSPIN_LOCK)irp->Tail.Overlay.DriverContext[1], irql);
	return STATUS_SUCCESS;
}
