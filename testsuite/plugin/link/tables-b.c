/* The tables, and what is in them.
 *
 * SPDX-License-Identifier: MIT
 */

#include "tables.h"

KSPIN_LOCK counted;

const PDRIVER_DISPATCH routines[2] = { good_in_array, warn_in_array };
const struct handlers by_name = { enters, leaves };

extern inline void same_everywhere(void);

int enters(int n)
{
	KeAcquireSpinLockAtDpcLevel(&counted);
	return n;
}

int leaves(int n)
{
	KeReleaseSpinLockFromDpcLevel(&counted);
	return n;
}

NTSTATUS NTAPI good_in_array(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	same_everywhere();
	KeReleaseSpinLockFromDpcLevel(&counted);
	return 0;
}

NTSTATUS NTAPI warn_in_array(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	return 0;	/* warning: held-at-return */
}

NTSTATUS NTAPI good_extern_lock(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	enters(0);
	KeReleaseSpinLockFromDpcLevel(&counted);
	return 0;
}
