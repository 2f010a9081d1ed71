/* Many threads, few locks, no mistake: the counters are right and nothing is reported.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 0 */
/* expect: ^spinrule: 0 violations, 480000 lock calls checked */

#include "by-hand.h"

enum { THREADS = 8, TURNS = 10000 };

static KSPIN_LOCK raising, queued, cold;
static unsigned raised_count, queued_count, cancelled_count;
static thread threads[THREADS];

static thread_result THREAD_CALL worker(void *context)
{
	(void)context;
	for (int i = 0; i < TURNS; i++) {
		KLOCK_QUEUE_HANDLE handle;
		KIRQL irql;

		KeAcquireSpinLock(&raising, &irql);
		raised_count++;
		KeReleaseSpinLock(&raising, irql);

		KeAcquireInStackQueuedSpinLock(&queued, &handle);
		queued_count++;
		KeReleaseInStackQueuedSpinLock(&handle);

		IoAcquireCancelSpinLock(&irql);
		cancelled_count++;
		IoReleaseCancelSpinLock(irql);
	}
	return 0;
}

int main(void)
{
	for (int i = 0; i < THREADS; i++)
		threads[i] = thread_start(worker, NULL);
	for (int i = 0; i < THREADS; i++)
		thread_join(threads[i]);
	CHECK(raised_count == THREADS * TURNS);
	CHECK(queued_count == THREADS * TURNS);
	CHECK(cancelled_count == THREADS * TURNS);
	CHECK(!raising && !queued && !cold);
	return 0;
}
