/* { dg-do compile } */
/* Helpers whose returned value tells whether they hold the lock.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int count;
	PVOID buffer;
};

BOOLEAN good_lock_if_open(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (ext->count < 0) {
		KeReleaseSpinLock(&ext->lock, ext->irql);
		return FALSE;
	}
	return TRUE;
}

NTSTATUS good_lock_with_status(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (ext->count < 0) {
		KeReleaseSpinLock(&ext->lock, ext->irql);
		return STATUS_DEVICE_NOT_READY;
	}
	return STATUS_SUCCESS;
}

/* The pointer is mapped as long as the lock is held. */
PVOID good_lock_and_map(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (!ext->buffer) {
		KeReleaseSpinLock(&ext->lock, ext->irql);
		return NULL;
	}
	return ext->buffer;
}

BOOLEAN good_try_lock(struct ext *ext)
{
	return KeTryToAcquireSpinLockAtDpcLevel(&ext->lock);
}

BOOLEAN good_try_lock_and_count(struct ext *ext)
{
	if (!KeTryToAcquireSpinLockAtDpcLevel(&ext->lock))
		return FALSE;
	ext->count++;
	return TRUE;
}

/* Both returns say TRUE, so nothing tells. */
BOOLEAN warn_result_tells_nothing(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	if (ext->count < 0) {
		KeReleaseSpinLock(&ext->lock, ext->irql);
		return TRUE;
	}
	ext->count++;
	return TRUE;		/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "same value" } */
}

void good_caller_looks_at_boolean(struct ext *ext)
{
	if (!good_lock_if_open(ext))
		return;
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

void warn_caller_releases_on_failure(struct ext *ext)
{
	if (!good_lock_if_open(ext)) {
		KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "not opened" } */
		return;
	}
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

void good_caller_looks_at_status(struct ext *ext)
{
	NTSTATUS status = good_lock_with_status(ext);

	if (NT_SUCCESS(status)) {
		ext->count++;
		KeReleaseSpinLock(&ext->lock, ext->irql);
	}
}

void warn_caller_looks_the_wrong_way(struct ext *ext)
{
	NTSTATUS status = good_lock_with_status(ext);

	if (NT_SUCCESS(status)) {
		ext->count++;
		KeReleaseSpinLock(&ext->lock, ext->irql);
	} else {
		KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "status is a failure" } */
	}
}

void good_caller_looks_at_pointer(struct ext *ext)
{
	PUCHAR buffer = good_lock_and_map(ext);

	if (buffer) {
		*buffer = 0;
		KeReleaseSpinLock(&ext->lock, ext->irql);
	}
}

void warn_caller_looks_at_pointer(struct ext *ext)
{
	PUCHAR buffer = good_lock_and_map(ext);

	if (buffer)
		*buffer = 0;
	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "buffer is null" } */
}

KDEFERRED_ROUTINE good_dpc_with_try_helper, warn_dpc_with_try_helper;

VOID NTAPI good_dpc_with_try_helper(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	if (good_try_lock(ext)) {
		ext->count++;
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	}
}

VOID NTAPI warn_dpc_with_try_helper(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	if (good_try_lock(ext)) {
		ext->count++;
		return;		/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "got it" } */
	}
}
