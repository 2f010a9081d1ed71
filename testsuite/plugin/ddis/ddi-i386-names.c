/* { dg-do compile } */
/* The Kf and Kef names of i386, called by hand as old drivers do.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#ifndef _X86_
/* Only i386 headers declare these; elsewhere the names mean the same. */
extern KIRQL KfAcquireSpinLock(PKSPIN_LOCK SpinLock);
extern VOID KfReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql);
extern VOID KefAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
extern VOID KefReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock);
#endif
extern VOID FASTCALL KiAcquireSpinLock(PKSPIN_LOCK SpinLock);
extern VOID FASTCALL KiReleaseSpinLock(PKSPIN_LOCK SpinLock);

static KSPIN_LOCK lock;

void good_kf(void)
{
	KIRQL irql = KfAcquireSpinLock(&lock);

	KfReleaseSpinLock(&lock, irql);
}

void warn_kf(void)
{
	KIRQL irql = KfAcquireSpinLock(&lock);

	KfReleaseSpinLock(&lock, irql);
	KfReleaseSpinLock(&lock, irql);		/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "second release" } */
}

void good_kef(void)
{
	KefAcquireSpinLockAtDpcLevel(&lock);
	KefReleaseSpinLockFromDpcLevel(&lock);
}

void warn_kef(void)
{
	KefAcquireSpinLockAtDpcLevel(&lock);	/* { dg-note "'lock' acquired here, by 'KefAcquireSpinLockAtDpcLevel'" "first acquire" } */
	KefAcquireSpinLockAtDpcLevel(&lock);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "second acquire" } */
	KefReleaseSpinLockFromDpcLevel(&lock);
}

void good_ki(void)
{
	KiAcquireSpinLock(&lock);
	KiReleaseSpinLock(&lock);
}

void warn_ki(void)
{
	KiAcquireSpinLock(&lock);
	KiReleaseSpinLock(&lock);
	KiReleaseSpinLock(&lock);		/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "second release" } */
}
