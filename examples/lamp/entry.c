/* entry.c - where the driver starts: it registers the callbacks of requests.c.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lamp.h"

static VOID NTAPI unload(PDRIVER_OBJECT driver)
{
	IoDeleteDevice(driver->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
	PDEVICE_OBJECT device;
	NTSTATUS status;

	(void)path;
	status = IoCreateDevice(driver, sizeof(LAMP), NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
	if (!NT_SUCCESS(status))
		return status;
	KeInitializeSpinLock(&((PLAMP)device->DeviceExtension)->lock);
	driver->MajorFunction[IRP_MJ_READ] = LampRead;
	driver->MajorFunction[IRP_MJ_WRITE] = LampWrite;
	driver->DriverUnload = unload;
	return STATUS_SUCCESS;
}
