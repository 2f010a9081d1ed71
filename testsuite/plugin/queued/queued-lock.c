/* { dg-do compile } */
/* In-stack queued spin locks: known by lock and handle when taken, by the handle when dropped.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KSPIN_LOCK other;
	KLOCK_QUEUE_HANDLE saved;
	LIST_ENTRY queue;
	int count;
};

extern int work(int);

void good_once(struct ext *ext)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&ext->lock, &handle);
	ext->count++;
	KeReleaseInStackQueuedSpinLock(&handle);
}

void warn_same_lock_two_handles(struct ext *ext)
{
	KLOCK_QUEUE_HANDLE first, second;

	KeAcquireInStackQueuedSpinLock(&ext->lock, &first);
	KeAcquireInStackQueuedSpinLock(&ext->lock, &second);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "second handle" } */
	ext->count++;
	KeReleaseInStackQueuedSpinLock(&second);
	KeReleaseInStackQueuedSpinLock(&first);
}

void good_two_locks_two_handles(struct ext *ext)
{
	KLOCK_QUEUE_HANDLE first, second;

	KeAcquireInStackQueuedSpinLock(&ext->lock, &first);
	KeAcquireInStackQueuedSpinLock(&ext->other, &second);
	ext->count++;
	KeReleaseInStackQueuedSpinLock(&second);
	KeReleaseInStackQueuedSpinLock(&first);
}

void good_nested_at_dpc_level(struct ext *ext)
{
	KLOCK_QUEUE_HANDLE outer, inner;

	KeAcquireInStackQueuedSpinLock(&ext->lock, &outer);
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&ext->other, &inner);
	ext->count++;
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&inner);
	KeReleaseInStackQueuedSpinLock(&outer);
}

/* One handle, used for one lock after the other. */
void good_handle_used_again(struct ext *ext)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&ext->lock, &handle);
	ext->count++;
	KeReleaseInStackQueuedSpinLock(&handle);
	KeAcquireInStackQueuedSpinLock(&ext->other, &handle);
	ext->count--;
	KeReleaseInStackQueuedSpinLock(&handle);
}

KDEFERRED_ROUTINE good_dpc, warn_dpc_early_return, good_dpc_loop, warn_dpc_loop, good_dpc_flag, warn_dpc_flag;

VOID NTAPI good_dpc(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLockAtDpcLevel(&ext->lock, &handle);
	if (IsListEmpty(&ext->queue)) {
		KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
		return;
	}
	ext->count++;
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
}

VOID NTAPI warn_dpc_early_return(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLockAtDpcLevel(&ext->lock, &handle);
	if (IsListEmpty(&ext->queue))
		return;		/* { dg-warning "is still held at return .spinrule-held-at-return." "queue empty" } */
	ext->count++;
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
}

VOID NTAPI good_dpc_loop(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLockAtDpcLevel(&ext->lock, &handle);
	while (!IsListEmpty(&ext->queue)) {
		RemoveHeadList(&ext->queue);
		KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
		work(1);
		KeAcquireInStackQueuedSpinLockAtDpcLevel(&ext->lock, &handle);
	}
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
}

VOID NTAPI warn_dpc_loop(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLockAtDpcLevel(&ext->lock, &handle);
	while (!IsListEmpty(&ext->queue)) {
		RemoveHeadList(&ext->queue);
		KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);	/* { dg-warning "is released but not held .spinrule-release-unheld." "second round" } */
		work(1);
	}
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);	/* { dg-warning "is released but not held .spinrule-release-unheld." "after a round" } */
}

VOID NTAPI good_dpc_flag(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	KLOCK_QUEUE_HANDLE handle;
	BOOLEAN locked = FALSE;

	if (arg1) {
		KeAcquireInStackQueuedSpinLockAtDpcLevel(&ext->lock, &handle);
		locked = TRUE;
	}
	work(1);
	if (locked)
		KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
}

VOID NTAPI warn_dpc_flag(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	KLOCK_QUEUE_HANDLE handle;
	BOOLEAN locked = FALSE;

	if (arg1)
		KeAcquireInStackQueuedSpinLockAtDpcLevel(&ext->lock, &handle);
	work(1);
	if (locked)
		KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
}	/* { dg-warning "is still held at return .spinrule-held-at-return." "flag not set" } */

/* A plain acquire of the same lock waits for the queued one. */
void warn_plain_while_queued(struct ext *ext)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&ext->lock, &handle);
	KeAcquireSpinLockAtDpcLevel(&ext->lock);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "plain" } */
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	KeReleaseInStackQueuedSpinLock(&handle);
}

void good_plain_beside_queued(struct ext *ext)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&ext->lock, &handle);
	KeAcquireSpinLockAtDpcLevel(&ext->other);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->other);
	KeReleaseInStackQueuedSpinLock(&handle);
}

/* The handle is kept where another function finds it. */
void good_handle_in_the_extension(struct ext *ext)
{
	KeAcquireInStackQueuedSpinLock(&ext->lock, &ext->saved);
	ext->count++;
	KeReleaseInStackQueuedSpinLock(&ext->saved);
}

void good_taken_for_another_function(struct ext *ext)
{
	KeAcquireInStackQueuedSpinLock(&ext->lock, &ext->saved);
}

void good_dropped_for_another_function(struct ext *ext)
{
	KeReleaseInStackQueuedSpinLock(&ext->saved);
}

void good_locks_of_a_loop(struct ext *exts, int n)
{
	KLOCK_QUEUE_HANDLE handle;
	int i;

	for (i = 0; i < n; i++) {
		KeAcquireInStackQueuedSpinLock(&exts[i].lock, &handle);
		exts[i].count = 0;
		KeReleaseInStackQueuedSpinLock(&handle);
	}
}

/* As many handles as locks. */
void good_array_of_handles(struct ext *exts)
{
	KLOCK_QUEUE_HANDLE handles[2];

	KeAcquireInStackQueuedSpinLock(&exts[0].lock, &handles[0]);
	KeAcquireInStackQueuedSpinLock(&exts[1].lock, &handles[1]);
	exts[0].count = exts[1].count;
	KeReleaseInStackQueuedSpinLock(&handles[1]);
	KeReleaseInStackQueuedSpinLock(&handles[0]);
}
