/* driver.c - the source that the logs and summaries of this folder tell of.
 *
 * SPDX-License-Identifier: MIT
 */

#include <ddk/wdm.h>

struct extension {
	KSPIN_LOCK queue, log;
	ULONG pending;
};

static DRIVER_DISPATCH MyRead, MyWrite, MyClose;
static KDEFERRED_ROUTINE MyDpc;

static void enter_log(struct extension *ext, KIRQL *irql)
{
	KeAcquireSpinLock(&ext->log, irql);
}

static NTSTATUS NTAPI MyRead(PDEVICE_OBJECT device, PIRP irp)
{
	struct extension *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->queue, &irql);
	if (ext->pending > 3 && irp->Cancel)
		return STATUS_DEVICE_BUSY;
	ext->pending++;
	KeReleaseSpinLock(&ext->queue, irql);
	return STATUS_PENDING;
}

static NTSTATUS NTAPI MyWrite(PDEVICE_OBJECT device, PIRP irp)
{
	struct extension *ext = device->DeviceExtension;
	KIRQL irql, inner;

	KeAcquireSpinLock(&ext->queue, &irql);
	if (irp->Cancel)
		KeAcquireSpinLock(&ext->queue, &inner);
	KeReleaseSpinLock(&ext->queue, irql);
	return STATUS_SUCCESS;
}

static NTSTATUS NTAPI MyClose(PDEVICE_OBJECT device, PIRP irp)
{
	struct extension *ext = device->DeviceExtension;
	KIRQL irql;

	enter_log(ext, &irql);
	KeReleaseSpinLock(&ext->log, 0);
	KeInitializeSpinLock(&ext->log);
	return STATUS_SUCCESS;
}

static void NTAPI MyDpc(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	struct extension *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->queue);
	if (!first)
		return;
	KeReleaseSpinLockFromDpcLevel(&ext->queue);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
	static KDPC dpc;

	driver->MajorFunction[IRP_MJ_READ] = MyRead;
	driver->MajorFunction[IRP_MJ_WRITE] = MyWrite;
	driver->MajorFunction[IRP_MJ_CLOSE] = MyClose;
	KeInitializeDpc(&dpc, MyDpc, NULL);
	return STATUS_SUCCESS;
}
