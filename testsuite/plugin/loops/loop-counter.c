/* { dg-do compile } */
/* { dg-undecided "good_first_takes_and_last_drops" } */
/* { dg-with "" } */
/* { dg-with "-fsanitize=undefined" } */
/* Loops whose counter says in which round the lock is taken and dropped.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;
extern int work(int);

void good_first_round_takes_second_drops(void)
{
	KIRQL irql = 0;
	int i;

	for (i = 0; i < 2; i++) {
		if (i == 0)
			KeAcquireSpinLock(&lock, &irql);
		else
			KeReleaseSpinLock(&lock, irql);
	}
}

void warn_first_round_takes_and_third_drops_twice(void)
{
	KIRQL irql = 0;
	int i;

	for (i = 0; i < 3; i++) {
		if (i == 0)
			KeAcquireSpinLock(&lock, &irql);
		else
			KeReleaseSpinLock(&lock, irql);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "third round" } */
	}
}

void good_first_takes_and_last_drops(int n)
{
	KIRQL irql = 0;
	int i;

	for (i = 0; i < n; i++) {
		if (i == 0)
			KeAcquireSpinLock(&lock, &irql);
		work(i);
		if (i == n - 1)
			KeReleaseSpinLock(&lock, irql);
	}
}
