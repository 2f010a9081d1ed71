/* { dg-do compile } */
/* { dg-undecided "good_first_and_last good_counted_below" } */
/* { dg-undecided "good_owner_exchanged good_volatile" } */
/* A lock that its owner may take again: what the Interlocked functions give back is what is tested.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	PVOID owner;
	LONG depth, taken;
	volatile LONG users;
	int count;
};

#ifndef __MINGW32__
extern PVOID PsGetCurrentThread(void);
#define InterlockedIncrement(p) __sync_add_and_fetch(p, 1)
#define InterlockedDecrement(p) __sync_sub_and_fetch(p, 1)
#define InterlockedExchangeAdd(p, n) __sync_fetch_and_add(p, n)
#define InterlockedExchange(p, v) __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)
#define InterlockedCompareExchange(p, v, c) __sync_val_compare_and_swap(p, c, v)
#define InterlockedExchangePointer(p, v) __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)
#define InterlockedCompareExchangePointer(p, v, c) __sync_val_compare_and_swap(p, c, v)
#endif

KDEFERRED_ROUTINE good_in_place, good_first_and_last, warn_second_and_last, good_counted_below,
	good_owner_exchanged, warn_owner_exchanged, good_volatile, warn_volatile;

VOID NTAPI good_in_place(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	PVOID thread = PsGetCurrentThread();
	KIRQL irql;

	if (InterlockedCompareExchangePointer(&ext->owner, thread, thread) != thread) {
		KeAcquireSpinLock(&ext->lock, &irql);
		InterlockedExchangePointer(&ext->owner, thread);
		ext->irql = irql;
	}
	InterlockedIncrement(&ext->depth);
	ext->count++;
	if (InterlockedDecrement(&ext->depth) == 0) {
		InterlockedExchangePointer(&ext->owner, NULL);
		KeReleaseSpinLock(&ext->lock, ext->irql);
	}
}

VOID NTAPI good_first_and_last(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	KIRQL irql = 0;

	if (InterlockedIncrement(&ext->depth) == 1)
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (InterlockedDecrement(&ext->depth) == 0)
		KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI warn_second_and_last(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	KIRQL irql = 0;

	if (InterlockedIncrement(&ext->depth) == 2)
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (InterlockedDecrement(&ext->depth) == 0)
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "second" } */
}	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "second" } */

/* What is given is what was there before. */
VOID NTAPI good_counted_below(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	KIRQL irql = 0;

	if (InterlockedExchangeAdd(&ext->depth, 1) == 0)
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (InterlockedExchangeAdd(&ext->depth, -1) == 1)
		KeReleaseSpinLock(&ext->lock, irql);
}

/* It is written only if it was nothing. */
VOID NTAPI good_owner_exchanged(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	KIRQL irql = 0;

	if (InterlockedCompareExchange(&ext->taken, 1, 0) == 0) {
		if (ext->taken)
			KeAcquireSpinLock(&ext->lock, &irql);
		ext->count++;
		if (InterlockedExchange(&ext->taken, 0) == 1)
			KeReleaseSpinLock(&ext->lock, irql);
	}
}

VOID NTAPI warn_owner_exchanged(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	KIRQL irql = 0;

	if (InterlockedCompareExchange(&ext->taken, 1, 0) == 0) {
		if (ext->taken)
			KeAcquireSpinLock(&ext->lock, &irql);
		ext->count++;
		if (InterlockedExchange(&ext->taken, 0) == 0)
			KeReleaseSpinLock(&ext->lock, irql);
	}
}	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "never the same" } */

VOID NTAPI good_volatile(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	KIRQL irql = 0;

	if (InterlockedIncrement(&ext->users) == 1)
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (InterlockedDecrement(&ext->users) == 0)
		KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI warn_volatile(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	KIRQL irql = 0;

	if (InterlockedIncrement(&ext->users) == 1)
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (InterlockedDecrement(&ext->users) == 1)
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "volatile" } */
}	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "volatile" } */
