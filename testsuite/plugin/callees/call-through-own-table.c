/* { dg-do compile } */
/* { dg-undecided "good_half_by_name good_other_half_by_name" } */
/* { dg-undecided "good_both_through_pointers" } */
/* One half of the pair called by name, the other through a pointer to a function of this file.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext;

struct operations {
	void (*lock)(struct ext *, PKIRQL);
	void (*unlock)(struct ext *, KIRQL);
};

struct ext {
	KSPIN_LOCK lock;
	const struct operations *operations;
	int count;
};

static void plain_lock(struct ext *ext, PKIRQL irql)
{
	KeAcquireSpinLock(&ext->lock, irql);
}

static void plain_unlock(struct ext *ext, KIRQL irql)
{
	KeReleaseSpinLock(&ext->lock, irql);
}

static void count_unlock(struct ext *ext, KIRQL irql)
{
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}

static const struct operations plain = { plain_lock, plain_unlock };
static const struct operations counting = { plain_lock, count_unlock };

void set_up(struct ext *ext, int count)
{
	ext->operations = count ? &counting : &plain;
}

DRIVER_STARTIO good_half_by_name, good_other_half_by_name, good_both_through_pointers, good_constant_table;

VOID NTAPI good_half_by_name(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	ext->operations->unlock(ext, irql);
}

VOID NTAPI good_other_half_by_name(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	ext->operations->lock(ext, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI good_both_through_pointers(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	ext->operations->lock(ext, &irql);
	ext->count++;
	ext->operations->unlock(ext, irql);
}

VOID NTAPI good_constant_table(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	plain.lock(ext, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}
