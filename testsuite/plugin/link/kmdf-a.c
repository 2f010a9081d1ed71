/* Sets a lock up by a routine of KMDF, an inline function that only calls through its table: no pointer of the driver
 * leads to where the handle is.
 *
 * SPDX-License-Identifier: MIT
 */

#include "kmdf.h"

int good_set_up(struct adapter *adapter)
{
	WDFSPINLOCK lock = NULL;

	/* It stores the handle. */
	if (WdfSpinLockCreate(NULL, &lock) < 0 || !lock)
		return -1;
	adapter->lock = lock;
	WdfSpinLockAcquire(lock);
	adapter->more = 0;
	WdfSpinLockRelease(lock);
	return WdfSpinLockCreate(NULL, &adapter->lock);
}

/* What is stored through a pointer to a pointer. */
void put(struct packet **to, struct packet *packet);
void put(struct packet **to, struct packet *packet)
{
	packet->next = *to;
	*to = packet;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
	(void)path;
	driver->MajorFunction[IRP_MJ_READ] = good_read;
	driver->MajorFunction[IRP_MJ_WRITE] = warn_read;
	return 0;
}
