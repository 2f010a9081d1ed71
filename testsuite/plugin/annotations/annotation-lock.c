/* { dg-do compile } */
/* Functions of other files that are annotated with what they do to a lock.  */
/* SPDX-License-Identifier: MIT */
#include "../../../runtime/spinrule-sal.h"
#include "wdm-lite.h"

struct ext {
	KIRQL irql;
	KSPIN_LOCK lock, other;
	struct ext *next;
	int count;
};

extern KSPIN_LOCK global_lock;

_Acquires_lock_(ext->lock) void take(struct ext *ext);
_Releases_lock_(ext->lock) void drop(struct ext *ext);
_Requires_lock_held_(ext->lock) void count_held(struct ext *ext);
_Requires_lock_not_held_(ext->lock) void wait_free(struct ext *ext);
_Requires_lock_held_(ext->lock) _Releases_lock_(ext->lock) void finish_held(struct ext *ext, int status);
_When_(return != 0, _Acquires_lock_(ext->lock)) BOOLEAN try_take(struct ext *ext);
_When_(NT_SUCCESS(return), _Acquires_lock_(ext->lock)) NTSTATUS take_if_started(struct ext *ext);
_When_(wait != FALSE, _Acquires_lock_(ext->lock)) void take_when_told(struct ext *ext, BOOLEAN wait);
_When_(return != NULL, _Acquires_lock_(return->lock)) struct ext *find_locked(int number);
_When_(return == STATUS_PENDING, _Acquires_lock_(ext->lock)) NTSTATUS take_if_pending(struct ext *ext);
_Acquires_exclusive_lock_(*lock) void take_it(PKSPIN_LOCK lock);
_Releases_exclusive_lock_(*lock) void drop_it(PKSPIN_LOCK lock);
_Acquires_lock_(global_lock) void take_global(void);
_Releases_lock_(&global_lock) void drop_global(void);

KDEFERRED_ROUTINE good_pair, warn_taken_twice, warn_dropped_twice, warn_forgotten, good_needs_held, warn_needs_held,
	good_needs_free, warn_needs_free, good_finish, warn_finish_unheld, good_two_objects;

VOID NTAPI good_pair(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	take(ext);
	ext->count++;
	drop(ext);
}

VOID NTAPI warn_taken_twice(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	take(ext);		/* { dg-note "'ext->lock' acquired here, by calling 'take'" "first" } */
	ext->count++;
	take(ext);		/* { dg-warning "spin lock 'ext->lock' is acquired while already held .spinrule-double-acquire." "twice" } */
}

VOID NTAPI warn_dropped_twice(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	take(ext);
	drop(ext);
	drop(ext);		/* { dg-warning "spin lock 'ext->lock' is released but not held .spinrule-release-unheld." "twice" } */
}

VOID NTAPI warn_forgotten(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	take(ext);
	if (ext->count)
		return;		/* { dg-warning "spin lock 'ext->lock' is still held at return .spinrule-held-at-return." "early" } */
	drop(ext);
}

VOID NTAPI good_needs_held(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	count_held(ext);
	KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI warn_needs_held(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-note "'ext->lock' released here" "released" } */
	count_held(ext);	/* { dg-warning "spin lock 'ext->lock' is not held at a call that requires it .spinrule-call-unheld." "unheld" } */
				/* { dg-note "'count_held', called here, requires 'ext->lock' held" "call" { target *-*-* } .-1 } */
}

VOID NTAPI good_needs_free(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	take(ext);
	drop(ext);
	wait_free(ext);
}

VOID NTAPI warn_needs_free(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	take(ext);
	wait_free(ext);		/* { dg-warning "spin lock 'ext->lock' is held at a call that requires it to be free .spinrule-call-held." "held" } */
	drop(ext);
}

VOID NTAPI good_finish(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	take(ext);
	finish_held(ext, 0);
}

VOID NTAPI warn_finish_unheld(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	finish_held(ext, 0);	/* { dg-warning "is not held at a call that requires it .spinrule-call-unheld." "unheld" } */
}

VOID NTAPI good_two_objects(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context, *next = ext->next;

	take(ext);
	take(next);
	drop(next);
	drop(ext);
}

KDEFERRED_ROUTINE good_try, warn_try, good_status, warn_status, good_told, warn_told, good_found, warn_found,
	good_pointer, warn_pointer, good_global, warn_global;

VOID NTAPI good_try(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	if (!try_take(ext))
		return;
	ext->count++;
	drop(ext);
}

VOID NTAPI warn_try(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	if (try_take(ext))
		return;		/* { dg-warning "'ext->lock' is still held at return" "succeeded" } */
	ext->count++;
	drop(ext);		/* { dg-warning "'ext->lock' is released but not held" "failed" } */
}

VOID NTAPI good_status(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	NTSTATUS status = take_if_started(ext);

	if (!NT_SUCCESS(status))
		return;
	drop(ext);
}

VOID NTAPI warn_status(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	NTSTATUS status = take_if_started(ext);

	if (status != STATUS_SUCCESS)
		return;		/* { dg-warning "'ext->lock' is still held at return" "STATUS_PENDING is success too" } */
	drop(ext);
}

VOID NTAPI good_told(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	take_when_told(ext, FALSE);
	take_when_told(ext, TRUE);
	drop(ext);
}

VOID NTAPI warn_told(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	take_when_told(ext, FALSE);
	drop(ext);		/* { dg-warning "'ext->lock' is released but not held" "not told" } */
}

VOID NTAPI good_found(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = find_locked(3);

	if (!ext)
		return;
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

VOID NTAPI warn_found(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = find_locked(3);

	if (!ext)
		return;
	if (ext->count)
		return;		/* { dg-warning "is still held at return" "found" } */
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

VOID NTAPI good_pointer(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	take_it(&ext->lock);
	take_it(&ext->other);
	drop_it(&ext->other);
	drop_it(&ext->lock);
}

VOID NTAPI warn_pointer(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	take_it(&ext->lock);
	take_it(&ext->lock);	/* { dg-warning "is acquired while already held" "same" } */
}

VOID NTAPI good_global(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	take_global();
	drop_global();
}

VOID NTAPI warn_global(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	take_global();
	KeReleaseSpinLockFromDpcLevel(&global_lock);
	drop_global();		/* { dg-warning "'global_lock' is released but not held" "global" } */
}

KDEFERRED_ROUTINE good_pending, warn_pending;

VOID NTAPI good_pending(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	if (take_if_pending(ext) == STATUS_PENDING)
		drop(ext);
}

VOID NTAPI warn_pending(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	if (NT_SUCCESS(take_if_pending(ext)))
		drop(ext);	/* { dg-warning "'ext->lock' is released but not held" "STATUS_SUCCESS" } */
}
