/* { dg-do compile } */
/* What is wrong on one of two ways that meet again, after which only the value that was chosen differs.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK first;
	KSPIN_LOCK second;
	KSPIN_LOCK third;
	int mode;
	int n;
};

DRIVER_DISPATCH good_irql, warn_irql, good_lock, warn_lock, good_own_lock, warn_own_lock, good_in_helper, warn_in_helper;

NTSTATUS NTAPI good_irql(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL outer, inner, chosen;

	KeAcquireSpinLock(&ext->first, &outer);
	KeAcquireSpinLock(&ext->second, &inner);
	if (ext->mode) {
		ext->n++;
		chosen = inner;
	} else {
		chosen = inner;
	}
	KeReleaseSpinLock(&ext->second, chosen);
	KeReleaseSpinLock(&ext->first, outer);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_irql(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL outer, inner, chosen;

	KeAcquireSpinLock(&ext->first, &outer);
	KeAcquireSpinLock(&ext->second, &inner);
	if (ext->mode) {
		ext->n++;
		chosen = outer;
	} else {
		chosen = inner;
	}
	KeReleaseSpinLock(&ext->second, chosen);	/* { dg-warning "'ext->second' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "IRQL" } */
	KeReleaseSpinLock(&ext->first, outer);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_lock(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PKSPIN_LOCK lock = ext->mode ? &ext->third : &ext->second;
	KIRQL irql;

	KeAcquireSpinLock(&ext->first, &irql);
	KeAcquireSpinLockAtDpcLevel(lock);
	ext->n++;
	KeReleaseSpinLockFromDpcLevel(lock);
	KeReleaseSpinLock(&ext->first, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_lock(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PKSPIN_LOCK lock = ext->mode ? &ext->first : &ext->second;
	KIRQL irql;

	KeAcquireSpinLock(&ext->first, &irql);
	KeAcquireSpinLockAtDpcLevel(lock);		/* { dg-warning "lock' is acquired while already held .spinrule-double-acquire." "the first" } */
	ext->n++;
	KeReleaseSpinLockFromDpcLevel(lock);
	KeReleaseSpinLock(&ext->first, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_own_lock(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KSPIN_LOCK own, other;
	PKSPIN_LOCK lock = &ext->first;
	KIRQL irql;

	KeInitializeSpinLock(&own);
	KeInitializeSpinLock(&other);
	if (ext->mode)
		lock = &own;
	ext->n++;
	KeAcquireSpinLock(lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&other);
	KeReleaseSpinLockFromDpcLevel(&other);
	KeReleaseSpinLock(lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_own_lock(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KSPIN_LOCK own, other;
	PKSPIN_LOCK lock = &ext->first;
	KIRQL irql;

	KeInitializeSpinLock(&own);
	KeInitializeSpinLock(&other);
	if (ext->mode)
		lock = &own;
	ext->n++;
	KeAcquireSpinLock(lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&own);		/* { dg-warning "'own' is acquired while already held .spinrule-double-acquire." "its own" } */
	KeReleaseSpinLockFromDpcLevel(&own);
	KeReleaseSpinLock(lock, irql);
	return STATUS_SUCCESS;
}

static void count(struct ext *ext, int mode)
{
	PKSPIN_LOCK lock = mode ? &ext->first : &ext->second;
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	ext->n++;
	KeReleaseSpinLock(lock, irql);
}

NTSTATUS NTAPI good_in_helper(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->third, &irql);
	count(ext, ext->mode);
	KeReleaseSpinLock(&ext->third, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_in_helper(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->first, &irql);
	count(ext, ext->mode);				/* { dg-warning "'ext->first' is acquired while already held .spinrule-double-acquire." "the helper's" } */
	KeReleaseSpinLock(&ext->first, irql);
	return STATUS_SUCCESS;
}
