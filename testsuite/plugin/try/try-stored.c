/* { dg-do compile } */
/* The result of a try stored first and tested later.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;
extern int work(int);

struct ext {
	KSPIN_LOCK lock;
	BOOLEAN got;
	int count;
};

void good_stored_then_tested(void)
{
	BOOLEAN got = KeTryToAcquireSpinLockAtDpcLevel(&lock);

	work(0);
	if (got) {
		work(1);
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
}

void warn_stored_then_not_looked_at_on_one_way(int x)
{
	BOOLEAN got = KeTryToAcquireSpinLockAtDpcLevel(&lock);

	if (!got)
		work(0);
	work(x);
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "failed try" } */
}

void good_stored_then_tested_twice(void)
{
	BOOLEAN got;

	got = KeTryToAcquireSpinLockAtDpcLevel(&lock);
	if (got)
		work(1);
	work(0);
	if (got)
		KeReleaseSpinLockFromDpcLevel(&lock);
}

void warn_stored_then_tested_twice(void)
{
	BOOLEAN got;

	got = KeTryToAcquireSpinLockAtDpcLevel(&lock);
	if (got) {
		work(1);
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
	work(0);
	if (got)
		KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "released in the first if" } */
}

void good_stored_negated(void)
{
	BOOLEAN failed = !KeTryToAcquireSpinLockAtDpcLevel(&lock);

	work(0);
	if (failed)
		return;
	KeReleaseSpinLockFromDpcLevel(&lock);
}

void warn_stored_negated(void)
{
	BOOLEAN failed = !KeTryToAcquireSpinLockAtDpcLevel(&lock);

	work(0);
	if (!failed)
		KeReleaseSpinLockFromDpcLevel(&lock);
	else
		KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "failed try" } */
}

void good_stored_in_an_int(void)
{
	int got = KeTryToAcquireSpinLockAtDpcLevel(&lock);

	if (got == TRUE) {
		work(1);
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
}

void good_stored_as_a_comparison(void)
{
	int got = KeTryToAcquireSpinLockAtDpcLevel(&lock) != FALSE;

	if (got) {
		work(1);
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
}

void good_stored_only_sometimes(int x)
{
	BOOLEAN got = FALSE;

	if (x)
		got = KeTryToAcquireSpinLockAtDpcLevel(&lock);
	work(0);
	if (got)
		KeReleaseSpinLockFromDpcLevel(&lock);
}

void good_status_made_from_it(void)
{
	NTSTATUS status = KeTryToAcquireSpinLockAtDpcLevel(&lock) ? STATUS_SUCCESS : STATUS_DEVICE_BUSY;

	if (NT_SUCCESS(status)) {
		work(1);
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
}

void good_stored_in_a_field(struct ext *ext)
{
	ext->got = KeTryToAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	if (ext->got)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

void good_combined_with_another_test(int x)
{
	BOOLEAN got = KeTryToAcquireSpinLockAtDpcLevel(&lock);

	if (got && x)
		work(1);
	if (got)
		KeReleaseSpinLockFromDpcLevel(&lock);
}

void good_assigned_inside_the_if(void)
{
	BOOLEAN got;

	if ((got = KeTryToAcquireSpinLockAtDpcLevel(&lock)) != FALSE)
		work(1);
	if (got)
		KeReleaseSpinLockFromDpcLevel(&lock);
}

/* Another value by the time it is tested. */
void warn_overwritten_by_a_second_try(PKSPIN_LOCK other)
{
	BOOLEAN got = KeTryToAcquireSpinLockAtDpcLevel(&lock);	/* { dg-note "'lock' acquired here" "first try" } */

	if (got)
		got = KeTryToAcquireSpinLockAtDpcLevel(other);
	if (got) {
		work(1);
		KeReleaseSpinLockFromDpcLevel(other);
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
}	/* { dg-warning "'lock' is still held at return .spinrule-held-at-return." "second try failed" } */

void good_two_results(PKSPIN_LOCK other)
{
	BOOLEAN got = KeTryToAcquireSpinLockAtDpcLevel(&lock);
	BOOLEAN both = FALSE;

	if (got)
		both = KeTryToAcquireSpinLockAtDpcLevel(other);
	if (both) {
		work(1);
		KeReleaseSpinLockFromDpcLevel(other);
	}
	if (got)
		KeReleaseSpinLockFromDpcLevel(&lock);
}
