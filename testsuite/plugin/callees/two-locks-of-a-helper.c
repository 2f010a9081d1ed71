/* { dg-do compile } */
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

DRIVER_DISPATCH good_two, todo_one;

NTSTATUS NTAPI good_two(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	count_within(&ext->lock, &ext->other, ext);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI todo_one(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	count_within(&ext->lock, &ext->lock, ext); /* { dg-warning "already held" "one lock as both" { xfail *-*-* } } */
	return STATUS_SUCCESS;
}
