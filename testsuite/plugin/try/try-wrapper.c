/* { dg-do compile } */
/* Acquire wrappers that loop on the try, and what their callers make of it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	LONG spins;
	int count;
};

static void acquire_by_trying(struct ext *ext)
{
	while (!KeTryToAcquireSpinLockAtDpcLevel(&ext->lock))
		ext->spins++;
}

static KIRQL raise_and_acquire_by_trying(struct ext *ext)
{
	KIRQL irql;

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	for (;;) {
		if (KeTryToAcquireSpinLockAtDpcLevel(&ext->lock))
			return irql;
		KeLowerIrql(irql);
		KeStallExecutionProcessor(10);
		KeRaiseIrql(DISPATCH_LEVEL, &irql);
	}
}

static BOOLEAN acquire_in_time(struct ext *ext, ULONG tries)
{
	do {
		if (KeTryToAcquireSpinLockAtDpcLevel(&ext->lock))
			return TRUE;
		KeStallExecutionProcessor(1);
	} while (--tries);
	return FALSE;
}

static NTSTATUS acquire_or_busy(struct ext *ext)
{
	NTSTATUS status = STATUS_DEVICE_BUSY;
	int i;

	for (i = 0; i < 100; i++) {
		if (KeTryToAcquireSpinLockAtDpcLevel(&ext->lock)) {
			status = STATUS_SUCCESS;
			break;
		}
	}
	return status;
}

KDEFERRED_ROUTINE good_waits, warn_waits, good_in_time, warn_in_time, good_or_busy, warn_or_busy;

VOID NTAPI good_waits(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	acquire_by_trying(ext);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_waits(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	acquire_by_trying(ext);
	if (ext->count++ > 10)
		return;		/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "early return" } */
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI good_in_time(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	if (!acquire_in_time(ext, 50))
		return;
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_in_time(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	if (!acquire_in_time(ext, 50))
		ext->spins++;
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "out of time" } */
}

VOID NTAPI good_or_busy(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	NTSTATUS status = acquire_or_busy(ext);

	if (NT_SUCCESS(status)) {
		ext->count++;
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	}
}

VOID NTAPI warn_or_busy(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	NTSTATUS status = acquire_or_busy(ext);

	if (NT_SUCCESS(status))
		ext->count++;
	if (status == STATUS_DEVICE_BUSY)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "busy" } */
	else
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

void good_raised(struct ext *ext)
{
	KIRQL irql = raise_and_acquire_by_trying(ext);

	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	KeLowerIrql(irql);
}

void warn_raised(struct ext *ext)
{
	KIRQL irql = raise_and_acquire_by_trying(ext);

	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "KeLowerIrql was meant" } */
	KeLowerIrql(irql);
}

void warn_waits_while_held(struct ext *ext)
{
	acquire_by_trying(ext);
	KeAcquireSpinLockAtDpcLevel(&ext->lock);	/* { dg-warning "lock' is acquired while already held .spinrule-double-acquire." "the wrapper has it" } */
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}
