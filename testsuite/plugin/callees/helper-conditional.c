/* { dg-do compile } */
/* Helpers that take or drop a lock only if an argument says so.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int count;
};

static void unlock_either_way(struct ext *ext, BOOLEAN at_dpc_level, KIRQL irql)
{
	if (at_dpc_level)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	else
		KeReleaseSpinLock(&ext->lock, irql);
}

static void lock_either_way(struct ext *ext, BOOLEAN at_dpc_level, KIRQL *irql)
{
	if (at_dpc_level) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		*irql = DISPATCH_LEVEL;
	} else {
		KeAcquireSpinLock(&ext->lock, irql);
	}
}

void good_either_way(struct ext *ext, BOOLEAN at_dpc_level)
{
	KIRQL irql;

	lock_either_way(ext, at_dpc_level, &irql);
	ext->count++;
	unlock_either_way(ext, at_dpc_level, irql);
}

void warn_either_way(struct ext *ext, BOOLEAN at_dpc_level)
{
	KIRQL irql;

	lock_either_way(ext, at_dpc_level, &irql);
	ext->count++;
	unlock_either_way(ext, at_dpc_level, irql);
	unlock_either_way(ext, at_dpc_level, irql);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "twice" } */
}

/* Nine exits, some through the helper. */
NTSTATUS good_many_exits(struct ext *ext, int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (x == 1) {
		unlock_either_way(ext, FALSE, irql);
		return STATUS_INVALID_PARAMETER;
	}
	if (x == 2) {
		KeReleaseSpinLock(&ext->lock, irql);
		return STATUS_INVALID_PARAMETER;
	}
	if (x == 3) {
		unlock_either_way(ext, FALSE, irql);
		return STATUS_UNSUCCESSFUL;
	}
	ext->count++;
	if (x == 4) {
		KeReleaseSpinLock(&ext->lock, irql);
		return STATUS_UNSUCCESSFUL;
	}
	switch (ext->count) {
	case 1:
		unlock_either_way(ext, FALSE, irql);
		return STATUS_PENDING;
	case 2:
		KeReleaseSpinLock(&ext->lock, irql);
		return STATUS_CANCELLED;
	case 3:
		unlock_either_way(ext, FALSE, irql);
		return STATUS_NOT_SUPPORTED;
	}
	if (ext->count > x) {
		KeReleaseSpinLock(&ext->lock, irql);
		return STATUS_SUCCESS;
	}
	unlock_either_way(ext, FALSE, irql);
	return STATUS_SUCCESS;
}

DRIVER_STARTIO warn_many_exits;

VOID NTAPI warn_many_exits(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	int x = (int)irp->IoStatus.Information;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	if (x == 1) {
		unlock_either_way(ext, FALSE, irql);
		return;
	}
	if (x == 2) {
		KeReleaseSpinLock(&ext->lock, irql);
		return;
	}
	ext->count++;
	switch (ext->count) {
	case 1:
		unlock_either_way(ext, FALSE, irql);
		return;
	case 2: return;		/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "one of the exits" } */
	}
	if (ext->count > x) {
		KeReleaseSpinLock(&ext->lock, irql);
		return;
	}
	unlock_either_way(ext, FALSE, irql);
}

/* Taken only if the caller does not hold it: the same argument decides at the end. */
void good_if_not_held_by_the_caller(struct ext *ext, BOOLEAN in_upcall)
{
	KIRQL irql = 0;

	if (!in_upcall)
		KeAcquireSpinLock(&ext->lock, &irql);
	if (ext->count < 0)
		goto done;
	ext->count++;
done:
	if (!in_upcall)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_if_not_held_by_the_caller(struct ext *ext, BOOLEAN in_upcall)
{
	KIRQL irql = 0;

	if (!in_upcall)
		KeAcquireSpinLock(&ext->lock, &irql);
	if (ext->count < 0) {
		if (!in_upcall)
			KeReleaseSpinLock(&ext->lock, irql);
		goto done;
	}
	ext->count++;
done:
	if (!in_upcall)
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "released before the goto" } */
}

static void lock_if(struct ext *ext, BOOLEAN wanted)
{
	if (wanted)
		KeAcquireSpinLock(&ext->lock, &ext->irql);
}

static void unlock_if(struct ext *ext, BOOLEAN wanted)
{
	if (wanted)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

void good_wanted(struct ext *ext, BOOLEAN wanted)
{
	lock_if(ext, wanted);
	ext->count++;
	unlock_if(ext, wanted);
}

void good_wanted_always(struct ext *ext)
{
	lock_if(ext, TRUE);
	ext->count++;
	unlock_if(ext, TRUE);
}

IO_TIMER_ROUTINE good_wanted_in_a_callback;

VOID NTAPI good_wanted_in_a_callback(PDEVICE_OBJECT device, PVOID context)
{
	struct ext *ext = context;
	BOOLEAN wanted = ext->count > 3;

	lock_if(ext, wanted);
	ext->count++;
	unlock_if(ext, wanted);
}
