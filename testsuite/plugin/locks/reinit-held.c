/* { dg-do compile } */
/* A lock that is set up, or set up again, while nobody or somebody holds it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KSPIN_LOCK other;
	BOOLEAN started;
	int count;
};

static KSPIN_LOCK global;

DRIVER_ADD_DEVICE good_add_device;

NTSTATUS NTAPI good_add_device(PDRIVER_OBJECT driver, PDEVICE_OBJECT device)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeInitializeSpinLock(&ext->lock);
	KeInitializeSpinLock(&ext->other);
	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count = 0;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

void good_another_one_while_held(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	KeInitializeSpinLock(&ext->other);
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_the_same_while_held(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	KeInitializeSpinLock(&ext->lock);	/* { dg-warning "'ext->lock' is initialized while held .spinrule-reinit-held." "held" } */
}

void good_again_after_release(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
	KeInitializeSpinLock(&ext->lock);
	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}

DRIVER_DISPATCH good_restart, warn_restart;

NTSTATUS NTAPI good_restart(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	if (!ext->started)
		KeInitializeSpinLock(&ext->lock);
	KeAcquireSpinLock(&ext->lock, &irql);
	ext->started = TRUE;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_restart(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (!ext->started)
		KeInitializeSpinLock(&ext->lock);	/* { dg-warning "'ext->lock' is initialized while held .spinrule-reinit-held." "not started" } */
	else
		KeReleaseSpinLock(&ext->lock, irql);
	ext->started = TRUE;
	return STATUS_SUCCESS;
}

void warn_global(void)
{
	KeAcquireSpinLockAtDpcLevel(&global);
	KeInitializeSpinLock(&global);	/* { dg-warning "'global' is initialized while held .spinrule-reinit-held." "held" } */
}

/* Locks of an array: this one is not that one. */
void good_next_in_the_array(struct ext *exts, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		KeInitializeSpinLock(&exts[i].lock);
		KeAcquireSpinLockAtDpcLevel(&exts[i].lock);
		exts[i].count = i;
		KeReleaseSpinLockFromDpcLevel(&exts[i].lock);
	}
}

void good_on_the_stack_each_round(int n)
{
	while (n-- > 0) {
		KSPIN_LOCK lock;
		KIRQL irql;

		KeInitializeSpinLock(&lock);
		KeAcquireSpinLock(&lock, &irql);
		KeReleaseSpinLock(&lock, irql);
	}
}

static void reset(struct ext *ext)
{
	KeInitializeSpinLock(&ext->lock);
	ext->count = 0;
}

void good_helper_called_free(struct ext *ext)
{
	reset(ext);
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

void warn_helper_called_held(struct ext *ext)
{
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	reset(ext);	/* { dg-warning "lock' is initialized while held .spinrule-reinit-held." "held at the call" } */
}
