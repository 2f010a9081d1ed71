/* { dg-do compile } */
/* { dg-undecided "good_field good_through_pointer" } */
/* A helper looks at memory after a call of a function of another file: most likely it
 * holds what the caller found there.  */
/* SPDX-License-Identifier: MIT */

#include "wdm-lite.h"

struct mode { UCHAR is_quick; };
struct extension { KSPIN_LOCK lock, other; UCHAR is_quick; struct mode *mode; };

void elsewhere(void);

static void end_by_field(struct extension *ext)
{
	elsewhere();
	if (ext->is_quick)
		KeReleaseSpinLockFromDpcLevel(&ext->other);
}

static void end_by_pointer(struct extension *ext)
{
	elsewhere();
	if (ext->mode->is_quick)
		KeReleaseSpinLockFromDpcLevel(&ext->other);
}

static void end_without_a_call(struct extension *ext)
{
	if (ext->mode->is_quick)
		KeReleaseSpinLockFromDpcLevel(&ext->other);
}

KDEFERRED_ROUTINE good_field, good_through_pointer, good_nothing_between, warn_stored_between;

VOID NTAPI good_field(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;

	if (ext->is_quick)
		KeAcquireSpinLockAtDpcLevel(&ext->other);
	end_by_field(ext);
}

VOID NTAPI good_through_pointer(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (ext->mode->is_quick)
		KeAcquireSpinLockAtDpcLevel(&ext->other);
	end_by_pointer(ext);
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI good_nothing_between(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;
	UCHAR is_quick = ext->mode->is_quick;

	ext->mode->is_quick = is_quick;
	if (is_quick)
		KeAcquireSpinLockAtDpcLevel(&ext->other);
	ext->mode->is_quick = is_quick;
	end_without_a_call(ext);
}

VOID NTAPI warn_stored_between(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;
	UCHAR is_quick = ext->mode->is_quick;

	ext->mode->is_quick = is_quick;
	if (is_quick)
		KeAcquireSpinLockAtDpcLevel(&ext->other);
	ext->mode->is_quick = 0;
	end_without_a_call(ext);
}	/* { dg-warning "'ext->other' is still held at return" } */
