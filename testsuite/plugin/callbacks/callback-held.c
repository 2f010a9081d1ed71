/* { dg-do compile } */
/* { dg-additional-options "-fplugin-arg-spinrule-role=PORT_HANDLER:held=_Curr_->lock -fplugin-arg-spinrule-role=BUS_HANDLER:held=bus_lock" } */
/* Roles of one's own that are entered with a lock held: a parameter's, or a global one.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct port {
	KSPIN_LOCK lock, other;
	KIRQL irql;
	int count;
};

typedef void PORT_HANDLER(struct port *port);
typedef void (*PORT_PLAIN)(struct port *port);
typedef void BUS_HANDLER(PVOID context);

static KSPIN_LOCK bus_lock;
static KIRQL saved;
static int count;

PORT_HANDLER good_count, warn_again, good_drop, warn_dropped, warn_dropped_on_one_way;
BUS_HANDLER good_bus, warn_bus;
DRIVER_DISPATCH good_call, good_call_unheld, warn_call, warn_call_then_release, warn_call_left_held;

void good_count(struct port *port)
{
	KIRQL irql;

	port->count++;
	KeAcquireSpinLock(&port->other, &irql);
	port->count++;
	KeReleaseSpinLock(&port->other, irql);
}

void warn_again(struct port *p)
{
	KIRQL irql;

	KeAcquireSpinLock(&p->lock, &irql);	/* { dg-warning "'p->lock' is acquired while already held" "held at the entry" } */
	p->count++;
	KeReleaseSpinLock(&p->lock, irql);
}

/* Dropped and taken again.  */
void good_drop(struct port *port)
{
	KeReleaseSpinLock(&port->lock, port->irql);
	count++;
	KeAcquireSpinLock(&port->lock, &port->irql);
}

void warn_dropped(struct port *port)
{
	KeReleaseSpinLock(&port->lock, port->irql);
}	/* { dg-warning "'port->lock' is left in another state than the function's annotation says .spinrule-annotation-mismatch." "dropped" } */

void warn_dropped_on_one_way(struct port *port)
{
	if (port->count)
		return;
	KeReleaseSpinLock(&port->lock, port->irql);
}	/* { dg-warning "'port->lock' is left in another state than the function's annotation says .spinrule-annotation-mismatch." "dropped on one way" } */

void good_bus(PVOID context)
{
	KeReleaseSpinLock(&bus_lock, saved);
	count++;
	KeAcquireSpinLock(&bus_lock, &saved);
}

void warn_bus(PVOID context)
{
	KeAcquireSpinLock(&bus_lock, &saved);	/* { dg-warning "'bus_lock' is acquired while already held" "global" } */
}

NTSTATUS NTAPI good_call(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;

	KeAcquireSpinLock(&port->lock, &port->irql);
	good_count(port);
	KeReleaseSpinLock(&port->lock, port->irql);
	return 0;
}

/* The lock is what the system holds around it, which may not be there.  */
NTSTATUS NTAPI good_call_unheld(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;

	good_count(port);
	return 0;
}

NTSTATUS NTAPI warn_call(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;

	good_drop(port);	/* { dg-warning "is released but not held .spinrule-release-unheld." "called by name" } */
	return 0;
}

/* The acquire is missing: that is one mistake.  */
NTSTATUS NTAPI warn_call_then_release(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;

	good_drop(port);	/* { dg-warning "is released but not held .spinrule-release-unheld." "called without an acquire" } */
	KeReleaseSpinLock(&port->lock, port->irql);
	return 0;
}

NTSTATUS NTAPI warn_call_left_held(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;

	KeAcquireSpinLock(&port->lock, &port->irql);
	good_drop(port);
	return 0;	/* { dg-warning "'port->lock' is still held at return" "taken again" } */
}

/* No role.  */
void good_plain(struct port *port)
{
	KIRQL irql;

	KeAcquireSpinLock(&port->lock, &irql);
	port->count++;
	KeReleaseSpinLock(&port->lock, irql);
}
