/* { dg-do compile } */
/* What the programmer knows and the code does not say.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"
#include "../../../runtime/spinrule-sal.h"

struct ext {
	KIRQL irql;
	KSPIN_LOCK lock;
	struct ext *next;
	int count;
};

int state_of(struct ext *ext);
void take_elsewhere(struct ext *ext);

KDEFERRED_ROUTINE good_fact, warn_no_fact, good_two_facts, warn_other_fact, good_analysis_assume, good_acquired,
	warn_not_acquired, good_released, warn_not_released, good_held, warn_not_held, warn_not_held_then_taken,
	good_held_pointer, warn_assumed_free;

VOID NTAPI good_fact(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	int state = state_of(ext);

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (state == 1)
		KeReleaseSpinLock(&ext->lock, ext->irql);
	_Analysis_assume_(state == 1);
}

VOID NTAPI warn_no_fact(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	int state = state_of(ext);

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (state == 1)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}				/* { dg-warning "is still held at return" "another state" } */

VOID NTAPI good_two_facts(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	int state = state_of(ext), count = state_of(ext->next);

	_Analysis_assume_(state > 0 && count < 3);
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (state > 0)
		KeReleaseSpinLock(&ext->lock, ext->irql);
	if (count > 3)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

VOID NTAPI warn_other_fact(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	int state = state_of(ext);

	_Analysis_assume_(state >= 0);
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (state > 0)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}				/* { dg-warning "is still held at return" "0 is left" } */

VOID NTAPI good_analysis_assume(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	PVOID object = arg1;

	__analysis_assume(object != NULL);
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (object)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

VOID NTAPI good_acquired(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	take_elsewhere(ext);
	_Analysis_assume_lock_acquired_(ext->lock);
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

VOID NTAPI warn_not_acquired(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	take_elsewhere(NULL);
	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held" "nobody says so" } */
}

VOID NTAPI good_released(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	take_elsewhere(ext);
	_Analysis_assume_lock_released_(&ext->lock);
}

VOID NTAPI warn_not_released(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	take_elsewhere(NULL);
}				/* { dg-warning "is still held at return" "nobody says so" } */

static void good_helper(struct ext *ext)
{
	_Analysis_assume_lock_held_(ext->lock);
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

VOID NTAPI good_held(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	good_helper(ext);
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	good_helper(ext);
}

VOID NTAPI warn_not_held(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	good_helper(ext);
	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held" "the helper did" } */
}

VOID NTAPI warn_not_held_then_taken(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	_Analysis_assume_lock_held_(ext->lock);		/* { dg-note "'ext->lock' is held here, as '_Analysis_assume_lock_held_' says" "why" } */
	KeAcquireSpinLock(&ext->lock, &ext->irql);	/* { dg-warning "'ext->lock' is acquired while already held" "held" } */
}

VOID NTAPI good_held_pointer(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	PKSPIN_LOCK lock = context;

	_Analysis_assume_lock_held_(*lock);
	KeReleaseSpinLockFromDpcLevel(lock);
}

VOID NTAPI warn_assumed_free(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	PKSPIN_LOCK lock = context;

	KeAcquireSpinLockAtDpcLevel(lock);
	_Analysis_assume_lock_not_held_(lock);
	KeReleaseSpinLockFromDpcLevel(lock);	/* { dg-warning "'lock' is released but not held" "free" } */
}
