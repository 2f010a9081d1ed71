/* { dg-do compile } */
/* A structure on the stack knows the lock, the IRQL, and whether it is held; helpers look there.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

struct guard {
	PKSPIN_LOCK lock;
	BOOLEAN locked;
	KIRQL irql;
};

extern int work(int);

static void guard_enter(struct guard *guard)
{
	if (!guard->locked) {
		KeAcquireSpinLock(guard->lock, &guard->irql);
		guard->locked = TRUE;
	}
}

static void guard_leave(struct guard *guard)
{
	if (guard->locked) {
		guard->locked = FALSE;
		KeReleaseSpinLock(guard->lock, guard->irql);
	}
}

DRIVER_STARTIO good_once, warn_once, good_as_needed, warn_as_needed;

VOID NTAPI good_once(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct guard guard = { &ext->lock, FALSE, 0 };

	guard_enter(&guard);
	ext->count++;
	guard_leave(&guard);
}

VOID NTAPI warn_once(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct guard guard = { &ext->lock, FALSE, 0 };

	guard_enter(&guard);
	if (ext->count++ > 7)
		return;		/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "early return" } */
	guard_leave(&guard);
}

VOID NTAPI good_as_needed(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct guard guard = { &ext->lock, FALSE, 0 };

	if (work(1))
		guard_enter(&guard);
	work(2);
	guard_enter(&guard);
	ext->count++;
	if (work(3))
		guard_leave(&guard);
	guard_leave(&guard);
}

VOID NTAPI warn_as_needed(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct guard guard = { &ext->lock, FALSE, 0 };

	if (work(1))
		guard_enter(&guard);
	work(2);
	KeAcquireSpinLock(&ext->lock, &guard.irql);	/* { dg-warning "lock' is acquired while already held .spinrule-double-acquire." "not through the guard" } */
	ext->count++;
	guard.locked = TRUE;
	guard_leave(&guard);
}
