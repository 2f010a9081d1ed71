/* { dg-do compile } */
/* { dg-with "-DACQUIRE=KeAcquireSpinLock -DRELEASE=KeReleaseSpinLock" } */
/* { dg-with "-DACQUIRE=ExAcquireSpinLock -DRELEASE=ExReleaseSpinLock" } */
/* The raising group that stores the IRQL, under each name, and beside a name that returns it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#ifdef _X86_
#define KeAcquireSpinLockRaiseToDpc(l) KfAcquireSpinLock(l)
#endif

static KSPIN_LOCK lock;

void good_pair(void)
{
	KIRQL irql;

	ACQUIRE(&lock, &irql);
	RELEASE(&lock, irql);
}

void warn_second_release(void)
{
	KIRQL irql;

	ACQUIRE(&lock, &irql);
	RELEASE(&lock, irql);
	RELEASE(&lock, irql);		/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "second release" } */
}

void warn_mixed_names(void)
{
	KIRQL irql;

	ACQUIRE(&lock, &irql);				/* { dg-note "'lock' acquired here, by 'ACQUIRE'" "first acquire" } */
	irql = KeAcquireSpinLockRaiseToDpc(&lock);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "other name" } */
	RELEASE(&lock, irql);
}

void warn_mixed_names_the_other_way(void)
{
	KIRQL irql = KeAcquireSpinLockRaiseToDpc(&lock);	/* { dg-note "'lock' acquired here, by 'KeAcquireSpinLockRaiseToDpc'" "first acquire" } */

	ACQUIRE(&lock, &irql);				/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "other name" } */
	RELEASE(&lock, irql);
}

struct pair {
	KSPIN_LOCK lock;
	KIRQL irql;
};

void good_irql_in_a_field(struct pair *pair)
{
	ACQUIRE(&pair->lock, &pair->irql);
	RELEASE(&pair->lock, pair->irql);
}

void warn_irql_in_a_field(struct pair *pair)
{
	ACQUIRE(&pair->lock, &pair->irql);	/* { dg-note "'pair->lock' acquired here, by 'ACQUIRE'" "first acquire" } */
	ACQUIRE(&pair->lock, &pair->irql);	/* { dg-warning "'pair->lock' is acquired while already held .spinrule-double-acquire." "second acquire" } */
	RELEASE(&pair->lock, pair->irql);
}
