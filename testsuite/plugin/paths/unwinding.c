/* { dg-do compile } */
/* Several locks taken in stages, unwound through falling labels, a falling switch, a mask, or a pointer array.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK a, b, c;
	int count;
};

extern int poll(void);
extern void touch(struct ext *);

KDEFERRED_ROUTINE good_labels, warn_labels, good_stages, warn_stages, good_mask, warn_mask, good_one_pass, warn_one_pass;

VOID NTAPI good_labels(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->a);
	if (poll())
		goto out_a;
	KeAcquireSpinLockAtDpcLevel(&ext->b);
	if (poll())
		goto out_b;
	KeAcquireSpinLockAtDpcLevel(&ext->c);
	touch(ext);
	KeReleaseSpinLockFromDpcLevel(&ext->c);
out_b:
	KeReleaseSpinLockFromDpcLevel(&ext->b);
out_a:
	KeReleaseSpinLockFromDpcLevel(&ext->a);
}

VOID NTAPI warn_labels(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->a);
	if (poll())
		goto out_b;
	KeAcquireSpinLockAtDpcLevel(&ext->b);
	if (poll())
		goto out_b;
	KeAcquireSpinLockAtDpcLevel(&ext->c);
	touch(ext);
	KeReleaseSpinLockFromDpcLevel(&ext->c);
out_b:
	KeReleaseSpinLockFromDpcLevel(&ext->b);	/* { dg-warning "'ext->b' is released but not held .spinrule-release-unheld." "the other label" } */
	KeReleaseSpinLockFromDpcLevel(&ext->a);
}

VOID NTAPI good_stages(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	int stage = 0;

	KeAcquireSpinLockAtDpcLevel(&ext->a);
	stage++;
	if (poll())
		goto out;
	KeAcquireSpinLockAtDpcLevel(&ext->b);
	stage++;
	if (poll())
		goto out;
	KeAcquireSpinLockAtDpcLevel(&ext->c);
	stage++;
	touch(ext);
out:
	switch (stage) {
	case 3:
		KeReleaseSpinLockFromDpcLevel(&ext->c);	/* falls through */
	case 2:
		KeReleaseSpinLockFromDpcLevel(&ext->b);	/* falls through */
	case 1:
		KeReleaseSpinLockFromDpcLevel(&ext->a);
	}
}

VOID NTAPI warn_stages(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	int stage = 0;

	KeAcquireSpinLockAtDpcLevel(&ext->a);
	stage++;
	if (poll())
		goto out;
	stage++;
	if (poll())
		goto out;
	KeAcquireSpinLockAtDpcLevel(&ext->b);
	KeAcquireSpinLockAtDpcLevel(&ext->c);
	stage++;
	touch(ext);
out:
	switch (stage) {
	case 3:
		KeReleaseSpinLockFromDpcLevel(&ext->c);	/* falls through */
	case 2:
		KeReleaseSpinLockFromDpcLevel(&ext->b);	/* { dg-warning "'ext->b' is released but not held .spinrule-release-unheld." "stage 2" } */
	case 1:
		KeReleaseSpinLockFromDpcLevel(&ext->a);
	}
}

VOID NTAPI good_mask(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	ULONG held = 0;

	if (arg1) {
		KeAcquireSpinLockAtDpcLevel(&ext->a);
		held |= 1;
	}
	if (arg2) {
		KeAcquireSpinLockAtDpcLevel(&ext->b);
		held |= 2;
	}
	touch(ext);
	if (held & 2)
		KeReleaseSpinLockFromDpcLevel(&ext->b);
	if (held & 1)
		KeReleaseSpinLockFromDpcLevel(&ext->a);
}

VOID NTAPI warn_mask(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	ULONG held = 0;

	if (arg1) {
		KeAcquireSpinLockAtDpcLevel(&ext->a);
		held |= 1;
	}
	if (arg2) {
		KeAcquireSpinLockAtDpcLevel(&ext->b);
		held = 2;
	}
	touch(ext);
	if (held & 2)
		KeReleaseSpinLockFromDpcLevel(&ext->b);
	if (held & 1)
		KeReleaseSpinLockFromDpcLevel(&ext->a);
}	/* { dg-warning "'ext->a' is still held at return .spinrule-held-at-return." "both" } */

/* A block that is left by break: the poor man's finally. */
VOID NTAPI good_one_pass(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	NTSTATUS status = STATUS_UNSUCCESSFUL;

	KeAcquireSpinLockAtDpcLevel(&ext->a);
	do {
		if (!arg1)
			break;
		if (poll()) {
			status = STATUS_PENDING;
			break;
		}
		status = STATUS_SUCCESS;
	} while (0);
	KeReleaseSpinLockFromDpcLevel(&ext->a);
	ext->count = status;
}

VOID NTAPI warn_one_pass(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	NTSTATUS status = STATUS_UNSUCCESSFUL;

	do {
		if (!arg1)
			break;
		KeAcquireSpinLockAtDpcLevel(&ext->a);
		if (poll()) {
			status = STATUS_PENDING;
			break;
		}
		status = STATUS_SUCCESS;
	} while (0);
	KeReleaseSpinLockFromDpcLevel(&ext->a);	/* { dg-warning "'ext->a' is released but not held .spinrule-release-unheld." "broke out before" } */
	ext->count = status;
}
