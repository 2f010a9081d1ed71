/* The handle of an in-stack queued lock is a field of the object that the lock protects: the second thread is told before it
 * breaks the queue, and waits.  A handle of its own, or the field again when it is not in use, is no mistake.  A thread that
 * acquires a second lock with the handle of the first is told, and does not acquire it.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: history=0 */
/* exit: 66 */
/* expect: ^good$ */
/* expect: ^spinrule: spin lock '.*lock' .0x[0-9A-F]+. is acquired with a queue handle that is in use \[spinrule-handle-in-use\]$ */
/* expect: ^  by thread [0-9]+ at .*handle-in-use\.c:{second}:[0-9]+ in warn_second$ */
/* expect: ^  acquired by thread [0-9]+ at .*handle-in-use\.c:{first}:[0-9]+ in main$ */
/* expect: ^  rule QueuedSpinLockRelease, */
/* expect: ^done$ */
/* expect: ^spinrule: spin lock '.*second' .0x[0-9A-F]+. is acquired with a queue handle that is in use \[spinrule-handle-in-use\]$ */
/* expect: ^  by thread [0-9]+ at .*handle-in-use\.c:{both}:[0-9]+ in warn_two_locks$ */
/* expect: ^  acquired by thread [0-9]+ at .*handle-in-use\.c:{one}:[0-9]+ in warn_two_locks$ */
/* expect: ^  rule QueuedSpinLockRelease, */
/* expect: ^both$ */
/* expect: ^spinrule: 2 violations, */

#include "by-hand.h"

static struct {
	KSPIN_LOCK lock;
	KLOCK_QUEUE_HANDLE handle;
} object;

static volatile int is_over;

static thread_result THREAD_CALL good_second(void *context)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&object.lock, &handle);
	is_over = 1;
	KeReleaseInStackQueuedSpinLock(&handle);
	return 0;
}

static thread_result THREAD_CALL warn_second(void *context)
{
	KeAcquireInStackQueuedSpinLock(&object.lock, &object.handle);	/* line: second */
	is_over = 1;
	KeReleaseInStackQueuedSpinLock(&object.handle);
	return 0;
}

static KSPIN_LOCK second;

static void good_two_locks(void)
{
	KLOCK_QUEUE_HANDLE one, other;

	KeAcquireInStackQueuedSpinLock(&object.lock, &one);
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&second, &other);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&other);
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&second, &other);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&other);
	KeReleaseInStackQueuedSpinLock(&one);
	KeAcquireInStackQueuedSpinLock(&second, &one);
	KeReleaseInStackQueuedSpinLock(&one);
}

static void warn_two_locks(void)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&object.lock, &handle);	/* line: one */
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&second, &handle);	/* line: both */
	KeReleaseInStackQueuedSpinLock(&handle);
	CHECK(!object.lock && !second);
}

static void wait_for_report(void)
{
	while (!spinrule_violation_count())
		rest();
}

int main(void)
{
	thread other;

	KeAcquireInStackQueuedSpinLock(&object.lock, &object.handle);
	other = thread_start(good_second, NULL);
	for (int i = 0; i < 20; i++)
		rest();
	CHECK(!is_over);
	KeReleaseInStackQueuedSpinLock(&object.handle);
	thread_join(other);
	is_over = 0;
	run_in_thread(warn_second, NULL);	/* nobody else has the handle now */
	CHECK(is_over && !spinrule_violation_count());
	good_two_locks();
	CHECK(!spinrule_violation_count());
	say("good");

	is_over = 0;
	KeAcquireInStackQueuedSpinLock(&object.lock, &object.handle);	/* line: first */
	other = thread_start(warn_second, NULL);
	wait_for_report();
	CHECK(!is_over);
	KeReleaseInStackQueuedSpinLock(&object.handle);
	thread_join(other);
	CHECK(is_over && !object.lock);
	say("done");
	warn_two_locks();
	say("both");
	return 0;
}
