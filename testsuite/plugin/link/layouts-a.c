/* A struct whose layout differs in another file; silencing in one file.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

struct unit {
	KSPIN_LOCK lock;
	LONG busy;
};

void other_touches(void *unit);

DRIVER_DISPATCH good_layout;

NTSTATUS NTAPI good_layout(PDEVICE_OBJECT device, PIRP irp)
{
	struct unit *unit = device->DeviceExtension;
	LONG busy = unit->busy;

	(void)irp;
	if (busy)
		KeAcquireSpinLockAtDpcLevel(&unit->lock);
	other_touches(unit);
	if (busy)
		KeReleaseSpinLockFromDpcLevel(&unit->lock);
	return 0;
}
/* says: 'unit' has different layouts in */
