/* { dg-do compile } */
/* An array that is zeroed as a whole: each element is 0 until it is written, also one whose index is not known.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"
#include <string.h>

struct slot {
	KIRQL irql;
	BOOLEAN held;
	int count;
};

struct table {
	int count;
	BOOLEAN held[4];
	struct slot slots[3];
};

struct ext {
	KSPIN_LOCK lock, locks[4];
	int count;
};

extern unsigned pick(void);

DRIVER_STARTIO good_pointer, warn_pointer, good_flag, warn_flag, warn_other_flag, good_known_index, warn_known_index,
	good_slot, warn_slot, good_loop, warn_loop, good_rounds, warn_rounds, good_zeroed_again, warn_zeroed_again,
	good_table, warn_table, good_helper, warn_helper, warn_any_written, warn_read_elsewhere;

VOID NTAPI good_pointer(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KSPIN_LOCK *held[4] = { 0 };
	unsigned i = pick() & 3;

	if (irp) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		held[i] = &ext->lock;
	}
	ext->count++;
	if (held[i])
		KeReleaseSpinLockFromDpcLevel(held[i]);
}

VOID NTAPI warn_pointer(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KSPIN_LOCK *held[4] = { 0 };
	unsigned i = pick() & 3;

	if (irp)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	if (held[i])
		KeReleaseSpinLockFromDpcLevel(held[i]);
}	/* { dg-warning "'ext->lock' is still held at return" "not stored" } */

VOID NTAPI good_flag(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN held[4] = { 0 };
	unsigned i = pick() & 3;

	if (irp) {
		KeAcquireSpinLockAtDpcLevel(&ext->locks[i]);
		held[i] = TRUE;
	}
	ext->count++;
	if (held[i])
		KeReleaseSpinLockFromDpcLevel(&ext->locks[i]);
}

VOID NTAPI warn_flag(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN held[4] = { 0 };
	unsigned i = pick() & 3;

	if (irp)
		KeAcquireSpinLockAtDpcLevel(&ext->locks[i]);
	ext->count++;
	if (held[i])
		KeReleaseSpinLockFromDpcLevel(&ext->locks[i]);
}	/* { dg-warning "'ext->locks.i.' is still held at return" "not set" } */

VOID NTAPI warn_other_flag(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN held[4] = { 0 };
	unsigned i = pick() & 3;

	if (irp) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		held[i] = TRUE;
	}
	if (held[i ^ 1])
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}	/* { dg-warning "'ext->lock' is still held at return" "another one" } */

VOID NTAPI good_known_index(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN held[4] = { 0 };

	if (irp) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		held[1] = TRUE;
	}
	if (held[2])
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	if (held[1])
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_known_index(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN held[4] = { 0 };

	if (irp) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		held[1] = TRUE;
	}
	if (held[2])
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}	/* { dg-warning "'ext->lock' is still held at return" "another one" } */

VOID NTAPI good_slot(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct slot slots[4];
	unsigned i = pick() & 3;

	memset(slots, 0, sizeof slots);
	if (irp) {
		KeAcquireSpinLock(&ext->lock, &slots[i].irql);
		slots[i].held = TRUE;
	}
	ext->count++;
	if (slots[i].held)
		KeReleaseSpinLock(&ext->lock, slots[i].irql);
}

VOID NTAPI warn_slot(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct slot slots[4];
	unsigned i = pick() & 3;

	memset(slots, 0, sizeof slots);
	if (irp) {
		KeAcquireSpinLock(&ext->lock, &slots[i].irql);
		slots[i].count = 1;
	}
	ext->count++;
	if (slots[i].held)
		KeReleaseSpinLock(&ext->lock, slots[i].irql);
}	/* { dg-warning "'ext->lock' is still held at return" "another field" } */

