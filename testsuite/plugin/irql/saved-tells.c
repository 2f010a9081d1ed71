/* { dg-do compile } */
/* The IRQL that an acquire saved tells whether a release has to give it back.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

static void acquire(PKSPIN_LOCK lock, PKIRQL level, PKIRQL irql)
{
	if (*level >= DISPATCH_LEVEL) {
		*irql = *level;
		KeAcquireSpinLockAtDpcLevel(lock);
	} else {
		KeAcquireSpinLock(lock, irql);
		*level = DISPATCH_LEVEL;
	}
}

static void release(PKSPIN_LOCK lock, PKIRQL level, KIRQL irql)
{
	if (irql >= DISPATCH_LEVEL) {
		KeReleaseSpinLockFromDpcLevel(lock);
	} else {
		KeReleaseSpinLock(lock, irql);
		*level = irql;
	}
}

DRIVER_DISPATCH good_tested, warn_tested_wrongly, good_tested_by_helper, warn_not_raised_and_left, warn_not_tested;

NTSTATUS NTAPI good_tested(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (irql >= DISPATCH_LEVEL)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	else
		KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_tested_wrongly(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (irql < DISPATCH_LEVEL)
		KeReleaseSpinLockFromDpcLevel(&ext->lock); /* { dg-warning "is acquired by 'KeAcquireSpinLock' but released by" } */
	else
		KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_tested_by_helper(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL level = PASSIVE_LEVEL, irql;

	acquire(&ext->lock, &level, &irql);
	ext->count++;
	release(&ext->lock, &level, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_not_raised_and_left(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (irql >= DISPATCH_LEVEL)
		return STATUS_SUCCESS; /* { dg-warning "still held at return" } */
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_not_tested(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (ext->count >= DISPATCH_LEVEL)
		KeReleaseSpinLockFromDpcLevel(&ext->lock); /* { dg-warning "is acquired by 'KeAcquireSpinLock' but released by" } */
	else
		KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}
