/* { dg-do compile } */
/* One warning for one mistake, wherever the paths go on from there.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;
extern int work(int);

/* Two paths lead to the same acquire. */
void warn_two_paths_one_acquire(int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (x)
		work(1);
	else
		work(2);
	if (work(3))
		work(4);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "said once" } */
	KeReleaseSpinLock(&lock, irql);
	KeReleaseSpinLock(&lock, irql);
}

/* After a double acquire the processor spins: what follows is not reached. */
void warn_nothing_after_a_double_acquire(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);	/* { dg-note "'lock' acquired here" "first" } */
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "second" } */
	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	KeReleaseSpinLock(&lock, irql);
}

/* After a release of a free lock it is free, and things go on. */
void warn_goes_on_after_a_release(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	KeReleaseSpinLock(&lock, irql);		/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "one mistake" } */
	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
}

/* Two mistakes are two warnings. */
void warn_two_mistakes(int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	KeReleaseSpinLock(&lock, irql);		/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "one" } */
	work(x);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-note "'lock' acquired here" "two" } */
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "two" } */
}

/* One in each branch: each is a place to mend. */
void warn_one_in_each_branch(int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (x)
		KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "here" } */
	else
		KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "and here" } */
	KeReleaseSpinLock(&lock, irql);
}

/* In a loop it is met again and again, and said once. */
void warn_in_a_loop(int n)
{
	KIRQL irql;

	while (n-- > 0) {
		KeAcquireSpinLock(&lock, &irql);
		KeReleaseSpinLock(&lock, irql);
		KeReleaseSpinLock(&lock, irql);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "said once" } */
		work(n);
	}
}
