/* { dg-do compile } */
/* A helper reads the level that its caller keeps once more, after it acquired the lock.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct device {
	KSPIN_LOCK lock, other;
	int count;
};

/* Acquire LOCK at *LEVEL, or raise it.  */
static void enter(PKSPIN_LOCK lock, PKIRQL level, PKIRQL old)
{
	if (*level >= DISPATCH_LEVEL) {
		KeAcquireSpinLockAtDpcLevel(lock);
		*old = *level;
	} else {
		KeAcquireSpinLock(lock, old);
		*level = DISPATCH_LEVEL;
	}
}

static void leave(PKSPIN_LOCK lock, KIRQL old)
{
	if (old >= DISPATCH_LEVEL)
		KeReleaseSpinLockFromDpcLevel(lock);
	else
		KeReleaseSpinLock(lock, old);
}

DRIVER_DISPATCH good_two, warn_forgotten, good_one, warn_kept;

NTSTATUS NTAPI good_two(PDEVICE_OBJECT device, PIRP irp)
{
	struct device *d = device->DeviceExtension;
	KIRQL level = PASSIVE_LEVEL, old, inner;

	enter(&d->lock, &level, &old);
	enter(&d->other, &level, &inner);
	d->count++;
	leave(&d->other, inner);
	leave(&d->lock, old);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_forgotten(PDEVICE_OBJECT device, PIRP irp)
{
	struct device *d = device->DeviceExtension;
	KIRQL level = PASSIVE_LEVEL, old, inner;

	enter(&d->lock, &level, &old);
	enter(&d->other, &level, &inner);
	d->count++;
	leave(&d->other, inner);
	return STATUS_SUCCESS; /* { dg-warning "spin lock 'd->lock' is still held" } */
}

NTSTATUS NTAPI good_one(PDEVICE_OBJECT device, PIRP irp)
{
	struct device *d = device->DeviceExtension;
	KIRQL level = DISPATCH_LEVEL, old;

	enter(&d->lock, &level, &old);
	d->count++;
	if (old >= DISPATCH_LEVEL)
		KeReleaseSpinLockFromDpcLevel(&d->lock);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_kept(PDEVICE_OBJECT device, PIRP irp)
{
	struct device *d = device->DeviceExtension;
	KIRQL level = DISPATCH_LEVEL, old;

	enter(&d->lock, &level, &old);
	d->count++;
	if (old < DISPATCH_LEVEL)
		KeReleaseSpinLockFromDpcLevel(&d->lock);
	return STATUS_SUCCESS; /* { dg-warning "spin lock 'd->lock' is still held" } */
}
