/* { dg-do compile } */
/* The IRQL travels: through fields, parameters, pointers, structures and wrappers; all of it is the right one.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock, other;
	KIRQL irql;
	int count;
};

struct guard {
	PKSPIN_LOCK lock;
	KIRQL irql;
};

extern void elsewhere(struct ext *);
extern KIRQL saved_for(struct ext *);

void good_parameter(struct ext *ext, KIRQL irql)
{
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}

void good_drop_and_retake_by_pointer(struct ext *ext, PKIRQL irql)
{
	KeReleaseSpinLock(&ext->lock, *irql);
	elsewhere(ext);
	KeAcquireSpinLock(&ext->lock, irql);
}

void good_returned_by_value(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	good_drop_and_retake_by_pointer(ext, &irql);
	KeReleaseSpinLock(&ext->lock, irql);
}

static KIRQL enter(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	return irql;
}

static void leave(struct ext *ext, KIRQL irql)
{
	KeReleaseSpinLock(&ext->lock, irql);
}

void good_wrappers(struct ext *ext)
{
	KIRQL irql = enter(ext);

	ext->count++;
	leave(ext, irql);
}

static void enter_keeping(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->irql = irql;
}

static void leave_kept(struct ext *ext)
{
	KIRQL irql = ext->irql;

	KeReleaseSpinLock(&ext->lock, irql);
}

void good_kept_in_the_extension(struct ext *ext)
{
	enter_keeping(ext);
	ext->count++;
	leave_kept(ext);
}

/* Kept by one function and given back by another, with a nested lock of the same kind between. */
void good_kept_with_a_lock_between(struct ext *ext)
{
	KIRQL irql;

	enter_keeping(ext);
	KeAcquireSpinLock(&ext->other, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->other, irql);
	leave_kept(ext);
}

static void guard_enter(struct guard *guard, PKSPIN_LOCK lock)
{
	guard->lock = lock;
	KeAcquireSpinLock(lock, &guard->irql);
}

static void guard_leave(struct guard *guard)
{
	KeReleaseSpinLock(guard->lock, guard->irql);
}

void good_two_guards(struct ext *ext)
{
	struct guard first, second;

	guard_enter(&first, &ext->lock);
	guard_enter(&second, &ext->other);
	ext->count++;
	guard_leave(&second);
	guard_leave(&first);
}

/* What a function elsewhere gives is not known to be wrong. */
void good_asked_for(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->irql = irql;
	elsewhere(ext);
	KeReleaseSpinLock(&ext->lock, saved_for(ext));
}

void good_wider_variable(struct ext *ext)
{
	ULONG irql;
	KIRQL narrow;

	KeAcquireSpinLock(&ext->lock, &narrow);
	irql = narrow;
	ext->count++;
	KeReleaseSpinLock(&ext->lock, (KIRQL)irql);
}

void good_array(struct ext *exts)
{
	KIRQL irqls[2];

	KeAcquireSpinLock(&exts[0].lock, &irqls[0]);
	KeAcquireSpinLock(&exts[1].lock, &irqls[1]);
	exts[0].count = exts[1].count;
	KeReleaseSpinLock(&exts[1].lock, irqls[1]);
	KeReleaseSpinLock(&exts[0].lock, irqls[0]);
}

void good_merged(struct ext *ext, int x)
{
	KIRQL irql, first, second;

	if (x) {
		KeAcquireSpinLock(&ext->lock, &first);
		irql = first;
	} else {
		KeAcquireSpinLock(&ext->lock, &second);
		irql = second;
	}
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}

/* A value that is never given back. */
void good_initialised(struct ext *ext, int x)
{
	KIRQL irql = PASSIVE_LEVEL;

	if (x)
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (x)
		KeReleaseSpinLock(&ext->lock, irql);
}

/* The cancel spin lock keeps it in the IRP. */
void good_cancel_irql(PIRP irp)
{
	IoAcquireCancelSpinLock(&irp->CancelIrql);
	irp->Cancel = TRUE;
	IoReleaseCancelSpinLock(irp->CancelIrql);
}

DRIVER_CANCEL good_cancel;

VOID NTAPI good_cancel(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count--;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	IoReleaseCancelSpinLock(irp->CancelIrql);
	KeAcquireSpinLock(&ext->other, &irql);
	ext->count--;
	KeReleaseSpinLock(&ext->other, irql);
}
