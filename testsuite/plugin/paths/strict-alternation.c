/* { dg-do compile } */
/* { dg-with "" } */
/* { dg-with "-no-integrated-cpp" } */
/* Acquire and release of one lock in strict alternation, and each way to break it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;

void good_once(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
}

void good_twice_in_turn(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
}

void warn_second_acquire(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);	/* { dg-note "'lock' acquired here" "first acquire" } */
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "spin lock 'lock' is acquired while already held .spinrule-double-acquire." "second acquire" } */
	KeReleaseSpinLock(&lock, irql);
}

void warn_second_release(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	KeReleaseSpinLock(&lock, irql);		/* { dg-warning "spin lock 'lock' is released but not held .spinrule-release-unheld." "second release" } */
}

void good_third_in_turn(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
}

void warn_third_acquire(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-note "'lock' acquired here" "second acquire" } */
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "third acquire" } */
	KeReleaseSpinLock(&lock, irql);
}
