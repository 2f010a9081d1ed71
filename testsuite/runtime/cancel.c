/* The cancel spin lock: a cancel routine is entered with it held, and returns with it released.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: spinrule: the cancel spin lock is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^  by thread [0-9]+ at .*:{again}:[0-9]+ in acquires_again$ */
/* expect: ^  acquired by the kernel for this callback, entered by thread [0-9]+ at .* in acquires_again$ */
/* expect: ^  rule CancelSpinlockRelease, bug check 0xC4, parameter 1 = 0x0004000B$ */
/* expect: spinrule: the cancel spin lock is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  by thread [0-9]+ at .* in forgets$ */
/* expect: ^  acquired by the kernel for this callback, entered by thread [0-9]+ at .* in forgets$ */
/* expect: spinrule: the cancel spin lock is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*:{unheld}:[0-9]+ in main$ */
/* expect: ^spinrule: 3 violations, 5 lock calls checked */

#include "by-hand.h"

static DRIVER_CANCEL acquires_again, forgets, good;

static VOID NTAPI acquires_again(PDEVICE_OBJECT device, PIRP irp)
{
	CANCEL_CALLBACK(DRIVER_CANCEL);
	KIRQL irql;

	(void)device;
	IoAcquireCancelSpinLock(&irql);	/* line: again */
	IoReleaseCancelSpinLock(irql);
	IoReleaseCancelSpinLock(irp->CancelIrql);
}

static VOID NTAPI forgets(PDEVICE_OBJECT device, PIRP irp)
{
	CANCEL_CALLBACK(DRIVER_CANCEL);

	(void)device, (void)irp;
}

static VOID NTAPI good(PDEVICE_OBJECT device, PIRP irp)
{
	CANCEL_CALLBACK(DRIVER_CANCEL);

	(void)device;
	IoReleaseCancelSpinLock(irp->CancelIrql);
}

int main(void)
{
	static IRP irp;

	acquires_again(NULL, &irp);
	forgets(NULL, &irp);
	good(NULL, &irp);
	IoReleaseCancelSpinLock(PASSIVE_LEVEL);	/* line: unheld */
	return 0;
}
