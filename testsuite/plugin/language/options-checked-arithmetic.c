/* { dg-do compile } */
/* { dg-options "-fsanitize=undefined" } */
/* Arithmetic that the compiler checks is the same arithmetic.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;
static KSPIN_LOCK locks[8];
extern int work(int);

void good_sum(int n)
{
	KIRQL irql = 0;

	if (n + 1 == 5)
		KeAcquireSpinLock(&lock, &irql);
	work(1);
	if (n == 4)
		KeReleaseSpinLock(&lock, irql);
}

void good_counter(int x)
{
	KIRQL irql = 0;
	int held = 0;

	if (x) {
		KeAcquireSpinLock(&lock, &irql);
		held++;
	}
	work(1);
	if (held > 0)
		KeReleaseSpinLock(&lock, irql);
}

void warn_counter(int x)
{
	KIRQL irql = 0;
	int held = 1;

	KeAcquireSpinLock(&lock, &irql);
	if (x) {
		KeReleaseSpinLock(&lock, irql);
		held++;
	}
	work(1);
	if (held > 0)
		KeReleaseSpinLock(&lock, irql);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "held is 2" } */
}

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

void good_neighbour(int i)
{
	KIRQL irql;

	KeAcquireSpinLock(&locks[i + 1], &irql);
	KeReleaseSpinLock(&locks[i + 1], irql);
}

void warn_neighbour(int i)
{
	KIRQL irql;

	KeAcquireSpinLock(&locks[i + 1], &irql);
	KeAcquireSpinLock(&locks[i + 1], &irql);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "the same neighbour" } */
	KeReleaseSpinLock(&locks[i + 1], irql);
}
