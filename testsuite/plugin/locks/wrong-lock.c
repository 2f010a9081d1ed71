/* { dg-do compile } */
/* The wrong one of two locks released, and acquire typed where release was meant.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK read_lock;
	KSPIN_LOCK write_lock;
	int count;
};

KDEFERRED_ROUTINE good_right_lock, warn_wrong_lock, warn_acquire_for_release, good_both, warn_one_twice;

VOID NTAPI good_right_lock(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->read_lock);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->read_lock);
}

VOID NTAPI warn_wrong_lock(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->read_lock);	/* { dg-note "'ext->read_lock' acquired here" "acquire" } */
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->write_lock);	/* { dg-warning "'ext->write_lock' is released but not held .spinrule-release-unheld." "never acquired" } */
}	/* { dg-warning "'ext->read_lock' is still held at return .spinrule-held-at-return." "never released" } */

VOID NTAPI warn_acquire_for_release(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->read_lock);	/* { dg-note "'ext->read_lock' acquired here" "acquire" } */
	ext->count++;
	KeAcquireSpinLockAtDpcLevel(&ext->read_lock);	/* { dg-warning "'ext->read_lock' is acquired while already held .spinrule-double-acquire." "release was meant" } */
}

VOID NTAPI good_both(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->read_lock);
	KeAcquireSpinLockAtDpcLevel(&ext->write_lock);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->write_lock);
	KeReleaseSpinLockFromDpcLevel(&ext->read_lock);
}

VOID NTAPI warn_one_twice(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->read_lock);
	KeAcquireSpinLockAtDpcLevel(&ext->write_lock);	/* { dg-note "'ext->write_lock' acquired here" "acquire" } */
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->read_lock);
	KeReleaseSpinLockFromDpcLevel(&ext->read_lock);	/* { dg-warning "'ext->read_lock' is released but not held .spinrule-release-unheld." "the other was meant" } */
}	/* { dg-warning "'ext->write_lock' is still held at return .spinrule-held-at-return." "never released" } */
