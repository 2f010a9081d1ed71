/* { dg-do compile } */
/* A role whose type has no handle, as a header of one's own may have it: no lock is known that the system holds.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

typedef BOOLEAN NTAPI EVT_WDF_INTERRUPT_ISR(PVOID interrupt, ULONG message);

struct ext {
	KSPIN_LOCK lock;
	int count;
};

EVT_WDF_INTERRUPT_ISR good_own_lock, warn_own_lock;

BOOLEAN NTAPI good_own_lock(PVOID interrupt, ULONG message)
{
	struct ext *ext = interrupt;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	return TRUE;
}

BOOLEAN NTAPI warn_own_lock(PVOID interrupt, ULONG message)
{
	struct ext *ext = interrupt;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	return TRUE;	/* { dg-warning "'ext->lock' is still held at return" } */
}
