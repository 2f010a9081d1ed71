/* POSIX threads' locks by the example's table: threads that share a lock, and mistakes.
 *
 * SPDX-License-Identifier: MIT
 */
/* built: instrumented */
/* port: posix */
/* flags: -fplugin-arg-spinrule-ddi=@FOLDER@/../../examples/tables/pthread.ddi */
/* exit: 66 */
/* expect: ^good: 20000$ */
/* expect: ^spinrule: spin lock 'queue\.lock' \(0x[0-9A-F]+\) is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*:{unheld}:[0-9]+ in warn_released_again$ */
/* expect: ^spinrule: spin lock 'mutex\.lock' .* is released by a routine of another kind than acquired it \[spinrule-mismatched-release\]$ */
/* expect: ^spinrule: spin lock 'queue\.lock' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{left}:[0-9]+ in leaves$ */
/* expect: ^spinrule: 3 violations, */

#include "by-hand.h"

static struct {
	pthread_spinlock_t lock;
	int length;
} queue;
static union {
	pthread_mutex_t mutex;
	pthread_spinlock_t lock;
} mutex;

static thread_result THREAD_CALL adds(void *unused)
{
	(void)unused;
	for (int i = 0; i < 10000; i++) {
		while (pthread_spin_trylock(&queue.lock))
			pthread_spin_lock(&queue.lock), pthread_spin_unlock(&queue.lock);
		queue.length++;
		pthread_spin_unlock(&queue.lock);
	}
	return 0;
}

static void warn_released_again(void)
{
	pthread_spin_lock(&queue.lock);
	pthread_spin_unlock(&queue.lock);
	pthread_spin_unlock(&queue.lock);	/* line: unheld */
}

static void warn_kind(void)
{
	pthread_mutex_lock(&mutex.mutex);
	pthread_spin_unlock(&mutex.lock);
}

static thread_result THREAD_CALL leaves(void *unused)
{
	(void)unused;
	pthread_spin_lock(&queue.lock);	/* line: left */
	return 0;
}

int main(void)
{
	thread other;

	pthread_spin_init(&queue.lock, PTHREAD_PROCESS_PRIVATE);
	other = thread_start(adds, NULL);
	adds(NULL);
	thread_join(other);
	fprintf(stderr, "good: %d\n", queue.length);
	warn_released_again();
	pthread_spin_init(&queue.lock, PTHREAD_PROCESS_PRIVATE);
	warn_kind();
	run_in_thread(leaves, NULL);
	return 0;
}
