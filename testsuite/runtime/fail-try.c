/* Every third try fails, of all kinds together, though the lock is free; what fails is not held.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: fail_try=3 */
/* exit: 66 */
/* expect: ^tries 12, failed 4$ */
/* expect: ^spinrule: spin lock 'lock' .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*fail-try\.c:{untried}:[0-9]+ in warn_unlooked$ */
/* expect: ^spinrule: 1 violation, */

#include "by-hand.h"

static KSPIN_LOCK lock;
static int tries, failed;

static void good_at_dpc(void)
{
	tries++;
	if (KeTryToAcquireSpinLockAtDpcLevel(&lock))
		KeReleaseSpinLockFromDpcLevel(&lock);
	else
		failed++;
}

static void good_numbered(void)
{
	KIRQL irql = 0x55;

	tries++;
	if (KeTryToAcquireQueuedSpinLock(7, &irql))
		KeReleaseQueuedSpinLock(7, irql);
	else
		failed++;
	CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
}

/* Goes well as long as the lock is free. */
static void warn_unlooked(void)
{
	KeTryToAcquireSpinLockAtDpcLevel(&lock);
	KeReleaseSpinLockFromDpcLevel(&lock);	/* line: untried */
}

int main(void)
{
	for (int i = 0; i < 6; i++) {
		good_at_dpc();
		good_numbered();
	}
	fprintf(stderr, "tries %d, failed %d\n", tries, failed);
	for (int i = 0; i < 3; i++)
		warn_unlooked();
	return 0;
}
