/* { dg-do compile } */
/* What a helper stores through its parameter is the caller's field, element or variable, whatever either calls it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct queue {
	KSPIN_LOCK lock;
	KIRQL irql;
	BOOLEAN is_open, is_taken;
	BOOLEAN taken[4];
	ULONG flags;
};

struct user { struct queue *queue; BOOLEAN is_taken; KIRQL irql; };

extern int work(int);

static void note(BOOLEAN *place, BOOLEAN value)
{
	*place = value;
}

static void enter(struct queue *queue, KIRQL *irql, BOOLEAN *is_taken)
{
	*is_taken = FALSE;
	if (queue->is_open) {
		KeAcquireSpinLock(&queue->lock, irql);
		*is_taken = TRUE;
	}
}

static void set(ULONG *flags, ULONG bit)
{
	*flags |= bit;
}

static void enter_by_flag(struct queue *queue, KIRQL *irql, ULONG *flags)
{
	set(flags, 4);
	KeAcquireSpinLock(&queue->lock, irql);
}

static void leave_by_flag(struct queue *queue, KIRQL irql, ULONG flags)
{
	if (flags & 4)
		KeReleaseSpinLock(&queue->lock, irql);
}

DRIVER_STARTIO good_field, warn_field, good_element, warn_element, good_user, warn_user,
	good_flag, warn_flag, good_note, warn_note;

VOID NTAPI good_field(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;

	enter(queue, &queue->irql, &queue->is_taken);
	if (queue->is_taken)
		KeReleaseSpinLock(&queue->lock, queue->irql);
}

VOID NTAPI warn_field(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;

	enter(queue, &queue->irql, &queue->is_taken);
	if (!queue->is_taken)
		KeReleaseSpinLock(&queue->lock, queue->irql);	/* { dg-warning "lock' is released but not held" "the other way round" } */
}	/* { dg-warning "lock' is still held at return" "the other way round" } */

VOID NTAPI good_element(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;

	enter(queue, &queue->irql, &queue->taken[2]);
	if (queue->taken[2])
		KeReleaseSpinLock(&queue->lock, queue->irql);
}

VOID NTAPI warn_element(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;

	queue->taken[1] = FALSE;
	enter(queue, &queue->irql, &queue->taken[2]);
	if (queue->taken[1])
		KeReleaseSpinLock(&queue->lock, queue->irql);
}	/* { dg-warning "lock' is still held at return" "another element" } */

VOID NTAPI good_user(PDEVICE_OBJECT device, PIRP irp)
{
	struct user user = { device->DeviceExtension };

	enter(user.queue, &user.irql, &user.is_taken);
	work(1);
	if (user.is_taken)
		KeReleaseSpinLock(&user.queue->lock, user.irql);
}

VOID NTAPI warn_user(PDEVICE_OBJECT device, PIRP irp)
{
	struct user user = { device->DeviceExtension };

	enter(user.queue, &user.irql, &user.is_taken);
	user.is_taken = FALSE;
	if (user.is_taken)
		KeReleaseSpinLock(&user.queue->lock, user.irql);
}	/* { dg-warning "lock' is still held at return" "forgotten" } */

VOID NTAPI good_flag(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;
	ULONG flags = 0;
	KIRQL irql;

	enter_by_flag(queue, &irql, &flags);
	set(&flags, 1);
	work(2);
	leave_by_flag(queue, irql, flags);
}

VOID NTAPI warn_flag(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;
	ULONG flags = 0;
	KIRQL irql;

	enter_by_flag(queue, &irql, &flags);
	set(&flags, 1);
	work(2);
	leave_by_flag(queue, irql, flags & 3);
}	/* { dg-warning "lock' is still held at return" "another bit" } */

VOID NTAPI good_note(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;
	BOOLEAN is_taken, is_busy;
	KIRQL irql = 0;

	note(&is_taken, FALSE);
	if (work(1)) {
		KeAcquireSpinLock(&queue->lock, &irql);
		note(&is_taken, TRUE);
	}
	note(&is_busy, FALSE);
	if (is_taken)
		KeReleaseSpinLock(&queue->lock, irql);
	work(is_busy);
}

VOID NTAPI warn_note(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;
	BOOLEAN is_taken, is_busy;
	KIRQL irql = 0;

	note(&is_taken, FALSE);
	if (work(1)) {
		KeAcquireSpinLock(&queue->lock, &irql);
		note(&is_taken, TRUE);
	}
	note(&is_busy, FALSE);
	if (is_busy)
		KeReleaseSpinLock(&queue->lock, irql);
	work(is_taken);
}	/* { dg-warning "lock' is still held at return" "another variable" } */
