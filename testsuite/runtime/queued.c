/* In-stack queued locks: known by their handle.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: spinrule: spin lock '.*lock' .* is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^  by thread [0-9]+ at .*:{second}:[0-9]+ in twice$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{first}:[0-9]+ in twice$ */
/* expect: ^  rule QueuedSpinLockRelease, bug check 0xC4, parameter 1 = 0x00040007$ */
/* expect: spinrule: spin lock '.*handle' .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*:{unheld}:[0-9]+ in twice$ */
/* expect: ^  rule QueuedSpinLockRelease, bug check 0xC4, parameter 1 = 0x00040007$ */
/* expect: spinrule: spin lock '.*' .* is released by a thread that does not hold it \[spinrule-wrong-context\]$ */
/* expect: ^  by thread [0-9]+ at .*:{released}:[0-9]+ in releaser$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{acquired}:[0-9]+ in main$ */
/* expect: spinrule: spin lock '.*lock' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{left}:[0-9]+ in leaves$ */
/* expect: ^spinrule: 4 violations, 8 lock calls checked */

#include "by-hand.h"

static KSPIN_LOCK lock;

static DRIVER_DISPATCH leaves;

static void twice(void)
{
	KLOCK_QUEUE_HANDLE handle, other;

	KeAcquireInStackQueuedSpinLock(&lock, &handle);	/* line: first */
	KeAcquireInStackQueuedSpinLock(&lock, &other);	/* line: second */
	KeReleaseInStackQueuedSpinLock(&other);
	CHECK(lock);
	KeReleaseInStackQueuedSpinLock(&handle);
	CHECK(!lock);
	KeReleaseInStackQueuedSpinLock(&handle);	/* line: unheld */
}

static thread_result THREAD_CALL releaser(void *handle)
{
	KeReleaseInStackQueuedSpinLock(handle);	/* line: released */
	return 0;
}

static NTSTATUS NTAPI leaves(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	KLOCK_QUEUE_HANDLE handle;

	(void)device, (void)irp;
	KeAcquireInStackQueuedSpinLock(&lock, &handle);	/* line: left */
	return STATUS_SUCCESS;
}

int main(void)
{
	KLOCK_QUEUE_HANDLE handle;

	twice();
	KeAcquireInStackQueuedSpinLock(&lock, &handle);	/* line: acquired */
	run_in_thread(releaser, &handle);
	CHECK(!lock);
	leaves(NULL, NULL);
	CHECK(!lock);
	return 0;
}
