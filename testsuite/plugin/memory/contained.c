/* { dg-do compile } */
/* A variable whose address stays in the file is not changed by calls that are not seen, nor by other threads.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

struct references {
	struct ext **ext;
	KIRQL *irql;
	BOOLEAN *is_held;
};

extern int work(int);
extern void show(BOOLEAN *);
void *memset(void *to, int byte, size_t n);

static void finish(struct references *references)
{
	if (*references->is_held)
		KeReleaseSpinLock(&(*references->ext)->lock, *references->irql);
}

static void set(BOOLEAN *flag)
{
	*flag = TRUE;
}

DRIVER_STARTIO good_volatile, warn_volatile, good_references, warn_references, good_nested,
	warn_nested, good_call_between, warn_call_between, good_shown, good_array, warn_array;

VOID NTAPI good_volatile(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	volatile BOOLEAN is_held = FALSE;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	is_held = TRUE;
	work(1);
	if (is_held)
		KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI warn_volatile(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	volatile BOOLEAN is_held = FALSE;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	is_held = FALSE;
	work(1);
	if (is_held)
		KeReleaseSpinLock(&ext->lock, irql);
}	/* { dg-warning "lock' is still held at return" "not noted" } */

VOID NTAPI good_references(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN is_held = FALSE;
	KIRQL irql;
	struct references references = { &ext, &irql, &is_held };

	if (work(1)) {
		KeAcquireSpinLock(&ext->lock, &irql);
		is_held = TRUE;
	}
	work(2);
	finish(&references);
}

VOID NTAPI warn_references(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN is_held = FALSE;
	KIRQL irql;
	struct references references = { &ext, &irql, &is_held };

	if (work(1)) {
		KeAcquireSpinLock(&ext->lock, &irql);
		is_held = FALSE;
	}
	work(2);
	finish(&references);
}	/* { dg-warning "lock' is still held at return" "not noted" } */

VOID NTAPI good_nested(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN is_held = FALSE;
	KIRQL irql;
	void leave(void)
	{
		if (is_held)
			KeReleaseSpinLock(&ext->lock, irql);
		is_held = FALSE;
	}

	KeAcquireSpinLock(&ext->lock, &irql);
	is_held = TRUE;
	work(1);
	leave();
	leave();
}

VOID NTAPI warn_nested(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN is_held = FALSE;
	KIRQL irql;
	void leave(void)
	{
		if (is_held)
			KeReleaseSpinLock(&ext->lock, irql);
		is_held = FALSE;
	}

	leave();
	KeAcquireSpinLock(&ext->lock, &irql);
	work(1);
	leave();
}	/* { dg-warning "lock' is still held at return" "not noted" } */

VOID NTAPI good_call_between(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN is_held = FALSE;
	KIRQL irql = 0;

	if (work(1)) {
		KeAcquireSpinLock(&ext->lock, &irql);
		set(&is_held);
	}
	work(2);
	if (is_held)
		KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI warn_call_between(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN is_held = FALSE;
	KIRQL irql = 0;

	if (work(1))
		KeAcquireSpinLock(&ext->lock, &irql);
	else
		set(&is_held);
	work(2);
	if (is_held)
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "lock' is released but not held" "the other way round" } */
}	/* { dg-warning "lock' is still held at return" "the other way round" } */

/* What others were shown, they may change: nothing is claimed about it.  */
VOID NTAPI good_shown(PDEVICE_OBJECT device, PIRP irp)
{
	BOOLEAN is_held = FALSE;

	set(&is_held);
	show(&is_held);
	work(is_held);
}

VOID NTAPI good_array(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	UCHAR flags[4];
	KIRQL irql = 0;

	memset(flags, 0, 4);
	if (work(1)) {
		KeAcquireSpinLock(&ext->lock, &irql);
		flags[1] = 1;
	}
	if (flags[1])
		KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI warn_array(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	UCHAR flags[4];
	KIRQL irql = 0;

	memset(flags, 0, 4);
	if (work(1)) {
		KeAcquireSpinLock(&ext->lock, &irql);
		flags[2] = 1;
	}
	if (flags[1])
		KeReleaseSpinLock(&ext->lock, irql);
}	/* { dg-warning "lock' is still held at return" "another element" } */
