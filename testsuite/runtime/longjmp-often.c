/* Callbacks that a jump leaves, more often than callbacks may be nested, do not end the checks.
 *
 * SPDX-License-Identifier: MIT
 */
/* port: posix */
/* exit: 66 */
/* expect: ^spinrule: spin lock 'lock' \(0x[0-9A-F]+\) is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  by thread [0-9]+ at .*longjmp-often\.c:[0-9]+:[0-9]+ in dispatch$ */
/* expect: ^spinrule: spin lock 'other' \(0x[0-9A-F]+\) is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^spinrule: 2 violations, 2 lock calls checked, [^;]*$ */

#include "by-hand.h"

#include <setjmp.h>

static KSPIN_LOCK lock, other;
static jmp_buf back;

static DRIVER_DISPATCH leave, dispatch;
static PDRIVER_DISPATCH volatile first = leave, second = dispatch;

static NTSTATUS NTAPI leave(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	(void)device, (void)irp;
	longjmp(back, 1);
}

/* With a larger frame than LEAVE. */
static NTSTATUS NTAPI dispatch(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	volatile char buffer[400];

	(void)device, (void)irp;
	for (int i = 0; i < 400; i++)
		buffer[i] = 0;
	KeAcquireSpinLockAtDpcLevel(&lock);
	return buffer[7];
}

int main(void)
{
	for (volatile int i = 0; i < 1000; i++)
		if (!setjmp(back))
			first(NULL, NULL);
	second(NULL, NULL);
	KeReleaseSpinLockFromDpcLevel(&other);
	return 0;
}
