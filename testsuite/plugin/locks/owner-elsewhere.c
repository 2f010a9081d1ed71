/* { dg-do compile } */
/* Locks that one function takes and another drops: interfaces of a driver, queues with their own callbacks.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct queue {
	KSPIN_LOCK lock;
	KIRQL irql;
	LIST_ENTRY list;
	void (*acquire)(struct queue *, PKIRQL);
	void (*release)(struct queue *, KIRQL);
};

struct completer {
	PKSPIN_LOCK lock;
	KIRQL irql;
	PIRP irp;
};

extern void finish(struct completer *);
extern void register_queue(struct queue *);

/* In the manner of IO_CSQ: the IRQL goes to the caller. */
static void good_queue_acquire(struct queue *queue, PKIRQL irql)
{
	KeAcquireSpinLock(&queue->lock, irql);
}

static void good_queue_release(struct queue *queue, KIRQL irql)
{
	KeReleaseSpinLock(&queue->lock, irql);
}

void set_up(struct queue *queue)
{
	KeInitializeSpinLock(&queue->lock);
	queue->acquire = good_queue_acquire;
	queue->release = good_queue_release;
	register_queue(queue);
}

void good_called_through_pointers(struct queue *queue, PLIST_ENTRY entry)
{
	KIRQL irql;

	queue->acquire(queue, &irql);
	InsertTailList(&queue->list, entry);
	queue->release(queue, irql);
}

/* The lock goes on to a completer together with the IRQL to release it with. */
void good_passed_on_held(struct queue *queue, PIRP irp)
{
	struct completer completer;

	KeAcquireSpinLock(&queue->lock, &completer.irql);
	completer.lock = &queue->lock;
	completer.irp = irp;
	finish(&completer);
}

void good_completer(struct completer *completer)
{
	KeReleaseSpinLock(completer->lock, completer->irql);
	completer->irp->IoStatus.Status = STATUS_SUCCESS;
}

void warn_completer(struct completer *completer)
{
	KeReleaseSpinLock(completer->lock, completer->irql);
	completer->irp->IoStatus.Status = STATUS_SUCCESS;
	KeReleaseSpinLock(completer->lock, completer->irql);	/* { dg-warning "completer->lock' is released but not held .spinrule-release-unheld." "twice" } */
}

/* A callback that hands a lock over to a function of this file keeps the books itself. */
static void complete_held(struct queue *queue, KIRQL irql)
{
	RemoveHeadList(&queue->list);
	KeReleaseSpinLock(&queue->lock, irql);
}

DRIVER_STARTIO good_start_io, warn_start_io;

VOID NTAPI good_start_io(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&queue->lock, &irql);
	if (IsListEmpty(&queue->list))
		KeReleaseSpinLock(&queue->lock, irql);
	else
		complete_held(queue, irql);
}

VOID NTAPI warn_start_io(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&queue->lock, &irql);	/* { dg-note "'queue->lock' acquired here" "acquire" } */
	if (!IsListEmpty(&queue->list))
		complete_held(queue, irql);
}	/* { dg-warning "'queue->lock' is still held at return .spinrule-held-at-return." "list empty" } */
