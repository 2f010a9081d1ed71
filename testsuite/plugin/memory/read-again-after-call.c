/* { dg-do compile } */
/* Two locks reached through pointers that are read again after a call: each is most likely the one it was.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

struct pair {
	struct ext *first, *second;
};

extern void move(struct pair *pair);

DRIVER_UNLOAD good_both_read_again, warn_first_not_released;
DRIVER_STARTIO good_in_helpers, warn_in_helpers;

static struct pair *the_pair;

VOID NTAPI good_both_read_again(PDRIVER_OBJECT driver)
{
	struct pair *pair = the_pair;
	KIRQL irql;

	KeAcquireSpinLock(&pair->first->lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&pair->second->lock);
	move(pair);
	KeReleaseSpinLockFromDpcLevel(&pair->second->lock);
	KeReleaseSpinLock(&pair->first->lock, irql);
}

VOID NTAPI warn_first_not_released(PDRIVER_OBJECT driver)
{
	struct pair *pair = the_pair;
	KIRQL irql;

	KeAcquireSpinLock(&pair->first->lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&pair->second->lock);
	move(pair);
	KeReleaseSpinLockFromDpcLevel(&pair->second->lock);
	if (pair->second->count > 7)
		return;	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." } */
	KeReleaseSpinLock(&pair->first->lock, irql);
}

static void lock_both(struct pair *pair, KIRQL *irql)
{
	KeAcquireSpinLock(&pair->first->lock, irql);
	KeAcquireSpinLockAtDpcLevel(&pair->second->lock);
}

static void unlock_both(struct pair *pair, KIRQL irql)
{
	KeReleaseSpinLockFromDpcLevel(&pair->second->lock);
	KeReleaseSpinLock(&pair->first->lock, irql);
}

VOID NTAPI good_in_helpers(PDEVICE_OBJECT device, PIRP irp)
{
	struct pair *pair = device->DeviceExtension;
	KIRQL irql;

	lock_both(pair, &irql);
	move(pair);
	unlock_both(pair, irql);
}

VOID NTAPI warn_in_helpers(PDEVICE_OBJECT device, PIRP irp)
{
	struct pair *pair = device->DeviceExtension;
	KIRQL irql;

	lock_both(pair, &irql);
	if (pair->first->count)
		return;	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." } */
	move(pair);
	unlock_both(pair, irql);
}
