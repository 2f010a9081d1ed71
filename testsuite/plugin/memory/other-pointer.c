/* { dg-do compile } */
/* { dg-undecided "good_assumed_irql good_store_through_another" } */
/* What one pointer leads to is most likely not what another leads to: a store through the one
   does not make a field that was read through the other a new value.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int is_shared;
	int count;
};

/* Acquire at the IRQL that the caller assumes; release tells it what the IRQL is now. */
static void acquire(PKSPIN_LOCK lock, PKIRQL old, KIRQL assumed)
{
	if (assumed >= DISPATCH_LEVEL) {
		*old = DISPATCH_LEVEL;
		KeAcquireSpinLockAtDpcLevel(lock);
	} else {
		KeAcquireSpinLock(lock, old);
	}
}

static void release(PKSPIN_LOCK lock, KIRQL old, PKIRQL assumed)
{
	if (*assumed >= DISPATCH_LEVEL) {
		KeReleaseSpinLockFromDpcLevel(lock);
	} else {
		KeReleaseSpinLock(lock, old);
		*assumed = old;
	}
}

void good_assumed_irql(struct ext *ext, PKIRQL assumed)
{
	KIRQL old;

	acquire(&ext->lock, &old, *assumed);
	ext->count++;
	release(&ext->lock, old, assumed);
}

void warn_assumed_irql(struct ext *ext, PKIRQL assumed)
{
	KIRQL old;

	acquire(&ext->lock, &old, *assumed);	/* { dg-note "acquired here" "acquire" } */
	ext->count++;
	KeReleaseSpinLock(&ext->lock, old);	/* { dg-warning "'ext->lock' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "one kind" } */
}

void good_store_through_another(struct ext *ext, struct ext *other)
{
	KIRQL irql = 0;

	if (ext->is_shared)
		KeAcquireSpinLock(&ext->lock, &irql);
	other->is_shared = 0;
	if (ext->is_shared)
		KeReleaseSpinLock(&ext->lock, irql);
}

IO_TIMER_ROUTINE warn_store_through_the_same;

VOID NTAPI warn_store_through_the_same(PDEVICE_OBJECT device, PVOID context)
{
	struct ext *ext = context;

	if (ext->is_shared)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	ext->is_shared = 0;
	if (ext->is_shared)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "never released" } */
