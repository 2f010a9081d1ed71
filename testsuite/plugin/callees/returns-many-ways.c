/* { dg-do compile } */
/* A helper that returns in more ways than its summary keeps has one outcome for all of them: what the
   arguments rule out is not claimed.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;

static NTSTATUS __attribute__((noinline, noclone)) check(LONG code, LONG most)
{
	if (code > most)
		return STATUS_UNSUCCESSFUL;
	switch (code) {
	case 1: return 11;
	case 2: return 12;
	case 3: return 13;
	case 4: return 14;
	case 5: return 15;
	}
	return STATUS_SUCCESS;
}

/* Passes the result on.  */
static NTSTATUS __attribute__((noinline, noclone)) check_twice(LONG code, LONG most)
{
	return check(code, most);
}

DRIVER_DISPATCH good_equal;
NTSTATUS NTAPI good_equal(PDEVICE_OBJECT device, PIRP irp)
{
	NTSTATUS status = check(irp->IoStatus.Status, irp->IoStatus.Status);

	if (status < 0)
		KeReleaseSpinLockFromDpcLevel(&lock);
	return status;
}

DRIVER_DISPATCH warn_other;
NTSTATUS NTAPI warn_other(PDEVICE_OBJECT device, PIRP irp)
{
	NTSTATUS status = check(irp->IoStatus.Status, 7);

	if (status < 0)
		KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "spin lock 'lock' is released but not held" } */
	return status;
}

DRIVER_DISPATCH good_passed_on;
NTSTATUS NTAPI good_passed_on(PDEVICE_OBJECT device, PIRP irp)
{
	NTSTATUS status = check_twice(irp->IoStatus.Status, irp->IoStatus.Status);

	if (status < 0)
		KeReleaseSpinLockFromDpcLevel(&lock);
	return status;
}

DRIVER_DISPATCH warn_passed_on;
NTSTATUS NTAPI warn_passed_on(PDEVICE_OBJECT device, PIRP irp)
{
	NTSTATUS status = check_twice(irp->IoStatus.Status, 7);

	if (status < 0)
		KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "spin lock 'lock' is released but not held" } */
	return status;
}

DRIVER_DISPATCH good_held_where_it_fails;
NTSTATUS NTAPI good_held_where_it_fails(PDEVICE_OBJECT device, PIRP irp)
{
	NTSTATUS status;
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	status = check(6, 6);
	if (status)
		return status;
	KeReleaseSpinLock(&lock, irql);
	return status;
}

DRIVER_DISPATCH warn_held_where_it_fails;
NTSTATUS NTAPI warn_held_where_it_fails(PDEVICE_OBJECT device, PIRP irp)
{
	NTSTATUS status;
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	status = check(6, 5);
	if (status)
		return status;	/* { dg-warning "spin lock 'lock' is still held at return" } */
	KeReleaseSpinLock(&lock, irql);
	return status;
}
