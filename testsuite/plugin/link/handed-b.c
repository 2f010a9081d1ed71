/* See handed-a.c.
 *
 * SPDX-License-Identifier: MIT
 */

#include "handed.h"

int *kept;

void enter_as_needed(struct ext *ext, int *flag)
{
	if (!ext->count)
		return;
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	*flag = 1;
}

void enter_and_keep(struct ext *ext, int *flag)
{
	kept = flag;
	enter_as_needed(ext, flag);
}

struct hold take(struct ext *ext)
{
	struct hold hold = { 0 };

	hold.ext = ext;
	KeAcquireSpinLock(&ext->lock, &hold.irql);
	hold.is_held = 1;
	return hold;
}

void give(struct hold hold)
{
	if (hold.is_held)
		KeReleaseSpinLock(&hold.ext->lock, hold.irql);
}

void enter(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
}

void leave(struct ext *ext)
{
	KeReleaseSpinLock(&ext->lock, ext->irql);
}
