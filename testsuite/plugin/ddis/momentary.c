/* { dg-do compile } */
/* The ExInterlocked routines take the lock that they are given and drop it: it must not be held around them.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KSPIN_LOCK list_lock;
	LIST_ENTRY list;
	SINGLE_LIST_ENTRY stack;
	ULONG count;
	LARGE_INTEGER total;
};

extern int work(PVOID);

void good_insert_outside(struct ext *ext, PLIST_ENTRY entry)
{
	KIRQL irql;

	ExInterlockedInsertTailList(&ext->list, entry, &ext->lock);
	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
	ExInterlockedInsertHeadList(&ext->list, entry, &ext->lock);
}

void warn_insert_tail_inside(struct ext *ext, PLIST_ENTRY entry)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "outer" } */
	ext->count++;
	ExInterlockedInsertTailList(&ext->list, entry, &ext->lock);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "inside" } */
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_insert_head_inside(struct ext *ext, PLIST_ENTRY entry)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ExInterlockedInsertHeadList(&ext->list, entry, &ext->lock);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "inside" } */
	KeReleaseSpinLock(&ext->lock, irql);
}

PLIST_ENTRY warn_remove_inside(struct ext *ext)
{
	PLIST_ENTRY entry;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	entry = ExInterlockedRemoveHeadList(&ext->list, &ext->lock);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "inside" } */
	KeReleaseSpinLock(&ext->lock, irql);
	return entry;
}

/* Two locks: the list has one of its own. */
void good_under_another_lock(struct ext *ext, PLIST_ENTRY entry)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	ExInterlockedInsertTailList(&ext->list, entry, &ext->list_lock);
	KeReleaseSpinLock(&ext->lock, irql);
}

void good_pop_and_push(struct ext *ext)
{
	PSINGLE_LIST_ENTRY entry = ExInterlockedPopEntryList(&ext->stack, &ext->lock);

	if (entry)
		ExInterlockedPushEntryList(&ext->stack, entry, &ext->lock);
}

void warn_pop_inside(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	work(ExInterlockedPopEntryList(&ext->stack, &ext->lock));	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "inside" } */
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_push_inside(struct ext *ext, PSINGLE_LIST_ENTRY entry)
{
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ExInterlockedPushEntryList(&ext->stack, entry, &ext->lock);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "inside" } */
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

void good_add(struct ext *ext, LARGE_INTEGER more)
{
	ExInterlockedAddUlong(&ext->count, 1, &ext->lock);
	ExInterlockedAddLargeInteger(&ext->total, more, &ext->lock);
}

void warn_add_ulong_inside(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ExInterlockedAddUlong(&ext->count, 1, &ext->lock);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "inside" } */
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_add_large_integer_inside(struct ext *ext, LARGE_INTEGER more)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ExInterlockedAddLargeInteger(&ext->total, more, &ext->lock);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "inside" } */
	KeReleaseSpinLock(&ext->lock, irql);
}

/* A drain loop: the list is emptied entry by entry, the lock is free in between. */
KDEFERRED_ROUTINE good_drain, warn_drain;

VOID NTAPI good_drain(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	PLIST_ENTRY entry;

	while ((entry = ExInterlockedRemoveHeadList(&ext->list, &ext->lock)) != NULL) {
		if (work(entry)) {
			KeAcquireSpinLockAtDpcLevel(&ext->lock);
			ext->count--;
			KeReleaseSpinLockFromDpcLevel(&ext->lock);
		}
	}
}

VOID NTAPI warn_drain(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	PLIST_ENTRY entry;

	while ((entry = ExInterlockedRemoveHeadList(&ext->list, &ext->lock)) != NULL) {	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "next round" } */
		if (work(entry)) {
			KeAcquireSpinLockAtDpcLevel(&ext->lock);
			ext->count--;
		}
	}
}

/* A helper that uses one, called free and called held. */
static void put_back(struct ext *ext, PLIST_ENTRY entry)
{
	ExInterlockedInsertHeadList(&ext->list, entry, &ext->lock);
}

void good_helper_called_free(struct ext *ext, PLIST_ENTRY entry)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count--;
	KeReleaseSpinLock(&ext->lock, irql);
	put_back(ext, entry);
}

void warn_helper_called_held(struct ext *ext, PLIST_ENTRY entry)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count--;
	put_back(ext, entry);	/* { dg-warning "lock' is acquired while already held .spinrule-double-acquire." "in the helper" } */
	KeReleaseSpinLock(&ext->lock, irql);
}

/* Not known on entry: after it the lock is free. */
void warn_released_after_it(struct ext *ext, PLIST_ENTRY entry, KIRQL irql)
{
	ExInterlockedInsertHeadList(&ext->list, entry, &ext->lock);
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "it dropped the lock" } */
}
