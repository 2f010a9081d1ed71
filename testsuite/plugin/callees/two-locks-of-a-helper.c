/* { dg-do compile } */
/* { dg-undecided "good_tried" } */
/* A helper that acquires one lock within another, called with two locks and with one.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock, other;
	int count;
};

static void count_within(PKSPIN_LOCK outer, PKSPIN_LOCK inner, struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(outer, &irql);
	KeAcquireSpinLockAtDpcLevel(inner);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(inner);
	KeReleaseSpinLock(outer, irql);
}

/* The second lock only if it is another one.  */
static void count_once(PKSPIN_LOCK outer, PKSPIN_LOCK inner, struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(outer, &irql);
	if (inner != outer)
		KeAcquireSpinLockAtDpcLevel(inner);
	ext->count++;
	if (inner != outer)
		KeReleaseSpinLockFromDpcLevel(inner);
	KeReleaseSpinLock(outer, irql);
}

/* The second lock only if it is asked for.  */
static void count_if(PKSPIN_LOCK outer, PKSPIN_LOCK inner, struct ext *ext, int both)
{
	KIRQL irql;

	KeAcquireSpinLock(outer, &irql);
	if (both)
		KeAcquireSpinLockAtDpcLevel(inner);
	ext->count++;
	if (both)
		KeReleaseSpinLockFromDpcLevel(inner);
	KeReleaseSpinLock(outer, irql);
}

/* The second lock only if it is free.  */
static void count_or_try(PKSPIN_LOCK outer, PKSPIN_LOCK inner, struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(outer, &irql);
	if (KeTryToAcquireSpinLockAtDpcLevel(inner)) {
		ext->count++;
		KeReleaseSpinLockFromDpcLevel(inner);
	}
	KeReleaseSpinLock(outer, irql);
}

static void hand_on(struct ext *ext, PKSPIN_LOCK inner)
{
	count_within(&ext->lock, inner, ext);
}

static void take_own(struct ext *ext)
{
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

static void count_own(PKSPIN_LOCK lock, struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	take_own(ext);
	KeReleaseSpinLock(lock, irql);
}

DRIVER_DISPATCH good_two, warn_one, good_once, good_not_asked, warn_asked, good_handed_on, warn_handed_on, warn_equal, good_unequal, good_own, warn_own, good_tried;

NTSTATUS NTAPI good_two(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	count_within(&ext->lock, &ext->other, ext);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_one(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	count_within(&ext->lock, &ext->lock, ext); /* { dg-warning "spin lock 'ext->lock' is acquired while already held" "one lock as both" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_once(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	count_once(&ext->lock, &ext->lock, ext);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_not_asked(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	count_if(&ext->lock, &ext->lock, ext, 0);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_asked(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	count_if(&ext->lock, &ext->lock, ext, irp != NULL); /* { dg-warning "spin lock 'ext->lock' is acquired while already held" "one of its ways" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_handed_on(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	hand_on(ext, &ext->other);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_handed_on(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	hand_on(ext, &ext->lock); /* { dg-warning "is acquired while already held" "through another helper" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_equal(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension, *other = irp->AssociatedIrp.SystemBuffer;

	if (other == ext)
		count_within(&ext->lock, &other->lock, ext); /* { dg-warning "is acquired while already held" "a branch shows it" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_unequal(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension, *other = irp->AssociatedIrp.SystemBuffer;

	if (other != ext)
		count_within(&ext->lock, &other->lock, ext);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_own(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	count_own(&ext->other, ext);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_own(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	count_own(&ext->lock, ext); /* { dg-warning "spin lock 'ext->lock' is acquired while already held" "the object's own lock" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_tried(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	count_or_try(&ext->lock, &ext->lock, ext);
	return STATUS_SUCCESS;
}
