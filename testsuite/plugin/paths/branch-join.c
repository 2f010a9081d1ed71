/* { dg-do compile } */
/* Branches that join with the lock in one state, or in two.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;
extern int work(int);

void good_released_on_both_arms(int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (x) {
		work(1);
		KeReleaseSpinLock(&lock, irql);
	} else {
		KeReleaseSpinLock(&lock, irql);
	}
	work(2);
}

void warn_released_on_one_arm_then_again(int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (x) {
		work(1);
		KeReleaseSpinLock(&lock, irql);
	}
	work(2);
	KeReleaseSpinLock(&lock, irql);		/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "after the join" } */
}

void good_acquired_on_both_arms(int x)
{
	KIRQL irql;

	if (x)
		KeAcquireSpinLock(&lock, &irql);
	else
		KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
}

void warn_acquired_on_one_arm_then_again(int x)
{
	KIRQL irql;

	if (x)
		KeAcquireSpinLock(&lock, &irql);	/* { dg-note "'lock' acquired here" "one arm" } */
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "after the join" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_arm_drops_and_retakes(int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (x) {
		KeReleaseSpinLock(&lock, irql);
		work(x);
		KeAcquireSpinLock(&lock, &irql);
	}
	KeReleaseSpinLock(&lock, irql);
}

void warn_arm_forgets_to_retake(int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (x) {
		KeReleaseSpinLock(&lock, irql);
		work(x);
	}
	KeReleaseSpinLock(&lock, irql);		/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "after the join" } */
}

void warn_unrelated_conditions(int x, int y)
{
	KIRQL irql = 0;

	KeAcquireSpinLock(&lock, &irql);
	if (x)
		KeReleaseSpinLock(&lock, irql);
	if (y)
		KeReleaseSpinLock(&lock, irql);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "both taken" } */
	else if (!x)
		KeReleaseSpinLock(&lock, irql);
}
