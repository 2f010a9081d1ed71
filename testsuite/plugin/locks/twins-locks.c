/* { dg-do compile } */
/* Pairs that differ in a line: which lock it is, who takes it and how.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock, other, locks[8];
	KIRQL irql;
	BOOLEAN busy;
	ULONG flags, count;
	LIST_ENTRY list;
	struct ext *next;
};

extern int work(void);
extern void use(void *);

/* CONTAINING_RECORD.  */
void good_containing(PLIST_ENTRY le)
{
	KIRQL irql;
	KeAcquireSpinLock(&CONTAINING_RECORD(le, struct ext, list)->lock, &irql);
	work();
	KeReleaseSpinLock(&CONTAINING_RECORD(le, struct ext, list)->lock, irql);
}

void warn_containing(PLIST_ENTRY le)
{
	KIRQL irql;
	struct ext *ext = CONTAINING_RECORD(le, struct ext, list);
	KeAcquireSpinLock(&CONTAINING_RECORD(le, struct ext, list)->lock, &irql);
	work();
	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." } */
	KeReleaseSpinLock(&ext->lock, irql);
}

/* wrappers.  */
static void lock_ext(struct ext *ext)
{
	KIRQL irql;
	KeAcquireSpinLock(&ext->lock, &irql);
	ext->irql = irql;
}

static void unlock_ext(struct ext *ext)
{
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

void good_wrappers(struct ext *ext)
{
	lock_ext(ext);
	work();
	unlock_ext(ext);
}

void warn_wrappers(struct ext *ext)
{
	lock_ext(ext);
	work();
	lock_ext(ext);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." } */
	unlock_ext(ext);
}

/* try.  */
void good_try(struct ext *ext)
{
	if (KeTryToAcquireSpinLockAtDpcLevel(&ext->lock)) {
		work();
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	}
}

void warn_try(struct ext *ext)
{
	if (KeTryToAcquireSpinLockAtDpcLevel(&ext->lock))
		work();
	KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "is released but not held .spinrule-release-unheld." } */
}

/* try negative and while.  */
void good_try_spin(struct ext *ext)
{
	while (!KeTryToAcquireSpinLockAtDpcLevel(&ext->lock))
		work();
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

void warn_try_spin(struct ext *ext)
{
	while (KeTryToAcquireSpinLockAtDpcLevel(&ext->lock))
		work();
	KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "is released but not held .spinrule-release-unheld." } */
}

/* queued.  */
void good_queued(struct ext *ext, int n)
{
	KLOCK_QUEUE_HANDLE h, h2;
	KeAcquireInStackQueuedSpinLock(&ext->lock, &h);
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&ext->other, &h2);
	work();
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&h2);
	KeReleaseInStackQueuedSpinLock(&h);
}

void warn_queued(struct ext *ext, int n)
{
	KLOCK_QUEUE_HANDLE h, h2;
	KeAcquireInStackQueuedSpinLock(&ext->lock, &h);
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&ext->other, &h2);
	if (n) {
		KeReleaseInStackQueuedSpinLock(&h);
		return;	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
	}
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&h2);
	KeReleaseInStackQueuedSpinLock(&h);
}

/* cancel.  */
void good_cancel(PIRP irp)
{
	KIRQL irql;
	IoAcquireCancelSpinLock(&irql);
	if (irp->Cancel) {
		IoReleaseCancelSpinLock(irql);
		return;
	}
	irp->CancelIrql = irql;
	IoReleaseCancelSpinLock(irql);
}

void warn_cancel(PIRP irp)
{
	KIRQL irql;
	IoAcquireCancelSpinLock(&irql);
	if (irp->Cancel) {
		IoReleaseCancelSpinLock(irql);
	}
	irp->CancelIrql = irql;
	IoReleaseCancelSpinLock(irql);	/* { dg-warning "the cancel spin lock is released but not held .spinrule-release-unheld." } */
}

/* cancel routine.  */
DRIVER_CANCEL good_cancel_routine, warn_cancel_routine;

VOID NTAPI good_cancel_routine(PDEVICE_OBJECT d, PIRP irp)
{
	IoReleaseCancelSpinLock(irp->CancelIrql);
	irp->IoStatus.Status = STATUS_CANCELLED;
	IoCompleteRequest(irp, 0);
}

