/* A callback returns with a lock held.  The runtime releases it, so that the next one does not hang.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: spinrule: spin lock 'lock' \(0x[0-9A-F]+\) is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  by thread [0-9]+ at .*held-at-return\.c:[0-9]+:[0-9]+ in dispatch$ */
/* expect: ^  acquired by thread [0-9]+ at .*held-at-return\.c:{acquired}:[0-9]+ in dispatch$ */
/* expect: ^  rule SpinlockRelease, bug check 0xC4, parameter 1 = 0x0004000B$ */
/* expect: ^  fix: release it on every way out of the function$ */
/* expect: ^spinrule: 1 violation, 3 lock calls checked */

#include "by-hand.h"

static KSPIN_LOCK lock;

static DRIVER_DISPATCH dispatch;

static NTSTATUS NTAPI dispatch(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	KIRQL irql;

	(void)device;
	KeAcquireSpinLock(&lock, &irql);	/* line: acquired */
	if (!irp)
		return STATUS_INVALID_PARAMETER;
	KeReleaseSpinLock(&lock, irql);
	return STATUS_SUCCESS;
}

int main(void)
{
	static IRP irp;

	dispatch(NULL, NULL);
	CHECK(!lock);
	CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
	dispatch(NULL, &irp);
	return 0;
}
