/* { dg-do compile } */
/* Helpers look at and change flags of their callers while a lock is held: no other thread
 * changes the caller's variable.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#define LOCKED 1u
#define CHANGED 2u

struct queue {
	KSPIN_LOCK lock;
	int length;
};

static __attribute__((noinline)) void enter(struct queue *queue, unsigned *flags)
{
	if (*flags & LOCKED)
		return;
	KeAcquireSpinLockAtDpcLevel(&queue->lock);
	*flags |= LOCKED;
}

static __attribute__((noinline)) void leave(struct queue *queue, unsigned *flags)
{
	if (!(*flags & LOCKED))
		return;
	KeReleaseSpinLockFromDpcLevel(&queue->lock);
	*flags &= ~LOCKED;
}

/* Takes another lock before it looks at the flags. */
static KSPIN_LOCK statistics;
static int n_changes;

static __attribute__((noinline)) void leave_and_count(struct queue *queue, unsigned *flags)
{
	KeAcquireSpinLockAtDpcLevel(&statistics);
	n_changes += *flags & CHANGED;
	KeReleaseSpinLockFromDpcLevel(&statistics);
	if (*flags & LOCKED) {
		KeReleaseSpinLockFromDpcLevel(&queue->lock);
		*flags &= ~LOCKED;
	}
}

KDEFERRED_ROUTINE good_flags, warn_flags, good_counted, warn_counted;

VOID NTAPI good_flags(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct queue *queue = context;
	unsigned flags = 0;

	enter(queue, &flags);
	flags |= CHANGED;
	enter(queue, &flags);
	leave(queue, &flags);
	leave(queue, &flags);
}

VOID NTAPI warn_flags(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct queue *queue = context;
	unsigned flags = 0;

	enter(queue, &flags);
	flags |= CHANGED;
	flags &= ~LOCKED;
	leave(queue, &flags);
}	/* { dg-warning "'queue->lock' is still held at return .spinrule-held-at-return." } */

VOID NTAPI good_counted(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct queue *queue = context;
	unsigned flags = CHANGED;

	enter(queue, &flags);
	leave_and_count(queue, &flags);
}

VOID NTAPI warn_counted(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct queue *queue = context;
	unsigned flags = CHANGED;

	enter(queue, &flags);
	flags = 0;
	leave_and_count(queue, &flags);
}	/* { dg-warning "'queue->lock' is still held at return .spinrule-held-at-return." } */
