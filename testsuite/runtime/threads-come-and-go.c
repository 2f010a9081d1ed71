/* More threads than the runtime has sets, one after the other: each gives its set back.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 0 */
/* expect: ^spinrule: 0 violations, 6000 lock calls checked */

#include "by-hand.h"

static KSPIN_LOCK lock;

static thread_result THREAD_CALL worker(void *context)
{
	KIRQL irql;

	(void)context;
	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	return 0;
}

int main(void)
{
	for (int i = 0; i < 3000; i++)
		run_in_thread(worker, NULL);
	return 0;
}