VOID NTAPI good_loop(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct slot slots[4];
	int i;

	memset(slots, 0, sizeof slots);
	if (irp) {
		KeAcquireSpinLock(&ext->lock, &slots[2].irql);
		slots[2].held = TRUE;
	}
	for (i = 0; i < 4; i++)
		if (slots[i].held)
			KeReleaseSpinLock(&ext->lock, slots[i].irql);
}

VOID NTAPI warn_loop(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct slot slots[4];
	int i;

	memset(slots, 0, sizeof slots);
	if (irp) {
		KeAcquireSpinLock(&ext->lock, &slots[2].irql);
		slots[2].held = TRUE;
	}
	for (i = 0; i < 2; i++)
		if (slots[i].held)
			KeReleaseSpinLock(&ext->lock, slots[i].irql);
}	/* { dg-warning "'ext->lock' is still held at return" "too few" } */

VOID NTAPI good_rounds(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct slot slots[4];
	int i;

	memset(slots, 0, sizeof slots);
	for (i = 0; i < 4; i++)
		if (pick()) {
			KeAcquireSpinLockAtDpcLevel(&ext->locks[i]);
			slots[i].held = TRUE;
		}
	for (i = 0; i < 4; i++)
		if (slots[i].held)
			KeReleaseSpinLockFromDpcLevel(&ext->locks[i]);
}

VOID NTAPI warn_rounds(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct slot slots[4];
	int i;

	memset(slots, 0, sizeof slots);
	for (i = 0; i < 4; i++)
		if (pick()) {
			KeAcquireSpinLockAtDpcLevel(&ext->locks[i]);
			slots[i].held = TRUE;
		}
	for (i = 0; i < 4; i++)
		if (!slots[i].held)
			KeReleaseSpinLockFromDpcLevel(&ext->locks[i]);	/* { dg-warning "released but not held" "the other way round" } */
}	/* { dg-warning "is still held at return" "the other way round" } */

VOID NTAPI good_zeroed_again(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN held[4];
	unsigned i = pick() & 3;

	memset(held, 0, sizeof held);
	if (irp) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		held[i] = TRUE;
	}
	if (held[i])
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	memset(held, 0, sizeof held);
	if (held[i])
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_zeroed_again(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN held[4];
	unsigned i = pick() & 3;

	memset(held, 0, sizeof held);
	if (irp) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		held[i] = TRUE;
	}
	memset(held, 0, sizeof held);
	if (held[i])
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}	/* { dg-warning "'ext->lock' is still held at return" "zeroed too early" } */

VOID NTAPI good_table(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct table table = { 0 };
	unsigned i = pick() & 3, j = pick() % 3;

	if (irp) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		table.slots[j].held = TRUE;
	}
	if (table.slots[j].held)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	if (table.held[i])
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_table(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct table table = { 0 };
	unsigned i = pick() & 3, j = pick() % 3;

	if (irp) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		table.slots[j].held = TRUE;
	}
	if (table.held[i])
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}	/* { dg-warning "'ext->lock' is still held at return" "another array" } */

static void set(BOOLEAN *held, unsigned i)
{
	held[i] = TRUE;
}

VOID NTAPI good_helper(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN held[4] = { 0 };
	unsigned i = pick() & 3;

	if (irp) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		set(held, i);
	}
	if (held[i])
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_helper(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN held[4] = { 0 };
	unsigned i = pick() & 3, j = pick() & 3;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	set(held, i);
	if (held[i])
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	if (held[j])
		KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held" "maybe the same" } */
}

VOID NTAPI warn_any_written(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN held[4] = { 0 };
	unsigned i = pick() & 3, j;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	for (j = 0; j < 4; j++)
		held[j] = ext->count > 3;
	if (!held[i])
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}	/* { dg-warning "'ext->lock' is still held at return" "written in a loop" } */

VOID NTAPI warn_read_elsewhere(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN held[4] = { 0 };
	unsigned i = pick() & 3;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	held[i] = TRUE;
	if (held[2])
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	else
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	if (held[2])
		KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held" "maybe written" } */
}
