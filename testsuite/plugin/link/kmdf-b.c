/* A helper that drops its caller's lock in a loop, and stores to lists.
 *
 * SPDX-License-Identifier: MIT
 */

#include "kmdf.h"

void put(struct packet **to, struct packet *packet);

void good_drain(struct adapter *adapter)
{
	while (adapter->more--) {
		struct packet *packet = adapter->first;

		put(&packet->previous, packet);
		put(&adapter->first, packet);
		WdfSpinLockRelease(adapter->lock);
		count(packet);
		WdfSpinLockAcquire(adapter->lock);
		put(&adapter->last, packet);
	}
}

NTSTATUS NTAPI good_read(PDEVICE_OBJECT device, PIRP irp)
{
	struct adapter *adapter = device->DeviceExtension;

	(void)irp;
	WdfSpinLockAcquire(adapter->lock);
	good_drain(adapter);
	WdfSpinLockRelease(adapter->lock);
	return 0;
}

NTSTATUS NTAPI warn_read(PDEVICE_OBJECT device, PIRP irp)
{
	struct adapter *adapter = device->DeviceExtension;

	WdfSpinLockAcquire(adapter->lock);
	if (!irp)
		return 0;	/* warning: held-at-return */
	good_drain(adapter);
	WdfSpinLockRelease(adapter->lock);
	return 0;
}
