/* { dg-do compile } */
/* Queued spin locks of the kernel, named by a number.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#ifdef _WIN32
/* The kit declares these for file systems only. */
extern KIRQL FASTCALL KeAcquireQueuedSpinLock(KSPIN_LOCK_QUEUE_NUMBER Number);
extern LOGICAL FASTCALL KeTryToAcquireQueuedSpinLock(KSPIN_LOCK_QUEUE_NUMBER Number, PKIRQL OldIrql);
extern VOID FASTCALL KeReleaseQueuedSpinLock(KSPIN_LOCK_QUEUE_NUMBER Number, KIRQL OldIrql);
#endif

extern int work(int);

void good_once(void)
{
	KIRQL irql = KeAcquireQueuedSpinLock(LockQueueMasterLock);

	work(1);
	KeReleaseQueuedSpinLock(LockQueueMasterLock, irql);
}

void warn_twice(void)
{
	KIRQL irql = KeAcquireQueuedSpinLock(LockQueueMasterLock);

	work(1);
	irql = KeAcquireQueuedSpinLock(LockQueueMasterLock);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "same number" } */
	KeReleaseQueuedSpinLock(LockQueueMasterLock, irql);
}

void good_try(void)
{
	KIRQL irql;

	if (KeTryToAcquireQueuedSpinLock(LockQueueBcbLock, &irql)) {
		work(1);
		KeReleaseQueuedSpinLock(LockQueueBcbLock, irql);
	}
}

void warn_try(void)
{
	KIRQL irql = 0;

	if (KeTryToAcquireQueuedSpinLock(LockQueueBcbLock, &irql))
		work(1);
	KeReleaseQueuedSpinLock(LockQueueBcbLock, irql);	/* { dg-warning "is released but not held .spinrule-release-unheld." "did not get it" } */
}

KDEFERRED_ROUTINE good_dpc, warn_dpc;

VOID NTAPI good_dpc(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	KIRQL irql = KeAcquireQueuedSpinLock(LockQueueIoCompletionLock);

	if (arg1)
		work(1);
	KeReleaseQueuedSpinLock(LockQueueIoCompletionLock, irql);
}

VOID NTAPI warn_dpc(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	KIRQL irql = KeAcquireQueuedSpinLock(LockQueueIoCompletionLock);

	if (arg1)
		return;		/* { dg-warning "is still held at return .spinrule-held-at-return." "early return" } */
	KeReleaseQueuedSpinLock(LockQueueIoCompletionLock, irql);
}

/* Which lock it is, the parameter says. */
void good_number_as_a_parameter(KSPIN_LOCK_QUEUE_NUMBER number)
{
	KIRQL irql = KeAcquireQueuedSpinLock(number);

	work(1);
	KeReleaseQueuedSpinLock(number, irql);
}

void warn_number_as_a_parameter(KSPIN_LOCK_QUEUE_NUMBER number)
{
	KIRQL irql = KeAcquireQueuedSpinLock(number);

	work(1);
	KeReleaseQueuedSpinLock(number, irql);
	KeReleaseQueuedSpinLock(number, irql);	/* { dg-warning "is released but not held .spinrule-release-unheld." "twice" } */
}
