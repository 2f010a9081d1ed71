/* A report shows what is held, the oldest first, and the last events of its thread, the newest last, in
 * their order, also where locks were not released in turn.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: exitcode=0:history=9 */
/* expect: ^spinrule: spin lock 'b' .* \[spinrule-double-acquire\]$ */
/* expect: ^  by thread */
/* expect: ^  acquired by thread */
/* expect: ^  held now, the oldest first:$ */
/* expect: ^    'b' \(0x[0-9A-F]+\) acquired at .*history\.c:{innerb}:[0-9]+ in main$ */
/* expect: ^    'd' \(0x[0-9A-F]+\) acquired at .*history\.c:{innerd}:[0-9]+ in main$ */
/* expect: ^  last events of thread [0-9]+, the newest last:$ */
/* expect: ^    'c' .* acquired at .*:{leaf}:[0-9]+ in leaf$ */
/* expect: ^    'c' .* released at .*:{leafend}:[0-9]+ in leaf$ */
/* expect: ^    'a' .* acquired at .*:{outera}:[0-9]+ in main$ */
/* expect: ^    'c' .* acquired at .*:{leaf}:[0-9]+ in leaf$ */
/* expect: ^    'c' .* released at .*:{leafend}:[0-9]+ in leaf$ */
/* expect: ^    'b' .* acquired at .*:{innerb}:[0-9]+ in main$ */
/* expect: ^    'a' .* released at .*:{outofturn}:[0-9]+ in main$ */
/* expect: ^    'd' .* acquired at .*:{innerd}:[0-9]+ in main$ */
/* expect: ^  rule SpinlockRelease */
/* expect: ^spinrule: spin lock 'd' .* \[spinrule-release-unheld\]$ */
/* expect: ^  released before by thread [0-9]+ at .*:{freed}:[0-9]+ in main$ */
/* expect: ^  acquired before that by thread [0-9]+ at .*:{innerd}:[0-9]+ in main$ */
/* reject: held now.*'a' */
/* expect: ^    'd' .* released at .*:{freed}:[0-9]+ in main$ */
/* expect: ^spinrule: 2 violations, 15 lock calls checked */
/* expect: ^  double-acquire: 1$ */
/* expect: ^  release-unheld: 1$ */

#include "by-hand.h"

static KSPIN_LOCK a, b, c, d;

static void leaf(void)
{
	KeAcquireSpinLockAtDpcLevel(&c);	/* line: leaf */
	KeReleaseSpinLockFromDpcLevel(&c);	/* line: leafend */
}

int main(void)
{
	leaf();
	leaf();
	KeAcquireSpinLockAtDpcLevel(&a);	/* line: outera */
	leaf();
	KeAcquireSpinLockAtDpcLevel(&b);	/* line: innerb */
	KeReleaseSpinLockFromDpcLevel(&a);	/* line: outofturn */
	KeAcquireSpinLockAtDpcLevel(&d);	/* line: innerd */
	KeAcquireSpinLockAtDpcLevel(&b);
	KeReleaseSpinLockFromDpcLevel(&b);
	KeReleaseSpinLockFromDpcLevel(&d);	/* line: freed */
	KeReleaseSpinLockFromDpcLevel(&d);
	KeReleaseSpinLockFromDpcLevel(&b);
	return 0;
}
