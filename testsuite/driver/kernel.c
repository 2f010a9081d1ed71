/* kernel.c - the driver around the scenarios of a kernel half; see kernel.h.
 *
 * The device is called DRIVER_NAME, which the build gives: the name of the .sys file.
 *
 * SPDX-License-Identifier: MIT
 */

#include "kernel.h"

#define WIDE(TEXT) WIDE_(TEXT)
#define WIDE_(TEXT) L##TEXT
#define DEVICE_NAME L"\\Device\\" WIDE(DRIVER_NAME)
#define LINK_NAME L"\\DosDevices\\" WIDE(DRIVER_NAME)

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD unload;
static DRIVER_DISPATCH create_close, device_control;

NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG answer)
{
	ULONG room = IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceIoControl.OutputBufferLength;

	irp->IoStatus.Information = 0;
	if (NT_SUCCESS(status) && room >= sizeof answer) {
		*(ULONG *)irp->AssociatedIrp.SystemBuffer = answer;
		irp->IoStatus.Information = sizeof answer;
	}
	irp->IoStatus.Status = status;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	return status;
}

static LARGE_INTEGER five_seconds = { .QuadPart = -5 * 10000000LL };

BOOLEAN wait_for(PKEVENT event)
{
	return KeWaitForSingleObject(event, Executive, KernelMode, FALSE, &five_seconds) == STATUS_SUCCESS;
}

PVOID start_thread(PKSTART_ROUTINE routine, PVOID context)
{
	PVOID thread = NULL;
	HANDLE handle;

	if (!NT_SUCCESS(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, routine, context)))
		return NULL;
	ObReferenceObjectByHandle(handle, SYNCHRONIZE, NULL, KernelMode, &thread, NULL);
	ZwClose(handle);
	return thread;
}

void join_thread(PVOID thread)
{
	if (!thread)
		return;
	KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, &five_seconds);
	ObDereferenceObject(thread);
}

static NTSTATUS NTAPI create_close(PDEVICE_OBJECT device, PIRP irp)
{
	irp->IoStatus.Status = STATUS_SUCCESS;
	irp->IoStatus.Information = 0;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	return STATUS_SUCCESS;
}

static NTSTATUS NTAPI device_control(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG code = IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceIoControl.IoControlCode;
	ULONG number = code >> 2 & 0xfff;

	for (ULONG i = 0; scenarios[i]; i++)
		if (number == 0x801 + i)
			return scenarios[i](device, irp);
	return complete(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}

static VOID NTAPI unload(PDRIVER_OBJECT driver)
{
	UNICODE_STRING link;

	at_unload();
	RtlInitUnicodeString(&link, LINK_NAME);
	IoDeleteSymbolicLink(&link);
	IoDeleteDevice(driver->DeviceObject);
}	/* at-unload: held-at-return 'lock' */

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
	UNICODE_STRING name, link;
	PDEVICE_OBJECT device;
	NTSTATUS status;

	RtlInitUnicodeString(&name, DEVICE_NAME);
	RtlInitUnicodeString(&link, LINK_NAME);
	driver->MajorFunction[IRP_MJ_CREATE] = create_close;
	driver->MajorFunction[IRP_MJ_CLOSE] = create_close;
	driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = device_control;
	driver->DriverUnload = unload;

	status = IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
	if (!NT_SUCCESS(status))
		return status;
	status = IoCreateSymbolicLink(&link, &name);
	if (NT_SUCCESS(status))
		status = at_entry(device);
	if (!NT_SUCCESS(status)) {
		IoDeleteSymbolicLink(&link);
		IoDeleteDevice(device);
	}
	return status;	/* at-entry: held-at-return 'lock' */
}
