/* The lock in an element of an array is no other variable's lock, whatever the index. */
/* { dg-do compile } */
/* SPDX-License-Identifier: MIT */

#include "wdm-lite.h"

static struct entry { KSPIN_LOCK lock; int n; } table[8];
static KSPIN_LOCK plain_table[8], other;

DRIVER_DISPATCH good_both, warn_other_never_acquired, good_plain_both, warn_plain_never_acquired;

NTSTATUS NTAPI good_both(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG i = (ULONG)(ULONG_PTR)irp & 7;

	KeAcquireSpinLockAtDpcLevel(&table[i].lock);
	KeAcquireSpinLockAtDpcLevel(&other);
	KeReleaseSpinLockFromDpcLevel(&other);
	KeReleaseSpinLockFromDpcLevel(&table[i].lock);
	return 0;
}

NTSTATUS NTAPI warn_other_never_acquired(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG i = (ULONG)(ULONG_PTR)irp & 7;

	KeAcquireSpinLockAtDpcLevel(&table[i].lock);
	KeReleaseSpinLockFromDpcLevel(&other); /* { dg-warning "'other' is released but not held .spinrule-release-unheld." } */
	KeReleaseSpinLockFromDpcLevel(&table[i].lock);
	return 0;
}

NTSTATUS NTAPI good_plain_both(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG i = (ULONG)(ULONG_PTR)irp & 7;

	KeAcquireSpinLockAtDpcLevel(&plain_table[i]);
	KeAcquireSpinLockAtDpcLevel(&other);
	KeReleaseSpinLockFromDpcLevel(&other);
	KeReleaseSpinLockFromDpcLevel(&plain_table[i]);
	return 0;
}

NTSTATUS NTAPI warn_plain_never_acquired(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG i = (ULONG)(ULONG_PTR)irp & 7;

	KeAcquireSpinLockAtDpcLevel(&plain_table[i]);
	KeReleaseSpinLockFromDpcLevel(&other); /* { dg-warning "'other' is released but not held .spinrule-release-unheld." } */
	KeReleaseSpinLockFromDpcLevel(&plain_table[i]);
	return 0;
}
