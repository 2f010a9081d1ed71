/* A lock that helpers know as a parameter is named as it is initialized, or as it is first acquired; what the runtime
 * releases is an event with its reason.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: ^spinrule: spin lock 'given' \(0x[0-9A-F]+\) is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  the lock is 'queue\.lock', initialized at .*names\.c:{init}:[0-9]+ in main$ */
/* expect: ^    'given' \(0x[0-9A-F]+\) released by the runtime, because it was left held$ */
/* expect: ^spinrule: spin lock 'given' \(0x[0-9A-F]+\) is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  the lock is 'other', first acquired at .*names\.c:{direct}:[0-9]+ in main$ */
/* expect: ^spinrule: 2 violations, */
/* built: instrumented */

#include "by-hand.h"

static struct {
	int length;
	KSPIN_LOCK lock;
} queue;
static KSPIN_LOCK other;

static DRIVER_DISPATCH dispatch;

__attribute__((noinline, noclone)) static void enter(PKSPIN_LOCK given)
{
	KeAcquireSpinLockAtDpcLevel(given);
}

__attribute__((noinline, noclone)) static void leave(PKSPIN_LOCK given)
{
	KeReleaseSpinLockFromDpcLevel(given);
}

static NTSTATUS NTAPI dispatch(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	enter(&queue.lock);
	return STATUS_SUCCESS;
}

int main(void)
{
	KeInitializeSpinLock(&queue.lock);	/* line: init */
	dispatch(NULL, NULL);
	KeAcquireSpinLockAtDpcLevel(&other);	/* line: direct */
	leave(&other);
	leave(&other);
	return 0;
}
