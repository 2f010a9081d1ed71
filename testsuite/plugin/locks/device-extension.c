/* { dg-do compile } */
/* A lock in the device extension, reached through casts and read again each time.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

typedef struct _EXTENSION {
	KSPIN_LOCK Lock;
	KIRQL Irql;
	ULONG Count;
	PDEVICE_OBJECT Lower;
} EXTENSION, *PEXTENSION;

#define EXT(device) ((PEXTENSION)(device)->DeviceExtension)

DRIVER_DISPATCH good_cast_each_time, warn_cast_each_time, good_two_pointers, warn_two_pointers,
	good_other_stores_between, warn_other_stores_between, good_lower_device;

NTSTATUS NTAPI good_cast_each_time(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&((PEXTENSION)DeviceObject->DeviceExtension)->Lock, &irql);
	((PEXTENSION)DeviceObject->DeviceExtension)->Count++;
	KeReleaseSpinLock(&((PEXTENSION)DeviceObject->DeviceExtension)->Lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_cast_each_time(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&((PEXTENSION)DeviceObject->DeviceExtension)->Lock, &irql);	/* { dg-note "Lock' acquired here" "acquire" } */
	((PEXTENSION)DeviceObject->DeviceExtension)->Count++;
	KeAcquireSpinLock(&((PEXTENSION)DeviceObject->DeviceExtension)->Lock, &irql);	/* { dg-warning "Lock' is acquired while already held .spinrule-double-acquire." "read again" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_two_pointers(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PEXTENSION first = DeviceObject->DeviceExtension;
	PEXTENSION second = EXT(DeviceObject);
	KIRQL irql;

	KeAcquireSpinLock(&first->Lock, &irql);
	first->Count++;
	KeReleaseSpinLock(&second->Lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_two_pointers(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PEXTENSION first = DeviceObject->DeviceExtension;
	PEXTENSION second = EXT(DeviceObject);
	KIRQL irql;

	KeAcquireSpinLock(&first->Lock, &irql);	/* { dg-note "'first->Lock' acquired here" "one name" } */
	first->Count++;
	KeAcquireSpinLock(&second->Lock, &irql);	/* { dg-warning "'second->Lock' is acquired while already held .spinrule-double-acquire." "the other name" } */
	return STATUS_SUCCESS;
}

/* Stores to other fields and to the IRP do not move the extension. */
NTSTATUS NTAPI good_other_stores_between(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	KeAcquireSpinLock(&EXT(DeviceObject)->Lock, &EXT(DeviceObject)->Irql);
	EXT(DeviceObject)->Count++;
	Irp->IoStatus.Status = STATUS_SUCCESS;
	Irp->IoStatus.Information = 0;
	*(PULONG)Irp->AssociatedIrp.SystemBuffer = EXT(DeviceObject)->Count;
	KeReleaseSpinLock(&EXT(DeviceObject)->Lock, EXT(DeviceObject)->Irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_other_stores_between(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	KeAcquireSpinLock(&EXT(DeviceObject)->Lock, &EXT(DeviceObject)->Irql);	/* { dg-note "Lock' acquired here" "acquire" } */
	EXT(DeviceObject)->Count++;
	Irp->IoStatus.Status = STATUS_SUCCESS;
	if (EXT(DeviceObject)->Count > 7)
		return STATUS_UNSUCCESSFUL;	/* { dg-warning "Lock' is still held at return .spinrule-held-at-return." "early return" } */
	KeReleaseSpinLock(&EXT(DeviceObject)->Lock, EXT(DeviceObject)->Irql);
	return STATUS_SUCCESS;
}

/* Two devices, two extensions. */
NTSTATUS NTAPI good_lower_device(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PDEVICE_OBJECT lower = EXT(DeviceObject)->Lower;
	KIRQL irql;

	KeAcquireSpinLock(&EXT(DeviceObject)->Lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&EXT(lower)->Lock);
	EXT(lower)->Count++;
	KeReleaseSpinLockFromDpcLevel(&EXT(lower)->Lock);
	KeReleaseSpinLock(&EXT(DeviceObject)->Lock, irql);
	return STATUS_SUCCESS;
}
