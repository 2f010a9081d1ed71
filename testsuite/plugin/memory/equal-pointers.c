/* { dg-do compile } */
/* Two pointers that a branch has shown to be equal lead to one object.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct port {
	struct port *peer;
	int count, is_open;
	KSPIN_LOCK lock;
};

extern void log_count(int count);

/* ---- two locks that are then one ---- */

void good_released_by_the_other_name(struct port *from, struct port *to)
{
	KIRQL irql;

	KeAcquireSpinLock(&from->lock, &irql);
	if (from == to) {
		to->count++;
		KeReleaseSpinLock(&to->lock, irql);
		return;
	}
	KeReleaseSpinLock(&from->lock, irql);
}

void warn_acquired_by_the_other_name(struct port *from, struct port *to)
{
	KIRQL irql;

	KeAcquireSpinLock(&from->lock, &irql);	/* { dg-note "'from->lock' acquired here" "acquire" } */
	if (from == to) {	/* { dg-note "taking the branch where '(from|to)' is '(from|to)'" "branch" } */
		to->count++;
		KeAcquireSpinLock(&to->lock, &irql);	/* { dg-warning "'to->lock' is acquired while already held .spinrule-double-acquire." "held" } */
		KeReleaseSpinLock(&to->lock, irql);
	}
	KeReleaseSpinLock(&from->lock, irql);
}

void good_both_or_one(struct port *from, struct port *to)
{
	KIRQL irql, inner = 0;

	KeAcquireSpinLock(&from->lock, &irql);
	if (from != to)
		KeAcquireSpinLock(&to->lock, &inner);
	to->count += from->count;
	if (from != to)
		KeReleaseSpinLock(&to->lock, inner);
	KeReleaseSpinLock(&from->lock, irql);
}

void warn_one_released_twice(struct port *from, struct port *to)
{
	KIRQL irql, inner = 0;

	KeAcquireSpinLock(&from->lock, &irql);
	if (from != to)
		KeAcquireSpinLock(&to->lock, &inner);
	to->count += from->count;
	if (from == to)
		KeReleaseSpinLock(&to->lock, irql);	/* { dg-note "'to->lock' released here" "release" } */
	else
		KeReleaseSpinLock(&to->lock, inner);
	KeReleaseSpinLock(&from->lock, irql);	/* { dg-warning "'from->lock' is released but not held .spinrule-release-unheld." "twice" } */
}

/* ---- what is stored through one is read through the other ---- */

DRIVER_DISPATCH good_stored_through_the_other, warn_stored_through_the_other;

NTSTATUS NTAPI good_stored_through_the_other(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *a = device->DeviceExtension, *b = irp->Tail.Overlay.DriverContext[0];
	KIRQL irql = 0;

	if (a != b)
		return 0;
	a->is_open = 1;
	if (b->is_open)
		KeAcquireSpinLock(&a->lock, &irql);
	log_count(1);
	KeReleaseSpinLock(&b->lock, irql);
	return 0;
}

NTSTATUS NTAPI warn_stored_through_the_other(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *a = device->DeviceExtension, *b = irp->Tail.Overlay.DriverContext[0];
	KIRQL irql = 0;

	if (a != b)
		return 0;
	a->is_open = 0;
	if (b->is_open)
		KeAcquireSpinLock(&a->lock, &irql);
	log_count(1);
	KeReleaseSpinLock(&b->lock, irql);	/* { dg-warning "'b->lock' is released but not held .spinrule-release-unheld." "never acquired" } */
	return 0;
}

/* The store cuts the way to the lock that is held.  */
void good_way_cut_after_the_release(struct port *port, struct port *last)
{
	KIRQL irql;

	KeAcquireSpinLock(&port->peer->lock, &irql);
	if (last == port) {
		KeReleaseSpinLock(&port->peer->lock, irql);
		last->peer = NULL;
		return;
	}
	KeReleaseSpinLock(&port->peer->lock, irql);
}

void warn_way_cut_before_the_release(struct port *port, struct port *last)
{
	KIRQL irql;

	KeAcquireSpinLock(&port->peer->lock, &irql);	/* { dg-note "'port->peer->lock' acquired here" "acquire" } */
	if (last == port) {	/* { dg-note "taking the branch where '(last|port)' is '(last|port)'" "branch" } */
		last->peer = NULL;
		KeReleaseSpinLock(&port->peer->lock, irql);
		return;	/* { dg-warning "'port->peer->lock' is still held at return .spinrule-held-at-return." "way" } */
	}
	KeReleaseSpinLock(&port->peer->lock, irql);
}

/* ---- helpers that compare them ---- */

static void lock_both(struct port *a, struct port *b, KIRQL *irql)
{
	KeAcquireSpinLock(&a->lock, irql);
	if (a != b)
		KeAcquireSpinLockAtDpcLevel(&b->lock);
}

DRIVER_DISPATCH good_compared_by_a_helper, warn_compared_by_a_helper;

NTSTATUS NTAPI good_compared_by_a_helper(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *a = device->DeviceExtension, *b = irp->Tail.Overlay.DriverContext[0];
	KIRQL irql;

	lock_both(a, b, &irql);
	if (a == b) {
		KeReleaseSpinLock(&b->lock, irql);
		return 0;
	}
	KeReleaseSpinLockFromDpcLevel(&b->lock);
	KeReleaseSpinLock(&a->lock, irql);
	return 0;
}

NTSTATUS NTAPI warn_compared_by_a_helper(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *a = device->DeviceExtension, *b = irp->Tail.Overlay.DriverContext[0];
	KIRQL irql;

	lock_both(a, b, &irql);
	if (a == b)
		KeReleaseSpinLock(&b->lock, irql);	/* { dg-note "'b->lock' released here" "release" } */
	else
		KeReleaseSpinLockFromDpcLevel(&b->lock);
	KeReleaseSpinLock(&a->lock, irql);	/* { dg-warning "'a->lock' is released but not held .spinrule-release-unheld." "twice" } */
	return 0;
}
