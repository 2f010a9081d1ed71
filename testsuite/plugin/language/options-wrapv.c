/* { dg-do compile } */
/* { dg-options "-fwrapv" } */
/* Sums that leave their type: with -fwrapv signed ones come in again at the other end.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;

void warn_wraps(int n)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (n > 3 && n + 2 < -1)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_does_not_reach(int n)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (n > 3 && n < 100 && n + 2 < -1)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_opposite(int n)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (n < 0 && -n < 0)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}
