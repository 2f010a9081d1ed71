/* halt=1: the program stops at the first violation, with the exit code asked for.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: halt=1:exitcode=17 */
/* exit: 17 */
/* expect: spinrule: spin lock 'lock' .* is released but not held \[spinrule-release-unheld\]$ */

#include "by-hand.h"

static KSPIN_LOCK lock;

int main(void)
{
	KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
	say("spinrule: still running");
	return 0;
}
