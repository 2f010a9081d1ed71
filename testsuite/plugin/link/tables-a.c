/* Tables of callbacks and of functions that another file has.
 *
 * SPDX-License-Identifier: MIT
 */

#include "tables.h"

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
	(void)path;
	driver->MajorFunction[IRP_MJ_READ] = routines[0];
	driver->MajorFunction[IRP_MJ_WRITE] = routines[1];
	return 0;
}

NTSTATUS NTAPI good_inline(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	same_everywhere();
	leaves(0);
	return 0;
}

NTSTATUS NTAPI warn_inline(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	same_everywhere();
	return 0;	/* warning: held-at-return */
}

NTSTATUS NTAPI good_by_table(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	enters(1);
	leaves(1);
	return 0;
}

NTSTATUS NTAPI warn_by_table(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	enters(1);
	enters(1);	/* warning: double-acquire */
	leaves(1);
	return 0;
}
