/* A lock is released by a routine of another kind than acquired it.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: spinrule: spin lock 'lock' .* is released by a routine of another kind than acquired it \[spinrule-mismatched-release\]$ */
/* expect: ^  by thread [0-9]+ at .*:{low}:[0-9]+ in raising_then_dpc$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{high}:[0-9]+ in raising_then_dpc$ */
/* expect: ^  IRQL 0, which that saved, was not given back by thread [0-9]+ at .* in raising_then_dpc$ */
/* expect: ^  rule SpinlockRelease, bug check 0xC4, parameter 1 = 0x0004000B$ */
/* expect: ^  fix: what KeAcquireSpinLock.* acquired is released by KeReleaseSpinLock$ */
/* expect: spinrule: spin lock '.*lock' .* is released by a routine of another kind than acquired it \[spinrule-mismatched-release\]$ */
/* expect: ^  by thread [0-9]+ at .*:{plain}:[0-9]+ in queued_then_plain$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{queued}:[0-9]+ in queued_then_plain$ */
/* expect: ^  fix: what KeAcquireInStackQueuedSpinLock acquired is released by KeReleaseInStackQueuedSpinLock$ */
/* expect: ^spinrule: 2 violations, 4 lock calls checked */

#include "by-hand.h"

static KSPIN_LOCK lock;

static KDEFERRED_ROUTINE raising_then_dpc;

static VOID NTAPI raising_then_dpc(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	CALLBACK(KDEFERRED_ROUTINE);
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);	/* line: high */
	KeReleaseSpinLockFromDpcLevel(&lock);	/* line: low */
}

static void queued_then_plain(void)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&lock, &handle);	/* line: queued */
	KeReleaseSpinLock(&lock, PASSIVE_LEVEL);	/* line: plain */
}

int main(void)
{
	raising_then_dpc(NULL, NULL, NULL, NULL);
	CHECK(!lock);
	CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
	queued_then_plain();
	CHECK(!lock);
	CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
	return 0;
}
