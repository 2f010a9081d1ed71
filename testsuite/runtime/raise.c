/* An exception leaves a callback with a lock held; what the callback's caller holds is not its business.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: summary=0 */
/* exit: 7 */
/* expect: ^held-at-return ours line {raised}, acquired line {acquired}$ */

#include "by-hand.h"

static KSPIN_LOCK callers, ours;

static DRIVER_DISPATCH dispatch;

static void tell(const struct spinrule_report *report)
{
	fprintf(stderr, "%s %s line %u, acquired line %u\n", report->id, report->lock_text, report->site->line,
		report->acquired_at->line);
	_Exit(report->lock == &ours ? 7 : 8);
}

static NTSTATUS NTAPI dispatch(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	KIRQL irql;

	(void)device;
	KeAcquireSpinLock(&ours, &irql);	/* line: acquired */
	if (!irp)
		ExRaiseStatus(STATUS_INVALID_PARAMETER);	/* line: raised */
	KeReleaseSpinLock(&ours, irql);
	return STATUS_SUCCESS;
}

int main(void)
{
	KIRQL irql;

	spinrule_set_report_hook(tell);
	KeAcquireSpinLock(&callers, &irql);
	dispatch(NULL, NULL);
	return 0;
}
