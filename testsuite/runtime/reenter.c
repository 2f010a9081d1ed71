/* A report hook that breaks the rule itself does not enter itself: what it does is counted.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: exitcode=0 */
/* exit: 0 */
/* expect: ^told release-unheld$ */
/* expect: ^told release-unheld$ */
/* expect: ^spinrule: 2 violations, 4 lock calls checked.*; 2 violations during a report not reported$ */
/* expect: ^  release-unheld: 2$ */

#include "by-hand.h"

static KSPIN_LOCK lock, other;

static void tell(const struct spinrule_report *report)
{
	fprintf(stderr, "told %s\n", report->id);
	KeReleaseSpinLockFromDpcLevel(&other);
}

int main(void)
{
	spinrule_set_report_hook(tell);
	KeReleaseSpinLockFromDpcLevel(&lock);
	KeReleaseSpinLockFromDpcLevel(&lock);
	return 0;
}
