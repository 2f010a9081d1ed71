/* { dg-do compile } */
/* Routines of the system that get the address of a lock and leave it alone, also where a driver declares them itself.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#ifndef _WIN32
BOOLEAN KeTestSpinLock(PKSPIN_LOCK lock);
#endif

/* Waits until the lock looks free, then tries. */
KIRQL good_wait_then_try(PKSPIN_LOCK lock)
{
	KIRQL irql;

	for (;;) {
		while (!KeTestSpinLock(lock))
			;
		KeRaiseIrql(DISPATCH_LEVEL, &irql);
		if (KeTryToAcquireSpinLockAtDpcLevel(lock))
			return irql;
		KeLowerIrql(irql);
	}
}

DRIVER_DISPATCH good_looks_while_held, warn_looks_while_held, warn_looks_after_the_release;

NTSTATUS NTAPI good_looks_while_held(PDEVICE_OBJECT device, PIRP irp)
{
	PKSPIN_LOCK lock = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	irp->IoStatus.Information = KeTestSpinLock(lock);
	KeReleaseSpinLock(lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_looks_while_held(PDEVICE_OBJECT device, PIRP irp)
{
	PKSPIN_LOCK lock = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	irp->IoStatus.Information = KeTestSpinLock(lock);
	return STATUS_SUCCESS;	/* { dg-warning "is still held at return .spinrule-held-at-return." "no release" } */
}

NTSTATUS NTAPI warn_looks_after_the_release(PDEVICE_OBJECT device, PIRP irp)
{
	PKSPIN_LOCK lock = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	KeReleaseSpinLock(lock, irql);
	if (KeTestSpinLock(lock))
		KeReleaseSpinLock(lock, irql);	/* { dg-warning "is released but not held .spinrule-release-unheld." "twice" } */
	return STATUS_SUCCESS;
}
