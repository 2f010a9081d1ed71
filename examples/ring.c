/* ring.c - a small driver: bytes written to its device pass through rings, each behind a spin lock.
 *
 *     write             puts the bytes into the first ring
 *     read              takes bytes from the last ring
 *     IOCTL_RING_MOVE   in: two numbers; moves what fits from the one ring into the other
 *     IOCTL_RING_CLEAR  empties all rings, in a work item
 *
 * Two mistakes are in here.  ring-fixed.c is the same driver without them.
 *
 * SPDX-License-Identifier: MIT
 */

#include <ddk/wdm.h>

#define IOCTL_RING_MOVE  CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_RING_CLEAR CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_ANY_ACCESS)

enum { RINGS = 4, RING_SIZE = 16 };

struct ring {
	KSPIN_LOCK lock;
	ULONG first, count;
	UCHAR bytes[RING_SIZE];
};

struct ring_device {
	struct ring rings[RINGS];
};

/* A request for IOCTL_RING_CLEAR on its way to the work item. */
struct clear_job {
	PIO_WORKITEM item;
	PIRP irp;
};

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD ring_unload;
static DRIVER_DISPATCH ring_create_close, ring_write, ring_read, ring_device_control;
static IO_WORKITEM_ROUTINE ring_clear;

static NTSTATUS ring_complete(PIRP irp, NTSTATUS status, ULONG_PTR information)
{
	irp->IoStatus.Status = status;
	irp->IoStatus.Information = information;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	return status;
}

static NTSTATUS NTAPI ring_write(PDEVICE_OBJECT device, PIRP irp)
{
	struct ring_device *extension = device->DeviceExtension;
	struct ring *ring = &extension->rings[0];
	const UCHAR *bytes = irp->AssociatedIrp.SystemBuffer;
	ULONG length = IoGetCurrentIrpStackLocation(irp)->Parameters.Write.Length;
	KIRQL irql;

	KeAcquireSpinLock(&ring->lock, &irql);
	if (length > RING_SIZE - ring->count)
		return ring_complete(irp, STATUS_DEVICE_BUSY, 0);
	for (ULONG i = 0; i < length; i++)
		ring->bytes[(ring->first + ring->count++) % RING_SIZE] = bytes[i];
	KeReleaseSpinLock(&ring->lock, irql);
	return ring_complete(irp, STATUS_SUCCESS, length);
}

static NTSTATUS NTAPI ring_read(PDEVICE_OBJECT device, PIRP irp)
{
	struct ring_device *extension = device->DeviceExtension;
	struct ring *ring = &extension->rings[RINGS - 1];
	UCHAR *bytes = irp->AssociatedIrp.SystemBuffer;
	ULONG room = IoGetCurrentIrpStackLocation(irp)->Parameters.Read.Length, taken = 0;
	KIRQL irql;

	KeAcquireSpinLock(&ring->lock, &irql);
	while (ring->count && taken < room) {
		bytes[taken++] = ring->bytes[ring->first];
		ring->first = (ring->first + 1) % RING_SIZE;
		ring->count--;
	}
	KeReleaseSpinLock(&ring->lock, irql);
	return ring_complete(irp, STATUS_SUCCESS, taken);
}

static void ring_move(struct ring *from, struct ring *to)
{
	/* Always in the same order, so that two movers do not wait for each other. */
	struct ring *first = from < to ? from : to;
	struct ring *second = from < to ? to : from;
	KIRQL irql;

	KeAcquireSpinLock(&first->lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&second->lock);
	while (from->count && to->count < RING_SIZE) {
		to->bytes[(to->first + to->count++) % RING_SIZE] = from->bytes[from->first];
		from->first = (from->first + 1) % RING_SIZE;
		from->count--;
	}
	KeReleaseSpinLockFromDpcLevel(&second->lock);
	KeReleaseSpinLock(&first->lock, irql);
}

static VOID NTAPI ring_clear(PDEVICE_OBJECT device, PVOID context)
{
	struct ring_device *extension = device->DeviceExtension;
	struct clear_job *job = context;
	KIRQL irql;

	for (int i = 0; i < RINGS; i++) {
		KeAcquireSpinLock(&extension->rings[i].lock, &irql);
		extension->rings[i].count = 0;
		KeReleaseSpinLock(&extension->rings[i].lock, irql);
	}
	ring_complete(job->irp, STATUS_SUCCESS, 0);
	IoFreeWorkItem(job->item);
	ExFreePool(job);
}

static NTSTATUS ring_queue_clear(PDEVICE_OBJECT device, PIRP irp)
{
	struct clear_job *job = ExAllocatePool(NonPagedPool, sizeof *job);

	if (!job)
		return ring_complete(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
	job->irp = irp;
	job->item = IoAllocateWorkItem(device);
	if (!job->item) {
		ExFreePool(job);
		return ring_complete(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
	}
	IoMarkIrpPending(irp);
	IoQueueWorkItem(job->item, ring_clear, DelayedWorkQueue, job);
	return STATUS_PENDING;
}

static NTSTATUS NTAPI ring_device_control(PDEVICE_OBJECT device, PIRP irp)
{
	struct ring_device *extension = device->DeviceExtension;
	PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
	ULONG length = stack->Parameters.DeviceIoControl.InputBufferLength;
	const UCHAR *number = irp->AssociatedIrp.SystemBuffer;

	switch (stack->Parameters.DeviceIoControl.IoControlCode) {
	case IOCTL_RING_MOVE:
		if (length < 2 || number[0] >= RINGS || number[1] >= RINGS)
			break;
		ring_move(&extension->rings[number[0]], &extension->rings[number[1]]);
		return ring_complete(irp, STATUS_SUCCESS, 0);

	case IOCTL_RING_CLEAR:
		return ring_queue_clear(device, irp);
	}
	return ring_complete(irp, STATUS_INVALID_PARAMETER, 0);
}

static NTSTATUS NTAPI ring_create_close(PDEVICE_OBJECT device, PIRP irp)
{
	return ring_complete(irp, STATUS_SUCCESS, 0);
}

static VOID NTAPI ring_unload(PDRIVER_OBJECT driver)
{
	UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\Ring");

	IoDeleteSymbolicLink(&link);
	IoDeleteDevice(driver->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
	UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Ring");
	UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\Ring");
	struct ring_device *extension;
	PDEVICE_OBJECT device;
	NTSTATUS status;

	status = IoCreateDevice(driver, sizeof *extension, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
	if (!NT_SUCCESS(status))
		return status;
	device->Flags |= DO_BUFFERED_IO;
	extension = device->DeviceExtension;
	for (int i = 0; i < RINGS; i++) {
		KeInitializeSpinLock(&extension->rings[i].lock);
		extension->rings[i].first = extension->rings[i].count = 0;
	}

	driver->MajorFunction[IRP_MJ_CREATE] = ring_create_close;
	driver->MajorFunction[IRP_MJ_CLOSE] = ring_create_close;
	driver->MajorFunction[IRP_MJ_WRITE] = ring_write;
	driver->MajorFunction[IRP_MJ_READ] = ring_read;
	driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = ring_device_control;
	driver->DriverUnload = ring_unload;

	status = IoCreateSymbolicLink(&link, &name);
	if (!NT_SUCCESS(status))
		IoDeleteDevice(device);
	return status;
}
