/* { dg-do compile } */
/* { dg-options "-no-integrated-cpp" } */
/* Preprocessed first and compiled then, as with -save-temps and ccache: the DDIs that are macros of a system header are still
   reported, at the driver's line.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;

#define ENTER() KeAcquireSpinLock(&lock, &irql)

void good_preprocessed(void)
{
	KIRQL irql;

	ENTER();
	KeReleaseSpinLock(&lock, irql);
}

void warn_preprocessed(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);	/* { dg-note "'lock' acquired here" "first" } */
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "second" } */
	KeReleaseSpinLock(&lock, irql);
}

void warn_preprocessed_macro(void)
{
	KIRQL irql;

	ENTER();	/* { dg-note "'lock' acquired here" "first" } */
	ENTER();	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "second" } */
	KeReleaseSpinLock(&lock, irql);
}
