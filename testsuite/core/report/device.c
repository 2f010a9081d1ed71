/* device.c - compiled by report.exp: the summary that the plugin writes is one that the report reads.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

struct device {
	KSPIN_LOCK lock;
	int pending;
};

DRIVER_DISPATCH device_read, device_cancel;
DRIVER_STARTIO device_start;

NTSTATUS NTAPI device_read(struct _DEVICE_OBJECT *object, struct _IRP *irp)
{
	struct device *device = (struct device *)object;
	KIRQL irql;

	KeAcquireSpinLock(&device->lock, &irql);
	if (device->pending == 2)
		return STATUS_UNSUCCESSFUL;
	device->pending++;
	KeReleaseSpinLock(&device->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI device_cancel(struct _DEVICE_OBJECT *object, struct _IRP *irp)
{
	struct device *device = (struct device *)object;
	KIRQL irql;

	KeAcquireSpinLock(&device->lock, &irql);
	if (!irp)
		KeAcquireSpinLock(&device->lock, &irql);
	device->pending--;
	KeReleaseSpinLock(&device->lock, irql);
	return STATUS_SUCCESS;
}

static void move(struct device *from, struct device *to)
{
	KIRQL irql;

	KeAcquireSpinLock(&from->lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&to->lock);
	from->pending--;
	to->pending++;
	KeReleaseSpinLockFromDpcLevel(&to->lock);
	KeReleaseSpinLock(&from->lock, irql);
}

VOID NTAPI device_start(struct _DEVICE_OBJECT *object, struct _IRP *irp)
{
	move((struct device *)object, (struct device *)irp);
}
