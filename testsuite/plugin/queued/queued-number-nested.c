/* { dg-do compile } */
/* { dg-undecided "good_down_a_tree" } */
/* Two queued spin locks of the kernel at once: different numbers are different locks.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#ifdef _WIN32
/* The kit declares these for file systems only. */
extern KIRQL FASTCALL KeAcquireQueuedSpinLock(KSPIN_LOCK_QUEUE_NUMBER Number);
extern LOGICAL FASTCALL KeTryToAcquireQueuedSpinLock(KSPIN_LOCK_QUEUE_NUMBER Number, PKIRQL OldIrql);
extern VOID FASTCALL KeReleaseQueuedSpinLock(KSPIN_LOCK_QUEUE_NUMBER Number, KIRQL OldIrql);
#endif

extern int work(int);

void good_two_numbers(void)
{
	KIRQL outer = KeAcquireQueuedSpinLock(LockQueueMasterLock);
	KIRQL inner = KeAcquireQueuedSpinLock(LockQueueVacbLock);

	work(1);
	KeReleaseQueuedSpinLock(LockQueueVacbLock, inner);
	KeReleaseQueuedSpinLock(LockQueueMasterLock, outer);
}

void warn_released_twice(void)
{
	KIRQL outer = KeAcquireQueuedSpinLock(LockQueueMasterLock);
	KIRQL inner = KeAcquireQueuedSpinLock(LockQueueVacbLock);

	work(1);
	KeReleaseQueuedSpinLock(LockQueueVacbLock, inner);
	KeReleaseQueuedSpinLock(LockQueueVacbLock, inner);	/* { dg-warning "is released but not held .spinrule-release-unheld." "the other was meant" } */
	KeReleaseQueuedSpinLock(LockQueueMasterLock, outer);
}
