/* Callbacks whose locks are acquired and released by helpers of another file.
 *
 * SPDX-License-Identifier: MIT
 */

#include "helpers.h"

DRIVER_DISPATCH good_leaves_elsewhere, good_enters_elsewhere, good_by_lock, good_tried;
DRIVER_DISPATCH warn_early_return, warn_twice, warn_first_here, warn_try_forgotten;

NTSTATUS NTAPI good_leaves_elsewhere(PDEVICE_OBJECT device, PIRP irp)
{
	QUEUE *queue = device->DeviceExtension;

	(void)irp;
	KeAcquireSpinLock(&queue->guard, &queue->saved);
	queue->length++;
	queue_leave(queue);
	return 0;
}

NTSTATUS NTAPI good_enters_elsewhere(PDEVICE_OBJECT device, PIRP irp)
{
	QUEUE *queue = device->DeviceExtension;
	KIRQL irql;

	(void)irp;
	queue_enter_saving(queue, &irql);
	queue->length++;
	KeReleaseSpinLock(&queue->guard, irql);
	return 0;
}

NTSTATUS NTAPI good_by_lock(PDEVICE_OBJECT device, PIRP irp)
{
	QUEUE *queue = device->DeviceExtension;
	KIRQL irql;

	(void)irp;
	guard_enter(&queue->guard, &irql);
	queue->length--;
	KeReleaseSpinLock(&queue->guard, irql);
	return 0;
}

NTSTATUS NTAPI good_tried(PDEVICE_OBJECT device, PIRP irp)
{
	QUEUE *queue = device->DeviceExtension;

	(void)irp;
	if (queue_try(queue))
		queue_leave(queue);
	return 0;
}

NTSTATUS NTAPI warn_early_return(PDEVICE_OBJECT device, PIRP irp)
{
	QUEUE *queue = device->DeviceExtension;

	(void)irp;
	queue_enter(queue);
	if (queue->length)
		return 1;	/* warning: held-at-return */
	queue_leave(queue);
	return 0;
}

NTSTATUS NTAPI warn_twice(PDEVICE_OBJECT device, PIRP irp)
{
	QUEUE *queue = device->DeviceExtension;

	(void)irp;
	queue_enter(queue);
	queue_enter(queue);	/* warning: double-acquire */
	queue_leave(queue);
	return 0;
}

NTSTATUS NTAPI warn_first_here(PDEVICE_OBJECT device, PIRP irp)
{
	QUEUE *queue = device->DeviceExtension;
	KIRQL irql;

	(void)irp;
	KeAcquireSpinLock(&queue->guard, &irql);
	queue_enter(queue);	/* warning: double-acquire */
	queue_leave(queue);
	KeReleaseSpinLock(&queue->guard, irql);
	return 0;
}

NTSTATUS NTAPI warn_try_forgotten(PDEVICE_OBJECT device, PIRP irp)
{
	QUEUE *queue = device->DeviceExtension;

	(void)irp;
	if (queue_try(queue))
		return 1;	/* warning: held-at-return */
	return 0;
}
/* says: helpers-b.c:10:2: note: (2) 'queue->guard' acquired here, by 'KeAcquireSpinLock', in 'queue_enter' */
