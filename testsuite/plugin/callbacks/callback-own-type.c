/* { dg-do compile } */
/* Callbacks registered by a helper whose parameter has a type of the driver's own, or none.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;

typedef NTSTATUS (NTAPI *my_handler)(PDEVICE_OBJECT, PIRP);

static void set_my_handler(PDRIVER_OBJECT driver, UCHAR major, my_handler handler)
{
	driver->MajorFunction[major] = handler;
}

static NTSTATUS NTAPI good_close(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	return STATUS_SUCCESS;
}

static NTSTATUS NTAPI warn_create(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	return STATUS_SUCCESS;	/* { dg-warning "'lock' is still held at return .spinrule-held-at-return." "through a plain pointer" } */
}

static void set_any_handler(PDRIVER_OBJECT driver, UCHAR major, PVOID handler)
{
	driver->MajorFunction[major] = (PDRIVER_DISPATCH)(ULONG_PTR)handler;
}

static NTSTATUS NTAPI good_read(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	return STATUS_SUCCESS;
}

static NTSTATUS NTAPI warn_write(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	return STATUS_SUCCESS;	/* { dg-warning "'lock' is still held at return .spinrule-held-at-return." "through PVOID" } */
}

void set_up(PDRIVER_OBJECT driver)
{
	set_my_handler(driver, IRP_MJ_CREATE, warn_create);
	set_my_handler(driver, IRP_MJ_CLOSE, good_close);
	set_any_handler(driver, IRP_MJ_READ, (PVOID)(ULONG_PTR)good_read);
	set_any_handler(driver, IRP_MJ_WRITE, (PVOID)(ULONG_PTR)warn_write);
}
