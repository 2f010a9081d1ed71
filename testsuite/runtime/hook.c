/* A report hook gets each violation instead of the text.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: exitcode=0 */
/* exit: 0 */
/* expect: ^double-acquire: lock is acquired while already held; SpinlockRelease 4000b; {second} after {first}$ */
/* expect: ^release-unheld: lock is released but not held; SpinlockRelease 4000b; {unheld}$ */
/* expect: ^spinrule: spin lock 'lock' .* \[spinrule-release-unheld\]$ */
/* expect: ^spinrule: 3 violations, 6 lock calls checked */

#include "by-hand.h"

static KSPIN_LOCK lock;

static void tell(const struct spinrule_report *report)
{
	CHECK(report->lock == &lock);
	CHECK(report->thread);
	fprintf(stderr, "%s: %s %s; %s %x; %u", report->id, report->lock_text, report->words, report->rule, report->bugcheck_code,
	       report->site->line);
	if (report->acquired_at) {
		CHECK(report->acquired_by == report->thread);
		fprintf(stderr, " after %u", report->acquired_at->line);
	}
	fprintf(stderr, "\n");
}

int main(void)
{
	KIRQL irql, other;

	CHECK(!spinrule_set_report_hook(tell));
	KeAcquireSpinLock(&lock, &irql);	/* line: first */
	KeAcquireSpinLock(&lock, &other);	/* line: second */
	KeReleaseSpinLock(&lock, other);
	KeReleaseSpinLock(&lock, irql);
	KeReleaseSpinLock(&lock, irql);	/* line: unheld */
	CHECK(spinrule_violation_count() == 2);

	CHECK(spinrule_set_report_hook(NULL) == tell);
	KeReleaseSpinLock(&lock, irql);
	return 0;
}
