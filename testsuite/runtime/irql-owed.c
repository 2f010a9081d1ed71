/* The kind of a release follows the IRQL: what a lock's acquire saved may be given back later, by whoever, until the
 * callback returns.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: ^spinrule: spin lock 'first' .* is released by a routine of another kind than acquired it \[spinrule-mismatched-release\]$ */
/* expect: ^  by thread [0-9]+ at .*:{kept}:[0-9]+ in warn_kept_raised$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{keptby}:[0-9]+ in warn_kept_raised$ */
/* expect: ^  IRQL 0, which that saved, was not given back by thread [0-9]+ at .* in warn_kept_raised$ */
/* expect: ^  last events of thread [0-9]+, the newest last:$ */
/* expect: ^  fix: what KeAcquireSpinLock.* acquired is released by KeReleaseSpinLock$ */
/* expect: ^spinrule: .*mismatched-release\]$ */
/* expect: ^  by thread [0-9]+ at .*:{never}:[0-9]+ in warn_never_lowered$ */
/* expect: ^spinrule: .*mismatched-release\]$ */
/* expect: ^  by thread [0-9]+ at .*:{other}:[0-9]+ in warn_lowered_to_another$ */
/* expect: ^spinrule: .*mismatched-release\]$ */
/* expect: ^  by thread [0-9]+ at .*:{pair}:[0-9]+ in warn_pair_after_it$ */
/* expect: ^spinrule: .*'first' .*wrong-irql\]$ */
/* expect: ^  by thread [0-9]+ at .*:{wrong}:[0-9]+ in warn_wrong_once$ */
/* expect: ^spinrule: spin lock '.*handle' .*mismatched-release\]$ */
/* expect: ^  by thread [0-9]+ at .*:{handle}:[0-9]+ in warn_handle$ */
/* expect: ^  IRQL 0, which that saved, was not given back by thread [0-9]+ at .* in warn_handle$ */
/* expect: ^  fix: what KeAcquireInStackQueuedSpinLock acquired is released by KeReleaseInStackQueuedSpinLock$ */
/* expect: ^spinrule: .*mismatched-release\]$ */
/* expect: ^  by thread [0-9]+ at .*:{nested}:[0-9]+ in release_raised$ */
/* expect: ^  IRQL 0, which that saved, was not given back by thread [0-9]+ at .* in warn_nested$ */
/* expect: ^spinrule: .*mismatched-release\]$ */
/* expect: ^  by thread [0-9]+ at .*:{thread}:[0-9]+ in leave_raised$ */
/* expect: ^  IRQL 0, which that saved, was not given back by thread [0-9]+ at its end$ */
/* expect: ^spinrule: 8 violations, */

#include "by-hand.h"

static KSPIN_LOCK first, second, third;

#define ROUTINE(NAME) \
	static KDEFERRED_ROUTINE NAME; \
	static VOID NTAPI NAME(PKDPC dpc, PVOID context, PVOID one, PVOID two)
#define CALL_ROUTINE(NAME) NAME(NULL, NULL, NULL, NULL)

/* ---- the last lock gives it back ---- */

ROUTINE(good_hand_over_hand)
{
	CALLBACK(KDEFERRED_ROUTINE);
	KIRQL irql;

	KeAcquireSpinLock(&first, &irql);
	KeAcquireSpinLockAtDpcLevel(&second);
	KeReleaseSpinLockFromDpcLevel(&first);
	KeAcquireSpinLockAtDpcLevel(&third);
	KeReleaseSpinLockFromDpcLevel(&second);
	KeReleaseSpinLock(&third, irql);
}

/* The second acquire raises, too, from where it is already. */
ROUTINE(good_both_raise)
{
	CALLBACK(KDEFERRED_ROUTINE);
	KIRQL irql, other;

	KeAcquireSpinLock(&first, &irql);
	KeAcquireSpinLock(&second, &other);
	KeReleaseSpinLockFromDpcLevel(&first);
	KeReleaseSpinLock(&second, irql);
}

ROUTINE(warn_kept_raised)
{
	CALLBACK(KDEFERRED_ROUTINE);
	KIRQL irql;

	KeAcquireSpinLock(&first, &irql);	/* line: keptby */
	KeAcquireSpinLockAtDpcLevel(&second);
	KeReleaseSpinLockFromDpcLevel(&first);	/* line: kept */
	KeReleaseSpinLockFromDpcLevel(&second);
}

/* ---- KeLowerIrql does ---- */

