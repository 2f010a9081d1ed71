/* { dg-do compile } */
/* A helper that only says that its caller holds the lock.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"
#include "../../../runtime/spinrule-sal.h"

struct ext { KSPIN_LOCK lock; int n; };

static __attribute__((noinline)) void count(struct ext *ext)
{
	_Analysis_assume_lock_held_(ext->lock);
	ext->n++;
}

KDEFERRED_ROUTINE good_believed;
VOID NTAPI good_believed(PKDPC dpc, PVOID context, PVOID a, PVOID b)
{
	count(context);
}

KDEFERRED_ROUTINE good_held;
VOID NTAPI good_held(PKDPC dpc, PVOID context, PVOID a, PVOID b)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	count(ext);
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

KDEFERRED_ROUTINE warn_acquired_again;
VOID NTAPI warn_acquired_again(PKDPC dpc, PVOID context, PVOID a, PVOID b)
{
	struct ext *ext = context;

	count(ext);					/* { dg-note "'ext->lock' is held here, as 'count' says" "assumed" } */
	KeAcquireSpinLockAtDpcLevel(&ext->lock);	/* { dg-warning "already held" "again" } */
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}
