/* { dg-do compile } */
/* Leaving by an exception is leaving.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

DRIVER_DISPATCH good_raise_after_release, warn_raise_while_held;

NTSTATUS NTAPI good_raise_after_release(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (ext->count < 0) {
		KeReleaseSpinLock(&ext->lock, irql);
		ExRaiseStatus(STATUS_INVALID_PARAMETER);
	}
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_raise_while_held(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	if (ext->count < 0)
		ExRaiseStatus(STATUS_INVALID_PARAMETER);	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "raised" } */
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

/* In a function that is no callback, too: here it is held, at the other end it is not. */
void warn_raise_in_a_helper(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	if (ext->count < 0)
		ExRaiseStatus(STATUS_INVALID_PARAMETER);	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "raised" } */
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}

void good_raise_before_acquire(struct ext *ext)
{
	KIRQL irql;

	if (ext->count < 0)
		ExRaiseStatus(STATUS_INVALID_PARAMETER);
	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}
