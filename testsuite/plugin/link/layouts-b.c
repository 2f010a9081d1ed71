/* The other layout.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

struct unit {
	LONG busy, more;
	KSPIN_LOCK lock;
};

static KSPIN_LOCK quiet;

struct parts {
	union {
		struct { LONG low, high; };
		struct { CHAR first; LONG second, third; };
	};
};

void other_touches(void *unit, struct parts *parts)
{
	if (parts->first)
		parts->third++;
	((struct unit *)unit)->busy = 1;
}

DRIVER_DISPATCH silent_at_return;

NTSTATUS NTAPI silent_at_return(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&quiet);
#pragma spinrule push
#pragma spinrule ignored "held-at-return"
	return 0;
#pragma spinrule pop
}
