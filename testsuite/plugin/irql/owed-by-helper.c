/* { dg-do compile } */
/* A helper hands over from the lock whose acquire raised the IRQL to another; its caller gives the IRQL back.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct object {
	KSPIN_LOCK lock;
	KIRQL irql;
	int count;
};

struct table {
	KSPIN_LOCK lock;
	struct object *first;
};

static void lock_object(struct table *table, struct object *object, KIRQL *irql)
{
	KeAcquireSpinLock(&table->lock, irql);
	KeAcquireSpinLockAtDpcLevel(&object->lock);
	KeReleaseSpinLockFromDpcLevel(&table->lock);
}

static struct object *get_object(struct table *table)
{
	struct object *object;
	KIRQL irql;

	KeAcquireSpinLock(&table->lock, &irql);
	object = table->first;
	KeAcquireSpinLockAtDpcLevel(&object->lock);
	object->irql = irql;
	KeReleaseSpinLockFromDpcLevel(&table->lock);
	return object;
}

void good_in_a_variable(struct table *table, struct object *object)
{
	KIRQL irql;

	lock_object(table, object, &irql);
	object->count--;
	KeReleaseSpinLock(&object->lock, irql);
}

void good_in_the_object(struct table *table)
{
	struct object *object = get_object(table);

	object->count--;
	KeReleaseSpinLock(&object->lock, object->irql);
}

void good_lowered(struct table *table, struct object *object)
{
	KIRQL irql;

	lock_object(table, object, &irql);
	object->count--;
	KeReleaseSpinLockFromDpcLevel(&object->lock);
	KeLowerIrql(irql);
}

void good_nested_from_dpc(struct table *table, struct object *object, PKSPIN_LOCK other)
{
	KIRQL irql, inner;

	KeAcquireSpinLock(other, &irql);
	lock_object(table, object, &inner);
	object->count--;
	KeReleaseSpinLockFromDpcLevel(&object->lock);
	KeReleaseSpinLock(other, irql);
}

DRIVER_STARTIO warn_never_lowered, warn_twice, good_callback;

VOID NTAPI good_callback(PDEVICE_OBJECT device, PIRP irp)
{
	struct table *table = device->DeviceExtension;
	KIRQL irql;

	lock_object(table, table->first, &irql);
	KeReleaseSpinLock(&table->first->lock, irql);
}

VOID NTAPI warn_never_lowered(PDEVICE_OBJECT device, PIRP irp)
{
	struct table *table = device->DeviceExtension;
	struct object *object = table->first;
	KIRQL irql;

	lock_object(table, object, &irql);	/* { dg-warning "'table->lock' is " "stays raised" } */
	KeReleaseSpinLockFromDpcLevel(&object->lock);
}

VOID NTAPI warn_twice(PDEVICE_OBJECT device, PIRP irp)
{
	struct table *table = device->DeviceExtension;
	struct object *object = table->first;
	KIRQL irql;

	lock_object(table, object, &irql);
	KeReleaseSpinLock(&object->lock, irql);
	KeReleaseSpinLock(&table->lock, irql);	/* { dg-warning "'table->lock' is released but not held" "released in the helper" } */
}
