/* program.c - runs device.c, for logs that the runtime writes.
 *
 *     program        all is well but the two locks of move (), which are one
 *     program read   also leaves device_read with its lock held
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

DRIVER_DISPATCH device_read, device_cancel;
DRIVER_STARTIO device_start;

int main(int argc, char **argv)
{
	static struct {
		KSPIN_LOCK lock;
		int pending;
	} devices[2];
	static union {
		IRP irp;
		char space[1000];
	} irp;

	(void)argv;
	device_cancel((PDEVICE_OBJECT)&devices[0], &irp.irp);
	device_start((PDEVICE_OBJECT)&devices[0], (PIRP)&devices[1]);
	devices[0].pending = argc > 1 ? 2 : 0;
	device_read((PDEVICE_OBJECT)&devices[0], &irp.irp);
	device_start((PDEVICE_OBJECT)&devices[1], (PIRP)&devices[1]);
	return 0;
}
