/* { dg-do compile } */
/* One lock in one mode, three in the other, mirrored at the end.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK one;
	KSPIN_LOCK a, b, c;
	int count;
	ULONG mode;
};

extern int fill(struct ext *);

NTSTATUS good_mirrored(struct ext *ext, BOOLEAN exclusive)
{
	KIRQL irql;

	if (exclusive) {
		KeAcquireSpinLock(&ext->a, &irql);
		KeAcquireSpinLockAtDpcLevel(&ext->b);
		KeAcquireSpinLockAtDpcLevel(&ext->c);
	} else {
		KeAcquireSpinLock(&ext->one, &irql);
	}
	ext->count++;
	fill(ext);
	if (exclusive) {
		KeReleaseSpinLockFromDpcLevel(&ext->c);
		KeReleaseSpinLockFromDpcLevel(&ext->b);
		KeReleaseSpinLock(&ext->a, irql);
	} else {
		KeReleaseSpinLock(&ext->one, irql);
	}
	return STATUS_SUCCESS;
}

NTSTATUS warn_not_mirrored(struct ext *ext, BOOLEAN exclusive)
{
	KIRQL irql;

	if (exclusive) {
		KeAcquireSpinLock(&ext->a, &irql);
		KeAcquireSpinLockAtDpcLevel(&ext->b);	/* { dg-note "'ext->b' acquired here" "acquire" } */
		KeAcquireSpinLockAtDpcLevel(&ext->c);
	} else {
		KeAcquireSpinLock(&ext->one, &irql);
		KeAcquireSpinLockAtDpcLevel(&ext->b);
		KeReleaseSpinLockFromDpcLevel(&ext->b);
	}
	ext->count++;
	fill(ext);
	if (exclusive) {
		KeReleaseSpinLockFromDpcLevel(&ext->c);
		KeReleaseSpinLock(&ext->a, irql);
	} else {
		KeReleaseSpinLock(&ext->one, irql);
	}
	return STATUS_SUCCESS;	/* { dg-warning "'ext->b' is still held at return .spinrule-held-at-return." "one of the three" } */
}

/* Nested locks left through many labels inside a loop. */
NTSTATUS good_labels_in_a_loop(struct ext *ext, int n)
{
	NTSTATUS status = STATUS_SUCCESS;
	KIRQL irql;

	while (n-- > 0) {
		KeAcquireSpinLock(&ext->a, &irql);
		if (ext->count > 10)
			goto skip;
		KeAcquireSpinLockAtDpcLevel(&ext->b);
		if (fill(ext) < 0) {
			status = STATUS_UNSUCCESSFUL;
			goto out;
		}
		if (ext->count > 5)
			goto next;
		KeAcquireSpinLockAtDpcLevel(&ext->c);
		ext->count++;
		KeReleaseSpinLockFromDpcLevel(&ext->c);
next:
		KeReleaseSpinLockFromDpcLevel(&ext->b);
skip:
		KeReleaseSpinLock(&ext->a, irql);
	}
	return status;
out:
	KeReleaseSpinLockFromDpcLevel(&ext->b);
	KeReleaseSpinLock(&ext->a, irql);
	return status;
}

NTSTATUS warn_labels_in_a_loop(struct ext *ext, int n)
{
	NTSTATUS status = STATUS_SUCCESS;
	KIRQL irql;

	while (n-- > 0) {
		KeAcquireSpinLock(&ext->a, &irql);
		KeAcquireSpinLockAtDpcLevel(&ext->b);
		if (fill(ext) < 0) {
			status = STATUS_UNSUCCESSFUL;
			goto out;
		}
		if (ext->count > 5) {
			KeReleaseSpinLockFromDpcLevel(&ext->b);
			goto next;
		}
		ext->count++;
next:
		KeReleaseSpinLockFromDpcLevel(&ext->b);	/* { dg-warning "'ext->b' is released but not held .spinrule-release-unheld." "released before the goto" } */
		KeReleaseSpinLock(&ext->a, irql);
	}
	return status;
out:
	KeReleaseSpinLockFromDpcLevel(&ext->b);
	KeReleaseSpinLock(&ext->a, irql);
	return status;
}
