/* pthread.c - queues of a program with spin locks; the comments say what pthread.ddi finds.
 *
 *     spinrule-gcc gcc -fplugin-arg-spinrule-ddi=pthread.ddi -c pthread.c
 *
 * SPDX-License-Identifier: MIT
 */

#include <pthread.h>
#include <stddef.h>

struct job {
	struct job *next;
};

struct queue {
	pthread_spinlock_t lock;
	struct job *first;
	int limit, length;
};

void queue_init(struct queue *queue)
{
	pthread_spin_init(&queue->lock, PTHREAD_PROCESS_PRIVATE);
	queue->first = NULL;
}

int queue_add(struct queue *queue, struct job *job)
{
	pthread_spin_lock(&queue->lock);
	if (queue->length >= queue->limit) {
		pthread_spin_unlock(&queue->lock);
		return -1;
	}
	job->next = queue->first;
	queue->first = job;
	queue->length++;
	pthread_spin_unlock(&queue->lock);
	return 0;
}

void queue_drop(struct queue *queue)
{
	pthread_spin_lock(&queue->lock);
	if (!queue->first)
		return;	/* finds: held-at-return */
	queue->first = queue->first->next;
	queue->length--;
	pthread_spin_unlock(&queue->lock);
}

/* A try returns 0 when it acquired.  */
int queue_peek(struct queue *queue)
{
	int length;

	if (pthread_spin_trylock(&queue->lock) != 0)
		return -1;
	length = queue->length;
	pthread_spin_unlock(&queue->lock);
	return length;
}

int queue_peek_wrong(struct queue *queue)
{
	int length;

	if (pthread_spin_trylock(&queue->lock))
		queue->limit++;
	length = queue->length;
	pthread_spin_unlock(&queue->lock);	/* finds: release-unheld */
	return length;
}

static int count(struct queue *queue)
{
	int length;

	pthread_spin_lock(&queue->lock);
	length = queue->length;
	pthread_spin_unlock(&queue->lock);
	return length;
}

void queue_trim(struct queue *queue)
{
	pthread_spin_lock(&queue->lock);
	while (count(queue) > queue->limit)	/* finds: double-acquire */
		queue->first = queue->first->next;
	pthread_spin_unlock(&queue->lock);
}
