/* { dg-do compile } */
/* { dg-undecided "good_both_some_lock" } */
/* One half of the pair called by name, the other through a pointer to a function of this file.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext;

struct operations {
	void (*lock)(struct ext *, PKIRQL);
	void (*unlock)(struct ext *, KIRQL);
};

struct ext {
	KSPIN_LOCK lock;
	const struct operations *operations;
	int count;
};

static void plain_lock(struct ext *ext, PKIRQL irql)
{
	KeAcquireSpinLock(&ext->lock, irql);
}

static void plain_unlock(struct ext *ext, KIRQL irql)
{
	KeReleaseSpinLock(&ext->lock, irql);
}

static void count_unlock(struct ext *ext, KIRQL irql)
{
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}

static const struct operations plain = { plain_lock, plain_unlock };
static const struct operations counting = { plain_lock, count_unlock };

void set_up(struct ext *ext, int count)
{
	ext->operations = count ? &counting : &plain;
}

DRIVER_STARTIO good_half_by_name, good_other_half_by_name, good_both_through_pointers, good_constant_table;

VOID NTAPI good_half_by_name(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	ext->operations->unlock(ext, irql);
}

VOID NTAPI good_other_half_by_name(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	ext->operations->lock(ext, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI good_both_through_pointers(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	ext->operations->lock(ext, &irql);
	ext->count++;
	ext->operations->unlock(ext, irql);
}

VOID NTAPI good_constant_table(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	plain.lock(ext, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}

DRIVER_STARTIO warn_twice_by_name, warn_through_pointer_never, warn_twice_through_pointers;

VOID NTAPI warn_twice_by_name(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	ext->operations->unlock(ext, irql);	/* { dg-note "'ext->lock' released here, by calling 'count_unlock' or 'plain_unlock'" "first" } */
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "second" } */
}

VOID NTAPI warn_through_pointer_never(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	ext->operations->lock(ext, &irql);	/* { dg-note "'ext->lock' acquired here, by calling 'plain_lock'" "acquire" } */
	ext->count++;
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "never" } */

VOID NTAPI warn_twice_through_pointers(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	ext->operations->lock(ext, &irql);
	ext->operations->unlock(ext, irql);
	ext->operations->unlock(ext, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "again" } */
}

/* ---- some of the functions lock, others need not ---- */

struct guards {
	void (*enter)(struct ext *, PKIRQL, int);
	void (*leave)(struct ext *, KIRQL, int);
};

static void lock_enter(struct ext *ext, PKIRQL irql, int x)
{
	KeAcquireSpinLock(&ext->lock, irql);
}

static void lock_leave(struct ext *ext, KIRQL irql, int x)
{
	KeReleaseSpinLock(&ext->lock, irql);
}

static void plain_enter(struct ext *ext, PKIRQL irql, int x)
{
	*irql = 0;
}

static void plain_leave(struct ext *ext, KIRQL irql, int x)
{
	ext->count++;
}

const struct guards locking = { lock_enter, lock_leave };
const struct guards not_locking = { plain_enter, plain_leave };

DRIVER_STARTIO good_both_some_lock, warn_some_lock_after;

VOID NTAPI good_both_some_lock(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	const struct guards *guards = irp->AssociatedIrp.SystemBuffer;
	KIRQL irql;

	guards->enter(ext, &irql, 1);
	ext->count++;
	guards->leave(ext, irql, 1);
}

/* What only some do is not claimed; what comes before is. */
VOID NTAPI warn_some_lock_after(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	const struct guards *guards = irp->AssociatedIrp.SystemBuffer;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	KeReleaseSpinLock(&ext->lock, irql);
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "before" } */
	guards->enter(ext, &irql, 1);
	guards->leave(ext, irql, 1);
}
