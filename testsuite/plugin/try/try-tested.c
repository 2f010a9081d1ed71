/* { dg-do compile } */
/* The result of a try tested at once, in every spelling.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;
extern int work(int);

void good_if(void)
{
	if (KeTryToAcquireSpinLockAtDpcLevel(&lock)) {
		work(1);
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
}

void warn_released_outside_the_if(void)
{
	if (KeTryToAcquireSpinLockAtDpcLevel(&lock))
		work(1);
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "failed try" } */
}

void good_negated_leaves(void)
{
	if (!KeTryToAcquireSpinLockAtDpcLevel(&lock))
		return;
	work(1);
	KeReleaseSpinLockFromDpcLevel(&lock);
}

void warn_negated_releases(void)
{
	if (!KeTryToAcquireSpinLockAtDpcLevel(&lock)) {
		KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "failed try" } */
		return;
	}
	work(1);
	KeReleaseSpinLockFromDpcLevel(&lock);
}

void good_equals_true(void)
{
	if (KeTryToAcquireSpinLockAtDpcLevel(&lock) == TRUE) {
		work(1);
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
}

void good_equals_false(void)
{
	if (KeTryToAcquireSpinLockAtDpcLevel(&lock) == FALSE)
		return;
	work(1);
	KeReleaseSpinLockFromDpcLevel(&lock);
}

void warn_equals_false(void)
{
	if (KeTryToAcquireSpinLockAtDpcLevel(&lock) == FALSE) {
		work(1);
		KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "failed try" } */
	} else {
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
}

void good_not_zero(void)
{
	if (KeTryToAcquireSpinLockAtDpcLevel(&lock) != 0) {
		work(1);
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
}

void good_not_false(void)
{
	if (FALSE != KeTryToAcquireSpinLockAtDpcLevel(&lock)) {
		work(1);
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
}

void good_double_negation(void)
{
	if (!!KeTryToAcquireSpinLockAtDpcLevel(&lock)) {
		work(1);
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
}

void good_else_arm(void)
{
	if (!KeTryToAcquireSpinLockAtDpcLevel(&lock)) {
		work(0);
	} else {
		work(1);
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
}

void good_after_and(int x)
{
	if (x && KeTryToAcquireSpinLockAtDpcLevel(&lock)) {
		work(1);
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
}

void good_before_and(int x)
{
	if (KeTryToAcquireSpinLockAtDpcLevel(&lock)) {
		if (x)
			work(1);
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
}

/* Taken, and then x is zero: nobody drops it. */
void warn_before_and(int x)
{
	if (KeTryToAcquireSpinLockAtDpcLevel(&lock) && x) {	/* { dg-note "'lock' acquired here" "try" } */
		work(1);
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
}	/* { dg-warning "'lock' is still held at return .spinrule-held-at-return." "x is zero" } */

void good_or_leaves(int x)
{
	if (!x || !KeTryToAcquireSpinLockAtDpcLevel(&lock))
		return;
	work(1);
	KeReleaseSpinLockFromDpcLevel(&lock);
}

void good_conditional_expression(void)
{
	work(KeTryToAcquireSpinLockAtDpcLevel(&lock) ? (KeReleaseSpinLockFromDpcLevel(&lock), 1) : 0);
}

void good_switch_on_the_result(void)
{
	switch (KeTryToAcquireSpinLockAtDpcLevel(&lock)) {
	case FALSE:
		break;
	default:
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
}

void good_second_try_of_another_lock(PKSPIN_LOCK other)
{
	if (!KeTryToAcquireSpinLockAtDpcLevel(&lock))
		return;
	if (KeTryToAcquireSpinLockAtDpcLevel(other)) {
		work(1);
		KeReleaseSpinLockFromDpcLevel(other);
	}
	KeReleaseSpinLockFromDpcLevel(&lock);
}

/* Only if the try failed is it worth to wait. */
void good_waits_after_a_failed_try(void)
{
	if (!KeTryToAcquireSpinLockAtDpcLevel(&lock))
		KeAcquireSpinLockAtDpcLevel(&lock);
	work(1);
	KeReleaseSpinLockFromDpcLevel(&lock);
}

void warn_waits_after_a_try_that_worked(void)
{
	if (KeTryToAcquireSpinLockAtDpcLevel(&lock))	/* { dg-note "'lock' acquired here" "try" } */
		KeAcquireSpinLockAtDpcLevel(&lock);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "it worked" } */
	else
		KeAcquireSpinLockAtDpcLevel(&lock);
	work(1);
	KeReleaseSpinLockFromDpcLevel(&lock);
}
