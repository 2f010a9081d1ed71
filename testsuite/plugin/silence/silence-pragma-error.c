/* { dg-do compile } */
/* #pragma spinrule error: for these lines a violation is an error.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;

#pragma spinrule push
#pragma spinrule error "double-acquire"

void is_an_error(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-error "already held .spinrule-double-acquire." "error" } */
}

#pragma spinrule pop

void is_a_warning(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "warning" } */
}
