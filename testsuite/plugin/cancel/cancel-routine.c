/* { dg-do compile } */
/* Spin locks of the driver in cancel routines, which enter with the cancel spin lock held.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

DRIVER_CANCEL good_cancel, warn_cancel_case_returns;

VOID NTAPI good_cancel(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	IoReleaseCancelSpinLock(irp->CancelIrql);
	KeAcquireSpinLock(&ext->lock, &irql);
	switch (ext->count) {
	case 1:
		ext->count = 0;
		break;
	case 2:
		KeReleaseSpinLock(&ext->lock, irql);
		return;
	default:
		ext->count--;
	}
	KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI warn_cancel_case_returns(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	IoReleaseCancelSpinLock(irp->CancelIrql);
	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	switch (ext->count) {
	case 1:
		ext->count = 0;
		break;
	case 2:
		return;		/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "a case that returns" } */
	default:
		ext->count--;
	}
	KeReleaseSpinLock(&ext->lock, irql);
}
