/* { dg-do compile } */
/* The address of a variable is not null, whatever the size of pointers; a struct that is
 * copied as bytes keeps its fields.  */
/* SPDX-License-Identifier: MIT */

#include "wdm-lite.h"

struct extension { KSPIN_LOCK lock; LONG count; };

KDEFERRED_ROUTINE good_held_already, warn_says_nothing, good_copied, warn_other_copied;

static void count(struct extension *ext, PKIRQL held)
{
	KIRQL irql;

	if (!held)
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (!held)
		KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI good_held_already(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	count(ext, &irql);
	KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI warn_says_nothing(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	count(ext, NULL);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." } */
	KeReleaseSpinLock(&ext->lock, irql);
}

struct taken { ULONG is_taken; KIRQL irql; };

VOID NTAPI good_copied(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;
	struct taken taken = { 0 }, copy;

	if (arg1) {
		KeAcquireSpinLock(&ext->lock, &taken.irql);
		taken.is_taken = 1;
	}
	__builtin_memcpy(&copy, &taken, sizeof copy);
	if (copy.is_taken)
		KeReleaseSpinLock(&ext->lock, copy.irql);
}

VOID NTAPI warn_other_copied(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;
	struct taken taken = { 0 }, none = { 0 }, copy;

	if (arg1) {
		KeAcquireSpinLock(&ext->lock, &taken.irql);
		taken.is_taken = 1;
	}
	__builtin_memcpy(&copy, &none, sizeof copy);
	if (copy.is_taken)
		KeReleaseSpinLock(&ext->lock, copy.irql);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." } */
