/* { dg-do compile } */
/* A helper keeps the lock on one way and gives it up on another: what it hands back, or an argument, tells which.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct port {
	KSPIN_LOCK lock;
	KIRQL irql;
	ULONG flags;
	ULONG pending;
	BOOLEAN owned;
};

#define PORT_GONE 1

/* ---- the returned value, whatever it is ---- */

static BOOLEAN good_is_gone(struct port *port)
{
	KeAcquireSpinLock(&port->lock, &port->irql);
	if (port->flags & PORT_GONE) {
		KeReleaseSpinLock(&port->lock, port->irql);
		return TRUE;
	}
	return FALSE;
}

static BOOLEAN warn_is_gone(struct port *port)
{
	KeAcquireSpinLock(&port->lock, &port->irql);
	if (port->flags & PORT_GONE) {
		KeReleaseSpinLock(&port->lock, port->irql);
		return FALSE;
	}
	return FALSE;	/* { dg-warning "'port->lock' is still held at return .spinrule-held-at-return." "both say no" } */
}

/* An error code that only a held lock goes with. */
static NTSTATUS good_more_to_do(struct port *port)
{
	KeAcquireSpinLock(&port->lock, &port->irql);
	if (port->pending)
		return STATUS_DEVICE_BUSY;
	KeReleaseSpinLock(&port->lock, port->irql);
	return STATUS_SUCCESS;
}

/* Callers cannot release it: the IRQL is gone. */
static NTSTATUS warn_more_to_do(struct port *port)
{
	KIRQL irql;

	KeAcquireSpinLock(&port->lock, &irql);
	if (port->pending)
		return STATUS_DEVICE_BUSY;	/* { dg-warning "'port->lock' is still held at return .spinrule-held-at-return." "no IRQL" } */
	KeReleaseSpinLock(&port->lock, irql);
	return STATUS_SUCCESS;
}

/* No object, but the lock; or an object without it. */
static struct port *good_free_or_locked(struct port *port)
{
	KeAcquireSpinLock(&port->lock, &port->irql);
	if (port->flags & PORT_GONE)
		return NULL;
	KeReleaseSpinLock(&port->lock, port->irql);
	return port;
}

struct taken {
	KIRQL irql;
	BOOLEAN ok;
};

static struct taken good_take(struct port *port)
{
	struct taken taken;

	KeAcquireSpinLock(&port->lock, &taken.irql);
	taken.ok = TRUE;
	if (port->flags & PORT_GONE) {
		KeReleaseSpinLock(&port->lock, taken.irql);
		taken.ok = FALSE;
	}
	return taken;
}

static struct taken warn_take(struct port *port)
{
	struct taken taken;

	KeAcquireSpinLock(&port->lock, &taken.irql);
	taken.ok = TRUE;
	if (port->flags & PORT_GONE) {
		KeReleaseSpinLock(&port->lock, taken.irql);
		taken.ok = TRUE;
	}
	return taken;	/* { dg-warning "'port->lock' is still held at return .spinrule-held-at-return." "both are ok" } */
}

/* ---- what another function returns ---- */

int pick(void);

/* Never above 3, which takes more than a short look to see. */
static int never_more(struct port *port, int a, int b, int c)
{
	int kinds = 0;

	if (a == 1 && b != 2 && (port->flags & 8))
		kinds = 1;
	if (b > c && (port->pending & 16))
		kinds |= 2;
	return kinds > 3;
}

int good_of_another(struct port *port, int a, int b, int c)
{
	if (pick()) {
		KeAcquireSpinLock(&port->lock, &port->irql);
		return 1;
	}
	return never_more(port, a, b, c);
}

static int sometimes_more(struct port *port, int a, int b, int c)
{
	int kinds = 0;

	if (a == 1 && b != 2 && (port->flags & 8))
		kinds = 1;
	if (b > c && (port->pending & 16))
		kinds |= 2;
	return kinds > 2;
}

int warn_of_another(struct port *port, int a, int b, int c)
{
	if (pick()) {
		KeAcquireSpinLock(&port->lock, &port->irql);
		return 1;	/* { dg-warning "'port->lock' is still held at return .spinrule-held-at-return." "both say yes" } */
	}
	return sometimes_more(port, a, b, c);
}

/* ---- memory written for the caller ---- */

static void good_enter(struct port *port, NTSTATUS *status)
{
	KeAcquireSpinLock(&port->lock, &port->irql);
	*status = STATUS_SUCCESS;
	if (port->flags & PORT_GONE) {
		KeReleaseSpinLock(&port->lock, port->irql);
		*status = STATUS_CANCELLED;
	}
}

static void warn_enter(struct port *port, NTSTATUS *status)
{
	KeAcquireSpinLock(&port->lock, &port->irql);
	*status = STATUS_SUCCESS;
	if (port->flags & PORT_GONE) {
		KeReleaseSpinLock(&port->lock, port->irql);
		*status = STATUS_SUCCESS;
	}
}	/* { dg-warning "'port->lock' is still held at return .spinrule-held-at-return." "the same status" } */

/* A reader waits for the writer and does not keep the lock. */
struct ticket {
	UCHAR kind;
	KIRQL irql;
};

