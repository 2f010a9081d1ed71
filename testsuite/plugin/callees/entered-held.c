/* { dg-do compile } */
/* Callees that are entered with the lock held, and keep it, drop it, or drop it only when they fail.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	LIST_ENTRY queue;
	int count, references;
};

extern int work(int);

/* Keeps it, but may drop it for a while. */
static int count_held(struct ext *ext)
{
	int count = ext->count;

	if (count > 10) {
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		work(count);
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		count = ext->count;
	}
	return count;
}

static int count_free(struct ext *ext)
{
	int count;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	count = count_held(ext);
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	return count;
}

/* Drops it when it fails. */
static NTSTATUS use_or_drop(struct ext *ext)
{
	if (ext->count > 3) {
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		return STATUS_UNSUCCESSFUL;
	}
	ext->count++;
	return STATUS_SUCCESS;
}

/* Drops it when there is nothing more to do. */
static BOOLEAN finished(struct ext *ext)
{
	if (IsListEmpty(&ext->queue)) {
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		return TRUE;
	}
	return FALSE;
}

/* Drops it always, and perhaps the object with it. */
static void dereference_and_unlock(struct ext *ext)
{
	int left = --ext->references;

	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	if (left == 0)
		ExFreePoolWithTag(ext, 0x74784520);
}

KDEFERRED_ROUTINE good_kept, warn_kept, good_dropped_on_failure, warn_dropped_on_failure, good_loop_until_dropped, warn_loop_until_dropped,
	good_drain, warn_drain, good_dereference, warn_dereference;

VOID NTAPI good_kept(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	if (count_free(ext) > 3) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		while (count_held(ext) > 3)
			ext->count--;
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	}
}

VOID NTAPI warn_kept(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	if (count_free(ext) > 3) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		while (count_free(ext) > 3)	/* { dg-warning "lock' is acquired while already held .spinrule-double-acquire." "the other one" } */
			ext->count--;
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	}
}

VOID NTAPI good_dropped_on_failure(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (!NT_SUCCESS(use_or_drop(ext)))
		return;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_dropped_on_failure(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (!NT_SUCCESS(use_or_drop(ext)))
		ext->count = 0;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "the callee did" } */
}

VOID NTAPI good_loop_until_dropped(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	NTSTATUS status;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	do {
		status = use_or_drop(ext);
	} while (NT_SUCCESS(status));
}

VOID NTAPI warn_loop_until_dropped(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	NTSTATUS status;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	do {
		status = use_or_drop(ext);
	} while (NT_SUCCESS(status) && !arg1);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "success and an argument" } */

VOID NTAPI good_drain(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	while (!finished(ext)) {
		RemoveHeadList(&ext->queue);
		work(1);
	}
}

VOID NTAPI warn_drain(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	while (!finished(ext)) {
		RemoveHeadList(&ext->queue);
		if (work(1))
			return;		/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "not finished" } */
	}
}

VOID NTAPI good_dereference(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->references++;
	dereference_and_unlock(ext);
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	dereference_and_unlock(ext);
}

VOID NTAPI warn_dereference(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->references++;
	dereference_and_unlock(ext);
	dereference_and_unlock(ext);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "not locked again" } */
}
