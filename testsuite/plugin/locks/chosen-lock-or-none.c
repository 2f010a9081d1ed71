/* { dg-do compile } */
/* A pointer to the lock that is held, one of several, or null for none.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK read_lock, write_lock;
	int count;
};

extern void touch(struct ext *);

DRIVER_STARTIO good_one_or_none, warn_one_or_none, good_one_of_two_or_none, warn_one_of_two_or_none, good_set_after, good_cleared_at_the_release;

VOID NTAPI good_one_or_none(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PKSPIN_LOCK held = NULL;
	KIRQL irql = 0;

	if (irp) {
		held = &ext->read_lock;
		KeAcquireSpinLock(held, &irql);
	}
	touch(ext);
	if (held)
		KeReleaseSpinLock(held, irql);
}

VOID NTAPI warn_one_or_none(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PKSPIN_LOCK held = NULL;
	KIRQL irql = 0;

	if (irp) {
		held = &ext->read_lock;
		KeAcquireSpinLock(held, &irql);
	}
	touch(ext);
	if (!held)
		KeReleaseSpinLock(&ext->read_lock, irql);	/* { dg-warning "'ext->read_lock' is released but not held .spinrule-release-unheld." "none" } */
	else
		KeReleaseSpinLock(held, irql);
}

VOID NTAPI good_one_of_two_or_none(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PKSPIN_LOCK held = NULL;
	KIRQL irql = 0;

	if (ext->count == 1) {
		held = &ext->read_lock;
		KeAcquireSpinLock(held, &irql);
	} else if (ext->count == 2) {
		held = &ext->write_lock;
		KeAcquireSpinLock(held, &irql);
	}
	touch(ext);
	if (held)
		KeReleaseSpinLock(held, irql);
}

VOID NTAPI warn_one_of_two_or_none(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PKSPIN_LOCK held = NULL;
	KIRQL irql = 0;

	if (ext->count == 1) {
		held = &ext->read_lock;
		KeAcquireSpinLock(held, &irql);
	} else if (ext->count == 2) {
		KeAcquireSpinLock(&ext->write_lock, &irql);
	}
	touch(ext);
	if (held)
		KeReleaseSpinLock(held, irql);
}	/* { dg-warning "'ext->write_lock' is still held at return .spinrule-held-at-return." "not remembered" } */

VOID NTAPI good_set_after(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PKSPIN_LOCK held = NULL;
	KIRQL irql = 0;

	switch (ext->count) {
	case 1:
		KeAcquireSpinLock(&ext->read_lock, &irql);
		held = &ext->read_lock;
		break;
	case 2:
		KeAcquireSpinLock(&ext->write_lock, &irql);
		held = &ext->write_lock;
		break;
	}
	touch(ext);
	if (held != NULL)
		KeReleaseSpinLock(held, irql);
}

VOID NTAPI good_cleared_at_the_release(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PKSPIN_LOCK held;
	KIRQL irql;

	KeAcquireSpinLock(&ext->read_lock, &irql);
	held = &ext->read_lock;
	if (irp) {
		KeReleaseSpinLock(held, irql);
		held = NULL;
	}
	touch(ext);
	if (held)
		KeReleaseSpinLock(held, irql);
}
