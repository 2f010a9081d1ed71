/* A struct whose layout differs in another file; silencing in one file.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

struct unit {
	KSPIN_LOCK lock;
	LONG busy;
};

/* Structs without tags have no name of their own: the other file meets them in another order. */
struct parts {
	union {
		struct { LONG low, high; };
		struct { CHAR first; LONG second, third; };
	};
};

void other_touches(void *unit, struct parts *parts);

DRIVER_DISPATCH good_layout;

NTSTATUS NTAPI good_layout(PDEVICE_OBJECT device, PIRP irp)
{
	struct unit *unit = device->DeviceExtension;
	struct parts *parts = (struct parts *)(unit + 1);
	LONG busy = unit->busy;

	(void)irp;
	if (parts->low)
		parts->high++;
	if (busy)
		KeAcquireSpinLockAtDpcLevel(&unit->lock);
	other_touches(unit, parts);
	if (busy)
		KeReleaseSpinLockFromDpcLevel(&unit->lock);
	return 0;
}
/* says: 'unit' has different layouts in */
/* does not say: ~type */
