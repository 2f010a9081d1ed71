/* { dg-do compile } */
/* In-stack queued spin locks released a second time through their handle.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KSPIN_LOCK other;
	KLOCK_QUEUE_HANDLE saved;
	LIST_ENTRY queue;
	int count;
};

void warn_second_release(struct ext *ext)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&ext->lock, &handle);
	ext->count++;
	KeReleaseInStackQueuedSpinLock(&handle);
	KeReleaseInStackQueuedSpinLock(&handle);	/* { dg-warning "is released but not held .spinrule-release-unheld." "twice" } */
}

void warn_nested_at_dpc_level(struct ext *ext)
{
	KLOCK_QUEUE_HANDLE outer, inner;

	KeAcquireInStackQueuedSpinLock(&ext->lock, &outer);
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&ext->other, &inner);
	ext->count++;
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&inner);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&inner);	/* { dg-warning "is released but not held .spinrule-release-unheld." "inner twice" } */
	KeReleaseInStackQueuedSpinLock(&outer);
}

void warn_array_of_handles(struct ext *exts)
{
	KLOCK_QUEUE_HANDLE handles[2];

	KeAcquireInStackQueuedSpinLock(&exts[0].lock, &handles[0]);
	KeAcquireInStackQueuedSpinLock(&exts[1].lock, &handles[1]);
	exts[0].count = exts[1].count;
	KeReleaseInStackQueuedSpinLock(&handles[1]);
	KeReleaseInStackQueuedSpinLock(&handles[1]);	/* { dg-warning "is released but not held .spinrule-release-unheld." "0 was meant" } */
}
