/* Callbacks that never return, as they are left by an exception or a jump, do not count for ever: what comes after them is checked.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: history=0 */
/* exit: 66 */
/* expect: ^spinrule: spin lock 'other' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  by thread [0-9]+ at .*left-callbacks\.c:[0-9]+:[0-9]+ in warn_inner$ */
/* expect: ^spinrule: spin lock 'lock' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  by thread [0-9]+ at .*left-callbacks\.c:[0-9]+:[0-9]+ in warn_outer$ */
/* expect: ^spinrule: 2 violations, 82 lock calls checked, [0-9]+ of [0-9]+ sites executed$ */

#include "by-hand.h"

#include <setjmp.h>

static KSPIN_LOCK lock, other;
static jmp_buf place;

static DRIVER_DISPATCH good_leaves, warn_inner, warn_outer;

/* Neither inlined nor known to whoever calls them. */
static PDRIVER_DISPATCH volatile leaves = good_leaves, inner = warn_inner, outer = warn_outer;

static NTSTATUS NTAPI good_leaves(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	longjmp(place, 1);
}

static NTSTATUS NTAPI warn_inner(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);

	KeAcquireSpinLockAtDpcLevel(&other);
	return 0;
}

static NTSTATUS NTAPI warn_outer(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	inner(device, irp);
	return 0;
}

int main(void)
{
	for (volatile int i = 0; i < 40; i++)
		if (!setjmp(place))
			leaves(NULL, NULL);
	outer(NULL, NULL);
	return 0;
}
