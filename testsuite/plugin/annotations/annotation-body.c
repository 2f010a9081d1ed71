/* { dg-do compile } */
/* { dg-undecided "good_take_by_another_file" } */
/* Functions whose annotation says what their body does, or something else.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"
#include "../../../runtime/spinrule-sal.h"

struct ext {
	KIRQL irql;
	KSPIN_LOCK lock, other;
	struct ext *next;
	int count;
};

static struct ext table[4];

int start_device(struct ext *ext);
void take_elsewhere(PKSPIN_LOCK lock);
void log_it(const char *text);

_Acquires_lock_(ext->lock) void good_take(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
}

/* A callback may be annotated to return with a lock held: the annotation wins. */
IO_WORKITEM_ROUTINE good_callback_takes, warn_callback_takes, good_callback_holds, warn_callback_holds;

_Acquires_lock_(((struct ext *)context)->lock) VOID NTAPI good_callback_takes(PDEVICE_OBJECT device, PVOID context)
{
	struct ext *ext = context;

	KeAcquireSpinLock(&ext->lock, &ext->irql);
}

VOID NTAPI warn_callback_takes(PDEVICE_OBJECT device, PVOID context)
{
	struct ext *ext = context;

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	ext->count++;
}				/* { dg-warning "is still held at return" "no annotation" } */

_Requires_lock_held_(((struct ext *)context)->lock) VOID NTAPI good_callback_holds(PDEVICE_OBJECT device, PVOID context)
{
	struct ext *ext = context;

	KeReleaseSpinLock(&ext->lock, ext->irql);
	ext->count++;
	KeAcquireSpinLock(&ext->lock, &ext->irql);
}

VOID NTAPI warn_callback_holds(PDEVICE_OBJECT device, PVOID context)
{
	struct ext *ext = context;

	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "is released but not held" "no annotation" } */
	ext->count++;
	KeAcquireSpinLock(&ext->lock, &ext->irql);
}				/* { dg-warning "is still held at return" "no annotation" } */

_Acquires_lock_(ext->lock) void warn_take_not_always(struct ext *ext)
{
	if (!start_device(ext))
		return;		/* { dg-warning "spin lock 'ext->lock' is left in another state than the function's annotation says .spinrule-annotation-mismatch." "not taken" } */
				/* { dg-note "returns here with 'ext->lock' not held, in spite of its annotation '_Acquires_lock_'" "why" { target *-*-* } .-1 } */
	KeAcquireSpinLock(&ext->lock, &ext->irql);
}

_Acquires_lock_(ext->lock) void warn_take_other(struct ext *ext)
{
	KeAcquireSpinLock(&ext->other, &ext->irql);
	ext->count++;
}				/* { dg-warning "'ext->lock' is left in another state" "the wrong one" } */

_Acquires_lock_(ext->other) void good_take_other(struct ext *ext)
{
	KeAcquireSpinLock(&ext->other, &ext->irql);
	ext->count++;
}

