/* { dg-do compile } */
/* Functions of another type than the role's, cast to it where they are registered.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

typedef struct _EXTENSION {
	KSPIN_LOCK Lock;
	KDPC Dpc;
	int Count;
} EXTENSION, *PEXTENSION;

static KSPIN_LOCK lock;

static LONG NTAPI good_read(PDEVICE_OBJECT device, PVOID irp)
{
	PEXTENSION ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->Lock, &irql);
	ext->Count++;
	KeReleaseSpinLock(&ext->Lock, irql);
	return 0;
}

static LONG NTAPI warn_write(PDEVICE_OBJECT device, PVOID irp)
{
	PEXTENSION ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->Lock, &irql);
	ext->Count++;
	return 0;	/* { dg-warning "'ext->Lock' is still held at return .spinrule-held-at-return." "cast to PDRIVER_DISPATCH" } */
}

/* The context has its true type. */
static VOID NTAPI good_dpc(PKDPC dpc, PEXTENSION ext, PVOID arg1, PVOID arg2)
{
	KeAcquireSpinLockAtDpcLevel(&ext->Lock);
	ext->Count++;
	KeReleaseSpinLockFromDpcLevel(&ext->Lock);
}

static VOID NTAPI warn_dpc(PKDPC dpc, PEXTENSION ext, PVOID arg1, PVOID arg2)
{
	KeAcquireSpinLockAtDpcLevel(&ext->Lock);
	ext->Count++;
}	/* { dg-warning "'ext->Lock' is still held at return .spinrule-held-at-return." "cast to PKDEFERRED_ROUTINE" } */

static VOID NTAPI warn_thread(PEXTENSION ext)
{
	KeReleaseSpinLockFromDpcLevel(&ext->Lock);	/* { dg-warning "'ext->Lock' is released but not held .spinrule-release-unheld." "cast to PKSTART_ROUTINE" } */
}

static NTSTATUS NTAPI warn_in_a_table(PDEVICE_OBJECT device, PVOID irp)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "cast in an initialiser" } */
	return STATUS_SUCCESS;
}

static const PDRIVER_DISPATCH table[] = { (PDRIVER_DISPATCH)(ULONG_PTR)warn_in_a_table };

/* Cast away and back. */
static NTSTATUS NTAPI warn_through_a_void_pointer(PDEVICE_OBJECT device, PIRP irp)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "PVOID and back" } */
	return STATUS_SUCCESS;
}

/* A function with the role's parameters whose address goes elsewhere is no callback. */
static NTSTATUS NTAPI good_same_parameters(PDEVICE_OBJECT device, PIRP irp)
{
	KeReleaseSpinLockFromDpcLevel(&lock);
	return STATUS_SUCCESS;
}

typedef NTSTATUS (NTAPI *not_a_role)(PDEVICE_OBJECT, PIRP);
extern void use(not_a_role);

void set_up(PDRIVER_OBJECT driver, PEXTENSION ext, PHANDLE thread)
{
	PVOID pointer = (PVOID)(ULONG_PTR)warn_through_a_void_pointer;

	driver->MajorFunction[IRP_MJ_READ] = (PDRIVER_DISPATCH)good_read;
	driver->MajorFunction[IRP_MJ_WRITE] = (PDRIVER_DISPATCH)warn_write;
	driver->MajorFunction[IRP_MJ_CLOSE] = (PDRIVER_DISPATCH)(ULONG_PTR)pointer;
	driver->MajorFunction[IRP_MJ_CREATE] = table[0];
	KeInitializeDpc(&ext->Dpc, (PKDEFERRED_ROUTINE)good_dpc, ext);
	KeInitializeDpc(&ext->Dpc, (PKDEFERRED_ROUTINE)warn_dpc, ext);
	PsCreateSystemThread(thread, 0, NULL, NULL, NULL, (PKSTART_ROUTINE)warn_thread, ext);
	use(good_same_parameters);
}
