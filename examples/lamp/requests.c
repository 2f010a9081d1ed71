/* requests.c - reading and switching the lamp; one path keeps the lock.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lamp.h"

static NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG_PTR information)
{
	irp->IoStatus.Status = status;
	irp->IoStatus.Information = information;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	return status;
}

NTSTATUS NTAPI LampRead(PDEVICE_OBJECT device, PIRP irp)
{
	PLAMP lamp = device->DeviceExtension;
	LONG switches;

	LampLock(lamp);
	switches = lamp->switches;
	LampUnlock(lamp);
	return complete(irp, STATUS_SUCCESS, switches);
}

NTSTATUS NTAPI LampWrite(PDEVICE_OBJECT device, PIRP irp)
{
	PLAMP lamp = device->DeviceExtension;

	LampLock(lamp);
	if (lamp->is_broken)
		return complete(irp, STATUS_DEVICE_NOT_READY, 0);
	lamp->is_on = !lamp->is_on;
	lamp->switches++;
	LampUnlock(lamp);
	return complete(irp, STATUS_SUCCESS, 0);
}
