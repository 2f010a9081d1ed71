/* { dg-do compile } */
/* { dg-undecided "good_released_in_between" } */
/* A lock that could be taken while another was held is another: what is known of it afterwards is certain.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

void good_two_parameters(PKSPIN_LOCK a, PKSPIN_LOCK b)
{
	KIRQL outer, inner;

	KeAcquireSpinLock(a, &outer);
	KeAcquireSpinLock(b, &inner);
	KeReleaseSpinLock(b, inner);
	KeReleaseSpinLock(a, outer);
}

void warn_two_parameters(PKSPIN_LOCK a, PKSPIN_LOCK b)
{
	KIRQL outer, inner;

	KeAcquireSpinLock(a, &outer);
	KeAcquireSpinLock(b, &inner);
	KeReleaseSpinLock(b, inner);
	KeReleaseSpinLock(b, inner);	/* { dg-warning "b' is released but not held .spinrule-release-unheld." "a was meant" } */
}	/* { dg-warning "'a' is still held at return .spinrule-held-at-return." "and its IRQL is lost" } */

void good_two_objects(struct ext *from, struct ext *to)
{
	KeAcquireSpinLockAtDpcLevel(&from->lock);
	KeAcquireSpinLockAtDpcLevel(&to->lock);
	to->count += from->count;
	KeReleaseSpinLockFromDpcLevel(&to->lock);
	KeReleaseSpinLockFromDpcLevel(&from->lock);
}

void warn_two_objects(struct ext *from, struct ext *to)
{
	KeAcquireSpinLockAtDpcLevel(&from->lock);
	KeAcquireSpinLockAtDpcLevel(&to->lock);
	to->count += from->count;
	KeReleaseSpinLockFromDpcLevel(&to->lock);
	KeReleaseSpinLockFromDpcLevel(&to->lock);	/* { dg-warning "'to->lock' is released but not held .spinrule-release-unheld." "from was meant" } */
}

DRIVER_DISPATCH good_one_way_out, warn_one_way_out;

NTSTATUS NTAPI good_one_way_out(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *from = device->DeviceExtension;
	struct ext *to = irp->Tail.Overlay.DriverContext[0];

	KeAcquireSpinLockAtDpcLevel(&from->lock);
	KeAcquireSpinLockAtDpcLevel(&to->lock);
	if (to->count) {
		KeReleaseSpinLockFromDpcLevel(&to->lock);
		KeReleaseSpinLockFromDpcLevel(&from->lock);
		return STATUS_DEVICE_BUSY;
	}
	to->count += from->count;
	KeReleaseSpinLockFromDpcLevel(&to->lock);
	KeReleaseSpinLockFromDpcLevel(&from->lock);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_one_way_out(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *from = device->DeviceExtension;
	struct ext *to = irp->Tail.Overlay.DriverContext[0];

	KeAcquireSpinLockAtDpcLevel(&from->lock);
	KeAcquireSpinLockAtDpcLevel(&to->lock);
	if (to->count) {
		KeReleaseSpinLockFromDpcLevel(&to->lock);
		return STATUS_DEVICE_BUSY;	/* { dg-warning "'from->lock' is still held at return .spinrule-held-at-return." "only one of them" } */
	}
	to->count += from->count;
	KeReleaseSpinLockFromDpcLevel(&to->lock);
	KeReleaseSpinLockFromDpcLevel(&from->lock);
	return STATUS_SUCCESS;
}

/* The first may be the second by the time it is released: a release in between ends the proof. */
void good_released_in_between(PKSPIN_LOCK a, PKSPIN_LOCK b)
{
	KIRQL irql;

	KeAcquireSpinLock(a, &irql);
	KeReleaseSpinLock(a, irql);
	KeAcquireSpinLock(b, &irql);
	KeReleaseSpinLock(a, irql);
}
