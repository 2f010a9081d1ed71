/* The helpers of helpers-a.c.
 *
 * SPDX-License-Identifier: MIT
 */

#include "helpers.h"

void NTAPI queue_enter(QUEUE *queue)
{
	KeAcquireSpinLock(&queue->guard, &queue->saved);
}

void NTAPI queue_leave(QUEUE *queue)
{
	KeReleaseSpinLock(&queue->guard, queue->saved);
}

void NTAPI queue_enter_saving(QUEUE *queue, KIRQL *irql)
{
	KeAcquireSpinLock(&queue->guard, irql);
}

void NTAPI guard_enter(KSPIN_LOCK *guard, KIRQL *irql)
{
	KeAcquireSpinLock(guard, irql);
}

int NTAPI queue_try(QUEUE *queue)
{
	queue_enter(queue);
	if (queue->length > 0)
		return 1;
	queue_leave(queue);
	return 0;
}
