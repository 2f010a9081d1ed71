/* { dg-do compile } */
/* { dg-options "-fsanitize=address" } */
/* Variables that the compiler watches: a return held is said at the return, as without.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

DRIVER_DISPATCH good_early_return, warn_early_return;

NTSTATUS NTAPI good_early_return(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (ext->count) {
		KeReleaseSpinLock(&ext->lock, irql);
		return STATUS_DEVICE_BUSY;
	}
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_early_return(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (ext->count)
		return STATUS_DEVICE_BUSY;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "early return" } */
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}
