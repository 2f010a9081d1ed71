/* { dg-do compile } */
/* Masks of several bits: one bit set means that the mask is not clear, and a clear mask means that each bit is.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#define READING 0x2u
#define WRITING 0x4u

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	ULONG flags;
	int count;
};

extern void touch(struct ext *);

DRIVER_STARTIO good_neither_leaves, warn_neither_leaves, good_either_takes, warn_either_takes, good_both_bits, warn_both_bits;

VOID NTAPI good_neither_leaves(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	ULONG flags = ext->flags;
	KIRQL irql = 0;

	if (flags & WRITING)
		KeAcquireSpinLock(&ext->lock, &irql);
	touch(ext);
	if (!(flags & (READING | WRITING)))
		return;
	touch(ext);
	if (flags & WRITING)
		KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI warn_neither_leaves(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	ULONG flags = ext->flags;
	KIRQL irql = 0;

	if (flags & WRITING)
		KeAcquireSpinLock(&ext->lock, &irql);
	touch(ext);
	if (!(flags & READING))
		return;		/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "writing only" } */
	touch(ext);
	if (flags & WRITING)
		KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI good_either_takes(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	ULONG flags = ext->flags;
	KIRQL irql = 0;

	if (flags & (READING | WRITING))
		KeAcquireSpinLock(&ext->lock, &irql);
	touch(ext);
	if (flags & READING)
		KeReleaseSpinLock(&ext->lock, irql);
	else if (flags & WRITING)
		KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI warn_either_takes(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	ULONG flags = ext->flags;
	KIRQL irql = 0;

	if (flags & (READING | WRITING))
		KeAcquireSpinLock(&ext->lock, &irql);
	touch(ext);
	if (flags & READING)
		KeReleaseSpinLock(&ext->lock, irql);
	if (flags & WRITING)
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "both" } */
}

VOID NTAPI good_both_bits(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	ULONG flags = ext->flags;
	KIRQL irql = 0;

	if ((flags & (READING | WRITING)) == (READING | WRITING))
		KeAcquireSpinLock(&ext->lock, &irql);
	touch(ext);
	if (!(flags & READING) || !(flags & WRITING))
		return;
	KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI warn_both_bits(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	ULONG flags = ext->flags;
	KIRQL irql = 0;

	if ((flags & (READING | WRITING)) == (READING | WRITING))
		KeAcquireSpinLock(&ext->lock, &irql);
	touch(ext);
	if (!(flags & READING))
		return;
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "reading only" } */
}
