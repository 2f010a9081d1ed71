/* { dg-do compile } */
/* Structs that are returned, handed over and copied keep what is in them.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

struct hold {
	struct ext *ext;
	KIRQL irql;
	ULONG is_held;
	PVOID more, and_more;
};

struct small { KIRQL irql; BOOLEAN is_held; };

extern int work(int);
void *memcpy(void *to, const void *from, size_t n);

static struct hold take(struct ext *ext)
{
	struct hold hold = { 0 };

	hold.ext = ext;
	KeAcquireSpinLock(&ext->lock, &hold.irql);
	hold.is_held = 1;
	return hold;
}

static void give(struct hold hold)
{
	if (hold.is_held)
		KeReleaseSpinLock(&hold.ext->lock, hold.irql);
}

static void give_by_address(struct hold *hold)
{
	if (hold->is_held)
		KeReleaseSpinLock(&hold->ext->lock, hold->irql);
	hold->is_held = 0;
}

DRIVER_STARTIO good_returned, warn_returned, good_handed, warn_handed, good_copied, warn_copied,
	good_copied_bytes, warn_copied_bytes;

VOID NTAPI good_returned(PDEVICE_OBJECT device, PIRP irp)
{
	struct hold hold = take(device->DeviceExtension);

	work(1);
	give_by_address(&hold);
	give_by_address(&hold);
}

VOID NTAPI warn_returned(PDEVICE_OBJECT device, PIRP irp)
{
	struct hold hold = take(device->DeviceExtension);

	work(1);
	hold.is_held = 0;
	give_by_address(&hold);
}	/* { dg-warning "lock' is still held at return" "given up too early" } */

VOID NTAPI good_handed(PDEVICE_OBJECT device, PIRP irp)
{
	struct hold hold = take(device->DeviceExtension);

	work(1);
	give(hold);
}

VOID NTAPI warn_handed(PDEVICE_OBJECT device, PIRP irp)
{
	struct hold hold = take(device->DeviceExtension);

	work(1);
	give(hold);
	give(hold);	/* { dg-warning "is released but not held" "a copy does not know" } */
}

VOID NTAPI good_copied(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct small first = { 0 }, second;

	if (work(1)) {
		KeAcquireSpinLock(&ext->lock, &first.irql);
		first.is_held = TRUE;
	}
	second = first;
	if (second.is_held)
		KeReleaseSpinLock(&ext->lock, second.irql);
}

VOID NTAPI warn_copied(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct small first = { 0 }, second;

	second = first;
	if (work(1)) {
		KeAcquireSpinLock(&ext->lock, &first.irql);
		first.is_held = TRUE;
	}
	if (second.is_held)
		KeReleaseSpinLock(&ext->lock, first.irql);
}	/* { dg-warning "lock' is still held at return" "copied too early" } */

VOID NTAPI good_copied_bytes(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct small first = { 0 }, second;

	if (work(1)) {
		KeAcquireSpinLock(&ext->lock, &first.irql);
		first.is_held = TRUE;
	}
	memcpy(&second, &first, sizeof second);
	if (second.is_held)
		KeReleaseSpinLock(&ext->lock, second.irql);
}

VOID NTAPI warn_copied_bytes(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct small first = { 0 }, second;

	memcpy(&second, &first, sizeof second);
	if (work(1)) {
		KeAcquireSpinLock(&ext->lock, &first.irql);
		first.is_held = TRUE;
	}
	if (second.is_held)
		KeReleaseSpinLock(&ext->lock, first.irql);
}	/* { dg-warning "lock' is still held at return" "copied too early" } */
