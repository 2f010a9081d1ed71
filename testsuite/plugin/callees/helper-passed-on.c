/* { dg-do compile } */
/* A lock taken on one way of a helper that another helper only passes on.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;
static LONG count;

static void drain(void)
{
	if (count > 4) {
		KeAcquireSpinLockAtDpcLevel(&lock);
		count = 0;
		KeReleaseSpinLockFromDpcLevel(&lock);
	}
}

static void pass_on(void)
{
	drain();
}

static void pass_on_again(void)
{
	pass_on();
}

KDEFERRED_ROUTINE good_passed_on;
VOID NTAPI good_passed_on(PKDPC dpc, PVOID context, PVOID a, PVOID b)
{
	KeAcquireSpinLockAtDpcLevel(&lock);
	count++;
	KeReleaseSpinLockFromDpcLevel(&lock);
	pass_on();
}

KDEFERRED_ROUTINE warn_passed_on;
VOID NTAPI warn_passed_on(PKDPC dpc, PVOID context, PVOID a, PVOID b)
{
	KeAcquireSpinLockAtDpcLevel(&lock);	/* { dg-note "acquired here" "acquire" } */
	pass_on();				/* { dg-warning "already held" "again" } */
	KeReleaseSpinLockFromDpcLevel(&lock);
}

KDEFERRED_ROUTINE warn_passed_on_twice;
VOID NTAPI warn_passed_on_twice(PKDPC dpc, PVOID context, PVOID a, PVOID b)
{
	KeAcquireSpinLockAtDpcLevel(&lock);	/* { dg-note "acquired here" "acquire" } */
	pass_on_again();			/* { dg-warning "already held" "again" } */
	KeReleaseSpinLockFromDpcLevel(&lock);
}
