/* counter.c - a driver that counts: it adds up the bytes that are written to its device, and
 * a read gives the sum.
 *
 * SPDX-License-Identifier: MIT
 */

#include <ddk/wdm.h>

struct counter {
	KSPIN_LOCK lock;
	ULONG sum, limit;
};

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD counter_unload;
static DRIVER_DISPATCH counter_create_close, counter_write, counter_read;

static NTSTATUS counter_complete(PIRP irp, NTSTATUS status, ULONG_PTR information)
{
	irp->IoStatus.Status = status;
	irp->IoStatus.Information = information;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	return status;
}

static NTSTATUS NTAPI counter_write(PDEVICE_OBJECT device, PIRP irp)
{
	struct counter *counter = device->DeviceExtension;
	ULONG length = IoGetCurrentIrpStackLocation(irp)->Parameters.Write.Length, sum = 0;
	const UCHAR *bytes = irp->AssociatedIrp.SystemBuffer;
	KIRQL irql;

	for (ULONG i = 0; i < length; i++)
		sum += bytes[i];
	KeAcquireSpinLock(&counter->lock, &irql);
	if (sum > counter->limit - counter->sum) {
#ifndef BROKEN
		KeReleaseSpinLock(&counter->lock, irql);
#endif
		return counter_complete(irp, STATUS_INVALID_PARAMETER, 0);
	}
	counter->sum += sum;
	KeReleaseSpinLock(&counter->lock, irql);
	return counter_complete(irp, STATUS_SUCCESS, length);
}

static NTSTATUS NTAPI counter_read(PDEVICE_OBJECT device, PIRP irp)
{
	struct counter *counter = device->DeviceExtension;
	ULONG length = IoGetCurrentIrpStackLocation(irp)->Parameters.Read.Length;
	ULONG *sum = irp->AssociatedIrp.SystemBuffer;
	KIRQL irql;

	if (length < sizeof *sum)
		return counter_complete(irp, STATUS_BUFFER_TOO_SMALL, 0);
	KeAcquireSpinLock(&counter->lock, &irql);
	*sum = counter->sum;
	KeReleaseSpinLock(&counter->lock, irql);
	return counter_complete(irp, STATUS_SUCCESS, sizeof *sum);
}

static NTSTATUS NTAPI counter_create_close(PDEVICE_OBJECT device, PIRP irp)
{
	return counter_complete(irp, STATUS_SUCCESS, 0);
}

static VOID NTAPI counter_unload(PDRIVER_OBJECT driver)
{
	UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\Counter");

	IoDeleteSymbolicLink(&link);
	IoDeleteDevice(driver->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
	UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Counter");
	UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\Counter");
	struct counter *counter;
	PDEVICE_OBJECT device;
	NTSTATUS status;

	status = IoCreateDevice(driver, sizeof *counter, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
	if (!NT_SUCCESS(status))
		return status;
	device->Flags |= DO_BUFFERED_IO;
	counter = device->DeviceExtension;
	KeInitializeSpinLock(&counter->lock);
	counter->sum = 0;
	counter->limit = 1000;

	driver->MajorFunction[IRP_MJ_CREATE] = counter_create_close;
	driver->MajorFunction[IRP_MJ_CLOSE] = counter_create_close;
	driver->MajorFunction[IRP_MJ_WRITE] = counter_write;
	driver->MajorFunction[IRP_MJ_READ] = counter_read;
	driver->DriverUnload = counter_unload;

	status = IoCreateSymbolicLink(&link, &name);
	if (!NT_SUCCESS(status))
		IoDeleteDevice(device);
	return status;
}
