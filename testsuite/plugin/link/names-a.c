/* Static functions of one name, weak ones, aliases, recursion.
 *
 * SPDX-License-Identifier: MIT
 */

#include "names.h"

KSPIN_LOCK gate;
int steps;

/* In names-b.c a function of this name acquires. */
static void step(void)
{
	KeReleaseSpinLockFromDpcLevel(&gate);
}

NTSTATUS NTAPI good_static(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	header_enter();
	step();
	return 0;
}

NTSTATUS NTAPI warn_static(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	step();	/* warning: release-unheld */
	return 0;
}

/* names-b.c has the one that counts, which releases. */
__attribute__((weak)) void leave_weakly(void)
{
}

NTSTATUS NTAPI good_weak(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	header_enter();
	leave_weakly();
	return 0;
}

NTSTATUS NTAPI good_alias(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	enter_second();
	leave_gate();
	return 0;
}

NTSTATUS NTAPI warn_alias(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	header_enter();
	enter_second();	/* warning: double-acquire */
	leave_gate();
	return 0;
}

/* It calls itself by way of names-b.c. */
int down(int depth)
{
	if (depth == 0)
		return 0;
	return down_once(depth);
}

NTSTATUS NTAPI good_recursion(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	header_enter();
	down(steps);
	leave_gate();
	return 0;
}

NTSTATUS NTAPI warn_recursion(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	header_enter();
	down_once(steps);
	enter_second();	/* warning: double-acquire */
	leave_gate();
	return 0;
}
