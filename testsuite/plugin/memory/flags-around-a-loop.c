/* Flags that tell what is held are set before and after a loop that leaves them alone. */
/* { dg-do compile } */
/* SPDX-License-Identifier: MIT */

#include "wdm-lite.h"

struct extension { KSPIN_LOCK lock; LONG flags, count; };
extern struct extension extension;

KDEFERRED_ROUTINE good_flag_is_kept, warn_what_was_wanted, good_loop_counts;

static void set_flag(LONG *flags, LONG flag)
{
	*flags |= flag;
}

VOID NTAPI good_flag_is_kept(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	PKSPIN_LOCK lock = context;
	int wanted = (int)(ULONG_PTR)arg1;

	extension.flags = 0;
	if (wanted & 2) {
		KeAcquireSpinLockAtDpcLevel(lock);
		set_flag(&extension.flags, 1);
	}
	for (int i = 0; i < 2; i++)
		;
	set_flag(&extension.flags, 4);
	if (extension.flags & 1)
		KeReleaseSpinLockFromDpcLevel(lock);
}

VOID NTAPI warn_what_was_wanted(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	PKSPIN_LOCK lock = context;
	int wanted = (int)(ULONG_PTR)arg1;

	extension.flags = 0;
	if (wanted & 2) {
		KeAcquireSpinLockAtDpcLevel(lock);
		set_flag(&extension.flags, 1);
	}
	for (int i = 0; i < 2; i++)
		;
	set_flag(&extension.flags, 4);
	if ((wanted & 6) == 6)
		KeReleaseSpinLockFromDpcLevel(lock);
} /* { dg-warning "'lock' is still held at return .spinrule-held-at-return." } */

VOID NTAPI good_loop_counts(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	PKSPIN_LOCK lock = context;
	int wanted = (int)(ULONG_PTR)arg1;

	extension.flags = 0;
	extension.count = 0;
	if (wanted & 2) {
		KeAcquireSpinLockAtDpcLevel(lock);
		set_flag(&extension.flags, 1);
	}
	for (int i = 0; i < wanted; i++)
		extension.count++;
	set_flag(&extension.flags, 4);
	if (extension.flags & 1)
		KeReleaseSpinLockFromDpcLevel(lock);
}
