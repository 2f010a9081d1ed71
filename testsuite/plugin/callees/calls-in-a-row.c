/* { dg-do compile } */
/* Many calls, one after the other, of a helper that comes back in more than one way: the ways of one
   call must not multiply with those of the next.  The checks of a test driver look like this.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;
static int failures, expected;

static int count(int condition)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (!condition)
		failures++;
	KeReleaseSpinLock(&lock, irql);
	return expected ? !condition : condition;
}

#define FOUR(X) X; X; X; X

void good_many_calls(int condition)
{
	FOUR(FOUR(FOUR(count(condition))));
}

void warn_after_many_calls(int condition)
{
	KIRQL irql;

	FOUR(FOUR(FOUR(count(condition))));
	KeAcquireSpinLock(&lock, &irql);	/* { dg-note "acquired here" "first" } */
	count(condition);			/* { dg-warning "already held" "second" } */
	KeReleaseSpinLock(&lock, irql);
}
