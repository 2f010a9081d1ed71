/* A log file on a full disk, as log-full.c, on Windows.
 *
 * SPDX-License-Identifier: MIT
 */
/* port: win32 */
/* options: logfile='Z:\dev\full':history=0 */
/* exit: 66 */
/* expect: ^spinrule: the log file cannot be written: reports come here$ */
/* expect: ^spinrule: spin lock 'lock' .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^spinrule: 1 violation, 1 lock call checked */
/* reject: cannot be written.*cannot be written */

#include "by-hand.h"

static KSPIN_LOCK lock;

int main(void)
{
	KeReleaseSpinLockFromDpcLevel(&lock);
	return 0;
}
