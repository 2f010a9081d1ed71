/* { dg-do compile } */
/* { dg-undecided "good_on_the_stack good_array_on_the_stack" } */
/* Locks that live in a function: on the stack, in an array there, static.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

extern void share(PKSPIN_LOCK);

void good_on_the_stack(void)
{
	KSPIN_LOCK lock;
	KIRQL irql;

	KeInitializeSpinLock(&lock);
	share(&lock);
	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
}

void warn_on_the_stack(void)
{
	KSPIN_LOCK lock;
	KIRQL irql;

	KeInitializeSpinLock(&lock);
	share(&lock);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-note "'lock' acquired here" "first" } */
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "second" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_array_on_the_stack(void)
{
	KSPIN_LOCK locks[2];
	KIRQL irql;

	KeInitializeSpinLock(&locks[0]);
	KeInitializeSpinLock(&locks[1]);
	share(locks);
	KeAcquireSpinLock(&locks[0], &irql);
	KeAcquireSpinLockAtDpcLevel(&locks[1]);
	KeReleaseSpinLockFromDpcLevel(&locks[1]);
	KeReleaseSpinLock(&locks[0], irql);
}

void warn_array_on_the_stack(void)
{
	KSPIN_LOCK locks[2];
	KIRQL irql;

	KeInitializeSpinLock(&locks[0]);
	KeInitializeSpinLock(&locks[1]);
	share(locks);
	KeAcquireSpinLock(&locks[0], &irql);
	KeReleaseSpinLock(&locks[0], irql);
	KeReleaseSpinLock(&locks[0], irql);	/* { dg-warning "'locks.0.' is released but not held .spinrule-release-unheld." "twice" } */
}

void good_static(void)
{
	static KSPIN_LOCK lock;
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
}

void warn_static(void)
{
	static KSPIN_LOCK lock;
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	KeReleaseSpinLock(&lock, irql);		/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "twice" } */
}

/* The array decays to its first lock. */
void good_array_is_its_first(void)
{
	static KSPIN_LOCK locks[2];
	KIRQL irql;

	KeAcquireSpinLock(locks, &irql);
	KeAcquireSpinLockAtDpcLevel(locks + 1);
	KeReleaseSpinLockFromDpcLevel(&locks[1]);
	KeReleaseSpinLock(&locks[0], irql);
}

void warn_array_is_its_first(void)
{
	static KSPIN_LOCK locks[2];
	KIRQL irql;

	KeAcquireSpinLock(locks, &irql);
	KeReleaseSpinLock(&locks[0], irql);
	KeReleaseSpinLock(locks, irql);		/* { dg-warning "locks(.0.)?' is released but not held .spinrule-release-unheld." "twice" } */
}
