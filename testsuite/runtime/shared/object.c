/* object.c - driver code in a shared object, for shared.exp.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

KSPIN_LOCK shared_lock;
static KSPIN_LOCK inner;

void good_nested(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&shared_lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&inner);
	KeReleaseSpinLockFromDpcLevel(&inner);
	KeReleaseSpinLock(&shared_lock, irql);
}

KIRQL acquire_for_program(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&shared_lock, &irql);
	return irql;
}

void warn_released_twice(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&inner, &irql);
	KeReleaseSpinLock(&inner, irql);
	KeReleaseSpinLock(&inner, irql);	/* line: twice */
}