VOID NTAPI warn_cancel_routine(PDEVICE_OBJECT d, PIRP irp)
{
	irp->IoStatus.Status = STATUS_CANCELLED;
	IoCompleteRequest(irp, 0);
}	/* { dg-warning "the cancel spin lock is still held at return .spinrule-held-at-return." } */

/* IRQL by pointer.  */
static void get(struct ext *ext, PKIRQL irql)
{
	KeAcquireSpinLock(&ext->lock, irql);
}

static void put(struct ext *ext, KIRQL irql)
{
	KeReleaseSpinLock(&ext->lock, irql);
}

void good_irql_ptr(struct ext *ext)
{
	KIRQL irql;
	get(ext, &irql);
	work();
	put(ext, irql);
}

void warn_irql_ptr(struct ext *ext)
{
	KIRQL irql;
	get(ext, &irql);
	work();
	if (ext->count)
		put(ext, irql);
}	/* { dg-warning "is still held at return .spinrule-held-at-return." } */

/* array.  */
void good_index(struct ext *ext, ULONG h)
{
	KIRQL irql;
	KeAcquireSpinLock(&ext->locks[h % 8], &irql);
	work();
	KeReleaseSpinLock(&ext->locks[h % 8], irql);
}

void warn_index(struct ext *ext, ULONG h)
{
	KIRQL irql;
	KeAcquireSpinLock(&ext->locks[2], &irql);
	work();
	KeReleaseSpinLock(&ext->locks[3], irql);
	KeReleaseSpinLock(&ext->locks[3], irql);	/* { dg-warning "is released but not held .spinrule-release-unheld." } */
}

