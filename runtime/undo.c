/* undo.c - releasing a lock for a driver that did not, or not as it should.
 *
 * SPDX-License-Identifier: MIT
 */

#include "undo.h"

#include "port.h"

void undo_acquire(const struct held *held)
{
	void *lock = (void *)(uintptr_t)held->lock;
	uint8_t irql = locks_flags(held) & HELD_KNOWS_IRQL ? locks_irql(held) : PORT_DISPATCH_LEVEL;

	switch (locks_group(held)) {
	case SPINRULE_GROUP_RAISING:
		port_KeReleaseSpinLock(lock, irql);
		break;
	case SPINRULE_GROUP_DPC:
		port_KeReleaseSpinLockFromDpcLevel(lock);
		break;
	case SPINRULE_GROUP_QUEUED:
	case SPINRULE_GROUP_QUEUED_DPC:
		/* The handle is on some stack: if that frame is gone, the lock cannot be released. */
		if ((((uintptr_t *)held->handle)[1] & ~(uintptr_t)3) != (uintptr_t)lock)
			break;
		if (locks_group(held) == SPINRULE_GROUP_QUEUED)
			port_KeReleaseInStackQueuedSpinLock(held->handle);
		else
			port_KeReleaseInStackQueuedSpinLockFromDpcLevel(held->handle);
		break;
	case SPINRULE_GROUP_NUMBERED:
		port_KeReleaseQueuedSpinLock((unsigned)locks_number_of(lock), irql);
		break;
	case SPINRULE_GROUP_CANCEL:
		port_IoReleaseCancelSpinLock(locks_flags(held) & HELD_KNOWS_IRQL ? irql : PORT_PASSIVE_LEVEL);
		break;
	case SPINRULE_GROUP_ANY:
	case SPINRULE_GROUPS:
		break;
	}
}