_Releases_lock_(ext->lock) void good_drop(struct ext *ext)
{
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

_Releases_lock_(ext->lock) int warn_drop_not_always(struct ext *ext)
{
	if (ext->count)
		return -1;	/* { dg-warning "'ext->lock' is left in another state" "not dropped" } */
	KeReleaseSpinLock(&ext->lock, ext->irql);
	return 0;
}

_Releases_lock_(ext->lock) void warn_drop_takes(struct ext *ext)
{				/* { dg-note "is entered with 'ext->lock' held" "why" { target *-*-* } .-1 } */
	KeAcquireSpinLock(&ext->lock, &ext->irql);	/* { dg-warning "'ext->lock' is acquired while already held" "typed the wrong one" } */
}

/* The body cannot be seen to contradict: what it calls may do it. */
_Acquires_lock_(ext->lock) void good_take_by_another_file(struct ext *ext)
{
	take_elsewhere(&ext->lock);
}

_Releases_lock_(ext->lock) void good_drop_by_someone(struct ext *ext)
{
	start_device(ext);
}

KDEFERRED_ROUTINE good_taken_by_another_file, warn_taken_by_another_file;

VOID NTAPI good_taken_by_another_file(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	good_take_by_another_file(ext);
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

VOID NTAPI warn_taken_by_another_file(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	good_take_by_another_file(ext);
	good_take_by_another_file(ext);		/* { dg-warning "is acquired while already held" "annotated" } */
}

_When_(return != 0, _Acquires_lock_(ext->lock)) BOOLEAN good_take_if(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (ext->count > 3) {
		KeReleaseSpinLock(&ext->lock, ext->irql);
		return FALSE;
	}
	return TRUE;
}

_When_(return != 0, _Acquires_lock_(ext->lock)) BOOLEAN warn_take_if_says_false(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (ext->count > 3)
		return FALSE;	/* { dg-warning "'ext->lock' is left in another state" "held and FALSE" } */
	return TRUE;
}

_When_(return != 0, _Acquires_lock_(ext->lock)) BOOLEAN warn_take_if_says_true(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (ext->count > 3) {
		KeReleaseSpinLock(&ext->lock, ext->irql);
		return TRUE;	/* { dg-warning "'ext->lock' is left in another state" "free and TRUE" } */
	}
	return TRUE;
}

_When_(NT_SUCCESS(return), _Acquires_lock_(ext->lock)) NTSTATUS good_take_status(struct ext *ext)
{
	NTSTATUS status = start_device(ext);

	if (NT_SUCCESS(status))
		KeAcquireSpinLock(&ext->lock, &ext->irql);
	return status;
}

_When_(NT_SUCCESS(return), _Acquires_lock_(ext->lock)) NTSTATUS warn_take_status(struct ext *ext)
{
	NTSTATUS status = start_device(ext);

	if (status == STATUS_SUCCESS)
		KeAcquireSpinLock(&ext->lock, &ext->irql);
	return status;		/* { dg-warning "'ext->lock' is left in another state" "STATUS_PENDING" } */
}

_When_(wait, _Acquires_lock_(ext->lock)) void good_take_told(struct ext *ext, BOOLEAN wait)
{
	if (wait)
		KeAcquireSpinLock(&ext->lock, &ext->irql);
}

_When_(wait, _Acquires_lock_(ext->lock)) void warn_take_told(struct ext *ext, BOOLEAN wait)
{
	if (!wait)
		KeAcquireSpinLock(&ext->lock, &ext->irql);
}				/* { dg-warning "'ext->lock' is left in another state" "the other way round" } */

_Requires_lock_held_(ext->lock) void good_needs_held(struct ext *ext)
{
	KeReleaseSpinLock(&ext->lock, ext->irql);
	log_it("dropped");
	KeAcquireSpinLock(&ext->lock, &ext->irql);
}

_Requires_lock_held_(ext->lock) void warn_needs_held(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);	/* { dg-warning "'ext->lock' is acquired while already held" "held at entry" } */
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

_Requires_lock_not_held_(ext->lock) void good_needs_free(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

_Requires_lock_not_held_(ext->lock) void warn_needs_free(struct ext *ext)
{
	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held" "free at entry" } */
}

void warn_calls_unheld(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	KeReleaseSpinLock(&ext->lock, ext->irql);
	good_needs_held(ext);	/* { dg-warning "'ext->lock' is not held at a call that requires it" "with a body" } */
}

void good_calls_held(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	good_needs_held(ext);
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

_Acquires_lock_(table[index].lock) void good_take_element(int index)
{
	KeAcquireSpinLock(&table[index].lock, &table[index].irql);
}

_Acquires_lock_(table[index].lock) void warn_take_element(int index)
{
	if (table[index].count)
		return;		/* { dg-warning "'table\\\[index\\\].lock' is left in another state" "element" } */
	KeAcquireSpinLock(&table[index].lock, &table[index].irql);
}

_Acquires_lock_(ext->next->lock) void good_take_next(struct ext *ext)
{
	KeAcquireSpinLock(&ext->next->lock, &ext->next->irql);
	log_it("taken");
}

_Acquires_lock_((*found)->lock) void good_take_found(struct ext **found, struct ext *first)
{
	*found = first->next;
	KeAcquireSpinLock(&(*found)->lock, &first->irql);
}

/* A cancel routine as <wdm.h> of the WDK annotates it. */
DRIVER_CANCEL good_cancel, warn_cancel;

_Requires_lock_held_(_Global_cancel_spin_lock_) _Releases_lock_(_Global_cancel_spin_lock_)
VOID NTAPI good_cancel(PDEVICE_OBJECT device, PIRP irp)
{
	IoReleaseCancelSpinLock(irp->CancelIrql);
}

_Requires_lock_held_(_Global_cancel_spin_lock_) _Releases_lock_(_Global_cancel_spin_lock_)
VOID NTAPI warn_cancel(PDEVICE_OBJECT device, PIRP irp)
{
	if (irp->CancelIrql)
		return;		/* { dg-warning "the cancel spin lock is left in another state" "kept" } */
	IoReleaseCancelSpinLock(irp->CancelIrql);
}
