/* ring.c - a small driver: a device with four rings of bytes, each behind a spin lock.
 *
 *     IOCTL_RING_PUT    in: the ring's number, then bytes to put into it
 *     IOCTL_RING_TAKE   in: the ring's number; out: what was in it
 *     IOCTL_RING_MOVE   in: two numbers; moves what fits from the first ring into the second
 *     IOCTL_RING_CLEAR  empties all rings, in a work item
 *
 * Two mistakes are in here.  ring-fixed.c is the same driver without them.
 *
 * SPDX-License-Identifier: MIT
 */

#include <ddk/wdm.h>

#define IOCTL_RING_PUT   CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_RING_TAKE  CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_RING_MOVE  CTL_CODE(FILE_DEVICE_UNKNOWN, 0x803, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_RING_CLEAR CTL_CODE(FILE_DEVICE_UNKNOWN, 0x804, METHOD_BUFFERED, FILE_ANY_ACCESS)

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
static DRIVER_DISPATCH ring_create_close, ring_device_control;
static IO_WORKITEM_ROUTINE ring_clear;

static NTSTATUS ring_put(struct ring *ring, const UCHAR *bytes, ULONG count)
{
	KIRQL irql;

	KeAcquireSpinLock(&ring->lock, &irql);
	if (count > RING_SIZE - ring->count)
		return STATUS_BUFFER_OVERFLOW;
	for (ULONG i = 0; i < count; i++)
		ring->bytes[(ring->first + ring->count++) % RING_SIZE] = bytes[i];
	KeReleaseSpinLock(&ring->lock, irql);
	return STATUS_SUCCESS;
}

static ULONG ring_take(struct ring *ring, UCHAR *bytes, ULONG room)
{
	ULONG taken = 0;
	KIRQL irql;

	KeAcquireSpinLock(&ring->lock, &irql);
	while (ring->count && taken < room) {
		bytes[taken++] = ring->bytes[ring->first];
		ring->first = (ring->first + 1) % RING_SIZE;
		ring->count--;
	}
	KeReleaseSpinLock(&ring->lock, irql);
	return taken;
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

static NTSTATUS ring_complete(PIRP irp, NTSTATUS status, ULONG_PTR information)
{
	irp->IoStatus.Status = status;
	irp->IoStatus.Information = information;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	return status;
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
	ULONG room = stack->Parameters.DeviceIoControl.OutputBufferLength;
	UCHAR *buffer = irp->AssociatedIrp.SystemBuffer;

	switch (stack->Parameters.DeviceIoControl.IoControlCode) {
	case IOCTL_RING_PUT:
		if (length < 1 || buffer[0] >= RINGS)
			break;
		return ring_complete(irp, ring_put(&extension->rings[buffer[0]], buffer + 1, length - 1), 0);

	case IOCTL_RING_TAKE:
		if (length < 1 || buffer[0] >= RINGS)
			break;
		return ring_complete(irp, STATUS_SUCCESS, ring_take(&extension->rings[buffer[0]], buffer, room));

	case IOCTL_RING_MOVE:
		if (length < 2 || buffer[0] >= RINGS || buffer[1] >= RINGS)
			break;
		ring_move(&extension->rings[buffer[0]], &extension->rings[buffer[1]]);
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
	extension = device->DeviceExtension;
	for (int i = 0; i < RINGS; i++) {
		KeInitializeSpinLock(&extension->rings[i].lock);
		extension->rings[i].first = extension->rings[i].count = 0;
	}

	driver->MajorFunction[IRP_MJ_CREATE] = ring_create_close;
	driver->MajorFunction[IRP_MJ_CLOSE] = ring_create_close;
	driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = ring_device_control;
	driver->DriverUnload = ring_unload;

	status = IoCreateSymbolicLink(&link, &name);
	if (!NT_SUCCESS(status))
		IoDeleteDevice(device);
	return status;
}
