/* The checks that are off by default, in a driver: run with their options, halt=0.
 *
 * SPDX-License-Identifier: MIT
 */

#include "kernel.h"

static KSPIN_LOCK lock, first, second;

static void take(PKSPIN_LOCK outer, PKSPIN_LOCK inner)
{
	KIRQL irql;

	KeAcquireSpinLock(outer, &irql);
	KeAcquireSpinLockAtDpcLevel(inner);	/* warn_order: lock-order */
	KeReleaseSpinLockFromDpcLevel(inner);
	KeReleaseSpinLock(outer, irql);
}

static DRIVER_DISPATCH good_after, warn_complete, good_order, warn_order, good_unless_timed;

static NTSTATUS NTAPI good_after(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	(void)device;
	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_complete(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	(void)device;
	irp->IoStatus.Status = STATUS_SUCCESS;
	irp->IoStatus.Information = 0;
	KeAcquireSpinLock(&lock, &irql);
	IoCompleteRequest(irp, IO_NO_INCREMENT);	/* warn_complete: complete-while-held */
	KeReleaseSpinLock(&lock, irql);
	return STATUS_SUCCESS;
}

static NTSTATUS NTAPI good_order(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device;
	take(&first, &second);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_order(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device;
	take(&second, &first);
	return complete(irp, STATUS_SUCCESS, 0);
}

/* With the option hold_time. */
static NTSTATUS NTAPI good_unless_timed(PDEVICE_OBJECT device, PIRP irp)
{
	LARGE_INTEGER frequency, start = KeQueryPerformanceCounter(&frequency);
	KIRQL irql;

	(void)device;
	KeAcquireSpinLock(&lock, &irql);
	while (KeQueryPerformanceCounter(NULL).QuadPart - start.QuadPart < frequency.QuadPart / 50)
		;
	KeReleaseSpinLock(&lock, irql);
	return complete(irp, STATUS_SUCCESS, 0);
}

NTSTATUS at_entry(PDEVICE_OBJECT device)
{
	(void)device;
	return STATUS_SUCCESS;
}

void at_unload(void)
{
}

const PDRIVER_DISPATCH scenarios[] = {
	good_after,
	warn_complete,
	good_order,
	warn_order,
	good_unless_timed,
	NULL
};