void good_enter_as(struct port *port, BOOLEAN write, struct ticket *ticket)
{
	if (write) {
		KeAcquireSpinLock(&port->lock, &ticket->irql);
		ticket->kind = 2;
		return;
	}
	KeAcquireSpinLock(&port->lock, &ticket->irql);
	port->pending++;
	KeReleaseSpinLock(&port->lock, ticket->irql);
	ticket->kind = 1;
}

/* What the function only reads is not written for the caller. */
void warn_enter_as(struct port *port, struct ticket *ticket)
{
	KeAcquireSpinLock(&port->lock, &port->irql);
	if (ticket->kind == 2)
		return;		/* { dg-warning "'port->lock' is still held at return .spinrule-held-at-return." "found in memory" } */
	port->pending++;
	KeReleaseSpinLock(&port->lock, port->irql);
}

/* A mark in the object that the lock is in is not for the caller. */
void warn_mark(struct port *port)
{
	KeAcquireSpinLock(&port->lock, &port->irql);
	port->owned = TRUE;
	if (port->flags & PORT_GONE)
		return;		/* { dg-warning "'port->lock' is still held at return .spinrule-held-at-return." "marked" } */
	port->owned = FALSE;
	KeReleaseSpinLock(&port->lock, port->irql);
}

/* ---- an argument ---- */

#define ENTER 1
#define LEAVE 2

static void good_operate(struct port *port, ULONG how)
{
	if (how & ENTER)
		KeAcquireSpinLock(&port->lock, &port->irql);
	port->pending++;
	if (how & LEAVE)
		KeReleaseSpinLock(&port->lock, port->irql);
}

static void warn_operate(struct port *port, ULONG how)
{
	KIRQL irql = 0;

	if (how & ENTER)
		KeAcquireSpinLock(&port->lock, &irql);
	port->pending++;
	if (how & LEAVE)
		KeReleaseSpinLock(&port->lock, irql);
}	/* { dg-warning "'port->lock' is still held at return .spinrule-held-at-return." "no IRQL for the caller" } */

void good_count(struct port *port, BOOLEAN keep)
{
	KeAcquireSpinLock(&port->lock, &port->irql);
	port->pending++;
	if (keep)
		return;
	KeReleaseSpinLock(&port->lock, port->irql);
}

/* At DPC level no IRQL is needed, unless the function lowered it. */
void good_second_at_dpc_level(struct port *port, struct port *other, BOOLEAN both)
{
	KeAcquireSpinLockAtDpcLevel(&port->lock);
	port->pending++;
	if (!both)
		KeReleaseSpinLockFromDpcLevel(&port->lock);
	other->pending++;
}

void warn_second_at_dpc_level(struct port *port, struct port *other, BOOLEAN both)
{
	KIRQL irql;

	KeAcquireSpinLock(&other->lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&port->lock);
	port->pending++;
	if (!both)
		KeReleaseSpinLockFromDpcLevel(&port->lock);
	other->pending++;
	KeReleaseSpinLock(&other->lock, irql);
}	/* { dg-warning "'port->lock' is still held at return .spinrule-held-at-return." "lowered" } */

/* ---- callers look ---- */

DRIVER_DISPATCH good_gone, warn_gone, good_taken, warn_taken, good_entered, warn_entered, good_modes, warn_modes;
DRIVER_DISPATCH good_more, good_object;

NTSTATUS NTAPI good_gone(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;

	if (good_is_gone(port))
		return STATUS_DELETE_PENDING;
	KeReleaseSpinLock(&port->lock, port->irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_gone(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;

	if (!good_is_gone(port))
		return STATUS_DELETE_PENDING;	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "not gone" } */
	KeReleaseSpinLock(&port->lock, port->irql);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "gone" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_more(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;

	if (good_more_to_do(port) == STATUS_DEVICE_BUSY)
		KeReleaseSpinLock(&port->lock, port->irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_object(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;

	if (good_free_or_locked(port))
		return STATUS_SUCCESS;
	KeReleaseSpinLock(&port->lock, port->irql);
	return STATUS_DELETE_PENDING;
}

NTSTATUS NTAPI good_taken(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;
	struct taken taken = good_take(port);

	if (taken.ok)
		KeReleaseSpinLock(&port->lock, taken.irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_taken(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;
	struct taken taken = good_take(port);

	if (!taken.ok)
		return STATUS_DELETE_PENDING;
	return STATUS_SUCCESS;	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "taken" } */
}

NTSTATUS NTAPI good_entered(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;
	NTSTATUS status;

	good_enter(port, &status);
	if (!NT_SUCCESS(status))
		return status;
	KeReleaseSpinLock(&port->lock, port->irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_entered(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;
	NTSTATUS status;

	good_enter(port, &status);
	if (NT_SUCCESS(status))
		return status;	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "entered" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI good_modes(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;

	good_operate(port, ENTER | LEAVE);
	good_operate(port, ENTER);
	good_operate(port, 0);
	good_operate(port, LEAVE);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_modes(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;

	good_operate(port, ENTER | LEAVE);
	good_operate(port, ENTER);
	good_operate(port, 0);
	return STATUS_SUCCESS;	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "entered" } */
}

void use(struct port *port)
{
	struct taken taken = warn_take(port);
	NTSTATUS status = warn_more_to_do(port);

	(void)taken;
	warn_enter(port, &status);
	warn_operate(port, (ULONG)status);
	warn_is_gone(port);
}
