/* at-unload.c - the driver is unloaded with a lock held.
 *
 * SPDX-License-Identifier: MIT
 */

#include "kernel.h"

static DRIVER_DISPATCH good_pair;

const PDRIVER_DISPATCH scenarios[] = { good_pair, NULL };

static KSPIN_LOCK lock;

NTSTATUS at_entry(PDEVICE_OBJECT device)
{
	KeInitializeSpinLock(&lock);
	return STATUS_SUCCESS;
}

void at_unload(void)
{
	static KIRQL irql;	/* who knows it may release */

	KeAcquireSpinLock(&lock, &irql);	/* at-unload: acquired */
}

static NTSTATUS NTAPI good_pair(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	return complete(irp, STATUS_SUCCESS, 0);
}
