/* { dg-do compile } */
/* The kind of a release follows the IRQL: what a lock's acquire saved may be given back later, by whoever.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK first, second;
	int count;
	KIRQL irql;
};

extern void restore(KIRQL irql);
extern void restore_handle(PKLOCK_QUEUE_HANDLE handle);
extern void work(struct ext *ext);

DRIVER_DISPATCH good_hand_over_hand, warn_hand_over_hand_kept_raised, good_lowered_by_hand, warn_lowered_on_one_way, good_lowered_by_a_helper,
	warn_never_lowered, warn_lowered_to_another, good_lowered_where_raised, good_restored_elsewhere;

/* ---- the last lock gives it back ---- */

NTSTATUS NTAPI good_hand_over_hand(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->first, &irql);
	KeAcquireSpinLockAtDpcLevel(&ext->second);
	KeReleaseSpinLockFromDpcLevel(&ext->first);
	ext->count++;
	KeReleaseSpinLock(&ext->second, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_hand_over_hand_kept_raised(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->first, &irql);	/* { dg-note "'ext->first' acquired here" "acquire" } */
	KeAcquireSpinLockAtDpcLevel(&ext->second);
	KeReleaseSpinLockFromDpcLevel(&ext->first);	/* { dg-warning "'ext->first' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "kept raised" } */
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->second);
	return STATUS_SUCCESS;
}

/* ---- KeLowerIrql does ---- */

NTSTATUS NTAPI good_lowered_by_hand(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->first, &irql);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->first);
	work(ext);
	KeLowerIrql(irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_never_lowered(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->first, &irql);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->first);	/* { dg-warning "'ext->first' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "never lowered" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_lowered_on_one_way(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->first, &irql);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->first);	/* { dg-warning "'ext->first' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "on one way" } */
	if (irp->Cancel)
		return STATUS_CANCELLED;
	KeLowerIrql(irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_lowered_to_another(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->first, &irql);
	KeReleaseSpinLockFromDpcLevel(&ext->first);	/* { dg-warning "'ext->first' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "a constant" } */
	KeLowerIrql(APC_LEVEL);
	return STATUS_SUCCESS;
}

/* Both branches ask the same.  */
NTSTATUS NTAPI good_lowered_where_raised(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	const int takes = ext->count > 3;
	KIRQL irql = 0;

	if (takes) {
		KeAcquireSpinLock(&ext->first, &irql);
		KeReleaseSpinLockFromDpcLevel(&ext->first);
	}
	irp->IoStatus.Information = 0;
	if (takes)
		KeLowerIrql(irql);
	return STATUS_SUCCESS;
}

static void lower(KIRQL irql)
{
	KeLowerIrql(irql);
}

NTSTATUS NTAPI good_lowered_by_a_helper(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->first, &irql);
	KeReleaseSpinLockFromDpcLevel(&ext->first);
	lower(irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_restored_elsewhere(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->first, &irql);
	KeReleaseSpinLockFromDpcLevel(&ext->first);
	restore(irql);
	return STATUS_SUCCESS;
}

/* ---- queue handles ---- */

IO_TIMER_ROUTINE good_handle_lowered, good_handle_handed_on, warn_handle_not_lowered;

VOID NTAPI good_handle_lowered(PDEVICE_OBJECT device, PVOID context)
{
	struct ext *ext = context;
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&ext->first, &handle);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
	KeLowerIrql(handle.OldIrql);
}

VOID NTAPI good_handle_handed_on(PDEVICE_OBJECT device, PVOID context)
{
	struct ext *ext = context;
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&ext->first, &handle);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
	restore_handle(&handle);
}

VOID NTAPI warn_handle_not_lowered(PDEVICE_OBJECT device, PVOID context)
{
	struct ext *ext = context;
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&ext->first, &handle);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);	/* { dg-warning "'ext->first' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "handle" } */
}

/* ---- callers do ---- */

KIRQL good_returned_to_the_caller(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->first, &irql);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->first);
	return irql;
}

void good_left_to_the_caller(struct ext *ext, KIRQL *irql)
{
	KeAcquireSpinLock(&ext->first, irql);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->first);
}

void warn_lost(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->first, &irql);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->first);	/* { dg-warning "'ext->first' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "lost" } */
}

/* The IRQL is given back and the lock is not: whoever runs then finds no token. */
extern void elsewhere(void);

DRIVER_DISPATCH good_released_and_lowered, warn_lowered_while_held;

NTSTATUS NTAPI good_released_and_lowered(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->first, &irql);
	KeReleaseSpinLockFromDpcLevel(&ext->first);
	KeLowerIrql(irql);
	elsewhere();
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_lowered_while_held(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->first, &irql);
	KeLowerIrql(irql);
	elsewhere();
	return STATUS_SUCCESS;	/* { dg-warning "'ext->first' is still held at return .spinrule-held-at-return." } */
}

/* ---- by what a callee hands on ---- */

static void swap(PKSPIN_LOCK lock, KIRQL irql)
{
	KeReleaseSpinLockFromDpcLevel(lock);
	restore(irql);
}

static void swap_and_lower(PKSPIN_LOCK lock, KIRQL irql)
{
	KeReleaseSpinLockFromDpcLevel(lock);
	KeLowerIrql(irql);
}

static void swap_kept(struct ext *ext)
{
	KeReleaseSpinLockFromDpcLevel(&ext->first);
	restore(ext->irql);
}

static void drop(PKSPIN_LOCK lock)
{
	KeReleaseSpinLockFromDpcLevel(lock);
	elsewhere();
}

void good_handed_on_by_a_callee(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->first, &irql);
	swap(&ext->first, irql);
}

void good_lowered_by_a_callee(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->first, &irql);
	swap_and_lower(&ext->first, irql);
}

void good_kept_and_handed_on_by_a_callee(struct ext *ext)
{
	KeAcquireSpinLock(&ext->first, &ext->irql);
	swap_kept(ext);
}

void warn_not_handed_on_by_a_callee(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->first, &irql);
	drop(&ext->first);	/* { dg-warning "'ext->first' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "not handed on" } */
}
