/* { dg-do compile } */
/* { dg-undecided "good_left_twice good_entered_twice good_depth_twice" } */
/* { dg-undecided "good_depth_thrice good_depth_by_rounds good_depth_let_go" } */
/* { dg-undecided "good_anew_work_between good_again_work_between good_depth_work_between" } */
/* { dg-with "" } */
/* { dg-with "-DINTERLOCKED" } */
/* A lock that its owner may take again: a field says who owns it, another how deep.  Both are changed as they are,
   or by the Interlocked functions.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	PVOID owner;
	LONG depth;
	int count;
};

#ifndef __MINGW32__
extern PVOID PsGetCurrentThread(void);
#define InterlockedIncrement(p) __sync_add_and_fetch(p, 1)
#define InterlockedDecrement(p) __sync_sub_and_fetch(p, 1)
#define InterlockedExchangePointer(p, v) __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)
#define InterlockedCompareExchangePointer(p, v, c) __sync_val_compare_and_swap(p, c, v)
#endif

#ifdef INTERLOCKED
#define OWNER(ext) InterlockedCompareExchangePointer(&(ext)->owner, NULL, NULL)
#define SET_OWNER(ext, thread) InterlockedExchangePointer(&(ext)->owner, thread)
#define DEEPER(ext) InterlockedIncrement(&(ext)->depth)
#define LESS_DEEP(ext) InterlockedDecrement(&(ext)->depth)
#else
#define OWNER(ext) (ext)->owner
#define SET_OWNER(ext, thread) (ext)->owner = (thread)
#define DEEPER(ext) ++(ext)->depth
#define LESS_DEEP(ext) --(ext)->depth
#endif

static void enter(struct ext *ext)
{
	PVOID thread = PsGetCurrentThread();
	KIRQL irql;

	if (OWNER(ext) != thread) {
		KeAcquireSpinLock(&ext->lock, &irql);
		SET_OWNER(ext, thread);
		ext->irql = irql;
	}
	DEEPER(ext);
}

static void leave(struct ext *ext)
{
	if (LESS_DEEP(ext) == 0) {
		SET_OWNER(ext, NULL);
		KeReleaseSpinLock(&ext->lock, ext->irql);
	}
}

/* A depth that fell to zero does not do so again at the next step down. */
void good_left_twice(struct ext *ext)
{
	leave(ext);
	leave(ext);
}

/* The depth starts anew with each owner. */
static void enter_anew(struct ext *ext)
{
	PVOID thread = PsGetCurrentThread();
	KIRQL irql;

	if (OWNER(ext) == thread) {
		DEEPER(ext);
		return;
	}
	KeAcquireSpinLock(&ext->lock, &irql);
	SET_OWNER(ext, thread);
	ext->depth = 1;
	ext->irql = irql;
}

void good_entered_twice(struct ext *ext)
{
	enter_anew(ext);
	enter_anew(ext);
	leave(ext);
	leave(ext);
}

/* No thread is null, which stands for nobody: the second time it is acquired too. */
void good_twice_in_a_row(struct ext *ext)
{
	enter_anew(ext);
	ext->count++;
	leave(ext);
	enter_anew(ext);
	ext->count++;
	leave(ext);
}

KDEFERRED_ROUTINE good_left_as_often, warn_left_once_too_few;

VOID NTAPI good_left_as_often(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	SET_OWNER(ext, NULL);
	enter_anew(ext);
	enter_anew(ext);
	leave(ext);
	leave(ext);
}

VOID NTAPI warn_left_once_too_few(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	SET_OWNER(ext, NULL);
	enter_anew(ext);
	enter_anew(ext);
	leave(ext);
}	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." } */

/* ---- owned by memory: what it says while nobody has the lock is not known here ---- */

KDEFERRED_ROUTINE good_callback, good_callback_twice, warn_callback_too_few, warn_callback_early_return,
	warn_callback_left_twice;

VOID NTAPI good_callback(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	enter_anew(ext);
	ext->count++;
	leave(ext);
}

VOID NTAPI good_callback_twice(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	enter_anew(ext);
	enter_anew(ext);
	leave(ext);
	ext->count++;
	leave(ext);
}

VOID NTAPI warn_callback_too_few(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	enter_anew(ext);
	enter_anew(ext);
	ext->count++;
	leave(ext);
}	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "too few" } */

VOID NTAPI warn_callback_early_return(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	enter_anew(ext);
	if (ext->count++ > 5)
		return;		/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "early" } */
	leave(ext);
}

