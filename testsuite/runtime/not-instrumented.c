/* Code that the runtime does not see acquires and releases locks for code that it sees: neither half is a mistake, no lock is
 * left locked, and that there is such code is said once.  A release of what nobody holds is still one.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: ^spinrule: code that is not instrumented, or is another driver's, acquired a lock: see .*not-instrumented\.c:{unseen}; what it does is not checked; this is reported once$ */
/* expect: ^spinrule: spin lock 'lock' .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*not-instrumented\.c:{twice}:[0-9]+ in main$ */
/* expect: ^spinrule: spin lock 'lock' .* is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^  by thread [0-9]+ at .*not-instrumented\.c:{again}:[0-9]+ in main$ */
/* expect: ^spinrule: 2 violations, [0-9]+ lock calls checked */
/* reject: said once.*said once */

#include "by-hand.h"

static KSPIN_LOCK lock, other;

/* As the DDIs would, called by somebody else's object. */
static void acquire_unseen(void)
{
	__atomic_store_n(&lock, 1, __ATOMIC_SEQ_CST);
}

static void release_unseen(void)
{
	__atomic_store_n(&lock, 0, __ATOMIC_SEQ_CST);
}

static DRIVER_DISPATCH leaves_it_released;

static NTSTATUS NTAPI leaves_it_released(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	KIRQL irql;

	(void)device, (void)irp;
	KeAcquireSpinLock(&lock, &irql);
	release_unseen();
	return STATUS_SUCCESS;
}

static thread_result THREAD_CALL ends_with_it_released(void *context)
{
	KIRQL irql;

	(void)context;
	KeAcquireSpinLock(&lock, &irql);
	release_unseen();
	return 0;
}

static thread_result THREAD_CALL initializes(void *context)
{
	(void)context;
	KeInitializeSpinLock(&lock);
	return 0;
}

int main(void)
{
	KIRQL irql, inner;
	ULONG number = 0;

	acquire_unseen();
	KeReleaseSpinLock(&lock, PASSIVE_LEVEL);	/* line: unseen */
	CHECK(!lock);
	acquire_unseen();
	KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
	CHECK(!lock);

	/* Acquired here and released there: free for another acquire, for a momentary use, for an initialization. */
	KeAcquireSpinLock(&lock, &irql);
	release_unseen();
	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	CHECK(!lock);
	KeAcquireSpinLock(&other, &irql);
	KeAcquireSpinLock(&lock, &inner);
	release_unseen();
	ExInterlockedAddUlong(&number, 1, &lock);
	KeInitializeSpinLock(&lock);
	KeReleaseSpinLock(&other, irql);

	/* So it is for another thread. */
	KeAcquireSpinLock(&lock, &irql);
	release_unseen();
	run_in_thread(initializes, NULL);
	KeLowerIrql(irql);

	leaves_it_released(NULL, NULL);
	run_in_thread(ends_with_it_released, NULL);

	/* What is wrong still is. */
	KeReleaseSpinLock(&lock, PASSIVE_LEVEL);	/* line: twice */
	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &inner);		/* line: again */
	KeReleaseSpinLock(&lock, inner);
	KeReleaseSpinLock(&lock, irql);
	CHECK(!lock);
	return 0;
}
