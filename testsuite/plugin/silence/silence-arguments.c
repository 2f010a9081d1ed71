/* { dg-do compile } */
/* { dg-additional-options "-fplugin-arg-spinrule-disable=double-acquire -fplugin-arg-spinrule-disable=try-ignored" } */
/* -disable: silent everywhere, unless a pragma turns it on again.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;

void good_disabled(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);
}

void warn_not_disabled(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	KeReleaseSpinLock(&lock, irql);	/* { dg-warning "not held .spinrule-release-unheld." "another id" } */
}

void good_disabled_too(void)
{
	KeTryToAcquireSpinLockAtDpcLevel(&lock);
}

#pragma spinrule warning "double-acquire"

void warn_on_again(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "on again" } */
}
