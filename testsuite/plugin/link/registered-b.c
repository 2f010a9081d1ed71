/* Functions that other files register as callbacks.
 *
 * SPDX-License-Identifier: MIT
 */

#include "registered.h"

KSPIN_LOCK shared;

NTSTATUS NTAPI good_read(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	(void)device, (void)irp;
	KeAcquireSpinLock(&shared, &irql);
	KeReleaseSpinLock(&shared, irql);
	return 0;
}

NTSTATUS NTAPI warn_read(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&shared);
	return 0;	/* warning: held-at-return */
}

NTSTATUS NTAPI warn_by_helper(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&shared);
	return 0;	/* warning: held-at-return */
}

NTSTATUS NTAPI warn_in_table(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&shared);
	return 0;	/* warning: held-at-return */
}

/* A helper, for all that is known: it may return with the lock. */
NTSTATUS NTAPI good_not_registered(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&shared);
	return 0;
}
