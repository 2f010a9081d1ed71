/* { dg-do compile } */
/* In-stack queued locks released as plain ones, and at the other level.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

void warn_queued_from_dpc_level(struct ext *ext)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&ext->lock, &handle);
	ext->count++;
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);	/* { dg-warning "is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "IRQL stays raised" } */
}

void good_queued_at_dpc_level(struct ext *ext)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLockAtDpcLevel(&ext->lock, &handle);
	ext->count++;
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
}

void warn_queued_at_dpc_level(struct ext *ext)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLockAtDpcLevel(&ext->lock, &handle);
	ext->count++;
	KeReleaseInStackQueuedSpinLock(&handle);	/* { dg-warning "is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "IRQL not saved" } */
}

void warn_queued_released_plain(struct ext *ext)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&ext->lock, &handle);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, handle.OldIrql);	/* { dg-warning "'ext->lock' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "plain" } */
}

void warn_queued_released_plain_from_dpc_level(struct ext *ext)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLockAtDpcLevel(&ext->lock, &handle);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "plain" } */
}
