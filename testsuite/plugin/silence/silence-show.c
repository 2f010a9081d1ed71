/* { dg-do compile } */
/* { dg-additional-options "-fplugin-arg-spinrule-show-silenced -fplugin-arg-spinrule-error" } */
/* -show-silenced: what is silenced is a warning again, to look it over.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;

__attribute__((spinrule_ignore("double-acquire", "shown all the same")))
void warn_attribute(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "attribute" } */
}

#pragma spinrule push
#pragma spinrule ignored "double-acquire"

void warn_pragma(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "pragma" } */
}

#pragma spinrule pop

void good_still(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
}
