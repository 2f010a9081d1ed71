/* { dg-do compile } */
/* A function leaves a lock held, and the IRQL that its acquire saved ends with its variables: nobody can release the lock.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int count;
};

struct guard {
	PKSPIN_LOCK lock;
	KIRQL irql;
};

extern void work(struct ext *), take_irql(KIRQL), take_pointer(PKIRQL);

void good_in_a_field(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->irql = irql;
}

void warn_in_a_local(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "the IRQL is lost" } */

KIRQL good_returned(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	return irql;
}

/* Among other bits. */
ULONG good_returned_with_flags(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	return (ULONG)irql << 8 | 1;
}

int warn_returns_something_else(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	return ext->count;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "the IRQL is lost" } */
}

void good_by_pointer(struct ext *ext, PKIRQL to)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	*to = irql;
}

void good_by_member(struct guard *guard, struct ext *ext)
{
	guard->lock = &ext->lock;
	KeAcquireSpinLock(&ext->lock, &guard->irql);
}

struct guard good_in_a_struct(struct ext *ext)
{
	struct guard guard = { &ext->lock, 0 };

	KeAcquireSpinLock(&ext->lock, &guard.irql);
	return guard;
}

void good_handed_on(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	take_irql(irql);
}

void good_pointer_handed_on(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	take_pointer(&irql);
}

static void keep(struct ext *ext, KIRQL irql)
{
	ext->irql = irql;
}

void good_kept_by_a_helper(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	keep(ext, irql);
}

/* The caller has the IRQL that was given back, and that the second acquire saves again. */
void good_dropped_and_taken_again(struct ext *ext, KIRQL irql)
{
	KIRQL again;

	KeReleaseSpinLock(&ext->lock, irql);
	work(ext);
	KeAcquireSpinLock(&ext->lock, &again);
}

void good_in_rounds(struct ext *ext, PKIRQL to)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	while (ext->count-- > 0) {
		KeReleaseSpinLock(&ext->lock, irql);
		work(ext);
		KeAcquireSpinLock(&ext->lock, &irql);
	}
	*to = irql;
}

void warn_in_rounds(struct ext *ext, PKIRQL to)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	while (ext->count-- > 0) {
		KeReleaseSpinLock(&ext->lock, irql);
		work(ext);
		KeAcquireSpinLock(&ext->lock, &irql);
	}
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "the IRQL is lost" } */

/* At DPC level there is none. */
void good_at_dpc_level(struct ext *ext)
{
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
}

void good_with_a_handle(struct ext *ext, PKLOCK_QUEUE_HANDLE handle)
{
	KeAcquireInStackQueuedSpinLock(&ext->lock, handle);
	ext->count++;
}

void warn_with_a_handle(struct ext *ext, PKLOCK_QUEUE_HANDLE handle)
{
	KLOCK_QUEUE_HANDLE own;

	KeAcquireInStackQueuedSpinLock(&ext->lock, &own);
	ext->count++;
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "the handle is lost" } */
