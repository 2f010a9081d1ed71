/* { dg-additional-options "-fplugin-arg-spinrule-role=WITH_GLOBAL:held=global" } */
/* Functions that another file registers in roles that are entered with a lock held.
 *
 * SPDX-License-Identifier: MIT
 */

#include "held.h"

/* Only this file can name it. */
static KSPIN_LOCK global;
static KIRQL saved;
static int count;

BOOLEAN good_interrupt(PVOID extension)
{
	struct port *port = extension;

	port->count++;
	return TRUE;
}

BOOLEAN warn_interrupt(PVOID extension)
{
	struct port *port = extension;
	STOR_LOCK_HANDLE handle;

	StorPortAcquireSpinLock(extension, InterruptLock, NULL, &handle);	/* warning: double-acquire */
	port->count++;
	StorPortReleaseSpinLock(extension, &handle);
	return TRUE;
}

BOOLEAN good_start(PVOID extension, PVOID request)
{
	struct port *port = extension;
	STOR_LOCK_HANDLE handle;

	(void)request;
	StorPortAcquireSpinLock(extension, InterruptLock, NULL, &handle);
	port->count++;
	StorPortReleaseSpinLock(extension, &handle);
	return TRUE;
}

BOOLEAN warn_start(PVOID extension, PVOID request)
{
	struct port *port = extension;
	STOR_LOCK_HANDLE handle;

	(void)request;
	StorPortAcquireSpinLock(extension, StartIoLock, NULL, &handle);	/* warning: double-acquire */
	port->count++;
	StorPortReleaseSpinLock(extension, &handle);
	return TRUE;
}

/* Dropped and taken again, on one of two ways. */
void good_drop(struct port *port)
{
	if (!port->count)
		return;
	KeReleaseSpinLock(&port->lock, port->irql);
	count++;
	KeAcquireSpinLock(&port->lock, &port->irql);
}

void warn_drop(struct port *port)
{
	if (port->count)
		return;
	KeReleaseSpinLock(&port->lock, port->irql);
}	/* warning: annotation-mismatch */

void warn_again(struct port *p)
{
	KIRQL irql;

	KeAcquireSpinLock(&p->lock, &irql);	/* warning: double-acquire */
	/* says: 'p->lock' is acquired while already held */
	p->count++;
	KeReleaseSpinLock(&p->lock, irql);
}

/* Another lock. */
void warn_leak(struct port *port)
{
	KeAcquireSpinLockAtDpcLevel(&port->other);
	port->count++;
}	/* warning: held-at-return */

void good_on_bus(struct port *port)
{
	KeReleaseSpinLock(&port->bus->lock, port->irql);
	count++;
	KeAcquireSpinLock(&port->bus->lock, &port->irql);
}

void warn_on_bus(struct port *port)
{
	struct bus *bus = port->bus;

	bus->used = 0;
	KeAcquireSpinLockAtDpcLevel(&bus->lock);	/* warning: double-acquire */
	bus->used++;
	KeReleaseSpinLockFromDpcLevel(&bus->lock);
}

void good_global(PVOID context)
{
	(void)context;
	KeReleaseSpinLock(&global, saved);
	count++;
	KeAcquireSpinLock(&global, &saved);
}

void warn_global(PVOID context)
{
	(void)context;
	KeAcquireSpinLock(&global, &saved);	/* warning: double-acquire */
}

/* Of a role whose lock no file can name.  */
/* says: the lock that 'good_nowhere' is entered with as 'NOWHERE' has no meaning */
void good_nowhere(PVOID context)
{
	(void)context;
	KeAcquireSpinLockAtDpcLevel(&global);
}

void good_handed(PVOID context)
{
	struct port *port = context;

	KeReleaseSpinLock(&port->lock, port->irql);
	count++;
	KeAcquireSpinLock(&port->lock, &port->irql);
}

void warn_handed(PVOID context)
{
	struct port *port = context;

	KeReleaseSpinLock(&port->lock, port->irql);
	count++;
}	/* warning: annotation-mismatch */

/* No callback: it may release what its caller holds. */
void good_helper(struct port *port)
{
	KeReleaseSpinLock(&port->lock, port->irql);
}
