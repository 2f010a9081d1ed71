/* { dg-do compile } */
/* { dg-with "-DACQUIRE=KeAcquireSpinLockAtDpcLevel -DRELEASE=KeReleaseSpinLockFromDpcLevel" } */
/* { dg-with "-DACQUIRE=ExAcquireSpinLockAtDpcLevel -DRELEASE=ExReleaseSpinLockFromDpcLevel" } */
/* { dg-with "-DACQUIRE=KefAcquireSpinLockAtDpcLevel -DRELEASE=KefReleaseSpinLockFromDpcLevel" } */
/* { dg-with "-DACQUIRE=KiAcquireSpinLock -DRELEASE=KiReleaseSpinLock" } */
/* The group that leaves the IRQL alone, under each name, and its locks beside raising ones.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#ifndef _X86_
/* Only i386 headers declare these; elsewhere the names mean the same. */
extern VOID KefAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
extern VOID KefReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock);
#endif
extern VOID FASTCALL KiAcquireSpinLock(PKSPIN_LOCK SpinLock);
extern VOID FASTCALL KiReleaseSpinLock(PKSPIN_LOCK SpinLock);

static KSPIN_LOCK lock, other;

void good_pair(void)
{
	ACQUIRE(&lock);
	RELEASE(&lock);
}

/* A macro that expands to the function behind KeAcquireSpinLockAtDpcLevel counts as that. */
void warn_second_acquire(void)
{
	ACQUIRE(&lock);		/* { dg-note "'lock' acquired here, by '(ACQUIRE|KeAcquireSpinLockAtDpcLevel)'" "first acquire" } */
	ACQUIRE(&lock);		/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "second acquire" } */
	RELEASE(&lock);
}

void warn_second_release(void)
{
	ACQUIRE(&lock);
	RELEASE(&lock);
	RELEASE(&lock);		/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "second release" } */
}

void good_second_lock_at_dpc_level(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	ACQUIRE(&other);
	RELEASE(&other);
	KeReleaseSpinLock(&lock, irql);
}

/* Raised already, so the same lock at DPC level: it still spins for ever. */
void warn_same_lock_at_dpc_level(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);	/* { dg-note "'lock' acquired here, by 'KeAcquireSpinLock'" "raising acquire" } */
	ACQUIRE(&lock);		/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "acquire at DPC level" } */
	KeReleaseSpinLock(&lock, irql);
}

void warn_without_a_macro(void)
{
	KefAcquireSpinLockAtDpcLevel(&lock);	/* { dg-note "'lock' acquired here, by 'KefAcquireSpinLockAtDpcLevel'" "first acquire" } */
	KefAcquireSpinLockAtDpcLevel(&lock);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "second acquire" } */
	KefReleaseSpinLockFromDpcLevel(&lock);
}
