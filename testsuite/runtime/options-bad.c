/* Options that are wrong are told, and the others count.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: hlat=1:exitcode=5:summary=maybe */
/* exit: 5 */
/* expect: ^spinrule: SPINRULE_OPTIONS: unknown option 'hlat'; the options are halt, exitcode, logfile, format, history, .* and help$ */
/* expect: ^spinrule: SPINRULE_OPTIONS: not a number for option 'summary'; it keeps its default$ */
/* expect: ^spinrule: spin lock 'lock' .* \[spinrule-release-unheld\]$ */
/* expect: ^spinrule: 1 violation, 1 lock call checked */

#include "by-hand.h"

static KSPIN_LOCK lock;

int main(void)
{
	KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
	return 0;
}
