/* Calls through pointers.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdarg.h>
#include "pointers.h"

static struct watcher *watchers;

/* No watcher is a queue. */
NTSTATUS NTAPI good_notify(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	KeReleaseSpinLockFromDpcLevel(&counted);
	for (struct watcher *at = watchers; at; at = at->next)
		at->notify(at, 1);
	return 0;
}

NTSTATUS NTAPI warn_cast(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	worker.run(irp, 1, 2);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI warn_through_void(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	((int (*)(struct queue *, struct queue *))slot.any)(0, 0);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI warn_through_number(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	((int (*)(struct queue *, struct queue *, int))slot.number)(0, 0, 0);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI warn_generic(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	((int (*)(struct queue *, char, char))by_name(1))(0, 0, 0);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI warn_converted(PDEVICE_OBJECT device, PIRP irp)
{
	four *other = (four *)kept_as_three;

	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	other(0, 1, 2, 3);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI warn_base(PDEVICE_OBJECT device, PIRP irp)
{
	struct base *base = (struct base *)&made;

	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	base->table->enter(base, 0, 0, 0, 0);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI warn_union(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	routine.with_worker(&worker, 1);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI warn_plain(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	keeps_plain(0, 1);	/* warning: double-acquire */
	return 0;
}

static int enters_named(struct named *named, long long n)
{
	KeAcquireSpinLockAtDpcLevel(&counted);
	return named->n + (int)n;
}

NTSTATUS NTAPI warn_renamed(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	set_named(enters_named);
	return 0;	/* warning: held-at-return */
}

static int enters_unnamed(struct request *request, struct worker *worker)
{
	(void)request, (void)worker;
	KeAcquireSpinLockAtDpcLevel(&counted);
	return 0;
}

static void run_last(int n, ...)
{
	va_list list;

	va_start(list, n);
	va_arg(list, int (*)(struct worker *, struct request *))(0, 0);
	va_end(list);
}

NTSTATUS NTAPI warn_variable_arguments(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	run_last(1, enters_unnamed);
	return 0;	/* warning: held-at-return */
}
