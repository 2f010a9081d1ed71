/* { dg-do compile } */
/* The path shows the branches that decide that the mistake is reached, and no others: the
   numbers of the last events say that none is missing and none is too many.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	LONG count, mode, debug;
};

void log_line(int number);

DRIVER_DISPATCH good_goto_over_nothing, warn_goto_over_release, warn_second_acquire;
DRIVER_DISPATCH good_two_releases, warn_two_releases, warn_chosen_before, warn_in_loop;

NTSTATUS NTAPI good_goto_over_nothing(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (!ext->count)
		goto out;
	ext->count--;
out:
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

/* Each way comes to the one return.  */
NTSTATUS NTAPI warn_goto_over_release(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	NTSTATUS status = STATUS_UNSUCCESSFUL;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "\\(1\\) 'ext->lock' acquired here" "acquire" } */
	if (ext->debug)
		log_line(1);
	else
		log_line(2);
	if (!ext->count)	/* { dg-note "\\(2\\) taking the branch where 'ext->count' is 0" "branch" } */
		goto out;
	ext->count--;
	KeReleaseSpinLock(&ext->lock, irql);
	status = STATUS_SUCCESS;
out:
	device->Flags = 0;
	return status;	/* { dg-warning "still held at return" "warning" } */
	/* { dg-note "\\(3\\) 'warn_goto_over_release' returns here" "return" { target *-*-* } .-1 } */
}

NTSTATUS NTAPI warn_second_acquire(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "\\(1\\) 'ext->lock' acquired here" "acquire" } */
	if (ext->count != 3)	/* { dg-note "\\(2\\) taking the branch where 'ext->count' is 3" "branch" } */
		KeReleaseSpinLock(&ext->lock, irql);
	ext->mode++;
	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-warning "already held" "warning" } */
	/* { dg-note "\\(3\\) 'ext->lock' acquired again" "again" { target *-*-* } .-1 } */
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_two_releases(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (ext->mode == 4) {
		KeReleaseSpinLock(&ext->lock, irql);
		return STATUS_UNSUCCESSFUL;
	}
	log_line(4);
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

/* What decides is before the first release.  */
NTSTATUS NTAPI warn_two_releases(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (ext->debug)
		log_line(3);
	if (ext->mode == 4)	/* { dg-note "\\(1\\) taking the branch where 'ext->mode' is 4" "branch" } */
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-note "\\(2\\) 'ext->lock' released here" "first" } */
	log_line(4);
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "not held" "warning" } */
	/* { dg-note "\\(3\\) 'ext->lock' released here.*, while not held" "second" { target *-*-* } .-1 } */
	return STATUS_SUCCESS;
}

/* The later branch tests what the earlier one chose.  */
NTSTATUS NTAPI warn_chosen_before(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;
	int early = 0;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "\\(1\\) 'ext->lock' acquired here" "acquire" } */
	if (ext->count > 9)	/* { dg-note "\\(2\\) taking the branch where 'ext->count' is greater than 9" "choice" } */
		early = 1;
	if (ext->debug)
		log_line(5);
	if (early)	/* { dg-note "\\(3\\) taking the branch where 'early' is not 0" "branch" } */
		return STATUS_UNSUCCESSFUL;	/* { dg-warning "still held at return" "warning" } */
	/* { dg-note "\\(4\\) 'warn_chosen_before' returns here" "return" { target *-*-* } .-1 } */
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_in_loop(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "\\(1\\) 'ext->lock' acquired here" "acquire" } */
	while (ext->count > 0) {	/* { dg-note "\\(2\\) taking the branch where 'ext->count' is greater than 0" "loop" } */
		ext->count--;
		if (ext->count & 1)
			log_line(6);
		if (ext->mode == 7)	/* { dg-note "\\(3\\) taking the branch where 'ext->mode' is 7" "branch" } */
			goto out;
	}
	KeReleaseSpinLock(&ext->lock, irql);
out:
	return STATUS_SUCCESS;	/* { dg-warning "still held at return" "warning" } */
	/* { dg-note "\\(4\\) 'warn_in_loop' returns here" "return" { target *-*-* } .-1 } */
}
