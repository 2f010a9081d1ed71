/* The registration: in an assignment, by helpers of another file, and in a table.
 *
 * SPDX-License-Identifier: MIT
 */

#include "registered.h"

const PDRIVER_DISPATCH table[] = { warn_in_table };

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
	(void)path;
	driver->MajorFunction[IRP_MJ_READ] = good_read;
	driver->MajorFunction[IRP_MJ_WRITE] = warn_read;
	pass_on(driver, warn_by_helper);
	driver->MajorFunction[IRP_MJ_CREATE] = table[0];
	return 0;
}