/* two locks.  */
void good_two(struct ext *ext)
{
	KIRQL irql;
	KeAcquireSpinLock(&ext->lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&ext->other);
	work();
	KeReleaseSpinLockFromDpcLevel(&ext->other);
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_two(struct ext *ext)
{
	KIRQL irql;
	KeAcquireSpinLock(&ext->lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&ext->lock);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." } */
	work();
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	KeReleaseSpinLock(&ext->lock, irql);
}

/* swapped irqls.  */
void good_irqls(struct ext *ext)
{
	KIRQL a, b;
	KeAcquireSpinLock(&ext->lock, &a);
	KeAcquireSpinLock(&ext->other, &b);
	work();
	KeReleaseSpinLock(&ext->other, b);
	KeReleaseSpinLock(&ext->lock, a);
}

void warn_irqls(struct ext *ext)
{
	KIRQL a, b;
	KeAcquireSpinLock(&ext->lock, &a);
	KeAcquireSpinLock(&ext->other, &b);
	work();
	KeReleaseSpinLock(&ext->other, a);	/* { dg-warning "is released with an IRQL that its acquire did not save .spinrule-wrong-irql." } */
	KeReleaseSpinLock(&ext->lock, b);	/* { dg-warning "is released with an IRQL that its acquire did not save .spinrule-wrong-irql." } */
}

/* overwritten.  */
void warn_overwritten(struct ext *ext)
{
	KIRQL a;
	KeAcquireSpinLock(&ext->lock, &a);
	KeAcquireSpinLock(&ext->other, &a);
	work();
	KeReleaseSpinLock(&ext->other, a);
	KeReleaseSpinLock(&ext->lock, a);	/* { dg-warning "is released with an IRQL that its acquire did not save .spinrule-wrong-irql." } */
}

/* mismatched.  */
void good_groups(struct ext *ext)
{
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	work();
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

void warn_groups(struct ext *ext)
{
	KIRQL irql;
	KeAcquireSpinLock(&ext->lock, &irql);
	work();
	KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." } */
}

/* callee takes.  */
static void count(struct ext *ext)
{
	KIRQL irql;
	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}

void good_callee(struct ext *ext)
{
	KIRQL irql;
	KeAcquireSpinLock(&ext->lock, &irql);
	ext->busy = 1;
	KeReleaseSpinLock(&ext->lock, irql);
	count(ext);
}

void warn_callee(struct ext *ext)
{
	KIRQL irql;
	KeAcquireSpinLock(&ext->lock, &irql);
	ext->busy = 1;
	count(ext);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." } */
	KeReleaseSpinLock(&ext->lock, irql);
}

/* try-like helper.  */
static BOOLEAN lock_if(struct ext *ext, PKIRQL irql)
{
	KeAcquireSpinLock(&ext->lock, irql);
	if (!ext->busy)
		return TRUE;
	KeReleaseSpinLock(&ext->lock, *irql);
	return FALSE;
}

void good_lock_if(struct ext *ext)
{
	KIRQL irql;
	if (!lock_if(ext, &irql))
		return;
	work();
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_lock_if(struct ext *ext)
{
	KIRQL irql;
	if (lock_if(ext, &irql))
		return;	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
	work();
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "is released but not held .spinrule-release-unheld." } */
}

/* pointer chosen.  */
void good_chosen(struct ext *ext, int w)
{
	PKSPIN_LOCK chosen = w ? &ext->lock : &ext->other;
	KIRQL irql;
	KeAcquireSpinLock(chosen, &irql);
	work();
	KeReleaseSpinLock(chosen, irql);
}

void warn_chosen(struct ext *ext, int w)
{
	PKSPIN_LOCK chosen = w ? &ext->lock : &ext->other;
	KIRQL irql;
	KeAcquireSpinLock(chosen, &irql);
	if (work())
		return;	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
	KeReleaseSpinLock(chosen, irql);
}

/* hand over hand.  */
void good_hand(struct ext *ext)
{
	struct ext *following;
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	while ((following = ext->next) != NULL) {
		KeAcquireSpinLockAtDpcLevel(&following->lock);
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		ext = following;
	}
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

void warn_hand(struct ext *ext)
{
	struct ext *following;
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	while ((following = ext->next) != NULL) {
		KeAcquireSpinLockAtDpcLevel(&following->lock);
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		ext = following;
		if (ext->busy)
			return;	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
	}
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

/* reinit; momentary.  */
void good_reinit(struct ext *ext)
{
	KIRQL irql;
	KeInitializeSpinLock(&ext->lock);
	KeAcquireSpinLock(&ext->lock, &irql);
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_reinit(struct ext *ext)
{
	KIRQL irql;
	KeAcquireSpinLock(&ext->lock, &irql);
	KeInitializeSpinLock(&ext->lock);	/* { dg-warning "is initialized while held .spinrule-reinit-held." } */
}

void good_momentary(struct ext *ext, PLIST_ENTRY l)
{
	KIRQL irql;
	KeAcquireSpinLock(&ext->lock, &irql);
	ExInterlockedInsertTailList(&ext->list, l, &ext->other);
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_momentary(struct ext *ext, PLIST_ENTRY l)
{
	KIRQL irql;
	KeAcquireSpinLock(&ext->lock, &irql);
	ExInterlockedInsertTailList(&ext->list, l, &ext->lock);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." } */
	KeReleaseSpinLock(&ext->lock, irql);
}

/* what has no clean twin here; ways out.  */
void warn_try_ignored(struct ext *ext)
{
	KeTryToAcquireSpinLockAtDpcLevel(&ext->lock);	/* { dg-warning "may not be held: the result of trying is ignored .spinrule-try-ignored." } */
	work();
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

void warn_constant(struct ext *ext)
{
	KIRQL irql;
	KeAcquireSpinLock(&ext->lock, &irql);
	work();
	KeReleaseSpinLock(&ext->lock, PASSIVE_LEVEL);	/* { dg-warning "is released with an IRQL that its acquire did not save .spinrule-wrong-irql." } */
}

void good_bugcheck(struct ext *ext)
{
	KIRQL irql;
	KeAcquireSpinLock(&ext->lock, &irql);
	if (ext->count > 9)
		KeBugCheckEx(0xc4, 1, 2, 3, 4);
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_raise(struct ext *ext)
{
	KIRQL irql;
	KeAcquireSpinLock(&ext->lock, &irql);
	if (ext->count > 9)
		ExRaiseStatus(STATUS_ACCESS_DENIED);	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
	KeReleaseSpinLock(&ext->lock, irql);
}

/* global.  */
static KSPIN_LOCK global;

void good_global(int a)
{
	KIRQL irql;
	KeAcquireSpinLock(&global, &irql);
	work();
	KeReleaseSpinLock(&global, irql);
}

void warn_global(int a)
{
	KIRQL irql;
	KeAcquireSpinLock(&global, &irql);
	if (a)
		work();
	else
		KeReleaseSpinLock(&global, irql);
	KeReleaseSpinLock(&global, irql);	/* { dg-warning "is released but not held .spinrule-release-unheld." } */
}
