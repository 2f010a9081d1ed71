/* { dg-do compile } */
/* Functions that are callbacks because their address is stored where a role is expected.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int count;
};

static KSPIN_LOCK lock;

static NTSTATUS NTAPI good_read(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

static NTSTATUS NTAPI warn_write(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	ext->count++;
	return STATUS_SUCCESS;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "stored in MajorFunction" } */
}

static NTSTATUS NTAPI warn_default(PDEVICE_OBJECT device, PIRP irp)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "stored in a loop" } */
	return STATUS_SUCCESS;
}

static VOID NTAPI warn_unload(PDRIVER_OBJECT driver)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "stored in DriverUnload" } */
}

static NTSTATUS NTAPI warn_add_device(PDRIVER_OBJECT driver, PDEVICE_OBJECT device)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "stored through a pointer" } */
	return STATUS_SUCCESS;
}

static VOID NTAPI warn_start_io(PDEVICE_OBJECT device, PIRP irp)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "stored in DriverStartIo" } */
}

void set_up(PDRIVER_OBJECT driver)
{
	int i;

	for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
		driver->MajorFunction[i] = warn_default;
	driver->MajorFunction[IRP_MJ_READ] = good_read;
	driver->MajorFunction[IRP_MJ_WRITE] = warn_write;
	driver->DriverUnload = warn_unload;
	driver->DriverExtension->AddDevice = warn_add_device;
	driver->DriverStartIo = warn_start_io;
}

/* ---- tables ---- */

static NTSTATUS NTAPI good_in_table(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	return STATUS_SUCCESS;
}

static NTSTATUS NTAPI warn_in_table(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);	/* { dg-note "'lock' acquired here" "acquire" } */
	return STATUS_SUCCESS;	/* { dg-warning "'lock' is still held at return .spinrule-held-at-return." "in a table" } */
}

const PDRIVER_DISPATCH table[] = { good_in_table, warn_in_table };

struct entry {
	ULONG code;
	PDRIVER_DISPATCH handler;
	PKDEFERRED_ROUTINE dpc;
};

static NTSTATUS NTAPI warn_in_struct(PDEVICE_OBJECT device, PIRP irp)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "in a struct initialiser" } */
	return STATUS_SUCCESS;
}

static VOID NTAPI warn_dpc_in_struct(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "in a designated initialiser" } */
}

struct entry entries[] = {
	{ 1, warn_in_struct, NULL },
	{ .code = 2, .dpc = warn_dpc_in_struct },
};

/* ---- a field of a type of the driver's own is no role ---- */

struct vtable {
	void (*enter)(struct ext *);
	void (*leave)(struct ext *);
};

static void good_enter(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
}

static void good_leave(struct ext *ext)
{
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

struct vtable operations = { good_enter, good_leave };

/* ---- a variable of a role type ---- */

static VOID NTAPI warn_in_a_variable(PVOID context)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "global variable" } */
}

PKSTART_ROUTINE start = warn_in_a_variable;
