/* queue.h - a queue of numbers, as a driver has it.
 *
 * SPDX-License-Identifier: MIT
 */

#include <wdm.h>

enum { QUEUE_SIZE = 4 };

struct queue {
	KSPIN_LOCK lock;
	ULONG count;
	int numbers[QUEUE_SIZE];
};

void queue_init(struct queue *queue);

/* False if the queue is full. */
BOOLEAN queue_put(struct queue *queue, int number);

/* False if it is empty. */
BOOLEAN queue_get(struct queue *queue, int *number);
