/* An exit code that would wrap to success is not taken, nor is a number too large for any option, and a quote that has no end
 * is told.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: wait=0:exitcode=256:history=0:hold_time=4294967297:format='text */
/* exit: 255 */
/* expect: ^spinrule: SPINRULE_OPTIONS: too large a number for option 'exitcode'; it is the largest possible$ */
/* expect: ^spinrule: SPINRULE_OPTIONS: too large a number for option 'hold_time'; it is the largest possible$ */
/* expect: ^spinrule: SPINRULE_OPTIONS: no quote at the end of option 'format'$ */
/* expect: ^spinrule: spin lock 'lock' .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^spinrule: 1 violation, 1 lock call checked */

#include "by-hand.h"

static KSPIN_LOCK lock;

int main(void)
{
	KeReleaseSpinLockFromDpcLevel(&lock);
	return 0;
}
