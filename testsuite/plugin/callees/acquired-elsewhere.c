/* { dg-do compile } */
/* Functions that are not seen acquire a lock and hand the IRQL to the caller, who releases it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int value;
};

extern void enter(struct ext *ext, KIRQL *irql);
extern KIRQL enter_and_tell(struct ext *ext);
extern void enter_and_keep(struct ext *ext);
extern void work(struct ext *ext);

DRIVER_DISPATCH good_in_a_variable, good_as_a_result, good_in_a_field, good_twice, good_after_its_own, good_on_branches,
	good_in_a_loop, warn_twice, warn_of_its_own, warn_never_written, warn_after_other_work;

NTSTATUS NTAPI good_in_a_variable(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	enter(ext, &irql);
	ext->value++;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_as_a_result(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql = enter_and_tell(ext);

	ext->value++;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_in_a_field(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	enter_and_keep(ext);
	ext->value++;
	KeReleaseSpinLock(&ext->lock, ext->irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_twice(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	enter(ext, &irql);
	ext->value++;
	KeReleaseSpinLock(&ext->lock, irql);
	work(ext);
	enter(ext, &irql);
	ext->value--;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_after_its_own(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->value++;
	KeReleaseSpinLock(&ext->lock, irql);
	enter(ext, &irql);
	ext->value--;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_on_branches(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	enter(ext, &irql);
	if (ext->value > 3) {
		KeReleaseSpinLock(&ext->lock, irql);
		return STATUS_UNSUCCESSFUL;
	}
	ext->value++;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_in_a_loop(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	for (int i = 0; i < 10; i++) {
		enter(ext, &irql);
		ext->value++;
		KeReleaseSpinLock(&ext->lock, irql);
	}
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_twice(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	enter(ext, &irql);
	ext->value++;
	KeReleaseSpinLock(&ext->lock, irql);
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held" "twice" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_after_other_work(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	enter(ext, &irql);
	ext->value++;
	KeReleaseSpinLock(&ext->lock, irql);
	work(ext);
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held" "the same IRQL" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_of_its_own(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->value++;
	KeReleaseSpinLock(&ext->lock, irql);
	work(ext);
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held" "its own IRQL" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_never_written(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql = PASSIVE_LEVEL;

	work(ext);
	ext->value++;
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held" "no IRQL of another" } */
	return STATUS_SUCCESS;
}
