/* Locks acquired at an IRQL that the routine does not allow: each routine at the levels that it allows and beside.
 *
 * SPDX-License-Identifier: MIT
 */
/* built: instrumented */
/* options: wrong_level=1 */
/* exit: 66 */
/* expect: ^good$ */
/* expect: ^spinrule: spin lock 'lock' \(0x[0-9A-F]+\) is acquired at an IRQL that its routine does not allow \[spinrule-wrong-level\]$ */
/* expect: ^  by thread [0-9]+ at .*:{low}:[0-9]+ in warn_low$ */
/* expect: ^  rule IrqlDispatch, bug check 0xC4, parameter 1 = 0x00020003$ */
/* expect: ^  fix: the IRQL is 0, and must be DISPATCH_LEVEL \(2\) at least: */
/* expect: ^spinrule: spin lock 'lock' .* \[spinrule-wrong-level\]$ */
/* expect: ^  by thread [0-9]+ at .*:{try}:[0-9]+ in warn_low$ */
/* expect: ^spinrule: spin lock 'lock' .* \[spinrule-wrong-level\]$ */
/* expect: ^  by thread [0-9]+ at .*:{queued}:[0-9]+ in warn_low$ */
/* expect: ^spinrule: spin lock 'lock' .* \[spinrule-wrong-level\]$ */
/* expect: ^  by thread [0-9]+ at .*:{high}:[0-9]+ in warn_high$ */
/* expect: ^  rule IrqlKeDispatchLte, bug check 0xC4, parameter 1 = 0x00020011$ */
/* expect: ^  fix: the IRQL is 5, and must be DISPATCH_LEVEL \(2\) at most: */
/* expect: ^spinrule: spin lock 'lock' .* \[spinrule-wrong-level\]$ */
/* expect: ^  by thread [0-9]+ at .*:{highqueued}:[0-9]+ in warn_high$ */
/* expect: ^spinrule: spin lock 'ndis' .* \[spinrule-wrong-level\]$ */
/* expect: ^  by thread [0-9]+ at .*:{ndis}:[0-9]+ in warn_ndis$ */
/* expect: ^spinrule: spin lock 'ndis' .* \[spinrule-wrong-level\]$ */
/* expect: ^  by thread [0-9]+ at .*:{dpr}:[0-9]+ in warn_ndis$ */
/* expect: ^spinrule: 7 violations, */
/* expect: ^  wrong-level: 7$ */

#include "by-hand.h"
#include "ndis-lite.h"

static KSPIN_LOCK lock, inner;
static NDIS_SPIN_LOCK ndis;

static void raise_to(KIRQL irql)
{
	KIRQL old;

	KeRaiseIrql(irql, &old);
}

static void good_levels(void)
{
	KLOCK_QUEUE_HANDLE handle, other;
	KIRQL irql, at_dispatch;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&inner);
	KeReleaseSpinLockFromDpcLevel(&inner);
	KeAcquireSpinLock(&inner, &at_dispatch);
	KeReleaseSpinLock(&inner, at_dispatch);
	KeReleaseSpinLock(&lock, irql);
	KeAcquireInStackQueuedSpinLock(&lock, &handle);
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&inner, &other);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&other);
	KeReleaseInStackQueuedSpinLock(&handle);
	IoAcquireCancelSpinLock(&irql);
	IoReleaseCancelSpinLock(irql);
	NdisAcquireSpinLock(&ndis);
	NdisReleaseSpinLock(&ndis);
	/* Above DISPATCH_LEVEL too: the level does not change. */
	raise_to(5);
	KeAcquireSpinLockAtDpcLevel(&lock);
	KeReleaseSpinLockFromDpcLevel(&lock);
	CHECK(KeTryToAcquireSpinLockAtDpcLevel(&lock));
	KeReleaseSpinLockFromDpcLevel(&lock);
	NdisDprAcquireSpinLock(&ndis);
	NdisDprReleaseSpinLock(&ndis);
	KeLowerIrql(PASSIVE_LEVEL);
}

static void warn_low(void)
{
	KLOCK_QUEUE_HANDLE handle;

	/* Reported once, executed twice. */
	for (int i = 0; i < 2; i++) {
		if (i)
			raise_to(DISPATCH_LEVEL);
		KeAcquireSpinLockAtDpcLevel(&lock);	/* line: low */
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
	KeLowerIrql(PASSIVE_LEVEL);
	CHECK(KeTryToAcquireSpinLockAtDpcLevel(&lock));	/* line: try */
	KeReleaseSpinLockFromDpcLevel(&lock);
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock, &handle);	/* line: queued */
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
}

static void warn_high(void)
{
	KLOCK_QUEUE_HANDLE handle;
	KIRQL irql;

	raise_to(5);
	KeAcquireSpinLock(&lock, &irql);	/* line: high */
	KeReleaseSpinLock(&lock, irql);
	KeAcquireInStackQueuedSpinLock(&lock, &handle);	/* line: highqueued */
	KeReleaseInStackQueuedSpinLock(&handle);
	KeLowerIrql(PASSIVE_LEVEL);
}

static void warn_ndis(void)
{
	raise_to(5);
	NdisAcquireSpinLock(&ndis);	/* line: ndis */
	NdisReleaseSpinLock(&ndis);
	KeLowerIrql(PASSIVE_LEVEL);
	NdisDprAcquireSpinLock(&ndis);	/* line: dpr */
	NdisDprReleaseSpinLock(&ndis);
}

int main(void)
{
	good_levels();
	say("good");
	warn_low();
	warn_high();
	warn_ndis();
	return 0;
}
