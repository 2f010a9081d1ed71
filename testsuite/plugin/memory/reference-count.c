/* { dg-do compile } */
/* Counts under a lock: the last one out frees the object, and the lock with it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct object {
	LIST_ENTRY link;
	KSPIN_LOCK lock;
	LONG references;
	LONG users;
	BOOLEAN deleted;
};

static KSPIN_LOCK table_lock;
static LIST_ENTRY table;

extern struct object *search(ULONG);

void good_drop(struct object *object)
{
	BOOLEAN last;
	KIRQL irql;

	KeAcquireSpinLock(&table_lock, &irql);
	last = --object->references == 0;
	if (last)
		RemoveEntryList(&object->link);
	KeReleaseSpinLock(&table_lock, irql);
	if (last)
		ExFreePoolWithTag(object, 0x004f626a);
}

/* The lock goes on being held where it was not the last one. */
void warn_drop(struct object *object)
{
	KIRQL irql;

	KeAcquireSpinLock(&table_lock, &irql);
	if (--object->references == 0) {
		RemoveEntryList(&object->link);
		KeReleaseSpinLock(&table_lock, irql);
		ExFreePoolWithTag(object, 0x004f626a);
	}
}	/* { dg-warning "'table_lock' is still held at return .spinrule-held-at-return." "not the last" } */

/* With an atomic count only the last one takes the lock at all. */
void good_drop_atomic(struct object *object)
{
	KIRQL irql;

	if (InterlockedDecrement(&object->references) != 0)
		return;
	KeAcquireSpinLock(&table_lock, &irql);
	RemoveEntryList(&object->link);
	KeReleaseSpinLock(&table_lock, irql);
	ExFreePoolWithTag(object, 0x004f626a);
}

void warn_drop_atomic(struct object *object)
{
	KIRQL irql;

	if (InterlockedDecrement(&object->references) != 0)
		goto out;
	KeAcquireSpinLock(&table_lock, &irql);
	RemoveEntryList(&object->link);
	KeReleaseSpinLock(&table_lock, irql);
	ExFreePoolWithTag(object, 0x004f626a);
	return;
out:
	KeAcquireSpinLock(&table_lock, &irql);
	if (object->deleted)
		return;		/* { dg-warning "'table_lock' is still held at return .spinrule-held-at-return." "deleted" } */
	KeReleaseSpinLock(&table_lock, irql);
}

/* Found under the table's lock, referenced, and locked after it. */
struct object *good_find_and_lock(ULONG key, PKIRQL irql)
{
	struct object *object;

	KeAcquireSpinLock(&table_lock, irql);
	object = search(key);
	if (object == NULL) {
		KeReleaseSpinLock(&table_lock, *irql);
		return NULL;
	}
	object->references++;
	KeReleaseSpinLock(&table_lock, *irql);
	KeAcquireSpinLock(&object->lock, irql);
	return object;
}

void good_use(ULONG key)
{
	KIRQL irql;
	struct object *object = good_find_and_lock(key, &irql);

	if (!object)
		return;
	object->users++;
	KeReleaseSpinLock(&object->lock, irql);
	good_drop(object);
}

void warn_use(ULONG key)
{
	KIRQL irql;
	struct object *object = good_find_and_lock(key, &irql);

	if (!object)
		return;
	object->users++;
	KeReleaseSpinLock(&object->lock, irql);
	good_drop(object);
	KeReleaseSpinLock(&object->lock, irql);		/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "after the drop" } */
}

/* A remove lock of the driver's own: entered only if the device is not going away. */
struct device {
	KSPIN_LOCK lock;
	LONG count;
	BOOLEAN removing;
	KEVENT event;
};

static NTSTATUS enter(struct device *device)
{
	NTSTATUS status = STATUS_SUCCESS;
	KIRQL irql;

	KeAcquireSpinLock(&device->lock, &irql);
	if (device->removing)
		status = STATUS_DELETE_PENDING;
	else
		device->count++;
	KeReleaseSpinLock(&device->lock, irql);
	return status;
}

static void leave(struct device *device)
{
	BOOLEAN last;
	KIRQL irql;

	KeAcquireSpinLock(&device->lock, &irql);
	last = --device->count == 0 && device->removing;
	KeReleaseSpinLock(&device->lock, irql);
	if (last)
		KeSetEvent(&device->event, IO_NO_INCREMENT, FALSE);
}

DRIVER_DISPATCH good_entered_and_left, warn_entered_and_left;

NTSTATUS NTAPI good_entered_and_left(PDEVICE_OBJECT device_object, PIRP irp)
{
	struct device *device = device_object->DeviceExtension;
	NTSTATUS status = enter(device);
	KIRQL irql;

	if (!NT_SUCCESS(status))
		return status;
	KeAcquireSpinLock(&device->lock, &irql);
	irp->IoStatus.Information = device->count;
	KeReleaseSpinLock(&device->lock, irql);
	leave(device);
	return status;
}

NTSTATUS NTAPI warn_entered_and_left(PDEVICE_OBJECT device_object, PIRP irp)
{
	struct device *device = device_object->DeviceExtension;
	NTSTATUS status = enter(device);
	KIRQL irql;

	if (!NT_SUCCESS(status))
		return status;
	KeAcquireSpinLock(&device->lock, &irql);
	irp->IoStatus.Information = device->count;
	leave(device);	/* { dg-warning "lock' is acquired while already held .spinrule-double-acquire." "takes the lock" } */
	KeReleaseSpinLock(&device->lock, irql);
	return status;
}
