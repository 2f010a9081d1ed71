/* { dg-do compile } */
/* { dg-with "-DACQUIRE=KeAcquireSpinLockRaiseToDpc -DRELEASE=KeReleaseSpinLock" } */
/* { dg-with "-DACQUIRE=KeAcquireSpinLockRaiseToSynch -DRELEASE=KeReleaseSpinLock" } */
/* { dg-with "-DACQUIRE=KeAcquireSpinLockForDpc -DRELEASE=KeReleaseSpinLockForDpc" } */
/* { dg-with "-DACQUIRE=KfAcquireSpinLock -DRELEASE=KfReleaseSpinLock" } */
/* The raising group that returns the IRQL, under each name: taken once, twice, and released twice.  Drivers call
   the Kf names of i386 by hand; mingw-w64 does not declare all of the others.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#ifdef _X86_
#define KeAcquireSpinLockRaiseToDpc(l) KfAcquireSpinLock(l)
#else
extern KIRQL KfAcquireSpinLock(PKSPIN_LOCK SpinLock);
extern VOID KfReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql);
#endif
extern KIRQL FASTCALL KeAcquireSpinLockRaiseToSynch(PKSPIN_LOCK SpinLock);

static KSPIN_LOCK lock;

void good_pair(void)
{
	KIRQL irql = ACQUIRE(&lock);

	RELEASE(&lock, irql);
}

/* A macro that expands to the function behind KeAcquireSpinLock counts as KeAcquireSpinLock. */
void warn_second_acquire(void)
{
	KIRQL irql = ACQUIRE(&lock);	/* { dg-note "'lock' acquired here, by '(ACQUIRE|KeAcquireSpinLock)'" "first acquire" } */

	irql = ACQUIRE(&lock);		/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "second acquire" } */
	RELEASE(&lock, irql);
}

void warn_second_release(void)
{
	KIRQL irql = ACQUIRE(&lock);

	RELEASE(&lock, irql);
	RELEASE(&lock, irql);		/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "second release" } */
}

void warn_without_a_macro(void)
{
	KIRQL irql = KfAcquireSpinLock(&lock);	/* { dg-note "'lock' acquired here, by 'KfAcquireSpinLock'" "first acquire" } */

	irql = KfAcquireSpinLock(&lock);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "second acquire" } */
	KfReleaseSpinLock(&lock, irql);
}
