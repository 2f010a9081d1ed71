/* tool-lock.c - the helpers of tool.c.
 *
 * SPDX-License-Identifier: MIT
 */

#include "kernel.h"

void enter(PKSPIN_LOCK given, PKIRQL irql);
void leave(PKSPIN_LOCK given, KIRQL irql);

void enter(PKSPIN_LOCK given, PKIRQL irql)
{
	KeAcquireSpinLock(given, irql);
}

void leave(PKSPIN_LOCK given, KIRQL irql)
{
	KeReleaseSpinLock(given, irql);	/* line: leave */
}
