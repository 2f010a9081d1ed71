/* { dg-do compile } */
/* The IRQL given back is from before the acquire, or was found after it: this acquire did not save it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#ifdef _X86_
#define KeAcquireSpinLockRaiseToDpc(l) KfAcquireSpinLock(l)
#endif

struct ext {
	KSPIN_LOCK lock, other;
	KIRQL irql, last;
	int count;
};

extern void work(struct ext *), take_irql(KIRQL);

DRIVER_DISPATCH good_own_field, warn_other_field, good_written, warn_never_written, good_kept, warn_dropped;
DRIVER_DISPATCH good_found_before, warn_found_after, good_found_nested, good_if_taken, warn_if_taken;

NTSTATUS NTAPI good_own_field(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_other_field(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->last);	/* { dg-warning "'ext->lock' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "another field" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_written(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql, old;

	KeAcquireSpinLock(&ext->lock, &irql);
	old = irql;
	ext->count++;
	KeReleaseSpinLock(&ext->lock, old);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_never_written(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql, old;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, old);	/* { dg-warning "'ext->lock' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "not written" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_kept(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	ext->last = KeAcquireSpinLockRaiseToDpc(&ext->lock);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->last);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_dropped(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	KeAcquireSpinLockRaiseToDpc(&ext->lock);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->last);	/* { dg-warning "'ext->lock' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "dropped" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_found_before(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL now = KeGetCurrentIrql(), irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, now);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_found_after(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL now, irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	now = KeGetCurrentIrql();
	ext->count++;
	KeReleaseSpinLock(&ext->lock, now);	/* { dg-warning "'ext->lock' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "found" } */
	return STATUS_SUCCESS;
}

/* Under another lock that is what the second acquire saves. */
NTSTATUS NTAPI good_found_nested(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL now, irql, nested;

	KeAcquireSpinLock(&ext->lock, &irql);
	now = KeGetCurrentIrql();
	KeAcquireSpinLock(&ext->other, &nested);
	ext->count++;
	KeReleaseSpinLock(&ext->other, now);
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

/* Written wherever it is given back. */
NTSTATUS NTAPI good_if_taken(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	int takes = ext->count > 0;
	KIRQL irql, old;

	if (takes)
		KeAcquireSpinLock(&ext->lock, &irql), old = irql;
	ext->count++;
	if (takes)
		KeReleaseSpinLock(&ext->lock, old);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_if_taken(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	int takes = ext->count > 0, stores = ext->count > 1;
	KIRQL irql, old;

	if (takes)
		KeAcquireSpinLock(&ext->lock, &irql);
	if (stores)
		old = irql;
	ext->count++;
	if (takes)
		KeReleaseSpinLock(&ext->lock, old);	/* { dg-warning "'ext->lock' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "not always written" } */
	return STATUS_SUCCESS;
}

/* ---- it may be there after all ---- */

/* A pointer may lead to the field. */
void good_through_a_pointer(struct ext *ext, PKIRQL irql)
{
	KeAcquireSpinLock(&ext->lock, irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, *irql);
}

/* A function elsewhere was given the IRQL, and the extension. */
void good_stored_elsewhere(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	take_irql(irql);
	work(ext);
	KeReleaseSpinLock(&ext->lock, ext->last);
}

/* The lock of the caller is released first: what its acquire saved goes back last. */
void good_hand_over(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->other, &irql);
	KeReleaseSpinLock(&ext->lock, irql);
	ext->count++;
	KeReleaseSpinLock(&ext->other, ext->irql);
}

/* Dropped and taken again: what was given back is what the next acquire saves. */
void good_taken_again(struct ext *ext)
{
	KIRQL irql;

	KeReleaseSpinLock(&ext->lock, ext->irql);
	work(ext);
	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

/* ---- across helpers ---- */

static void leave(struct ext *ext)
{
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

void good_left_by_a_helper(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	leave(ext);
}

void warn_left_by_a_helper(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->last);
	leave(ext);	/* { dg-warning "lock' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "another field" } */
}

static void leave_by_pointer(PKSPIN_LOCK lock, PKIRQL irql)
{
	KeReleaseSpinLock(lock, *irql);
}

void good_left_by_pointer(struct ext *ext)
{
	struct { KIRQL first, second; } irqls;

	KeAcquireSpinLock(&ext->lock, &irqls.first);
	ext->count++;
	leave_by_pointer(&ext->lock, &irqls.first);
}

void warn_left_by_pointer(struct ext *ext)
{
	struct { KIRQL first, second; } irqls;

	KeAcquireSpinLock(&ext->lock, &irqls.first);
	ext->count++;
	leave_by_pointer(&ext->lock, &irqls.second);	/* { dg-warning "lock' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "another member" } */
}

static KSPIN_LOCK queue_lock, log_lock;
static KIRQL saved;
static int logged;

static void log_with_its_own(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&log_lock, &irql);
	logged++;
	KeReleaseSpinLock(&log_lock, irql);
}

static void log_with_the_shared(void)
{
	KeAcquireSpinLock(&log_lock, &saved);
	logged++;
	KeReleaseSpinLock(&log_lock, saved);
}

void good_logged_while_held(void)
{
	KeAcquireSpinLock(&queue_lock, &saved);
	log_with_its_own();
	KeReleaseSpinLock(&queue_lock, saved);
}

void warn_logged_while_held(void)
{
	KeAcquireSpinLock(&queue_lock, &saved);
	log_with_the_shared();
	KeReleaseSpinLock(&queue_lock, saved);	/* { dg-warning "'queue_lock' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "overwritten in the call" } */
}

/* Both locks are free between: it is one IRQL. */
void good_logged_before(void)
{
	KIRQL irql;

	log_with_the_shared();
	KeAcquireSpinLock(&queue_lock, &irql);
	logged++;
	KeReleaseSpinLock(&queue_lock, saved);
}
