/* Cancel routines that another file calls by their names; members of a struct without a tag of its own.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

DRIVER_CANCEL good_cancel, good_cancel_counted, cancel_elsewhere;
DRIVER_DISPATCH good_cancels, warn_releases_again, warn_forgets, good_cancels_elsewhere;

NTSTATUS NTAPI good_cancels(PDEVICE_OBJECT device, PIRP irp)
{
	IoAcquireCancelSpinLock(&irp->CancelIrql);
	if (IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceIoControl.IoControlCode)
		good_cancel(device, irp);
	else
		good_cancel_counted(device, irp);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_releases_again(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	irp->CancelIrql = irql;
	good_cancel(device, irp);
	IoReleaseCancelSpinLock(irql);	/* warning: release-unheld */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_forgets(PDEVICE_OBJECT device, PIRP irp)
{
	IoAcquireCancelSpinLock(&irp->CancelIrql);
	if (irp->Cancel)
		good_cancel(device, irp);
	return STATUS_SUCCESS;	/* warning: held-at-return */
}

/* No file has the routine: it keeps its role's contract. */
NTSTATUS NTAPI good_cancels_elsewhere(PDEVICE_OBJECT device, PIRP irp)
{
	IoAcquireCancelSpinLock(&irp->CancelIrql);
	cancel_elsewhere(device, irp);
	return STATUS_SUCCESS;
}