ROUTINE(good_lowered)
{
	CALLBACK(KDEFERRED_ROUTINE);
	KIRQL irql, other;

	KeAcquireSpinLock(&first, &irql);
	KeReleaseSpinLockFromDpcLevel(&first);
	KeAcquireSpinLock(&second, &other);
	CHECK(other == DISPATCH_LEVEL);
	KeReleaseSpinLock(&second, other);
	KeLowerIrql(irql);
}

ROUTINE(warn_never_lowered)
{
	CALLBACK(KDEFERRED_ROUTINE);
	KIRQL irql;

	KeAcquireSpinLock(&first, &irql);
	KeReleaseSpinLockFromDpcLevel(&first);	/* line: never */
}

ROUTINE(warn_lowered_to_another)
{
	CALLBACK(KDEFERRED_ROUTINE);
	KIRQL irql;

	KeAcquireSpinLock(&first, &irql);
	KeReleaseSpinLockFromDpcLevel(&first);	/* line: other */
	KeLowerIrql(APC_LEVEL);
}

/* A pair in between pays nothing. */
ROUTINE(warn_pair_after_it)
{
	CALLBACK(KDEFERRED_ROUTINE);
	KIRQL irql, other;

	KeAcquireSpinLock(&first, &irql);
	KeReleaseSpinLockFromDpcLevel(&first);	/* line: pair */
	KeAcquireSpinLock(&second, &other);
	KeReleaseSpinLock(&second, other);
}

/* The wrong IRQL is one mistake. */
ROUTINE(warn_wrong_once)
{
	CALLBACK(KDEFERRED_ROUTINE);
	KIRQL irql, other;

	KeAcquireSpinLock(&second, &irql);
	KeAcquireSpinLock(&first, &other);
	KeReleaseSpinLockFromDpcLevel(&second);
	KeReleaseSpinLock(&first, APC_LEVEL);	/* line: wrong */
}

/* ---- a queue handle has it ---- */

ROUTINE(good_handle_lowered)
{
	CALLBACK(KDEFERRED_ROUTINE);
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&first, &handle);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
	KeLowerIrql(handle.OldIrql);
}

ROUTINE(warn_handle)
{
	CALLBACK(KDEFERRED_ROUTINE);
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&first, &handle);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);	/* line: handle */
}

/* ---- a callback inside another ---- */

ROUTINE(release_raised)
{
	CALLBACK(KDEFERRED_ROUTINE);
	KeReleaseSpinLockFromDpcLevel((PKSPIN_LOCK)context);	/* line: nested */
}

/* It is due where the lock was acquired. */
ROUTINE(good_nested)
{
	CALLBACK(KDEFERRED_ROUTINE);
	KIRQL irql;

	KeAcquireSpinLock(&first, &irql);
	release_raised(NULL, &first, NULL, NULL);
	KeLowerIrql(irql);
}

ROUTINE(warn_nested)
{
	CALLBACK(KDEFERRED_ROUTINE);
	KIRQL irql;

	KeAcquireSpinLock(&first, &irql);
	release_raised(NULL, &first, NULL, NULL);
}

/* ---- outside callbacks ---- */

static KIRQL leave_raised(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&first, &irql);
	KeReleaseSpinLockFromDpcLevel(&first);	/* line: thread */
	return irql;
}

static thread_result THREAD_CALL good_thread(void *context)
{
	KeLowerIrql(leave_raised());
	return (thread_result)0;
}

static thread_result THREAD_CALL warn_thread(void *context)
{
	leave_raised();
	return (thread_result)0;
}

int main(void)
{
	CALL_ROUTINE(good_hand_over_hand);
	CALL_ROUTINE(good_both_raise);
	CALL_ROUTINE(good_lowered);
	CALL_ROUTINE(good_handle_lowered);
	CALL_ROUTINE(good_nested);
	run_in_thread(good_thread, NULL);
	CHECK(spinrule_violation_count() == 0);
	CALL_ROUTINE(warn_kept_raised);
	CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
	CALL_ROUTINE(warn_never_lowered);
	CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
	CALL_ROUTINE(warn_lowered_to_another);
	CALL_ROUTINE(warn_pair_after_it);
	CALL_ROUTINE(warn_wrong_once);
	KeLowerIrql(PASSIVE_LEVEL);
	CALL_ROUTINE(warn_handle);
	CALL_ROUTINE(warn_nested);
	run_in_thread(warn_thread, NULL);
	CHECK(!first && !second && !third);
	return 0;
}
