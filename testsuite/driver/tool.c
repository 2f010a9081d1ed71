/* tool.c - a driver whose locks are all behind helpers of another file, for tool.exp.
 *
 * SPDX-License-Identifier: MIT
 */

#include "kernel.h"

void enter(PKSPIN_LOCK given, PKIRQL irql);
void leave(PKSPIN_LOCK given, KIRQL irql);

static DRIVER_DISPATCH good_pair, warn_first, warn_second, refuse;

const PDRIVER_DISPATCH scenarios[] = { good_pair, warn_first, warn_second, refuse, NULL };

static KSPIN_LOCK lock;

NTSTATUS at_entry(PDEVICE_OBJECT device)
{
	KeInitializeSpinLock(&lock);
#ifdef REFUSES
	return STATUS_UNSUCCESSFUL;
#else
	return STATUS_SUCCESS;
#endif
}

void at_unload(void)
{
}

static NTSTATUS NTAPI good_pair(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	enter(&lock, &irql);
	leave(&lock, irql);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_first(PDEVICE_OBJECT device, PIRP irp)
{
	leave(&lock, PASSIVE_LEVEL);	/* line: first */
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_second(PDEVICE_OBJECT device, PIRP irp)
{
	leave(&lock, PASSIVE_LEVEL);	/* line: second */
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI refuse(PDEVICE_OBJECT device, PIRP irp)
{
	return complete(irp, STATUS_UNSUCCESSFUL, 0);
}
