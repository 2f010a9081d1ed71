/* Locks that were never initialized, in memory that is not zero: the acquire is reported, and goes on.  A release of such a
 * lock is one of a lock that is not held.  Locks that were initialized, or are zero, or are waited for, are locks.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: history=0 */
/* exit: 66 */
/* expect: ^good$ */
/* expect: ^spinrule: spin lock '.*locks.0.' .0x[0-9A-F]+. is acquired but was never initialized \[spinrule-uninitialized\]$ */
/* expect: ^  by thread [0-9]+ at .*uninitialized\.c:{raising}:[0-9]+ in warn_raising$ */
/* expect: ^  rule SpinlockRelease, bug check 0xC4, parameter 1 = 0x0004000B$ */
/* expect: ^spinrule: spin lock '.*locks.1.' .* is acquired but was never initialized \[spinrule-uninitialized\]$ */
/* expect: ^  by thread [0-9]+ at .*uninitialized\.c:{dpc}:[0-9]+ in warn_dpc$ */
/* expect: ^spinrule: spin lock '.*locks.2.' .* is acquired but was never initialized \[spinrule-uninitialized\]$ */
/* expect: ^  by thread [0-9]+ at .*uninitialized\.c:{queued}:[0-9]+ in warn_queued$ */
/* expect: ^spinrule: spin lock '.*locks.3.' .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^spinrule: spin lock '.*locks.4.' .* is acquired but was never initialized \[spinrule-uninitialized\]$ */
/* expect: ^  by thread [0-9]+ at .*uninitialized\.c:{nested}:[0-9]+ in warn_nested$ */
/* expect: ^spinrule: spin lock '.*locks.5.' .* is acquired but was never initialized \[spinrule-uninitialized\]$ */
/* expect: ^  by thread [0-9]+ at .*uninitialized\.c:{try}:[0-9]+ in warn_try$ */
/* expect: ^spinrule: spin lock 'locks.i.' .* is acquired but was never initialized \[spinrule-uninitialized\]$ */
/* expect: ^  by thread [0-9]+ at .*uninitialized\.c:{again}:[0-9]+ in warn_try_again$ */
/* expect: ^done$ */
/* expect: ^spinrule: 7 violations, */
/* expect: ^  release-unheld: 1$ */
/* expect: ^  uninitialized: 6$ */

#include "by-hand.h"

#include <string.h>

enum { LOCKS = 7, TIMES = 2000 };

struct object {
	KSPIN_LOCK locks[LOCKS];
};

static struct object *object;

static KSPIN_LOCK shared;
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

static thread_result THREAD_CALL count_up_queued(void *context)
{
	static KSPIN_LOCK queue;
	static long of_queue;
	KLOCK_QUEUE_HANDLE handle;

	(void)context;
	for (int i = 0; i < TIMES; i++) {
		KeAcquireInStackQueuedSpinLock(&queue, &handle);
		of_queue++;
		KeReleaseInStackQueuedSpinLock(&handle);
	}
	return 0;
}

static void good(void)
{
	thread threads[4];
	KIRQL irql;

	memset(object, 0xa5, sizeof *object);
	KeInitializeSpinLock(&object->locks[0]);
	KeAcquireSpinLock(&object->locks[0], &irql);
	KeReleaseSpinLock(&object->locks[0], irql);
	memset(object, 0, sizeof *object);
	KeAcquireSpinLock(&object->locks[1], &irql);
	KeReleaseSpinLock(&object->locks[1], irql);
	for (int i = 0; i < 4; i++)
		threads[i] = thread_start(i < 2 ? count_up : count_up_queued, NULL);
	for (int i = 0; i < 4; i++)
		thread_join(threads[i]);
	CHECK(count == 2 * TIMES);
}

static void warn_raising(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&object->locks[0], &irql);	/* line: raising */
	KeReleaseSpinLock(&object->locks[0], irql);
}

static void warn_dpc(void)
{
	KeAcquireSpinLockAtDpcLevel(&object->locks[1]);	/* line: dpc */
	KeReleaseSpinLockFromDpcLevel(&object->locks[1]);
}

static void warn_queued(void)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&object->locks[2], &handle);	/* line: queued */
	KeReleaseInStackQueuedSpinLock(&handle);
}

static void warn_release(void)
{
	KeReleaseSpinLockFromDpcLevel(&object->locks[3]);
}

static void warn_nested(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&shared, &irql);
	KeAcquireSpinLockAtDpcLevel(&object->locks[4]);	/* line: nested */
	KeReleaseSpinLockFromDpcLevel(&object->locks[4]);
	KeReleaseSpinLock(&shared, irql);
}

/* A lock that an acquire would wait for for ever; a try of it would fail for ever. */
static void warn_try(void)
{
	CHECK(KeTryToAcquireSpinLockAtDpcLevel(&object->locks[5]));	/* line: try */
	KeReleaseSpinLockFromDpcLevel(&object->locks[5]);
}

/* The same at a place that was executed before, of a lock that is free. */
static void warn_try_again(void)
{
	KSPIN_LOCK *locks[] = { &shared, &object->locks[6] };

	for (int i = 0; i < 2; i++) {
		CHECK(KeTryToAcquireSpinLockAtDpcLevel(locks[i]));	/* line: again */
		KeReleaseSpinLockFromDpcLevel(locks[i]);
	}
}

int main(void)
{
	object = malloc(sizeof *object);
	good();
	say("good");
	memset(object, 0xa5, sizeof *object);
	object->locks[1] = (KSPIN_LOCK)0xcccccccccccccccc;
	warn_raising();
	warn_dpc();
	warn_queued();
	warn_release();
	warn_nested();
	warn_try();
	warn_try_again();
	for (int i = 0; i < 3; i++)
		CHECK(!object->locks[i]);
	for (int i = 4; i < LOCKS; i++)
		CHECK(!object->locks[i]);
	say("done");
	return 0;
}
