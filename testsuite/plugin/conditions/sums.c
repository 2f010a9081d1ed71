/* { dg-do compile } */
/* Conditions on a number and on a sum or mask of it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;

void good_sum(int n)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (n > 3 && n + 2 < -1)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_sum(int n)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (n > 3 && n - 12 < -1)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_unsigned_sum(unsigned n)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (n > 3 && n < 100 && n + 2 < 1)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_unsigned_sum(unsigned n)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (n > 3 && n + 2 < 1)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_sum_of_two(int n, int max)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (n < max && n - 2 >= max)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_sum_of_two(int n, int max)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (n < max && n + 2 >= max)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_mask(unsigned n)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if ((n == 1 || n == 2) && !(n & 3))
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_mask(unsigned n)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if ((n == 1 || n == 4) && !(n & 3))
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}
