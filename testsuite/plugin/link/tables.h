/* tables.h - callbacks in tables that other files have, inline copies, imported names.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

extern KSPIN_LOCK counted;

typedef int handler(int n);

NTSTATUS NTAPI warn_in_array(PDEVICE_OBJECT device, PIRP irp);
NTSTATUS NTAPI good_in_array(PDEVICE_OBJECT device, PIRP irp);
extern const PDRIVER_DISPATCH routines[2];

handler enters, leaves;

struct handlers {
	handler *enter, *leave;
};
extern const struct handlers by_name;

/* Each file has a copy; one is kept. */
inline void same_everywhere(void)
{
	KeAcquireSpinLockAtDpcLevel(&counted);
}

DRIVER_DISPATCH good_inline, warn_inline, good_by_table, warn_by_table, good_extern_lock;
