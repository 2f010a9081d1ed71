/* { dg-do compile } */
/* Helpers that say through a pointer whether they hold the lock.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int count;
};

KDEFERRED_ROUTINE good_told_by_pointer, warn_told_by_pointer;

static NTSTATUS lock_and_tell(struct ext *ext, BOOLEAN *locked)
{
	*locked = FALSE;
	if (ext->count < 0)
		return STATUS_DEVICE_NOT_READY;
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	*locked = TRUE;
	return STATUS_SUCCESS;
}

VOID NTAPI good_told_by_pointer(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	BOOLEAN locked;

	lock_and_tell(ext, &locked);
	if (locked) {
		ext->count++;
		KeReleaseSpinLock(&ext->lock, ext->irql);
	}
}

VOID NTAPI warn_told_by_pointer(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	BOOLEAN locked;

	lock_and_tell(ext, &locked);
	if (locked)
		KeReleaseSpinLock(&ext->lock, ext->irql);
	else
		KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "not locked" } */
}
