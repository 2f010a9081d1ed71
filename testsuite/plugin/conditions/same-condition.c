/* { dg-do compile } */
/* A parameter or a local that is tested where the lock is taken and again where it is dropped.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;
extern int work(int);

void good_tested_twice(int x)
{
	KIRQL irql = 0;

	if (x)
		KeAcquireSpinLock(&lock, &irql);
	work(1);
	if (x)
		KeReleaseSpinLock(&lock, irql);
}

void warn_tested_then_negated(int x)
{
	KIRQL irql = 0;

	KeAcquireSpinLock(&lock, &irql);
	if (x)
		KeReleaseSpinLock(&lock, irql);
	work(1);
	if (x)
		KeReleaseSpinLock(&lock, irql);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "same condition" } */
	else
		KeReleaseSpinLock(&lock, irql);
}

void good_tested_and_negated(int x)
{
	KIRQL irql = 0;

	KeAcquireSpinLock(&lock, &irql);
	if (x)
		KeReleaseSpinLock(&lock, irql);
	work(1);
	if (!x)
		KeReleaseSpinLock(&lock, irql);
}

void good_compared_twice(int x)
{
	KIRQL irql = 0;

	if (x == 3)
		KeAcquireSpinLock(&lock, &irql);
	work(1);
	if (x != 3)
		return;
	KeReleaseSpinLock(&lock, irql);
}

void good_narrower_condition(int x)
{
	KIRQL irql = 0;

	if (x > 3)
		KeAcquireSpinLock(&lock, &irql);
	work(1);
	if (x > 3) {
		if (x > 1)
			KeReleaseSpinLock(&lock, irql);
	}
}

void warn_wider_condition(int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);	/* { dg-note "'lock' acquired here" "acquire" } */
	work(1);
	if (x > 3)
		KeReleaseSpinLock(&lock, irql);
	if (x < 3)
		KeReleaseSpinLock(&lock, irql);
}		/* { dg-warning "'lock' is still held at return .spinrule-held-at-return." "x is 3" } */

void good_two_conditions(int x, int y)
{
	KIRQL irql = 0;

	if (x && y)
		KeAcquireSpinLock(&lock, &irql);
	work(1);
	if (x && y)
		KeReleaseSpinLock(&lock, irql);
}

void warn_two_conditions(int x, int y)
{
	KIRQL irql = 0;

	KeAcquireSpinLock(&lock, &irql);
	if (x && y)
		KeReleaseSpinLock(&lock, irql);
	work(1);
	if (x || y)
		KeReleaseSpinLock(&lock, irql);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "both true" } */
	else
		KeReleaseSpinLock(&lock, irql);
}

void good_reassigned_after_both(int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (x)
		KeReleaseSpinLock(&lock, irql);
	if (!x)
		KeReleaseSpinLock(&lock, irql);
	x = work(1);
	work(x);
}

void warn_reassigned_between(int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (x) {
		x = work(1);
		KeReleaseSpinLock(&lock, irql);
	}
	if (!x)
		KeReleaseSpinLock(&lock, irql);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "x is another value" } */
}

void good_local_copy(int x)
{
	KIRQL irql = 0;
	int copy = x;

	if (copy)
		KeAcquireSpinLock(&lock, &irql);
	work(1);
	if (x)
		KeReleaseSpinLock(&lock, irql);
}

void good_relation_of_two_values(int x, int y)
{
	KIRQL irql = 0;

	if (x < y)
		KeAcquireSpinLock(&lock, &irql);
	work(1);
	if (x < y)
		KeReleaseSpinLock(&lock, irql);
}

void warn_relation_swapped(int x, int y)
{
	KIRQL irql = 0;

	KeAcquireSpinLock(&lock, &irql);
	if (x < y)
		KeReleaseSpinLock(&lock, irql);
	work(1);
	if (y > x)
		KeReleaseSpinLock(&lock, irql);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "x below y" } */
	else
		KeReleaseSpinLock(&lock, irql);
}
