/* { dg-do compile } */
/* Helpers of the same file that take and drop a lock they reach through a parameter.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KSPIN_LOCK other;
	KIRQL irql;
	int count;
};

static void lock_ext(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
}

static void unlock_ext(struct ext *ext)
{
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

static void lock_it(PKSPIN_LOCK lock, KIRQL *irql)
{
	KeAcquireSpinLock(lock, irql);
}

static void unlock_it(PKSPIN_LOCK lock, KIRQL irql)
{
	KeReleaseSpinLock(lock, irql);
}

static void count_locked(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}

/* Entered with the lock held; drops it and takes it again. */
static void work_unlocked(struct ext *ext)
{
	KeReleaseSpinLock(&ext->lock, ext->irql);
	ext->count++;
	KeAcquireSpinLock(&ext->lock, &ext->irql);
}

void good_lock_and_unlock(struct ext *ext)
{
	lock_ext(ext);
	ext->count++;
	unlock_ext(ext);
}

void warn_lock_twice(struct ext *ext)
{
	lock_ext(ext);
	ext->count++;
	lock_ext(ext);		/* { dg-warning "lock' is acquired while already held .spinrule-double-acquire." "helper acquires again" } */
}

void warn_unlock_twice(struct ext *ext)
{
	lock_ext(ext);
	ext->count++;
	unlock_ext(ext);
	unlock_ext(ext);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "helper releases again" } */
}

void good_helper_and_ddi(struct ext *ext)
{
	lock_ext(ext);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

void warn_released_again_after_a_helper_did(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->irql = irql;
	unlock_ext(ext);
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "the helper did" } */
}

void good_pointer_to_the_lock(struct ext *ext)
{
	KIRQL irql;

	lock_it(&ext->lock, &irql);
	ext->count++;
	unlock_it(&ext->lock, irql);
}

void good_pointer_to_two_locks(struct ext *ext)
{
	KIRQL irql, irql2;

	lock_it(&ext->lock, &irql);
	lock_it(&ext->other, &irql2);
	unlock_it(&ext->other, irql2);
	unlock_it(&ext->lock, irql);
}

void warn_pointer_to_the_lock(struct ext *ext)
{
	KIRQL irql, irql2;

	lock_it(&ext->lock, &irql);
	lock_it(&ext->lock, &irql2);	/* { dg-warning "lock' is acquired while already held .spinrule-double-acquire." "same lock" } */
	unlock_it(&ext->lock, irql2);
	unlock_it(&ext->lock, irql);
}

void good_callee_takes_the_lock(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count = 0;
	KeReleaseSpinLock(&ext->lock, irql);
	count_locked(ext);
}

void warn_callee_takes_the_callers_lock(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "caller" } */
	ext->count = 0;
	count_locked(ext);	/* { dg-warning "lock' is acquired while already held .spinrule-double-acquire." "callee" } */
	KeReleaseSpinLock(&ext->lock, irql);
}

void good_callee_takes_another_objects_lock(struct ext *ext, struct ext *peer)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	count_locked(peer);
	KeReleaseSpinLock(&ext->lock, irql);
}

void good_callee_drops_and_retakes(struct ext *ext, int n)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	while (n-- > 0)
		work_unlocked(ext);
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

KDEFERRED_ROUTINE good_dpc_calls_it_held, warn_dpc_calls_it_free;

VOID NTAPI good_dpc_calls_it_held(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	work_unlocked(ext);
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

VOID NTAPI warn_dpc_calls_it_free(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	work_unlocked(ext);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "the callee needs it held" } */
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

KDEFERRED_ROUTINE good_dpc_through_helpers, warn_dpc_through_helpers;

VOID NTAPI good_dpc_through_helpers(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	lock_ext(ext);
	if (ext->count) {
		unlock_ext(ext);
		return;
	}
	ext->count++;
	unlock_ext(ext);
}

VOID NTAPI warn_dpc_through_helpers(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	lock_ext(ext);
	if (ext->count)
		return;		/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "early return" } */
	ext->count++;
	unlock_ext(ext);
}
