/* { dg-do compile } */
/* A structure with lock, flag and IRQL that is copied as a whole before it is used.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct context {
	PKSPIN_LOCK lock;
	BOOLEAN locked;
	KIRQL irql;
};

struct ext {
	KSPIN_LOCK lock;
	struct context context;
	int count;
};

extern void touch(struct ext *);

DRIVER_STARTIO good_flag_copied, good_lock_copied, warn_lock_copied, good_to_the_extension_and_back;

VOID NTAPI good_flag_copied(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct context context, copy;

	context.lock = &ext->lock;
	context.locked = FALSE;
	if (irp) {
		KeAcquireSpinLock(context.lock, &context.irql);
		context.locked = TRUE;
	}
	copy = context;
	touch(ext);
	if (copy.locked)
		KeReleaseSpinLock(copy.lock, copy.irql);
}

VOID NTAPI good_lock_copied(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct context context, copy;

	context.lock = &ext->lock;
	KeAcquireSpinLock(context.lock, &context.irql);
	copy = context;
	touch(ext);
	KeReleaseSpinLock(copy.lock, copy.irql);
}

VOID NTAPI warn_lock_copied(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct context context, copy;

	context.lock = &ext->lock;
	KeAcquireSpinLock(context.lock, &context.irql);
	copy = context;
	if (ext->count++ > 7)
		return;		/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "early return" } */
	KeReleaseSpinLock(copy.lock, copy.irql);
}

VOID NTAPI good_to_the_extension_and_back(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct context context, back;

	context.lock = &ext->lock;
	KeAcquireSpinLock(context.lock, &context.irql);
	ext->context = context;
	ext->count++;
	back = ext->context;
	KeReleaseSpinLock(back.lock, back.irql);
}
