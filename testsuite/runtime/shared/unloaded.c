/* unloaded.c - the object of unloading.c.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

void take(PKSPIN_LOCK lock);
void take_both(PKSPIN_LOCK first, PKSPIN_LOCK second);

void take(PKSPIN_LOCK lock)
{
	KeAcquireSpinLockAtDpcLevel(lock);
}

void take_both(PKSPIN_LOCK first, PKSPIN_LOCK second)
{
	KeAcquireSpinLockAtDpcLevel(first);
	KeAcquireSpinLockAtDpcLevel(second);
	KeReleaseSpinLockFromDpcLevel(second);
	KeReleaseSpinLockFromDpcLevel(first);
}
