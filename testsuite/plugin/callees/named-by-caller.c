/* { dg-do compile } */
/* A lock that a helper reaches through its parameter is named as the caller would write it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct queue {
	KSPIN_LOCK guard;
	KIRQL irql;
};

struct ext {
	KSPIN_LOCK lock;
	struct queue queue;
	struct queue *other;
	int count;
};

static void take(PKSPIN_LOCK spin, KIRQL *saved)
{
	KeAcquireSpinLock(spin, saved);
}

static void take_queue(struct queue *q)
{
	KeAcquireSpinLock(&q->guard, &q->irql);
}

static void drop_queue(struct queue *q)
{
	KeReleaseSpinLock(&q->guard, q->irql);
}

static void take_inner(struct ext *e)
{
	take_queue(&e->queue);
}

DRIVER_DISPATCH good_balanced, warn_lock, warn_member, warn_pointer, warn_through_two;

NTSTATUS NTAPI good_balanced(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	take_queue(&ext->queue);
	ext->count++;
	drop_queue(&ext->queue);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_lock(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	take(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here, by calling 'take'" "call" } */
	if (ext->count == 0)
		return STATUS_UNSUCCESSFUL;	/* { dg-warning "spin lock 'ext->lock' is still held at return" "return" } */
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_member(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	take_queue(&ext->queue);	/* { dg-note "'ext->queue.guard' acquired here, by calling 'take_queue'" "call" } */
	ext->count++;
	return STATUS_SUCCESS;	/* { dg-warning "spin lock 'ext->queue.guard' is still held at return" "return" } */
}

NTSTATUS NTAPI warn_pointer(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	take_queue(ext->other);	/* { dg-note "'ext->other->guard' acquired here, by calling 'take_queue'" "call" } */
	ext->count++;
	return STATUS_SUCCESS;	/* { dg-warning "spin lock 'ext->other->guard' is still held at return" "return" } */
}

NTSTATUS NTAPI warn_through_two(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	take_inner(ext);	/* { dg-note "'ext->queue.guard' acquired here, by calling 'take_inner'" "call" } */
	ext->count++;
	return STATUS_SUCCESS;	/* { dg-warning "spin lock 'ext->queue.guard' is still held at return" "return" } */
}
