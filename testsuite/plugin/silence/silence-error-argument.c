/* { dg-do compile } */
/* { dg-additional-options "-fplugin-arg-spinrule-error=double-acquire" } */
/* -error=ID: an error for this id, unless a pragma or an attribute says otherwise.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;

void is_an_error(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-error "already held .spinrule-double-acquire." "error" } */
}

void is_a_warning(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	KeReleaseSpinLock(&lock, irql);	/* { dg-warning "not held .spinrule-release-unheld." "another id" } */
}

#pragma spinrule push
#pragma spinrule warning "double-acquire"

void is_a_warning_again(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "warning" } */
}

#pragma spinrule pop

__attribute__((spinrule_ignore("double-acquire", "what this is about")))
void is_silent(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);
}
