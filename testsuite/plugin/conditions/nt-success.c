/* { dg-do compile } */
/* NTSTATUS values: the sign decides, or one value of them.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

extern NTSTATUS prepare(struct ext *);
extern NTSTATUS finish(struct ext *);

NTSTATUS good_success_holds(struct ext *ext)
{
	KIRQL irql = 0;
	NTSTATUS status = prepare(ext);

	if (NT_SUCCESS(status))
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (NT_SUCCESS(status))
		KeReleaseSpinLock(&ext->lock, irql);
	return status;
}

NTSTATUS good_success_and_failure(struct ext *ext)
{
	KIRQL irql;
	NTSTATUS status;

	KeAcquireSpinLock(&ext->lock, &irql);
	status = prepare(ext);
	if (!NT_SUCCESS(status))
		KeReleaseSpinLock(&ext->lock, irql);
	ext->count++;
	if (NT_SUCCESS(status))
		KeReleaseSpinLock(&ext->lock, irql);
	return status;
}

NTSTATUS warn_status_of_another_call(struct ext *ext)
{
	KIRQL irql;
	NTSTATUS status;

	KeAcquireSpinLock(&ext->lock, &irql);
	status = prepare(ext);
	if (!NT_SUCCESS(status)) {
		KeReleaseSpinLock(&ext->lock, irql);
		status = finish(ext);
	}
	ext->count++;
	if (NT_SUCCESS(status))
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "second call succeeded" } */
	return STATUS_SUCCESS;
}

NTSTATUS good_constant_statuses(struct ext *ext, int x)
{
	KIRQL irql = 0;
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if (x) {
		KeAcquireSpinLock(&ext->lock, &irql);
		status = STATUS_SUCCESS;
	}
	ext->count++;
	if (NT_SUCCESS(status))
		KeReleaseSpinLock(&ext->lock, irql);
	return status;
}

/* STATUS_PENDING is a success too. */
NTSTATUS warn_pending_is_a_success(struct ext *ext, int x)
{
	KIRQL irql;
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (x) {
		KeReleaseSpinLock(&ext->lock, irql);
		status = STATUS_PENDING;
	}
	ext->count++;
	if (NT_SUCCESS(status))
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "pending" } */
	else
		KeReleaseSpinLock(&ext->lock, irql);
	return status;
}

NTSTATUS good_one_value(struct ext *ext)
{
	KIRQL irql;
	NTSTATUS status;

	KeAcquireSpinLock(&ext->lock, &irql);
	status = prepare(ext);
	if (status == STATUS_PENDING)
		KeReleaseSpinLock(&ext->lock, irql);
	ext->count++;
	if (status != STATUS_PENDING)
		KeReleaseSpinLock(&ext->lock, irql);
	return status;
}

/* The value implies the sign. */
NTSTATUS good_value_then_sign(struct ext *ext)
{
	KIRQL irql = 0;
	NTSTATUS status = prepare(ext);

	if (status == STATUS_UNSUCCESSFUL)
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (!NT_SUCCESS(status) && status == STATUS_UNSUCCESSFUL)
		KeReleaseSpinLock(&ext->lock, irql);
	return status;
}
