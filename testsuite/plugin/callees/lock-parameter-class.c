/* { dg-do compile } */
/* A helper gets the address of a lock: it is the lock of the caller's field, and no
 * other field or variable is that lock.  */
/* SPDX-License-Identifier: MIT */

#include "wdm-lite.h"

struct extension { KSPIN_LOCK lock, other; };

static KSPIN_LOCK all;

static void drop(PKSPIN_LOCK lock)
{
	KeReleaseSpinLockFromDpcLevel(lock);
}

static void drop_for(PKSPIN_LOCK lock)
{
	drop(lock);
}

KDEFERRED_ROUTINE good_dropped, warn_dropped, warn_dropped_for, silent_may_be_any;

VOID NTAPI good_dropped(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;

	KeAcquireSpinLockAtDpcLevel(&all);
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	drop(&ext->lock);
	KeReleaseSpinLockFromDpcLevel(&all);
}

VOID NTAPI warn_dropped(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;

	KeAcquireSpinLockAtDpcLevel(&all);
	drop(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held" } */
	KeReleaseSpinLockFromDpcLevel(&all);
}

VOID NTAPI warn_dropped_for(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;

	KeAcquireSpinLockAtDpcLevel(&all);
	drop_for(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held" } */
	KeReleaseSpinLockFromDpcLevel(&all);
}

/* The pointer may lead to any lock, the held one too: nothing is claimed.  */
VOID NTAPI silent_may_be_any(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	KeAcquireSpinLockAtDpcLevel(&all);
	drop(context);
}
