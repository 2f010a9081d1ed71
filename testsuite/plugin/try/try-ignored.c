/* { dg-do compile } */
/* A try whose result nobody looks at.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;
extern int work(int);
extern void take(BOOLEAN);
BOOLEAN kept;

void warn_statement(void)
{
	KeTryToAcquireSpinLockAtDpcLevel(&lock);	/* { dg-warning "spin lock 'lock' may not be held: the result of trying is ignored .spinrule-try-ignored." "as a statement" } */
	work(1);
}

void warn_cast_to_void(void)
{
	(void)KeTryToAcquireSpinLockAtDpcLevel(&lock);	/* { dg-warning "'lock' may not be held: the result of trying is ignored .spinrule-try-ignored." "cast away" } */
	work(1);
}

void warn_left_of_a_comma(void)
{
	KeTryToAcquireSpinLockAtDpcLevel(&lock), work(1);	/* { dg-warning "'lock' may not be held: the result of trying is ignored .spinrule-try-ignored." "comma" } */
}

void warn_in_one_branch(int x)
{
	if (x)
		KeTryToAcquireSpinLockAtDpcLevel(&lock);	/* { dg-warning "'lock' may not be held: the result of trying is ignored .spinrule-try-ignored." "in a branch" } */
	work(x);
}

void good_looked_at(void)
{
	if (KeTryToAcquireSpinLockAtDpcLevel(&lock))
		KeReleaseSpinLockFromDpcLevel(&lock);
	work(1);
}

BOOLEAN good_returned(void)
{
	return KeTryToAcquireSpinLockAtDpcLevel(&lock);
}

int good_returned_as_int(void)
{
	return KeTryToAcquireSpinLockAtDpcLevel(&lock) ? 7 : -7;
}

/* Another function releases it when it finds KEPT set. */
void good_kept_in_a_global(void)
{
	kept = KeTryToAcquireSpinLockAtDpcLevel(&lock);
	work(1);
}

void good_released_by_another_function(void)
{
	if (kept) {
		kept = FALSE;
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
}

void good_passed_on(void)
{
	take(KeTryToAcquireSpinLockAtDpcLevel(&lock));
}

void good_stored_through_a_pointer(BOOLEAN *got)
{
	*got = KeTryToAcquireSpinLockAtDpcLevel(&lock);
}
