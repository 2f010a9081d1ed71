/* A mistake in a loop is printed once and counted each time.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: spinrule: spin lock 'lock' .* \[spinrule-release-unheld\]$ */
/* expect: ^spinrule: 1000 violations, 1000 lock calls checked, 1 of 1 site executed$ */

#include "by-hand.h"

static KSPIN_LOCK lock;

int main(void)
{
	for (int i = 0; i < 1000; i++)
		KeReleaseSpinLockFromDpcLevel(&lock);
	return 0;
}
