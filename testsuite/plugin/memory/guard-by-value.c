/* { dg-do compile } */
/* A structure with the lock and the IRQL that an acquire returns and a release takes by value.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

struct held {
	PKSPIN_LOCK lock;
	KIRQL irql;
};

static struct held enter(PKSPIN_LOCK lock)
{
	struct held held;

	held.lock = lock;
	KeAcquireSpinLock(lock, &held.irql);
	return held;
}

static void leave(struct held held)
{
	KeReleaseSpinLock(held.lock, held.irql);
}

DRIVER_STARTIO good_by_value, warn_by_value;

VOID NTAPI good_by_value(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct held held = enter(&ext->lock);

	ext->count++;
	leave(held);
}

VOID NTAPI warn_by_value(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct held held = enter(&ext->lock);

	if (ext->count++ > 7)
		return;		/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "early return" } */
	leave(held);
}
