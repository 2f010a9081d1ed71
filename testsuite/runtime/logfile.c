/* Reports go to a file; standard error stays the program's.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: logfile=@LOG@ */
/* exit: 66 */
/* expect: ^nothing here$ */
/* expect: ^spinrule: spin lock 'lock' .* \[spinrule-release-unheld\]$ */
/* expect: ^spinrule: 1 violation, 1 lock call checked */

#include "by-hand.h"

static KSPIN_LOCK lock;

int main(void)
{
	KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
	say("nothing here");
	return 0;
}
