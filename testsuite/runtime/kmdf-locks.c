/* KMDF's locks, which a table of the framework has: the handle stands for the lock.
 *
 * SPDX-License-Identifier: MIT
 */
/* built: instrumented */
/* exit: 66 */
/* expect: ^good$ */
/* expect: ^spinrule: spin lock 'queue\.lock' \(0x[0-9A-F]+\) is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^  by thread [0-9]+ at .*:{second}:[0-9]+ in warn_twice$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{first}:[0-9]+ in warn_twice$ */
/* expect: ^  rule WdfSpinlock$ */
/* expect: ^spinrule: spin lock 'queue\.lock' .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*:{unheld}:[0-9]+ in warn_unheld$ */
/* expect: ^spinrule: spin lock 'interrupt' .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*:{failed}:[0-9]+ in warn_try_failed$ */
/* expect: ^spinrule: spin lock 'queue\.lock' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{left}:[0-9]+ in warn_left$ */
/* expect: ^spinrule: 4 violations, 20 lock calls checked, */

#include "by-hand.h"
#include "wdf-lite.h"

static struct wdf_lite_lock queue_lock, list_lock, interrupt_lock;
static struct {
	WDFSPINLOCK lock, list_lock;
} queue = { (WDFSPINLOCK)&queue_lock, (WDFSPINLOCK)&list_lock };
static WDFINTERRUPT interrupt = (WDFINTERRUPT)&interrupt_lock;

static DRIVER_DISPATCH warn_left;

static void good_nested(void)
{
	WdfSpinLockAcquire(queue.lock);
	WdfSpinLockAcquire(queue.list_lock);
	WdfSpinLockRelease(queue.list_lock);
	WdfSpinLockRelease(queue.lock);
	CHECK(!queue_lock.acquires && !list_lock.acquires);
}

static void good_try(void)
{
	if (WdfInterruptTryToAcquireLock(interrupt))
		WdfInterruptReleaseLock(interrupt);
	interrupt_lock.fails = 1;
	CHECK(!WdfInterruptTryToAcquireLock(interrupt));
	interrupt_lock.fails = 0;
	WdfInterruptAcquireLock(interrupt);
	/* The result is dropped, and still the runtime's. */
	WdfInterruptTryToAcquireLock(interrupt);
	WdfInterruptReleaseLock(interrupt);
	CHECK(!interrupt_lock.acquires);
}

/* The calls stay: both are made. */
static void warn_twice(void)
{
	WdfSpinLockAcquire(queue.lock);	/* line: first */
	WdfSpinLockAcquire(queue.lock);	/* line: second */
	CHECK(queue_lock.acquires == 2);
	WdfSpinLockRelease(queue.lock);
	WdfSpinLockRelease(queue.lock);
}

static void warn_unheld(void)
{
	WdfSpinLockAcquire(queue.lock);
	WdfSpinLockRelease(queue.lock);
	WdfSpinLockRelease(queue.lock);	/* line: unheld */
	CHECK(queue_lock.acquires == -1);
	queue_lock.acquires = 0;
}

static void warn_try_failed(void)
{
	interrupt_lock.fails = 1;
	WdfInterruptTryToAcquireLock(interrupt);
	WdfInterruptReleaseLock(interrupt);	/* line: failed */
}

static NTSTATUS NTAPI warn_left(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	WdfSpinLockAcquire(queue.lock);	/* line: left */
	return STATUS_SUCCESS;
}

int main(void)
{
	good_nested();
	good_try();
	say("good");
	warn_twice();
	warn_unheld();
	warn_try_failed();
	warn_left(NULL, NULL);
	CHECK(queue_lock.acquires == 1);
	return 0;
}
