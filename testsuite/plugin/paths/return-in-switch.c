/* { dg-do compile } */
/* Where nothing but a case or an else returns, the warning is there, and not at the function's end.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	ULONG flags;
	BOOLEAN queued;
};

extern void work(void);

DRIVER_CANCEL good_case_returns, warn_case_returns;
IO_WORKITEM_ROUTINE good_else_returns, warn_else_returns;

VOID NTAPI good_case_returns(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	switch (ext->flags) {
	case 0: IoReleaseCancelSpinLock(irp->CancelIrql); return;
	case 1: IoReleaseCancelSpinLock(irp->CancelIrql); break;
	default: IoReleaseCancelSpinLock(irp->CancelIrql);
	}
	work();
}

VOID NTAPI warn_case_returns(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	switch (ext->flags) {
	case 0: return;	/* { dg-warning "the cancel spin lock is still held at return .spinrule-held-at-return." } */
	case 1: IoReleaseCancelSpinLock(irp->CancelIrql); break;
	default: IoReleaseCancelSpinLock(irp->CancelIrql);
	}
	work();
}

VOID NTAPI good_else_returns(PDEVICE_OBJECT device, PVOID context)
{
	struct ext *ext = context;
	KLOCK_QUEUE_HANDLE handle;

	for (;;) {
		KeAcquireInStackQueuedSpinLock(&ext->lock, &handle);
		if (ext->flags & 1) {
			ext->flags &= ~1u;
		} else {
			ext->queued = FALSE;
			KeReleaseInStackQueuedSpinLock(&handle);
			return;
		}
		KeReleaseInStackQueuedSpinLock(&handle);
		work();
	}
}

VOID NTAPI warn_else_returns(PDEVICE_OBJECT device, PVOID context)
{
	struct ext *ext = context;
	KLOCK_QUEUE_HANDLE handle;

	for (;;) {
		KeAcquireInStackQueuedSpinLock(&ext->lock, &handle);
		if (ext->flags & 1) {
			ext->flags &= ~1u;
		} else {
			ext->queued = FALSE;
			return;	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." } */
		}
		KeReleaseInStackQueuedSpinLock(&handle);
		work();
	}
}
