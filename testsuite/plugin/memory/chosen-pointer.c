/* { dg-do compile } */
/* Stores and loads through a pointer that is one of several addresses.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql, other[2];
	int count, flag;
};

extern int choose(void);
DRIVER_STARTIO good_stored, warn_stored, good_loaded, warn_loaded, good_irql, warn_irql;

VOID NTAPI good_stored(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	int first = 0, second = 0, *which = choose() ? &first : &second;

	if (choose()) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		*which = 1;
	}
	ext->count++;
	if (first || second)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_stored(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	int first = 0, second = 0, *which = choose() ? &first : &second;

	if (choose()) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
		*which = 1;
	}
	ext->count++;
	if (first)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}	/* { dg-warning "'ext->lock' is still held at return" "the second" } */

VOID NTAPI good_loaded(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	int first = 0, second = 0, *which = choose() ? &first : &second;

	if (choose()) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		*which = 1;
	}
	ext->count++;
	if (*which)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_loaded(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	int first = 0, second = 0, *which = choose() ? &first : &second;

	if (choose()) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		*which = 1;
	}
	ext->count++;
	if (!*which)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held" "free" } */
}	/* { dg-warning "'ext->lock' is still held at return" "held" } */

VOID NTAPI good_irql(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql, *saved = &irql;

	if (ext->flag)
		saved = &ext->other[1];
	KeAcquireSpinLock(&ext->lock, saved);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, *saved);
}

VOID NTAPI warn_irql(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql, *saved = &irql;

	if (ext->flag)
		saved = &ext->irql;
	KeAcquireSpinLock(&ext->lock, saved);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released with an IRQL that its acquire did not save" "of the variable" } */
}
