/* { dg-do compile } */
/* Trying until it works.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;
extern int work(int);

void good_spin(void)
{
	while (!KeTryToAcquireSpinLockAtDpcLevel(&lock))
		work(0);
	work(1);
	KeReleaseSpinLockFromDpcLevel(&lock);
}

void good_spin_with_empty_body(void)
{
	while (KeTryToAcquireSpinLockAtDpcLevel(&lock) == FALSE)
		;
	KeReleaseSpinLockFromDpcLevel(&lock);
}

void warn_spin_the_wrong_way(void)
{
	while (KeTryToAcquireSpinLockAtDpcLevel(&lock))
		KeReleaseSpinLockFromDpcLevel(&lock);
	work(1);
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "the try failed" } */
}

void good_do_while(void)
{
	BOOLEAN got;

	do {
		got = KeTryToAcquireSpinLockAtDpcLevel(&lock);
	} while (!got);
	KeReleaseSpinLockFromDpcLevel(&lock);
}

void good_for_ever_and_break(void)
{
	for (;;) {
		if (KeTryToAcquireSpinLockAtDpcLevel(&lock))
			break;
		work(0);
	}
	KeReleaseSpinLockFromDpcLevel(&lock);
}

void good_bounded(int n)
{
	BOOLEAN got = FALSE;

	while (n-- > 0 && !got)
		got = KeTryToAcquireSpinLockAtDpcLevel(&lock);
	if (got)
		KeReleaseSpinLockFromDpcLevel(&lock);
}

void warn_bounded(int n)
{
	BOOLEAN got;

	do {
		got = KeTryToAcquireSpinLockAtDpcLevel(&lock);
	} while (n-- > 0 && !got);
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "tried in vain" } */
}

void good_bounded_by_return(int n)
{
	int i;

	for (i = 0; i < n; i++) {
		if (KeTryToAcquireSpinLockAtDpcLevel(&lock)) {
			work(i);
			KeReleaseSpinLockFromDpcLevel(&lock);
			return;
		}
	}
	work(n);
}

void warn_bounded_by_return(int n)
{
	int i;

	for (i = 0; i < n; i++) {
		if (KeTryToAcquireSpinLockAtDpcLevel(&lock)) {	/* { dg-note "'lock' acquired here" "try" } */
			work(i);
			return;		/* { dg-warning "'lock' is still held at return .spinrule-held-at-return." "in the loop" } */
		}
	}
	work(n);
}

/* The wrapper of one driver: tries a while, then waits. */
static void lock_politely(PKSPIN_LOCK spin)
{
	int i;

	for (i = 0; i < 100; i++)
		if (KeTryToAcquireSpinLockAtDpcLevel(spin))
			return;
	KeAcquireSpinLockAtDpcLevel(spin);
}

void good_polite(void)
{
	lock_politely(&lock);
	work(1);
	KeReleaseSpinLockFromDpcLevel(&lock);
}

void warn_polite(void)
{
	lock_politely(&lock);
	work(1);
	KeReleaseSpinLockFromDpcLevel(&lock);
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "twice" } */
}

/* A wrapper that tries for ever does not come back where the lock is held already. */
static void lock_by_trying(PKSPIN_LOCK spin)
{
	while (!KeTryToAcquireSpinLockAtDpcLevel(spin))
		work(0);
}

void good_tried_for_ever(void)
{
	KeAcquireSpinLockAtDpcLevel(&lock);
	work(1);
	KeReleaseSpinLockFromDpcLevel(&lock);
	lock_by_trying(&lock);
	work(2);
	KeReleaseSpinLockFromDpcLevel(&lock);
}

void warn_tried_for_ever(void)
{
	KeAcquireSpinLockAtDpcLevel(&lock);	/* { dg-note "'lock' acquired here" "first" } */
	work(1);
	lock_by_trying(&lock);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "for ever" } */
	work(2);
	KeReleaseSpinLockFromDpcLevel(&lock);
}

/* ... and one that gives up does. */
static BOOLEAN lock_or_give_up(PKSPIN_LOCK spin, int n)
{
	while (n-- > 0)
		if (KeTryToAcquireSpinLockAtDpcLevel(spin))
			return TRUE;
	return FALSE;
}

void good_gave_up(int n)
{
	KeAcquireSpinLockAtDpcLevel(&lock);
	if (lock_or_give_up(&lock, n))
		work(1);
	KeReleaseSpinLockFromDpcLevel(&lock);
}
