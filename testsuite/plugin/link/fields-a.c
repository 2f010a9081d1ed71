/* Calls through fields.
 *
 * SPDX-License-Identifier: MIT
 */

#include "fields.h"

NTSTATUS NTAPI good_fixed(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	fixed.before(0);
	KeReleaseSpinLockFromDpcLevel(&counted);
	return 0;
}

NTSTATUS NTAPI warn_fixed(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	fixed.after(0);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI good_set(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	set.before(0);
	KeReleaseSpinLockFromDpcLevel(&counted);
	return 0;
}

NTSTATUS NTAPI warn_set(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	set.after(0);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI good_copied(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	copied.before(0);
	KeReleaseSpinLockFromDpcLevel(&counted);
	return 0;
}

NTSTATUS NTAPI warn_copied(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	copied.after(0);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI warn_moved(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	moved.after(0);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI good_pair(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	pair.first(0);
	KeReleaseSpinLockFromDpcLevel(&counted);
	return 0;
}

NTSTATUS NTAPI warn_pair(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	pair.second(0);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI good_handed(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	handed.none(0);
	KeReleaseSpinLockFromDpcLevel(&counted);
	return 0;
}

NTSTATUS NTAPI warn_handed(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	handed.run(0);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI good_slots(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	slots.empty(0);
	KeReleaseSpinLockFromDpcLevel(&counted);
	return 0;
}

NTSTATUS NTAPI warn_slots(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	slots.slot(0);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI good_steps(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	steps.idle[irp->IoStatus.Information & 1](0);
	KeReleaseSpinLockFromDpcLevel(&counted);
	return 0;
}

NTSTATUS NTAPI warn_steps(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	steps.run[irp->IoStatus.Information & 1](0);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI good_part(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	((struct part *)&whole)->away(0);
	KeReleaseSpinLockFromDpcLevel(&counted);
	return 0;
}

NTSTATUS NTAPI warn_part(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	((struct part *)&whole)->in(0);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI good_engine(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	engines.go(0);
	KeReleaseSpinLockFromDpcLevel(&counted);
	return 0;
}

NTSTATUS NTAPI warn_engine(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	engines.stop(0);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI warn_message(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	message.end(0);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI good_chosen(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	chosen.one(0);
	KeReleaseSpinLockFromDpcLevel(&counted);
	return 0;
}

NTSTATUS NTAPI warn_chosen(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	chosen.other(0, 0);	/* warning: double-acquire */
	return 0;
}

NTSTATUS NTAPI good_client(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	client->called(0);
	KeReleaseSpinLockFromDpcLevel(&counted);
	return 0;
}
