/* queue.c - a queue of numbers, as a driver has it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "queue.h"

void queue_init(struct queue *queue)
{
	KeInitializeSpinLock(&queue->lock);
	queue->count = 0;
}

BOOLEAN queue_put(struct queue *queue, int number)
{
	KIRQL irql;
	BOOLEAN is_put = FALSE;

	KeAcquireSpinLock(&queue->lock, &irql);
	if (queue->count < QUEUE_SIZE) {
		queue->numbers[queue->count++] = number;
		is_put = TRUE;
	}
	KeReleaseSpinLock(&queue->lock, irql);
	return is_put;
}

BOOLEAN queue_get(struct queue *queue, int *number)
{
	KIRQL irql;

	KeAcquireSpinLock(&queue->lock, &irql);
#ifdef BROKEN
	if (!queue->count)
		return FALSE;
#else
	if (!queue->count) {
		KeReleaseSpinLock(&queue->lock, irql);
		return FALSE;
	}
#endif
	*number = queue->numbers[--queue->count];
	KeReleaseSpinLock(&queue->lock, irql);
	return TRUE;
}
