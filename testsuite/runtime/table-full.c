/* More locks are held than the runtime has room for: it says so, and says nothing false after.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: ^spinrule: checking is incomplete: a thread holds more spin locks at a time than the runtime has room for$ */
/* expect: ^spinrule: spin lock 'locks.*' .* is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^spinrule: 1 violation, 404 lock calls checked.*; checking is incomplete$ */

#include "by-hand.h"

enum { LOCKS = 100 };

static KSPIN_LOCK locks[LOCKS];

static void all(void)
{
	for (int i = 0; i < LOCKS; i++)
		KeAcquireSpinLockAtDpcLevel(&locks[i]);
	for (int i = 0; i < LOCKS; i++)
		KeReleaseSpinLockFromDpcLevel(&locks[i]);
	for (int i = 0; i < LOCKS; i++)
		CHECK(!locks[i]);
}

int main(void)
{
	all();
	all();
	/* What is known is still told. */
	KeAcquireSpinLockAtDpcLevel(&locks[0]);
	KeAcquireSpinLockAtDpcLevel(&locks[0]);
	KeReleaseSpinLockFromDpcLevel(&locks[0]);
	KeReleaseSpinLockFromDpcLevel(&locks[0]);
	CHECK(!locks[0]);
	return 0;
}
