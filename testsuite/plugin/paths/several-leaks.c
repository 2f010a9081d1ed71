/* { dg-do compile } */
/* Each acquire that leaks at one return is a mistake; one acquire is one, by however many
   branches.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	LONG count, mode;
};

DRIVER_DISPATCH good_one_return, warn_two_acquires, warn_at_dpc_level, warn_two_branches;
DRIVER_DISPATCH warn_acquired_again;

NTSTATUS NTAPI good_one_return(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	NTSTATUS status = STATUS_UNSUCCESSFUL;
	KIRQL irql;

	if (ext->mode == 1) {
		KeAcquireSpinLock(&ext->lock, &irql);
		if (ext->count == 0)
			goto unlock;
	} else {
		KeAcquireSpinLock(&ext->lock, &irql);
	}
	status = STATUS_SUCCESS;
unlock:
	KeReleaseSpinLock(&ext->lock, irql);
	return status;
}

NTSTATUS NTAPI warn_two_acquires(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	NTSTATUS status = STATUS_UNSUCCESSFUL;
	KIRQL irql;

	if (ext->mode == 1) {
		KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "\\(1\\) 'ext->lock' acquired here" "first" } */
		if (ext->count == 0)	/* { dg-note "\\(2\\) taking the branch where 'ext->count' is 0" "branch" } */
			goto out;
		KeReleaseSpinLock(&ext->lock, irql);
	} else {
		KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "\\(1\\) 'ext->lock' acquired here" "second" } */
		if (ext->count == 1)	/* { dg-note "\\(2\\) taking the branch where 'ext->count' is 1" "branch" } */
			goto out;
		KeReleaseSpinLock(&ext->lock, irql);
	}
	status = STATUS_SUCCESS;
out:
	return status;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "two" } */
}

/* No IRQL tells the two acquires apart: after them the paths are one.  */
NTSTATUS NTAPI warn_at_dpc_level(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	if (ext->mode == 1)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);	/* { dg-note "\\(1\\) 'ext->lock' acquired here" "first" } */
	else
		KeAcquireSpinLockAtDpcLevel(&ext->lock);	/* { dg-note "\\(1\\) 'ext->lock' acquired here" "second" } */
	ext->count++;
	return STATUS_SUCCESS;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "two" } */
}

NTSTATUS NTAPI warn_two_branches(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	NTSTATUS status = STATUS_UNSUCCESSFUL;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (ext->count == 0)	/* { dg-note "\\(2\\) taking the branch where 'ext->count' is 0" "branch" } */
		goto out;
	if (ext->mode == 3)
		goto out;
	KeReleaseSpinLock(&ext->lock, irql);
	status = STATUS_SUCCESS;
out:
	return status;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "one" } */
}

/* The acquire before the loop leaks, and so does the one in it.  */
NTSTATUS NTAPI warn_acquired_again(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "\\(1\\) 'ext->lock' acquired here" "before" } */
	while (ext->count > 0) {
		ext->count--;
		KeReleaseSpinLock(&ext->lock, irql);
		ext->mode++;
		KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "\\(1\\) 'ext->lock' acquired here" "in it" } */
	}
	return STATUS_SUCCESS;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "two" } */
}
