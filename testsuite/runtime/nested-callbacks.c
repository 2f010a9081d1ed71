/* A callback inside another: each answers for what it acquired itself, also when it released its caller's lock.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: spinrule: spin lock 'second' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  by thread [0-9]+ at .* in inner$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{inner}:[0-9]+ in inner$ */
/* expect: spinrule: spin lock 'third' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  by thread [0-9]+ at .* in outer$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{outer}:[0-9]+ in outer$ */
/* expect: ^spinrule: 2 violations, 4 lock calls checked */

#include "by-hand.h"

static KSPIN_LOCK first, second, third;

static KDEFERRED_ROUTINE inner;
static DRIVER_DISPATCH outer;

static VOID NTAPI inner(PKDPC dpc, PVOID context, PVOID one, PVOID two)
{
	CALLBACK(KDEFERRED_ROUTINE);

	(void)dpc, (void)context, (void)one, (void)two;
	KeReleaseSpinLockFromDpcLevel(&first);
	KeAcquireSpinLockAtDpcLevel(&second);	/* line: inner */
}

static NTSTATUS NTAPI outer(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);

	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&first);
	inner(NULL, NULL, NULL, NULL);
	CHECK(!first && !second);
	KeAcquireSpinLockAtDpcLevel(&third);	/* line: outer */
	return STATUS_SUCCESS;
}

int main(void)
{
	outer(NULL, NULL);
	CHECK(!third);
	return 0;
}
