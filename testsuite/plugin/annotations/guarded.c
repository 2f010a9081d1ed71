/* { dg-do compile } */
/* { dg-options "-fplugin-arg-spinrule-warn=unguarded" } */
/* Fields and variables that are annotated with the lock that guards them.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"
#include "../../../runtime/spinrule-sal.h"

struct queue {
	KSPIN_LOCK lock;
	KIRQL irql;
	_Guarded_by_(lock) int count;
	_Guarded_by_(lock) LIST_ENTRY list;
	_Write_guarded_by_(lock) int last;
	_Guarded_by_(lock) struct { int low, high; } mark;
	struct { KSPIN_LOCK lock; } inner;
	_Guarded_by_(inner.lock) int deep;
	int other;
};

static KSPIN_LOCK total_lock;
_Guarded_by_(total_lock) static int total;

extern void log_line(int line);
extern void enter(struct queue *queue);
extern KIRQL saved;

DRIVER_DISPATCH good_locked, warn_free, warn_released, warn_list, warn_nested, warn_variable, warn_by_helper, good_by_helper, warn_other_lock,
	good_other_field, good_read, warn_branch, warn_logged, good_entered, warn_deep, warn_twice_by_helper;
DRIVER_INITIALIZE good_entry;
DRIVER_UNLOAD good_unload;

NTSTATUS NTAPI good_locked(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&queue->lock, &irql);
	queue->count++;
	queue->mark.low = 1;
	InsertTailList(&queue->list, &irp->Tail.Overlay.ListEntry);
	KeReleaseSpinLock(&queue->lock, irql);
	KeAcquireSpinLock(&total_lock, &irql);
	total++;
	KeReleaseSpinLock(&total_lock, irql);
	return 0;
}

NTSTATUS NTAPI warn_free(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;

	(void)irp;
	queue->count = 0;	/* { dg-warning "'queue->lock' is not held where data that it guards is written .spinrule-unguarded." "free" } */
	return 0;
}

NTSTATUS NTAPI warn_released(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;
	KIRQL irql;

	(void)irp;
	KeAcquireSpinLock(&queue->lock, &irql);
	queue->count++;
	KeReleaseSpinLock(&queue->lock, irql);	/* { dg-note "released here" "since" } */
	queue->last = 1;	/* { dg-warning "'queue->lock' is not held where data that it guards is written" "released" } */
	/* { dg-note "'queue->last' is written here, which 'queue->lock' guards" "words" { target *-*-* } .-1 } */
	return 0;
}

NTSTATUS NTAPI warn_list(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;

	InsertTailList(&queue->list, &irp->Tail.Overlay.ListEntry);	/* { dg-warning "'queue->lock' is not held where data" "list" } */
	return 0;
}

NTSTATUS NTAPI warn_nested(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;

	(void)irp;
	queue->mark.high = 1;	/* { dg-warning "'queue->lock' is not held where data" "nested" } */
	return 0;
}

NTSTATUS NTAPI warn_variable(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device;
	(void)irp;
	total++;	/* { dg-warning "'total_lock' is not held where data" "variable" } */
	return 0;
}

NTSTATUS NTAPI warn_deep(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;
	KIRQL irql;

	(void)irp;
	KeAcquireSpinLock(&queue->lock, &irql);
	queue->deep = 1;	/* { dg-warning "'queue->inner.lock' is not held where data" "the other lock" } */
	KeReleaseSpinLock(&queue->lock, irql);
	return 0;
}

NTSTATUS NTAPI warn_other_lock(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;
	KIRQL irql;

	(void)irp;
	KeAcquireSpinLock(&total_lock, &irql);
	queue->count = 0;	/* { dg-warning "'queue->lock' is not held where data" "another lock" } */
	KeReleaseSpinLock(&total_lock, irql);
	return 0;
}

NTSTATUS NTAPI good_other_field(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;

	(void)irp;
	queue->other = 1;
	return 0;
}

/* Only writes are checked.  */
NTSTATUS NTAPI good_read(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;

	(void)irp;
	return queue->count + total;
}

NTSTATUS NTAPI warn_branch(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;
	KIRQL irql = 0;

	if (irp)
		KeAcquireSpinLock(&queue->lock, &irql);
	queue->count = 0;	/* { dg-warning "'queue->lock' is not held where data" "on one branch" } */
	if (irp)
		KeReleaseSpinLock(&queue->lock, irql);
	return 0;
}

/* A helper's callers decide.  */
static void set_count(struct queue *queue, int count, int is_last)
{
	queue->count = count;
	if (is_last)
		queue->other = 1;
}

NTSTATUS NTAPI warn_by_helper(PDEVICE_OBJECT device, PIRP irp)
{
	(void)irp;
	set_count(device->DeviceExtension, 1, 0);	/* { dg-warning "is not held where data" "by a helper" } */
	return 0;
}

NTSTATUS NTAPI good_by_helper(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;
	KIRQL irql;

	(void)irp;
	KeAcquireSpinLock(&queue->lock, &irql);
	set_count(queue, 1, 1);
	KeReleaseSpinLock(&queue->lock, irql);
	return 0;
}

static void count_up(struct queue *queue)
{
	set_count(queue, 2, 1);
}

NTSTATUS NTAPI warn_twice_by_helper(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;
	KIRQL irql;

	(void)irp;
	KeAcquireSpinLock(&queue->lock, &irql);
	count_up(queue);
	KeReleaseSpinLock(&queue->lock, irql);
	count_up(queue);	/* { dg-warning "'queue->lock' is not held where data" "by a helper's helper" } */
	/* { dg-note "'count_up', called here, writes what 'queue->lock' guards" "words" { target *-*-* } .-1 } */
	return 0;
}

/* Its callers are not seen.  */
void good_unknown(struct queue *queue)
{
	queue->count = 0;
}

/* What another function gets may lead it to the lock; this one gets nothing.  */
NTSTATUS NTAPI warn_logged(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;

	(void)irp;
	log_line(__LINE__);
	queue->count = 0;	/* { dg-warning "'queue->lock' is not held where data" "logged" } */
	return 0;
}

NTSTATUS NTAPI good_entered(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;

	(void)irp;
	enter(queue);
	queue->count = 0;
	KeReleaseSpinLock(&queue->lock, saved);
	return 0;
}

/* Nothing else uses what is being set up or taken down.  */
NTSTATUS NTAPI good_entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
	(void)driver;
	(void)path;
	total = 0;
	return 0;
}

VOID NTAPI good_unload(PDRIVER_OBJECT driver)
{
	struct queue *queue = driver->DeviceObject->DeviceExtension;

	queue->count = 0;
	set_count(queue, 1, 0);
}

DRIVER_DISPATCH good_set_up, good_alone;

NTSTATUS NTAPI good_set_up(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;

	(void)irp;
	queue->count = 0;
	KeInitializeSpinLock(&queue->lock);
	queue->last = 0;
	return 0;
}

_No_competing_thread_ NTSTATUS NTAPI good_alone(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;

	(void)irp;
	queue->count = 0;
	return 0;
}

DRIVER_DISPATCH good_local;

NTSTATUS NTAPI good_local(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue queue;

	(void)device;
	(void)irp;
	queue.count = 0;
	return queue.count;
}
