/* A nested acquire overwrites the variable of the outer one: its release gives back DISPATCH_LEVEL.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: spinrule: spin lock 'outer' .* is released with an IRQL that its acquire did not save \[spinrule-wrong-irql\]$ */
/* expect: ^  by thread [0-9]+ at .*:{released}:[0-9]+ in main$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{acquired}:[0-9]+ in main$ */
/* expect: ^  rule IrqlKeReleaseSpinLock, bug check 0xC4, parameter 1 = 0x00020015$ */
/* expect: ^  fix: give back the 0 that this acquire saved, not 2; each acquire needs a variable of its own$ */
/* expect: ^spinrule: 1 violation, 18 lock calls checked */

#include "by-hand.h"

static KSPIN_LOCK outer, inner, innermost;

int main(void)
{
	KIRQL irql, other, another;

	KeAcquireSpinLock(&outer, &irql);
	KeAcquireSpinLock(&inner, &other);
	KeReleaseSpinLock(&inner, other);
	KeReleaseSpinLock(&outer, irql);

	/* In the order of the acquires they change IRQLs. */
	KeAcquireSpinLock(&outer, &irql);
	KeAcquireSpinLock(&inner, &other);
	KeReleaseSpinLock(&outer, other);
	KeReleaseSpinLock(&inner, irql);

	/* So do three, in any order that stays at DISPATCH_LEVEL until the last. */
	KeAcquireSpinLock(&outer, &irql);
	KeAcquireSpinLock(&inner, &other);
	KeAcquireSpinLock(&innermost, &another);
	KeReleaseSpinLock(&outer, other);
	KeReleaseSpinLock(&innermost, another);
	KeReleaseSpinLock(&inner, irql);

	KeAcquireSpinLock(&outer, &irql);	/* line: acquired */
	KeAcquireSpinLock(&inner, &irql);
	KeReleaseSpinLock(&inner, irql);
	KeReleaseSpinLock(&outer, irql);	/* line: released */
	CHECK(!outer);
	return 0;
}
