/* { dg-do compile } */
/* Functions that leave through labels.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

extern int work(int);

NTSTATUS good_one_exit_label(struct ext *ext, PVOID buffer)
{
	KIRQL irql;
	NTSTATUS status = STATUS_SUCCESS;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (!buffer) {
		status = STATUS_INVALID_PARAMETER;
		goto done;
	}
	if (work(1)) {
		status = STATUS_UNSUCCESSFUL;
		goto done;
	}
	ext->count++;
done:
	KeReleaseSpinLock(&ext->lock, irql);
	return status;
}

NTSTATUS good_two_exit_labels(struct ext *ext, PVOID buffer)
{
	KIRQL irql;
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if (!buffer)
		goto out;
	KeAcquireSpinLock(&ext->lock, &irql);
	status = STATUS_UNSUCCESSFUL;
	if (work(1))
		goto unlock;
	status = STATUS_SUCCESS;
	ext->count++;
unlock:
	KeReleaseSpinLock(&ext->lock, irql);
out:
	return status;
}

NTSTATUS warn_wrong_exit_label(struct ext *ext, PVOID buffer)
{
	KIRQL irql;

	if (!buffer)
		goto out;
	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	if (work(1))
		goto out;
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
out:
	return STATUS_SUCCESS;		/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "jumped over the release" } */
}

NTSTATUS warn_jumps_to_the_release_unlocked(struct ext *ext, PVOID buffer)
{
	KIRQL irql;
	NTSTATUS status = STATUS_SUCCESS;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (!buffer) {
		KeReleaseSpinLock(&ext->lock, irql);
		status = STATUS_INVALID_PARAMETER;
		goto unlock;
	}
	ext->count++;
unlock:
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "released before the goto" } */
	return status;
}

/* A label inside an if: reached by falling in, and by a jump from below, held each time. */
void good_backward_goto_into_an_if(struct ext *ext, int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (x) {
fail:
		ext->count = 0;
		KeReleaseSpinLock(&ext->lock, irql);
		return;
	}
	if (work(1))
		goto fail;
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_backward_goto_into_an_if(struct ext *ext, int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (x) {
fail:
		ext->count = 0;
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "jumped to after the release" } */
		return;
	}
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
	if (work(1))
		goto fail;
}

void good_retry(struct ext *ext)
{
	KIRQL irql;

again:
	KeAcquireSpinLock(&ext->lock, &irql);
	if (work(1)) {
		KeReleaseSpinLock(&ext->lock, irql);
		goto again;
	}
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_retry_while_held(struct ext *ext)
{
	KIRQL irql;

again:
	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "again" } */
	if (work(1))
		goto again;
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}

/* Jumped to with the lock held, and it expects so; the loop is entered held too. */
void good_label_that_expects_the_lock(struct ext *ext, int n)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
next:
	ext->count--;
	if (n-- > 0) {
		KeReleaseSpinLock(&ext->lock, irql);
		work(n);
		KeAcquireSpinLock(&ext->lock, &irql);
		goto next;
	}
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_label_that_expects_the_lock(struct ext *ext, int n)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
next:
	ext->count--;
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "second time" } */
	work(n);
	if (n-- > 0)
		goto next;
}
