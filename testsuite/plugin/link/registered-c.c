/* Helpers that register what they are handed.
 *
 * SPDX-License-Identifier: MIT
 */

#include "registered.h"

void register_read(PDRIVER_OBJECT driver, PDRIVER_DISPATCH routine)
{
	driver->MajorFunction[IRP_MJ_CLOSE] = routine;
}

void pass_on(PDRIVER_OBJECT driver, PDRIVER_DISPATCH routine)
{
	register_read(driver, routine);
}
