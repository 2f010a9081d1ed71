/* { dg-do compile } */
/* The group that leaves the IRQL alone, and its locks beside raising ones.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock, other;

void good_dpc_level(void)
{
	KeAcquireSpinLockAtDpcLevel(&lock);
	KeReleaseSpinLockFromDpcLevel(&lock);
}

void warn_dpc_level_acquire(void)
{
	KeAcquireSpinLockAtDpcLevel(&lock);	/* { dg-note "'lock' acquired here, by 'KeAcquireSpinLockAtDpcLevel'" "first acquire" } */
	KeAcquireSpinLockAtDpcLevel(&lock);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "second acquire" } */
	KeReleaseSpinLockFromDpcLevel(&lock);
}

void warn_dpc_level_release(void)
{
	KeAcquireSpinLockAtDpcLevel(&lock);
	KeReleaseSpinLockFromDpcLevel(&lock);
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "second release" } */
}

void good_ex_dpc_level(void)
{
	ExAcquireSpinLockAtDpcLevel(&lock);
	ExReleaseSpinLockFromDpcLevel(&lock);
}

void warn_ex_dpc_level(void)
{
	ExAcquireSpinLockAtDpcLevel(&lock);	/* { dg-note "'lock' acquired here, by 'ExAcquireSpinLockAtDpcLevel'" "first acquire" } */
	ExAcquireSpinLockAtDpcLevel(&lock);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "second acquire" } */
	ExReleaseSpinLockFromDpcLevel(&lock);
}

void good_second_lock_at_dpc_level(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&other);
	KeReleaseSpinLockFromDpcLevel(&other);
	KeReleaseSpinLock(&lock, irql);
}

/* Raised already, so the same lock at DPC level: it still spins for ever. */
void warn_same_lock_at_dpc_level(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);	/* { dg-note "'lock' acquired here, by 'KeAcquireSpinLock'" "raising acquire" } */
	KeAcquireSpinLockAtDpcLevel(&lock);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "acquire at DPC level" } */
	KeReleaseSpinLock(&lock, irql);
}
