/* yield=1 gives up the processor with each lock held: nothing is reported of clean threads, and counts are right; with
 * lock_order=1 beside it the order that only two threads together break is found.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: yield=1:lock_order=1:history=0 */
/* exit: 66 */
/* expect: ^count 2000$ */
/* expect: ^spinrule: spin lock 'first' .* is acquired against an order of locks seen before \[spinrule-lock-order\]$ */
/* expect: ^spinrule: 1 violation, 4008 lock calls checked */

#include "by-hand.h"

enum { THREADS = 4, TIMES = 500 };

static KSPIN_LOCK shared, first, second;
static long count;

static thread_result THREAD_CALL count_up(void *context)
{
	KIRQL irql;

	(void)context;
	for (int i = 0; i < TIMES; i++) {
		KeAcquireSpinLock(&shared, &irql);
		count++;
		KeReleaseSpinLock(&shared, irql);
	}
	return 0;
}

static thread_result THREAD_CALL good_order(void *context)
{
	(void)context;
	KeAcquireSpinLockAtDpcLevel(&first);
	KeAcquireSpinLockAtDpcLevel(&second);
	KeReleaseSpinLockFromDpcLevel(&second);
	KeReleaseSpinLockFromDpcLevel(&first);
	return 0;
}

static thread_result THREAD_CALL warn_order(void *context)
{
	(void)context;
	KeAcquireSpinLockAtDpcLevel(&second);
	KeAcquireSpinLockAtDpcLevel(&first);
	KeReleaseSpinLockFromDpcLevel(&first);
	KeReleaseSpinLockFromDpcLevel(&second);
	return 0;
}

int main(void)
{
	thread threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		threads[i] = thread_start(count_up, NULL);
	for (int i = 0; i < THREADS; i++)
		thread_join(threads[i]);
	fprintf(stderr, "count %ld\n", count);
	run_in_thread(good_order, NULL);
	run_in_thread(warn_order, NULL);
	return 0;
}
