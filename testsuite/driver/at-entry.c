/* at-entry.c - DriverEntry returns with a lock held.
 *
 * SPDX-License-Identifier: MIT
 */

#include "kernel.h"

static DRIVER_DISPATCH good_answer;

const PDRIVER_DISPATCH scenarios[] = { good_answer, NULL };

static KSPIN_LOCK lock;

NTSTATUS at_entry(PDEVICE_OBJECT device)
{
	KIRQL irql;

	KeInitializeSpinLock(&lock);
	KeAcquireSpinLock(&lock, &irql);	/* at-entry: acquired */
	return STATUS_SUCCESS;
}

void at_unload(void)
{
}

static NTSTATUS NTAPI good_answer(PDEVICE_OBJECT device, PIRP irp)
{
	return complete(irp, STATUS_SUCCESS, 42);
}
