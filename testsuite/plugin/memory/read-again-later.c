/* { dg-do compile } */
/* { dg-undecided "good_read_again good_either good_side_by_side good_used_on" } */
/* A flag that was read under the lock and is read again after the lock was dropped: most likely it is the same, whichever is tested first.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock, other;
	int flag, busy, count;
};

extern int work(int);

KDEFERRED_ROUTINE good_read_again, warn_read_again, good_either, warn_either, good_used_on, warn_used_on;

VOID NTAPI good_read_again(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	int flag;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	flag = ext->flag != 0;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	work(1);
	if (ext->flag)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	work(2);
	if (flag)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_read_again(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	int flag;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	flag = ext->flag == 0;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	work(1);
	if (ext->flag)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	work(2);
	if (flag)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "the other way round" } */
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "the other way round" } */

VOID NTAPI good_either(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	int flag;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	flag = ext->flag || ext->busy;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	work(1);
	if (ext->flag || ext->busy)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	work(2);
	if (flag)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_either(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	int flag;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	flag = ext->flag || ext->busy;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	work(1);
	if (ext->flag || ext->busy)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	work(2);
	if (!flag)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "not" } */
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "not" } */

/* Two fields that lie side by side are tested as one. */
KDEFERRED_ROUTINE good_side_by_side, warn_side_by_side;

VOID NTAPI good_side_by_side(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	if (ext->flag || ext->busy)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	if (ext->flag || ext->busy)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_side_by_side(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	if (ext->flag || ext->busy)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	if (ext->flag && ext->busy)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "and" } */

VOID NTAPI good_used_on(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	int flag, again;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	flag = ext->flag != 0;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	again = ext->flag;
	if (again)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (flag)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	if (again)
		KeAcquireSpinLockAtDpcLevel(&ext->other);
	work(1);
	if (again)
		KeReleaseSpinLockFromDpcLevel(&ext->other);
}

VOID NTAPI warn_used_on(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	int flag, again;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	flag = ext->flag == 0;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	again = ext->flag;
	if (again)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (flag)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "used on" } */
	if (again)
		KeAcquireSpinLockAtDpcLevel(&ext->other);
	work(1);
	if (again)
		KeReleaseSpinLockFromDpcLevel(&ext->other);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "used on" } */
