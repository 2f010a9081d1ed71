/* { dg-do compile } */
/* A little of everything, for plugin.exp to compile with options that change what the checker sees.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

static inline void enter(struct ext *ext, PKIRQL irql)
{
	KeAcquireSpinLock(&ext->lock, irql);
}

static inline void leave(struct ext *ext, KIRQL irql)
{
	KeReleaseSpinLock(&ext->lock, irql);
}

DRIVER_DISPATCH good_dispatch, warn_dispatch;

NTSTATUS NTAPI good_dispatch(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	enter(ext, &irql);
	if (ext->count) {
		irp->IoStatus.Status = STATUS_PENDING;
		leave(ext, irql);
		return STATUS_PENDING;
	}
	ext->count++;
	leave(ext, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_dispatch(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	enter(ext, &irql);
	if (ext->count) {
		irp->IoStatus.Status = STATUS_PENDING;
		return STATUS_PENDING;	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "early return" } */
	}
	ext->count++;
	leave(ext, irql);
	return STATUS_SUCCESS;
}

void good_flag(struct ext *ext, int x)
{
	KIRQL irql = 0;
	BOOLEAN locked = FALSE;

	if (x > 3 && ext->count) {
		KeAcquireSpinLock(&ext->lock, &irql);
		locked = TRUE;
	}
	ext->count++;
	if (locked)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_twice(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "first" } */
	ext->count++;
	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "second" } */
	leave(ext, irql);
}
