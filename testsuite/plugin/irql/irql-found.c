/* { dg-do compile } */
/* An acquire chosen by the IRQL that was found, and a release by the one that was saved.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int count;
};

extern void work(struct ext *);

DRIVER_DISPATCH good_chosen, warn_chosen, good_same_variable, warn_same_variable, good_helpers, good_by_pointer, good_twice,
	good_raised, warn_raised;

NTSTATUS NTAPI good_chosen(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	if (KeGetCurrentIrql() < DISPATCH_LEVEL) {
		KeAcquireSpinLock(&ext->lock, &irql);
	} else {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		irql = DISPATCH_LEVEL;
	}
	ext->count++;
	if (irql < DISPATCH_LEVEL)
		KeReleaseSpinLock(&ext->lock, irql);
	else
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_chosen(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	if (KeGetCurrentIrql() < DISPATCH_LEVEL) {
		KeAcquireSpinLock(&ext->lock, &irql);
	} else {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		irql = DISPATCH_LEVEL;
	}
	ext->count++;
	if (irql < APC_LEVEL)
		KeReleaseSpinLock(&ext->lock, irql);
	else
		KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "at APC_LEVEL" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_same_variable(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql = KeGetCurrentIrql();

	work(ext);
	if (irql >= DISPATCH_LEVEL)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	else
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (irql >= DISPATCH_LEVEL)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	else
		KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_same_variable(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql = KeGetCurrentIrql();

	work(ext);
	if (irql >= DISPATCH_LEVEL)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	else
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (irql >= DISPATCH_LEVEL)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	else if (ext->count)
		KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;		/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "none left" } */
}

static void lock(struct ext *ext)
{
	KIRQL irql = KeGetCurrentIrql();

	if (irql >= DISPATCH_LEVEL)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	else
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->irql = irql;
}

static void unlock(struct ext *ext)
{
	KIRQL irql = ext->irql;

	if (irql >= DISPATCH_LEVEL)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	else
		KeReleaseSpinLock(&ext->lock, irql);
}

NTSTATUS NTAPI good_helpers(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	lock(ext);
	ext->count++;
	unlock(ext);
	return STATUS_SUCCESS;
}

static void lock_by_pointer(struct ext *ext, PKIRQL irql)
{
	*irql = KeGetCurrentIrql();
	if (*irql == PASSIVE_LEVEL || *irql == APC_LEVEL)
		KeAcquireSpinLock(&ext->lock, irql);
	else
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
}

static void unlock_by_value(struct ext *ext, KIRQL irql)
{
	if (irql == PASSIVE_LEVEL || irql == APC_LEVEL)
		KeReleaseSpinLock(&ext->lock, irql);
	else
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

NTSTATUS NTAPI good_by_pointer(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	lock_by_pointer(ext, &irql);
	ext->count++;
	unlock_by_value(ext, irql);
	return STATUS_SUCCESS;
}

/* Found once, and chosen by it twice. */
NTSTATUS NTAPI good_twice(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN is_raised = KeGetCurrentIrql() >= DISPATCH_LEVEL;
	KIRQL irql;

	for (int i = 0; i < 2; i++) {
		if (is_raised)
			KeAcquireSpinLockAtDpcLevel(&ext->lock);
		else
			KeAcquireSpinLock(&ext->lock, &irql);
		ext->count++;
		if (is_raised)
			KeReleaseSpinLockFromDpcLevel(&ext->lock);
		else
			KeReleaseSpinLock(&ext->lock, irql);
	}
	return STATUS_SUCCESS;
}

/* The acquire found the raised IRQL, and its own variable says so. */
NTSTATUS NTAPI good_raised(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql, old;

	if (KeGetCurrentIrql() < DISPATCH_LEVEL) {
		KeRaiseIrql(DISPATCH_LEVEL, &old);
		KeAcquireSpinLock(&ext->lock, &irql);
		ext->count++;
		if (irql < DISPATCH_LEVEL)
			KeReleaseSpinLock(&ext->lock, irql);
		else
			KeReleaseSpinLockFromDpcLevel(&ext->lock);
		KeLowerIrql(old);
	}
	return STATUS_SUCCESS;
}

/* It was another IRQL that was found. */
NTSTATUS NTAPI warn_raised(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (KeGetCurrentIrql() < DISPATCH_LEVEL)
		KeReleaseSpinLock(&ext->lock, irql);
	else
		KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "found after the acquire" } */
	return STATUS_SUCCESS;
}
