/* { dg-do compile } */
/* KeAcquireSpinLockRaiseToSynch, which some headers declare and mingw-w64 does not.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

extern KIRQL FASTCALL KeAcquireSpinLockRaiseToSynch(PKSPIN_LOCK SpinLock);

static KSPIN_LOCK lock;

void good_raise_to_synch(void)
{
	KIRQL irql = KeAcquireSpinLockRaiseToSynch(&lock);

	KeReleaseSpinLock(&lock, irql);
}

void warn_raise_to_synch(void)
{
	KIRQL irql = KeAcquireSpinLockRaiseToSynch(&lock);	/* { dg-note "'lock' acquired here, by 'KeAcquireSpinLockRaiseToSynch'" "first acquire" } */

	irql = KeAcquireSpinLockRaiseToSynch(&lock);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "second acquire" } */
	KeReleaseSpinLock(&lock, irql);
}
