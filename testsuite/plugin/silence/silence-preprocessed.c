/* { dg-do compile } */
/* { dg-options "-no-integrated-cpp" } */
/* Preprocessed first and compiled then, as with -save-temps and ccache: pragmas and attributes still count.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;

#define QUIETLY(...) \
	_Pragma("spinrule push") _Pragma("spinrule ignored \"double-acquire\"") __VA_ARGS__ _Pragma("spinrule pop")

void good_macro(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	QUIETLY(KeAcquireSpinLock(&lock, &irql);)
}

#pragma spinrule push
#pragma spinrule ignored "double-acquire"

void good_pragma(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);
}

#pragma spinrule pop

void warn_after(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "after" } */
}

void good_suppressed(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
#pragma warning(suppress: 28106)
	KeAcquireSpinLock(&lock, &irql);
}

__attribute__((spinrule_ignore("double-acquire", "an attribute")))
void good_attribute(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);
}
