/* { dg-do compile } */
/* Stores beside the pointer that a held lock was reached through.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	PVOID context[4];
	struct ext *next;
	PKSPIN_LOCK lock;
};

DRIVER_DISPATCH good_other_element, warn_other_element, good_other_member, warn_other_member, good_other_part;

NTSTATUS NTAPI good_other_element(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock((PKSPIN_LOCK)ext->context[1], &irql);
	ext->context[2] = (PVOID)(ULONG_PTR)irql;
	KeReleaseSpinLock((PKSPIN_LOCK)ext->context[1], irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_other_element(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock((PKSPIN_LOCK)ext->context[1], &irql);
	ext->context[2] = (PVOID)(ULONG_PTR)irql;
	KeReleaseSpinLock((PKSPIN_LOCK)ext->context[1], irql);
	KeReleaseSpinLock((PKSPIN_LOCK)ext->context[1], irql); /* { dg-warning "released but not held" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_other_member(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock((PKSPIN_LOCK)irp->Tail.Overlay.DriverContext[1], &irql);
	irp->Tail.Overlay.DriverContext[2] = (PVOID)(ULONG_PTR)irql;
	KeReleaseSpinLock((PKSPIN_LOCK)irp->Tail.Overlay.DriverContext[1],
			  (KIRQL)(ULONG_PTR)irp->Tail.Overlay.DriverContext[2]);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_other_member(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock((PKSPIN_LOCK)irp->Tail.Overlay.DriverContext[1], &irql);
	irp->Tail.Overlay.DriverContext[2] = (PVOID)(ULONG_PTR)irql;
	if (irp->Cancel)
		return STATUS_SUCCESS; /* { dg-warning "still held at return" } */
	KeReleaseSpinLock((PKSPIN_LOCK)irp->Tail.Overlay.DriverContext[1],
			  (KIRQL)(ULONG_PTR)irp->Tail.Overlay.DriverContext[2]);
	return STATUS_SUCCESS;
}

/* The pointer is replaced: another lock, about which nothing was known.  */
NTSTATUS NTAPI good_other_part(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PKSPIN_LOCK lock = ext->lock;
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	ext->lock = ext->next->lock;
	KeReleaseSpinLock(lock, irql);
	return STATUS_SUCCESS;
}
