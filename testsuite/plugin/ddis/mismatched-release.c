/* { dg-do compile } */
/* Acquired by a routine of one group and released by one of another.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#ifdef _X86_
#define KeAcquireSpinLockRaiseToDpc(l) KfAcquireSpinLock(l)
#endif

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int count;
};

void good_raising(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_raising_from_dpc_level(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "IRQL stays raised" } */
}

void good_dpc_level(struct ext *ext)
{
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

void warn_dpc_level_raising(struct ext *ext, KIRQL irql)
{
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "IRQL never saved" } */
}

void good_try(struct ext *ext)
{
	if (KeTryToAcquireSpinLockAtDpcLevel(&ext->lock)) {
		ext->count++;
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	}
}

void warn_try_raising(struct ext *ext, KIRQL irql)
{
	if (KeTryToAcquireSpinLockAtDpcLevel(&ext->lock)) {
		ext->count++;
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "try" } */
	}
}

void good_raise_to_dpc(struct ext *ext)
{
	KIRQL irql = KeAcquireSpinLockRaiseToDpc(&ext->lock);

	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}

KDEFERRED_ROUTINE good_dpc, warn_dpc;

VOID NTAPI good_dpc(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (ext->count) {
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		return;
	}
	ext->count = 1;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_dpc(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (ext->count) {
		KeReleaseSpinLock(&ext->lock, DISPATCH_LEVEL);	/* { dg-warning "'ext->lock' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "one way out" } */
		return;
	}
	ext->count = 1;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

/* Said once, and the lock is free afterwards. */
void warn_once_then_free(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning ".spinrule-mismatched-release." "mismatch" } */
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

/* Either group, chosen by one condition at both ends. */
void good_chosen(struct ext *ext, BOOLEAN at_dpc_level)
{
	KIRQL irql = DISPATCH_LEVEL;

	if (at_dpc_level)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	else
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (at_dpc_level)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	else
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_chosen(struct ext *ext, BOOLEAN at_dpc_level)
{
	KIRQL irql = DISPATCH_LEVEL;

	if (at_dpc_level)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	else
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (!at_dpc_level)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning ".spinrule-mismatched-release." "raised" } */
	else
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning ".spinrule-mismatched-release." "not raised" } */
}

/* The IRQL itself decides. */
void good_chosen_by_the_current_irql(struct ext *ext)
{
	KIRQL irql = KeGetCurrentIrql();

	if (irql == DISPATCH_LEVEL)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	else
		KeAcquireSpinLock(&ext->lock, &ext->irql);
	ext->count++;
	if (irql == DISPATCH_LEVEL)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	else
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

/* A helper picks; what the caller took decides what it may pick. */
static void unlock(struct ext *ext, BOOLEAN at_dpc_level, KIRQL irql)
{
	if (at_dpc_level)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	else
		KeReleaseSpinLock(&ext->lock, irql);
}

void good_helper_picks(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	unlock(ext, FALSE, irql);
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	unlock(ext, TRUE, 0);
}

void warn_helper_picks(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	unlock(ext, TRUE, irql);	/* { dg-warning ".spinrule-mismatched-release." "FALSE was meant" } */
}

/* Raised by hand: the lock is taken and dropped at DPC level. */
void good_raised_by_hand(struct ext *ext)
{
	KIRQL irql;

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	KeLowerIrql(irql);
}

/* Not known on entry: the function that took it is elsewhere. */
void good_taken_elsewhere(struct ext *ext)
{
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	ext->count++;
	KeAcquireSpinLock(&ext->lock, &ext->irql);
}

/* Held for the DPC group and for the raising one in two halves of one function. */
void good_one_after_the_other(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}
