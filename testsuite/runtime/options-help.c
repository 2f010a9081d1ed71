/* help=1 lists the options; the program runs.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: help=1:summary=0 */
/* exit: 0 */
/* expect: ^spinrule: options in SPINRULE_OPTIONS, as name=value:name=value$ */
/* expect: ^  halt=0\s.*stop at the first violation */
/* expect: ^  exitcode=66\s */
/* expect: ^  logfile=.*write reports */
/* expect: ^  format=\s.*json */
/* expect: ^  history=8\s */
/* expect: ^  dedup=1\s */
/* expect: ^  suppressions=\s */
/* expect: ^  summary=1\s */
/* expect: ^  coverage=0\s */
/* expect: ^  stats=0\s */
/* expect: ^  lock_order=0\s */
/* expect: ^  hold_time=0\s */
/* expect: ^  complete_while_held=0\s */
/* expect: ^  origins=0\s */
/* expect: ^  fail_try=0\s */
/* expect: ^  yield=0\s */
/* expect: ^  freed_held=1\s */
/* expect: ^  wrong_level=0\s */
/* expect: ^  help=0\s */
/* expect: ^running$ */

#include "by-hand.h"

static KSPIN_LOCK lock;

int main(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	say("running");
	return 0;
}
