/* { dg-do compile } */
/* Nested functions of GNU C: variables that they share with their function have the names that the source gives them.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

typedef struct {
	KSPIN_LOCK lock;
	KIRQL irql;
	int n;
} EXT;

DRIVER_DISPATCH good_pair, warn_twice, warn_left;

NTSTATUS NTAPI good_pair(PDEVICE_OBJECT device, PIRP irp)
{
	EXT *ext = device->DeviceExtension;
	void enter(void) { KeAcquireSpinLock(&ext->lock, &ext->irql); }
	void leave(void) { KeReleaseSpinLock(&ext->lock, ext->irql); }

	enter();
	ext->n++;
	leave();
	return irp != 0;
}

NTSTATUS NTAPI warn_twice(PDEVICE_OBJECT device, PIRP irp)
{
	EXT *ext = device->DeviceExtension;
	void enter(void) { KeAcquireSpinLock(&ext->lock, &ext->irql); }

	enter();	/* { dg-note "'ext->lock' acquired here, by calling 'enter'" "first" } */
	enter();	/* { dg-warning "spin lock 'ext->lock' is acquired while already held" "second" } */
	KeReleaseSpinLock(&ext->lock, ext->irql);
	return irp != 0;
}

NTSTATUS NTAPI warn_left(PDEVICE_OBJECT device, PIRP irp)
{
	EXT *ext = device->DeviceExtension;
	void leave(void)
	{
		void really(void)
		{
			if (ext->n > 3)
				KeReleaseSpinLock(&ext->lock, ext->irql);
		}

		really();
	}

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	leave();
	return irp != 0;	/* { dg-warning "spin lock 'ext->lock' is still held at return" } */
}