VOID NTAPI warn_callback_left_twice(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	enter_anew(ext);
	leave(ext);
	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "twice" } */
}

/* The depth is nothing while nobody has the lock. */
KDEFERRED_ROUTINE good_depth, good_depth_twice, good_depth_thrice, good_depth_by_rounds, good_depth_let_go, warn_depth_too_few,
	warn_depth_early_return;

VOID NTAPI good_depth(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	enter(ext);
	ext->count++;
	leave(ext);
}

VOID NTAPI good_depth_twice(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	enter(ext);
	enter(ext);
	leave(ext);
	ext->count++;
	leave(ext);
}

VOID NTAPI warn_depth_too_few(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	enter(ext);
	enter(ext);
	leave(ext);
}	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "left too few times" } */

VOID NTAPI warn_depth_early_return(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	enter(ext);
	if (ext->count++ > 5)
		return;		/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "early" } */
	leave(ext);
}

extern int work(int);

VOID NTAPI good_depth_thrice(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	enter(ext);
	work(1);
	enter(ext);
	work(2);
	leave(ext);
	work(3);
	enter(ext);
	work(4);
	leave(ext);
	work(5);
	leave(ext);
}

VOID NTAPI good_depth_by_rounds(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	int i, n = ext->count;

	for (i = 0; i < n; i++)
		enter(ext);
	work(n);
	for (i = 0; i < n; i++)
		leave(ext);
}

/* Its caller has it, and lets it go for a while. */
VOID NTAPI good_depth_let_go(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	enter(ext);
	leave(ext);
	work(1);
	enter(ext);
	work(2);
	leave(ext);
}

/* ... where only those after the first are counted. */
static void enter_again(struct ext *ext)
{
	KIRQL irql;

	if (OWNER(ext) == PsGetCurrentThread()) {
		DEEPER(ext);
		return;
	}
	KeAcquireSpinLock(&ext->lock, &irql);
	SET_OWNER(ext, PsGetCurrentThread());
	ext->irql = irql;
}

static void leave_again(struct ext *ext)
{
	if (ext->depth > 0) {
		LESS_DEEP(ext);
		return;
	}
	SET_OWNER(ext, NULL);
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

KDEFERRED_ROUTINE good_again, good_in_place, warn_in_place, good_thread_elsewhere, warn_thread_elsewhere;

VOID NTAPI good_again(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	enter_again(ext);
	ext->count++;
	leave_again(ext);
}

VOID NTAPI good_in_place(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	PVOID self = PsGetCurrentThread();

	if (OWNER(ext) != self) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		SET_OWNER(ext, self);
	}
	DEEPER(ext);
	ext->count++;
	if (LESS_DEEP(ext) == 0) {
		SET_OWNER(ext, NULL);
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	}
}

VOID NTAPI warn_in_place(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	PVOID self = PsGetCurrentThread();

	if (OWNER(ext) != self) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		SET_OWNER(ext, self);
	}
	DEEPER(ext);
	if (ext->count++ > 5)
		return;		/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "in place" } */
	if (LESS_DEEP(ext) == 0) {
		SET_OWNER(ext, NULL);
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	}
}

/* A thread that is noted for another purpose. */
struct used {
	KSPIN_LOCK lock;
	PVOID owner;
	LONG depth;
	int count;
};

VOID NTAPI good_thread_elsewhere(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct used *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	SET_OWNER(ext, PsGetCurrentThread());
	if (ext->count)
		ext->depth = 0;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_thread_elsewhere(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct used *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	SET_OWNER(ext, PsGetCurrentThread());
	if (ext->count)
		return;		/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "elsewhere" } */
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

/* ---- others may write to memory all the while ---- */

KDEFERRED_ROUTINE good_anew_work_between, good_again_work_between, good_depth_work_between;

VOID NTAPI good_anew_work_between(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	enter_anew(ext);
	work(1);
	enter_anew(ext);
	work(2);
	leave(ext);
	work(3);
	leave(ext);
	work(4);
	enter_anew(ext);
	work(5);
	leave(ext);
}

VOID NTAPI good_again_work_between(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	enter_again(ext);
	work(1);
	enter_again(ext);
	work(2);
	leave_again(ext);
	work(3);
	leave_again(ext);
	work(4);
	enter_again(ext);
	work(5);
	leave_again(ext);
}

VOID NTAPI good_depth_work_between(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	enter(ext);
	work(1);
	enter(ext);
	work(2);
	leave(ext);
	work(3);
	leave(ext);
	work(4);
	enter(ext);
	work(5);
	leave(ext);
}
