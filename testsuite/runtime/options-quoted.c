/* A value in quotes, and one with a colon that is no end.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: help='0' */
/* options: logfile="@LOG@" */
/* options: exitcode=12 */
/* exit: 12 */
/* expect: ^spinrule: spin lock 'lock' .* \[spinrule-release-unheld\]$ */
/* expect: ^spinrule: 1 violation, 1 lock call checked */

#include "by-hand.h"

static KSPIN_LOCK lock;

int main(void)
{
	KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
	return 0;
}
