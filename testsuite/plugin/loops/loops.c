/* { dg-do compile } */
/* Loops: taken and dropped in each round, and the ways a round goes wrong.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;
extern int work(int);

void good_each_round(int n)
{
	KIRQL irql;
	int i;

	for (i = 0; i < n; i++) {
		KeAcquireSpinLock(&lock, &irql);
		work(i);
		KeReleaseSpinLock(&lock, irql);
	}
}

void warn_acquire_in_each_round(int n)
{
	KIRQL irql = 0;
	int i;

	for (i = 0; i < n; i++) {
		KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "second round" } */
		work(i);
	}
	KeReleaseSpinLock(&lock, irql);
}

void good_held_across_the_loop(int n)
{
	KIRQL irql;
	int i;

	KeAcquireSpinLock(&lock, &irql);
	for (i = 0; i < n; i++)
		work(i);
	KeReleaseSpinLock(&lock, irql);
}

void good_continue_after_release(int n)
{
	KIRQL irql;
	int i;

	for (i = 0; i < n; i++) {
		KeAcquireSpinLock(&lock, &irql);
		if (!work(i)) {
			KeReleaseSpinLock(&lock, irql);
			continue;
		}
		work(-i);
		KeReleaseSpinLock(&lock, irql);
	}
}

void warn_continue_while_held(int n)
{
	KIRQL irql;
	int i;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	for (i = 0; ; i++) {
		KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "next round" } */
		if (!work(i))
			continue;
		KeReleaseSpinLock(&lock, irql);
		if (i == n)
			break;
	}
}

void good_break_held_release_after(void)
{
	KIRQL irql;

	for (;;) {
		KeAcquireSpinLock(&lock, &irql);
		if (work(0))
			break;
		KeReleaseSpinLock(&lock, irql);
		work(1);
	}
	work(2);
	KeReleaseSpinLock(&lock, irql);
}

void warn_break_free_release_after(void)
{
	KIRQL irql;

	for (;;) {
		KeAcquireSpinLock(&lock, &irql);
		if (work(0)) {
			KeReleaseSpinLock(&lock, irql);
			break;
		}
		KeReleaseSpinLock(&lock, irql);
		work(1);
	}
	work(2);
	KeReleaseSpinLock(&lock, irql);		/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "after the break" } */
}

void good_dropped_for_the_work(int n)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	while (n-- > 0) {
		KeReleaseSpinLock(&lock, irql);
		work(n);
		KeAcquireSpinLock(&lock, &irql);
	}
	KeReleaseSpinLock(&lock, irql);
}

void warn_not_retaken_in_the_loop(int n)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	do {
		KeReleaseSpinLock(&lock, irql);		/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "second round" } */
		work(n);
	} while (n-- > 0);
}

void good_do_while_once(void)
{
	KIRQL irql;

	do {
		KeAcquireSpinLock(&lock, &irql);
		work(1);
		KeReleaseSpinLock(&lock, irql);
	} while (work(2));
}

/* The first round and the last are marked by a flag. */
void good_taken_in_the_first_round(int n)
{
	KIRQL irql = 0;
	BOOLEAN locked = FALSE;
	int i;

	for (i = 0; i < n; i++) {
		if (!locked) {
			KeAcquireSpinLock(&lock, &irql);
			locked = TRUE;
		}
		work(i);
	}
	if (locked)
		KeReleaseSpinLock(&lock, irql);
}

void warn_taken_in_the_first_round(int n)
{
	KIRQL irql = 0;
	BOOLEAN locked = FALSE;
	int i;

	for (i = 0; i < n; i++) {
		if (!locked) {
			KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "flag never set" } */
			work(i);
		}
		work(-i);
	}
	KeReleaseSpinLock(&lock, irql);
}
