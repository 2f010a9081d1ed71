/* lock.c - the lock of the lamp.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lamp.h"

VOID LampLock(PLAMP lamp)
{
	KeAcquireSpinLock(&lamp->lock, &lamp->irql);
}

VOID LampUnlock(PLAMP lamp)
{
	KeReleaseSpinLock(&lamp->lock, lamp->irql);
}
