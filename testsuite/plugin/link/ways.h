/* SPDX-License-Identifier: MIT */

#include "wdm-lite.h"

struct box { KSPIN_LOCK lock; int n; };

static __attribute__((noinline)) int copied(struct box *box)
{
	KIRQL irql;

	KeAcquireSpinLock(&box->lock, &irql);
	KeAcquireSpinLock(&box->lock, &irql);	/* warning: double-acquire */
	return box->n;
}
