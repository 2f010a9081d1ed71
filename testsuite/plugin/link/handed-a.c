/* Addresses of variables, structs by value, and constant tables whose functions are in another file.
 *
 * SPDX-License-Identifier: MIT
 */

#include "handed.h"

DRIVER_STARTIO good_flag, warn_flag, leaked_flag, good_hold, warn_hold, good_table, warn_table;

VOID NTAPI good_flag(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	int flag = 0;

	(void)irp;
	enter_as_needed(ext, &flag);
	wait_elsewhere();
	if (flag)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

VOID NTAPI warn_flag(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	int flag = 0;

	(void)irp;
	enter_as_needed(ext, &flag);
	wait_elsewhere();
	if (flag)
		return;	/* warning: held-at-return */
}

/* says: leaked_flag: unknown, because of */
VOID NTAPI leaked_flag(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	int flag = 0;

	(void)irp;
	enter_and_keep(ext, &flag);
	wait_elsewhere();
	if (flag)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

VOID NTAPI good_hold(PDEVICE_OBJECT device, PIRP irp)
{
	struct hold hold = take(device->DeviceExtension);

	(void)irp;
	give(hold);
}

VOID NTAPI warn_hold(PDEVICE_OBJECT device, PIRP irp)
{
	struct hold hold = take(device->DeviceExtension);

	(void)irp;
	give(hold);
	give(hold);	/* warning: release-unheld */
}

static const struct {
	void (*enter)(struct ext *), (*leave)(struct ext *);
} table = { enter, leave };

VOID NTAPI good_table(PDEVICE_OBJECT device, PIRP irp)
{
	(void)irp;
	table.enter(device->DeviceExtension);
	table.leave(device->DeviceExtension);
}

VOID NTAPI warn_table(PDEVICE_OBJECT device, PIRP irp)
{
	(void)irp;
	table.enter(device->DeviceExtension);
	table.enter(device->DeviceExtension);	/* warning: double-acquire */
}
