/* { dg-do compile } */
/* Every name of the raising group that the headers give, each alone and taken twice.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#ifdef _X86_
#define KeAcquireSpinLockRaiseToDpc(l) KfAcquireSpinLock(l)
#endif

static KSPIN_LOCK lock;

void good_returned_irql(void)
{
	KIRQL irql = KeAcquireSpinLockRaiseToDpc(&lock);

	KeReleaseSpinLock(&lock, irql);
}

void warn_returned_irql(void)
{
	KIRQL irql = KeAcquireSpinLockRaiseToDpc(&lock);	/* { dg-note "'lock' acquired here, by 'KeAcquireSpinLockRaiseToDpc'" "first acquire" } */

	irql = KeAcquireSpinLockRaiseToDpc(&lock);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "second acquire" } */
	KeReleaseSpinLock(&lock, irql);
}

void warn_mixed_names(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);		/* { dg-note "'lock' acquired here, by 'KeAcquireSpinLock'" "first acquire" } */
	irql = KeAcquireSpinLockRaiseToDpc(&lock);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "other name" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_for_dpc(void)
{
	KIRQL irql = KeAcquireSpinLockForDpc(&lock);

	KeReleaseSpinLockForDpc(&lock, irql);
}

void warn_for_dpc(void)
{
	KIRQL irql = KeAcquireSpinLockForDpc(&lock);

	KeReleaseSpinLockForDpc(&lock, irql);
	KeReleaseSpinLockForDpc(&lock, irql);		/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "second release" } */
}

void good_ex_names(void)
{
	KIRQL irql;

	ExAcquireSpinLock(&lock, &irql);
	ExReleaseSpinLock(&lock, irql);
}

void warn_ex_names(void)
{
	KIRQL irql;

	ExAcquireSpinLock(&lock, &irql);
	ExReleaseSpinLock(&lock, irql);
	ExReleaseSpinLock(&lock, irql);			/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "second release" } */
}

struct pair {
	KSPIN_LOCK lock;
	KIRQL irql;
};

void good_irql_in_a_field(struct pair *pair)
{
	KeAcquireSpinLock(&pair->lock, &pair->irql);
	KeReleaseSpinLock(&pair->lock, pair->irql);
}

void warn_irql_in_a_field(struct pair *pair)
{
	KeAcquireSpinLock(&pair->lock, &pair->irql);	/* { dg-note "'pair->lock' acquired here, by 'KeAcquireSpinLock'" "first acquire" } */
	KeAcquireSpinLock(&pair->lock, &pair->irql);	/* { dg-warning "'pair->lock' is acquired while already held .spinrule-double-acquire." "second acquire" } */
	KeReleaseSpinLock(&pair->lock, pair->irql);
}
