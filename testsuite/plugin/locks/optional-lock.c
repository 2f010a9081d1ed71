/* { dg-do compile } */
/* Helpers that are given a lock or null, and lock pointers that may be null.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	PKSPIN_LOCK shared;
	int count;
};

extern void touch(struct ext *);

static void lock_if_given(PKSPIN_LOCK lock, PKIRQL irql)
{
	if (lock)
		KeAcquireSpinLock(lock, irql);
}

static void unlock_if_given(PKSPIN_LOCK lock, KIRQL irql)
{
	if (lock)
		KeReleaseSpinLock(lock, irql);
}

DRIVER_STARTIO good_given, warn_given, good_not_given, good_perhaps_given, warn_perhaps_given, good_shared_or_own, warn_shared_or_own;

VOID NTAPI good_given(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	lock_if_given(&ext->lock, &irql);
	ext->count++;
	unlock_if_given(&ext->lock, irql);
}

VOID NTAPI warn_given(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	lock_if_given(&ext->lock, &irql);
	ext->count++;
	unlock_if_given(NULL, irql);
}	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "not given" } */

VOID NTAPI good_not_given(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql = 0;

	lock_if_given(NULL, &irql);
	ext->count++;
	unlock_if_given(NULL, irql);
}

VOID NTAPI good_perhaps_given(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PKSPIN_LOCK lock = irp ? &ext->lock : NULL;
	KIRQL irql = 0;

	lock_if_given(lock, &irql);
	touch(ext);
	unlock_if_given(lock, irql);
}

VOID NTAPI warn_perhaps_given(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PKSPIN_LOCK lock = irp ? &ext->lock : NULL;
	KIRQL irql = 0;

	lock_if_given(lock, &irql);
	touch(ext);
	unlock_if_given(&ext->lock, irql);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "none taken" } */
}

VOID NTAPI good_shared_or_own(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PKSPIN_LOCK lock = ext->shared ? ext->shared : &ext->lock;
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	touch(ext);
	KeReleaseSpinLock(lock, irql);
}

VOID NTAPI warn_shared_or_own(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PKSPIN_LOCK lock = ext->shared ? ext->shared : &ext->lock;
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	touch(ext);
	KeReleaseSpinLock(lock, irql);
	KeReleaseSpinLock(lock, irql);	/* { dg-warning "is released but not held .spinrule-release-unheld." "twice" } */
}
