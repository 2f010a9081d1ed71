/* lamp.h - an example driver of three files: a lamp that several threads switch.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LAMP_H
#define LAMP_H

#include <ddk/wdm.h>

typedef struct _LAMP {
	KSPIN_LOCK lock;
	KIRQL irql;		/* of the holder of the lock */
	LONG switches;
	BOOLEAN is_on, is_broken;
} LAMP, *PLAMP;

/* lock.c */
VOID LampLock(PLAMP lamp);
VOID LampUnlock(PLAMP lamp);

/* requests.c */
NTSTATUS NTAPI LampRead(PDEVICE_OBJECT device, PIRP irp);
NTSTATUS NTAPI LampWrite(PDEVICE_OBJECT device, PIRP irp);

#endif
