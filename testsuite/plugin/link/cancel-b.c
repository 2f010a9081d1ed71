/* See cancel-a.c.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

DRIVER_CANCEL good_cancel, good_cancel_counted;

VOID NTAPI good_cancel(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device;
	IoReleaseCancelSpinLock(irp->CancelIrql);
	IoCompleteRequest(irp, IO_NO_INCREMENT);
}

VOID NTAPI good_cancel_counted(PDEVICE_OBJECT device, PIRP irp)
{
	PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);

	stack->Parameters.Read.Length++;
	good_cancel(device, irp);
}
