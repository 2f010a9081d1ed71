/* A lock is acquired twice by one thread: reported before it hangs, not entered, its release swallowed.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: spinrule: spin lock 'lock' \(0x[0-9A-F]+\) is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^  by thread [0-9]+ at .*double-acquire\.c:{second}:[0-9]+ in my_read$ */
/* expect: ^  acquired by thread [0-9]+ at .*double-acquire\.c:{first}:[0-9]+ in my_read$ */
/* expect: ^  rule SpinlockRelease, bug check 0xC4, parameter 1 = 0x0004000B$ */
/* expect: ^  fix: this acquire would wait for ever */
/* expect: ^the lock works$ */
/* expect: ^spinrule: 1 violation, 6 lock calls checked */

#include "by-hand.h"

static KSPIN_LOCK lock;
static int shared;

static DRIVER_DISPATCH my_read;

static NTSTATUS NTAPI my_read(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	KIRQL outer, inner;

	(void)device, (void)irp;
	KeAcquireSpinLock(&lock, &outer);	/* line: first */
	KeAcquireSpinLock(&lock, &inner);	/* line: second */
	CHECK(inner == DISPATCH_LEVEL);
	KeReleaseSpinLock(&lock, inner);
	CHECK(lock);
	shared++;
	KeReleaseSpinLock(&lock, outer);
	CHECK(!lock);
	CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
	return STATUS_SUCCESS;
}

static thread_result THREAD_CALL other(void *context)
{
	KIRQL irql;

	(void)context;
	KeAcquireSpinLock(&lock, &irql);
	shared++;
	KeReleaseSpinLock(&lock, irql);
	return 0;
}

int main(void)
{
	my_read(NULL, NULL);
	run_in_thread(other, NULL);
	CHECK(shared == 2);
	say("the lock works");
	return 0;
}
