/* A lock stays known however many others come and go while it is held, out of turn and in turn, thousands of times.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: ^spinrule: spin lock 'outer' .* is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{outer}:[0-9]+ in main$ */
/* expect: ^spinrule: 1 violation, 120004 lock calls checked */
/* expect: ^  double-acquire: 1$ */

#include "by-hand.h"

enum { LOCKS = 25, ROUNDS = 1000 };

static KSPIN_LOCK outer, locks[LOCKS], leaf;

/* A step that meets every lock once. */
static int other(int i)
{
	return i * 7 % LOCKS;
}

int main(void)
{
	KeAcquireSpinLockAtDpcLevel(&outer);	/* line: outer */
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < LOCKS; i++)
			KeAcquireSpinLockAtDpcLevel(&locks[i]);
		for (int i = 0; i < 10; i++) {
			KeAcquireSpinLockAtDpcLevel(&leaf);
			KeReleaseSpinLockFromDpcLevel(&leaf);
		}
		for (int i = 0; i < LOCKS; i++)
			KeReleaseSpinLockFromDpcLevel(&locks[round % 2 ? LOCKS - 1 - i : other(i)]);
		/* By another lock in between, where the last slot is not the youngest. */
		for (int i = 0; i < LOCKS; i++) {
			KeAcquireSpinLockAtDpcLevel(&locks[i]);
			KeReleaseSpinLockFromDpcLevel(&locks[i]);
		}
	}
	KeAcquireSpinLockAtDpcLevel(&outer);
	KeReleaseSpinLockFromDpcLevel(&outer);
	KeReleaseSpinLockFromDpcLevel(&outer);
	for (int i = 0; i < LOCKS; i++)
		CHECK(!locks[i]);
	CHECK(!outer && !leaf);
	return 0;
}
