/* { dg-do compile } */
/* { dg-undecided "good_two_fields good_value_and_field" } */
/* A value compared with a field, twice, with nothing in between that may change either.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	PIRP current;
	int count;
	int limit;
};

DRIVER_STARTIO good_pointer_and_field, warn_pointer_and_field, good_two_fields, warn_two_fields, good_value_and_field;

VOID NTAPI good_pointer_and_field(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql = 0;

	if (irp != ext->current)
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (irp != ext->current)
		KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI warn_pointer_and_field(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql = 0;

	if (irp != ext->current)
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	ext->current = irp;
	if (irp != ext->current)
		KeReleaseSpinLock(&ext->lock, irql);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "stored in between" } */

VOID NTAPI good_two_fields(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql = 0;

	if (ext->count < ext->limit)
		KeAcquireSpinLock(&ext->lock, &irql);
	irp->IoStatus.Information = 0;
	if (ext->count < ext->limit)
		KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI warn_two_fields(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql = 0;

	if (ext->count < ext->limit)
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count = (int)irp->IoStatus.Information;
	if (ext->count < ext->limit)
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "below now" } */
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "below before" } */

VOID NTAPI good_value_and_field(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	int wanted = (int)irp->IoStatus.Information;
	KIRQL irql = 0;

	if (wanted == ext->limit)
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count = wanted;
	if (ext->limit == wanted)
		KeReleaseSpinLock(&ext->lock, irql);
}
